import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { codeOf } from '../packages/server/test/support/code-of.ts'
import { createSoftwarePhone, type SoftwarePhone } from '../packages/server/test/support/software-phone.ts'
import { readCode } from './demo-stack.ts'
import { bundle, type PageStack, startPageStack } from './page-stack.ts'

// Every method of verification in a browser, through our package and through the official one, which have the same calls and results.
const packages = ['@sallyport/browser', '@authsignal/browser'] as const
type PackageName = (typeof packages)[number]

interface Result {
  data?: Partial<
    Record<'token' | 'secret' | 'uri' | 'failureReason' | 'userAuthenticatorId' | 'challengeId' | 'verificationCode', string>
  > & {
    isVerified?: boolean
    recoveryCodes?: string[]
  }
  errorCode?: string
}

let stack: PageStack
let keyId: string | undefined

before(async () => {
  stack = await startPageStack()
  await stack.page.evaluate(await bundle(script))
})
after(() => stack?.close())

/** Created by the bundle below: what both packages give a page, by the names of the official one. */
declare function clientOf(
  name: PackageName,
  baseUrl: string,
  token: string,
): Record<string, Record<string, (options: object) => Promise<Result>>>

const script = `import { emailMagicLink, emailOtp, recoveryCode, Sallyport, securityKey, totp } from './packages/browser/src/index.ts'
  import { Authsignal } from '@authsignal/browser'
  globalThis.clientOf = (name, baseUrl, token) => {
    const options = { tenantId: 'page', baseUrl }
    const client = name === '@authsignal/browser' ? new Authsignal(options) : new Sallyport(options)
    client.setToken(token)
    return name === '@authsignal/browser' ? client : { totp: totp(client), securityKey: securityKey(client), email: emailOtp(client), emailML: emailMagicLink(client, { useCookies: true }), recoveryCode: recoveryCode(client) }
  }`

/** Calls `clientOf(…).method.call(options)` in the page. */
function call(client: PackageName, [method, name]: [string, string], token: string, options: object = {}): Promise<Result> {
  return stack.page.evaluate(
    async (given) => {
      const made = clientOf(given.client, given.baseUrl, given.token)[given.method]?.[given.name]
      // The methods of the official package need their object.
      return made?.call(clientOf(given.client, given.baseUrl, given.token)[given.method], given.options) ?? {}
    },
    { client, method, name, token, options, baseUrl: stack.baseUrl },
  )
}

/** Another authenticator in place of the one that was there: a security key, or what is built into the device and keeps passkeys. */
async function plugIn(transport: 'usb' | 'internal'): Promise<void> {
  const { cdp } = stack
  if (keyId === undefined) await cdp.send('WebAuthn.enable')
  else await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: keyId })
  const key = {
    protocol: 'ctap2',
    transport,
    hasUserVerification: true,
    isUserVerified: true,
    hasResidentKey: transport === 'internal',
  } as const
  ;({ authenticatorId: keyId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...key, automaticPresenceSimulation: true },
  }))
}

async function enrolmentToken(userId: string): Promise<string> {
  return (await stack.sallyport.track({ userId, action: 'enrol', attributes: { scope: 'add:authenticators' } })).token
}

/** A transfer that waits for a challenge. */
async function transferToken(userId: string, idempotencyKey = 't1'): Promise<string> {
  const key = { userId, action: 'transfer', idempotencyKey }
  const { token } = await stack.sallyport.track({ ...key, attributes: { idempotencyKey } })
  await stack.sallyport.updateAction({ ...key, attributes: { state: 'CHALLENGE_REQUIRED' } })
  return token
}

async function assertApproved(userId: string, { data }: Result, method: string, idempotencyKey = 't1'): Promise<void> {
  assert.equal(data?.isVerified, true, method)
  const approval = await stack.sallyport.validateChallenge({ token: data.token ?? '', userId, action: 'transfer', idempotencyKey })
  assert.deepEqual([approval.isValid, approval.verificationMethod], [true, method])
}

test('an authenticator app is enrolled, a wrong code is told, and a right one approves what was tracked', async () => {
  await stack.configure('authenticator-app', {})
  for (const client of packages) {
    const userId = `app of ${client}`
    const enrolling = await enrolmentToken(userId)
    const { data } = await call(client, ['totp', 'enroll'], enrolling)
    assert.ok(data?.secret !== undefined && data.uri?.startsWith('otpauth://totp/') && data.userAuthenticatorId !== undefined, client)
    const first = await call(client, ['totp', 'verify'], enrolling, { code: codeOf(data.secret, Date.now()) })
    assert.equal(first.data?.isVerified, true, client)
    const token = await transferToken(userId)
    const wrong = await call(client, ['totp', 'verify'], token, { code: codeOf(data.secret, Date.now() - 600_000) })
    assert.deepEqual([wrong.data?.isVerified, wrong.data?.failureReason, wrong.errorCode], [false, 'CODE_INVALID_OR_EXPIRED', undefined])
    // The code of now is used up; that of the next half minute is good already.
    const right = await call(client, ['totp', 'verify'], token, { code: codeOf(data.secret, Date.now() + 30_000) })
    await assertApproved(userId, right, 'AUTHENTICATOR_APP')
  }
})

test('a security key is registered, and approves what was tracked', async () => {
  await stack.configure('security-key', { relyingParty: 'localhost', expectedOrigins: [stack.origin] })
  await plugIn('usb')
  for (const client of packages) {
    const userId = `key of ${client}`
    const enrolled = await call(client, ['securityKey', 'enroll'], await enrolmentToken(userId))
    assert.equal(typeof enrolled.data?.token, 'string', JSON.stringify(enrolled))
    await assertApproved(userId, await call(client, ['securityKey', 'verify'], await transferToken(userId)), 'SECURITY_KEY')
  }
})

test('a mail address is enrolled by a code that was sent to it, and the next code approves what was tracked', async () => {
  await stack.configure('email-otp', {})
  for (const [place, client] of packages.entries()) {
    const userId = `mail of ${client}`
    const email = `ada-${place}@example.com`
    const lastCode = () => readCode(stack.baseUrl, stack.managementKey, email)
    const enrolling = await enrolmentToken(userId)
    const { data } = await call(client, ['email', 'enroll'], enrolling, { email })
    assert.equal(typeof data?.userAuthenticatorId, 'string', client)
    const first = await call(client, ['email', 'verify'], enrolling, { code: await lastCode() })
    assert.equal(first.data?.isVerified, true, client)
    const token = await transferToken(userId)
    const sent = await call(client, ['email', 'challenge'], token)
    assert.equal(typeof sent.data?.challengeId, 'string', JSON.stringify(sent))
    const code = await lastCode()
    const wrong = await call(client, ['email', 'verify'], token, { code: code === '000000' ? '000001' : '000000' })
    assert.deepEqual([wrong.data?.isVerified, wrong.data?.failureReason], [false, 'CODE_INVALID_OR_EXPIRED'])
    await assertApproved(userId, await call(client, ['email', 'verify'], token, { code }), 'EMAIL_OTP')
  }
})

/** The address of the link that was mailed last. */
async function lastLink(): Promise<string> {
  const headers = { authorization: `Basic ${btoa(`${stack.managementKey}:`)}` }
  const reply = await fetch(`${stack.baseUrl}/management/outbox`, { headers })
  const { messages } = (await reply.json()) as { messages: { kind: string; text: string }[] }
  const text = messages.find(({ kind }) => kind === 'sign_in_link')?.text ?? ''
  return /http\S+\/hosted\/link\?token=\S+/.exec(text)?.[0] ?? assert.fail('no link was mailed')
}

test('a link is pressed in the browser that asked for it, and shows a code in any other', async () => {
  await stack.configure('email-magic-link', {})
  const ours = 'link of ours'
  const attributes = { verificationMethod: 'EMAIL_MAGIC_LINK', email: 'ada@example.com' } as const
  await stack.sallyport.enrollVerifiedAuthenticator({ userId: ours, attributes })
  const token = await transferToken(ours)
  assert.ok((await call('@sallyport/browser', ['emailML', 'challenge'], token)).data)
  const waiting = call('@sallyport/browser', ['emailML', 'checkVerificationStatus'], token)
  const link = await lastLink()
  // A scanner of the mail server opens it, and nothing happens.
  for (const method of ['HEAD', 'GET']) assert.equal((await fetch(link, { method })).status, 200)
  const { state } = await stack.sallyport.getAction({ userId: ours, action: 'transfer', idempotencyKey: 't1' })
  assert.equal(state, 'CHALLENGE_REQUIRED')
  const opened = await stack.page.context().newPage()
  await opened.goto(link)
  await opened.getByRole('button', { name: 'Yes, confirm' }).click()
  await opened.getByRole('heading', { name: 'Confirmed' }).waitFor()
  await assertApproved(ours, await waiting, 'EMAIL_MAGIC_LINK')
  await opened.close()

  // The official package sends no credentials and has no call for the code: the page of the application sends it itself.
  const theirs = 'link of theirs'
  await stack.sallyport.enrollVerifiedAuthenticator({ userId: theirs, attributes })
  const asked = await transferToken(theirs)
  await call('@authsignal/browser', ['emailML', 'challenge'], asked)
  const polling = call('@authsignal/browser', ['emailML', 'checkVerificationStatus'], asked)
  const phone = await stack.browser.newPage()
  await phone.goto(await lastLink())
  await phone.getByRole('button', { name: 'Yes, confirm' }).click()
  const code = await phone.locator('.code').innerText()
  const typed = await stack.page.evaluate(
    async ({ url, token, verificationCode }) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ verificationCode }) })
      const { accessToken, ...data } = (await reply.json()) as { isVerified: boolean; accessToken: string }
      return { data: { ...data, token: accessToken } }
    },
    { url: `${stack.baseUrl}/client/verify/email-magic-link`, token: asked, verificationCode: code },
  )
  await assertApproved(theirs, typed, 'EMAIL_MAGIC_LINK')
  assert.equal((await polling).data?.isVerified, true)
  await phone.close()
})

test('a phone number is enrolled by a code that was sent to it, and the next code approves what was tracked', async () => {
  await stack.configure('sms', { smsCountryCodes: ['NZ'] })
  const client = '@authsignal/browser'
  const userId = 'has a phone'
  const phoneNumber = '+64211234567'
  const lastCode = () => readCode(stack.baseUrl, stack.managementKey, phoneNumber)
  const enrolling = await enrolmentToken(userId)
  await call(client, ['sms', 'enroll'], enrolling, { phoneNumber })
  const first = await call(client, ['sms', 'verify'], enrolling, { code: await lastCode() })
  assert.equal(first.data?.isVerified, true, JSON.stringify(first))
  const token = await transferToken(userId)
  const sent = await call(client, ['sms', 'challenge'], token)
  assert.equal(typeof sent.data?.challengeId, 'string', JSON.stringify(sent))
  await assertApproved(userId, await call(client, ['sms', 'verify'], token, { code: await lastCode() }), 'SMS')
})

test('the official package enrols a passkey and signs in with it: by token, by action, and with cookies', async () => {
  const client = '@authsignal/browser'
  for (const useCookies of [false, true]) {
    await plugIn('internal')
    const userId = useCookies ? 'uses cookies' : 'uses none'
    const signUp = await call(client, ['passkey', 'signUp'], '', { token: await enrolmentToken(userId), username: userId, useCookies })
    assert.equal(typeof signUp.data?.token, 'string', JSON.stringify(signUp))
    assert.equal((await call(client, ['passkey', 'isAvailableOnDevice'], '', { userId })) as unknown, true)
    const signIn = await call(client, ['passkey', 'signIn'], '', { token: await transferToken(userId), useCookies })
    await assertApproved(userId, signIn, 'PASSKEY')
    const { data } = await call(client, ['passkey', 'signIn'], '', { action: 'sign-in', useCookies })
    const { isValid, userId: who } = await stack.sallyport.validateChallenge({ token: data?.token ?? '', action: 'sign-in' })
    assert.deepEqual([isValid, who], [true, userId])
  }
})

test('a lost security key is replaced with an authenticator app and a recovery code, through our package', async () => {
  await stack.configure('recovery-code', {})
  const [client] = packages
  const userId = 'has codes'
  await plugIn('usb')
  const held = await call(client, ['securityKey', 'enroll'], await enrolmentToken(userId))
  assert.equal(held.data?.isVerified, true, JSON.stringify(held))
  const enrolling = await enrolmentToken(userId)
  const app = await call(client, ['totp', 'enroll'], enrolling)
  const secret = app.data?.secret ?? assert.fail(JSON.stringify(app))
  await call(client, ['totp', 'verify'], enrolling, { code: codeOf(secret, Date.now()) })
  const vouched = await enrolmentToken(userId)
  const codes = await call(client, ['recoveryCode', 'enroll'], vouched)
  const [first, second] = codes.data?.recoveryCodes ?? []
  const kept = await call(client, ['recoveryCode', 'verify'], vouched, { code: first })
  assert.equal(kept.data?.isVerified, true, JSON.stringify(kept))

  await plugIn('usb')
  const token = await transferToken(userId)
  const proven = await call(client, ['totp', 'verify'], token, { code: codeOf(secret, Date.now() + 30_000) })
  const tooWeak = await call(client, ['securityKey', 'enroll'], proven.data?.token ?? '')
  assert.equal(tooWeak.errorCode, 'insufficient_scope')
  const recovered = await call(client, ['recoveryCode', 'verify'], proven.data?.token ?? '', { code: second })
  const replaced = await call(client, ['securityKey', 'enroll'], recovered.data?.token ?? '')
  assert.equal(replaced.data?.isVerified, true, JSON.stringify([recovered, replaced]))
})

test('the official package asks a phone by push and by QR code, and collects what its user decides', async () => {
  const client = '@authsignal/browser'
  const userId = 'phone'
  const phones = { push: createSoftwarePhone(), 'qr-code': createSoftwarePhone() }
  for (const [method, { publicKey }] of Object.entries(phones)) {
    await stack.configure(method, {})
    const body = { publicKey, deviceName: 'Phone', devicePlatform: 'ios' }
    await send(`/user-authenticators/${method}`, `Bearer ${await enrolmentToken(userId)}`, body)
  }
  const token = await transferToken(userId)
  const { data } = await call(client, ['push', 'challenge'], token, { action: 'transfer' })
  const challengeId = String(data?.challengeId)
  await decide('push', phones.push, challengeId, data?.verificationCode)
  await assertApproved(userId, await call(client, ['push', 'verify'], token, { challengeId }), 'PUSH')

  for (const polling of [true, false]) {
    const signedIn = await byQrCode({ action: 'sign-in', ...(polling && { polling, pollInterval: 50 }) }, '', phones['qr-code'])
    const { isValid, userId: who } = await stack.sallyport.validateChallenge({ token: signedIn, action: 'sign-in' })
    assert.deepEqual([isValid, who], [true, userId], polling ? 'by polling' : 'by WebSocket')
  }
  const shown = await stack.page.evaluate(async (baseUrl) => {
    const { qrCode } = clientOf('@authsignal/browser', baseUrl, '')
    const ids: string[] = []
    const onRefresh = (id: string) => ids.push(id)
    const made = await qrCode?.challenge?.call(qrCode, { action: 'sign-in', onRefresh })
    await qrCode?.refresh?.call(qrCode, {})
    await qrCode?.disconnect?.call(qrCode, {})
    return [made?.data?.challengeId, ...ids]
  }, stack.baseUrl)
  assert.equal(new Set(shown).size, 2, 'a page can ask for another code')
  const another = await stack.sallyport.track({ userId, action: 'transfer', attributes: { idempotencyKey: 't2' } })
  const approved = await byQrCode({ action: 'transfer' }, another.token, phones['qr-code'])
  assert.equal(
    (await stack.sallyport.validateChallenge({ token: approved, userId, action: 'transfer', idempotencyKey: 't2' })).isValid,
    true,
  )
})

interface QrCodePage {
  states: string[]
  approvedToken?: string | undefined
}

/** Shows a QR code in the page, as the official package does, lets a phone approve it, and returns the token that the page gets. */
async function byQrCode(options: object, token: string, phone: SoftwarePhone): Promise<string> {
  const shown = await stack.page.evaluate(
    async ([given, currentToken, baseUrl]) => {
      const globals = globalThis as unknown as { qrCodePage: QrCodePage }
      globals.qrCodePage = { states: [] }
      const onStateChange = (state: string, approvedToken?: string) => {
        globals.qrCodePage = { states: [...globals.qrCodePage.states, state], approvedToken }
      }
      const { qrCode } = clientOf('@authsignal/browser', baseUrl, currentToken)
      return (await qrCode?.challenge?.call(qrCode, { ...given, onStateChange }))?.data?.challengeId
    },
    [options, token, stack.baseUrl] as const,
  )
  await claim('qr-code', phone, String(shown))
  await stack.page.waitForFunction(() => (globalThis as unknown as { qrCodePage: QrCodePage }).qrCodePage.states.includes('claimed'))
  await decide('qr-code', phone, String(shown))
  await stack.page.waitForFunction(() => (globalThis as unknown as { qrCodePage: QrCodePage }).qrCodePage.approvedToken !== undefined)
  const told = await stack.page.evaluate(() => (globalThis as unknown as { qrCodePage: QrCodePage }).qrCodePage)
  assert.equal(told.states.at(-1), 'approved')
  return told.approvedToken ?? ''
}

async function send(place: string, authorization: string, body: object): Promise<void> {
  const headers = { authorization, 'content-type': 'application/json' }
  const response = await fetch(`${stack.baseUrl}/client${place}`, { method: 'POST', headers, body: JSON.stringify(body) })
  assert.equal(response.status, 200, await response.text())
}

const tenant = `Basic ${btoa('page:')}`

/** What the phone does that has scanned a code, signing as the mobile SDK does. */
function claim(method: string, { publicKey, sign }: SoftwarePhone, challengeId: string): Promise<void> {
  return send(`/user-authenticators/${method}/challenge/claim`, tenant, { publicKey, challengeId, signature: sign(challengeId) })
}

/** Its user says yes. */
function decide(method: string, { publicKey, sign }: SoftwarePhone, challengeId: string, verificationCode?: string): Promise<void> {
  const signed = { publicKey, challengeId, signature: sign(challengeId) }
  return send(`/user-authenticators/${method}/challenge`, tenant, { ...signed, approved: true, verificationCode })
}

test('the React components of the wire API ask for a passkey, and for codes by mail, by text message and of an app', async () => {
  await plugIn('internal')
  const { page, sallyport } = stack
  const email = 'components@example.com'
  const phoneNumber = '+64211234568'
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  await call('@authsignal/browser', ['passkey', 'signUp'], '', { token: await enrolmentToken('has both'), username: 'has both' })
  for (const [userId, attributes] of [
    ['has both', { verificationMethod: 'EMAIL_OTP', email }],
    ['has texts', { verificationMethod: 'SMS', phoneNumber }],
    ['has an app', { verificationMethod: 'AUTHENTICATOR_APP', otpUri: `otpauth://totp/Bank:app?secret=${secret}&issuer=Bank` }],
  ] as const) {
    await sallyport.enrollVerifiedAuthenticator({ userId, attributes })
  }
  await page.evaluate(await bundle("import './react-checkout.jsx'", import.meta.dirname))
  await page.evaluate((baseUrl) => showCheckout('page', baseUrl), stack.baseUrl)
  const show = async (userId: string, idempotencyKey?: string) =>
    page.evaluate((token) => void startChallenge(token), await transferToken(userId, idempotencyKey))
  const passed = async (): Promise<Result> => {
    const token = String(await (await page.waitForFunction(() => 'passedToken' in globalThis && globalThis.passedToken)).jsonValue())
    await page.evaluate(() => Reflect.deleteProperty(globalThis, 'passedToken'))
    return { data: { isVerified: true, token } }
  }
  const type = (code: string) => page.locator('input[autocomplete="one-time-code"]').pressSequentially(code)

  await show('has both')
  await assertApproved('has both', await passed(), 'PASSKEY')

  // Nobody touches the key: the user takes the other way, and mistypes the code.
  await stack.cdp.send('WebAuthn.setUserVerified', { authenticatorId: keyId ?? '', isUserVerified: false })
  await show('has both', 't2')
  await page.getByText('There was a problem authenticating with your passkey.').waitFor()
  const mailed = page.waitForResponse('**/client/challenge/email-otp')
  await page.getByRole('button', { name: 'Use an email OTP instead' }).click()
  await page.getByText(`Enter the code sent to ${email} to proceed.`).waitFor()
  await mailed
  const code = await readCode(stack.baseUrl, stack.managementKey, email)
  await type(code === '000000' ? '000001' : '000000')
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('input[autocomplete="one-time-code"]')?.value === '')
  await type(code)
  await assertApproved('has both', await passed(), 'EMAIL_OTP', 't2')

  const texted = page.waitForResponse('**/client/challenge/sms')
  await show('has texts')
  await texted
  await page.getByText(`Enter the code sent to ${phoneNumber} to proceed.`).waitFor()
  await type(await readCode(stack.baseUrl, stack.managementKey, phoneNumber))
  await assertApproved('has texts', await passed(), 'SMS')

  await show('has an app')
  await page.getByText('Enter the code from your authenticator app to proceed.').waitFor()
  await type(codeOf(secret, Date.now()))
  await assertApproved('has an app', await passed(), 'AUTHENTICATOR_APP')
})

/** Set up by `react-checkout.jsx`. */
declare function showCheckout(tenantId: string, baseUrl: string): void
declare function startChallenge(token: string): Promise<void>
declare global {
  var passedToken: string | undefined
}
