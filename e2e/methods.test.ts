import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { build } from 'esbuild'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { Sallyport } from '../packages/node/src/index.ts'
import { loadConfig, type RunningServer, startServer } from '../packages/server/src/app/start-server.ts'
import { codeOf } from '../packages/server/test/support/code-of.ts'
import { createSoftwarePhone, type SoftwarePhone } from '../packages/server/test/support/software-phone.ts'
import { launchBrowser } from './browser.ts'
import { readCode } from './demo-stack.ts'

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

const root = path.resolve(import.meta.dirname, '..')
const dataDir = mkdtempSync(path.join(tmpdir(), 'sallyport-methods-'))
const secretKey = randomBytes(32).toString('base64url')
const managementKey = randomBytes(32).toString('base64url')
let origin: string
let server: RunningServer
let pages: http.Server
let browser: Browser
let page: Page
let sallyport: Sallyport
let cdp: CDPSession
let keyId: string | undefined

before(async () => {
  pages = http.createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>page</title>'))
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  const address = pages.address()
  assert.ok(typeof address === 'object' && address !== null)
  origin = `http://localhost:${address.port}`
  server = await startServer(
    loadConfig(
      {
        port: '0',
        'data-dir': dataDir,
        'log-level': 'silent',
        'bootstrap-tenant-id': 'page',
        'bootstrap-secret-key': secretKey,
        'bootstrap-management-key': managementKey,
        'bootstrap-rp-id': 'localhost',
        'bootstrap-origins': origin,
      },
      {},
    ),
  )
  sallyport = new Sallyport({ apiSecretKey: secretKey, apiUrl: `${server.url}/v1` })
  browser = await launchBrowser()
  page = await (await browser.newContext()).newPage()
  cdp = await page.context().newCDPSession(page)
  await page.goto(origin)
  await page.evaluate(await bundle())
})

after(async () => {
  await browser?.close()
  pages?.close()
  await server?.close()
  rmSync(dataDir, { recursive: true, force: true })
})

/** Created by the bundle below: what both packages give a page, by the names of the official one. */
declare function clientOf(
  name: PackageName,
  baseUrl: string,
  token: string,
): Record<string, Record<string, (options: object) => Promise<Result>>>

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { emailMagicLink, emailOtp, recoveryCode, Sallyport, securityKey, totp } from './packages/browser/src/index.ts'
        import { Authsignal } from '@authsignal/browser'
        globalThis.clientOf = (name, baseUrl, token) => {
          const options = { tenantId: 'page', baseUrl }
          const client = name === '@authsignal/browser' ? new Authsignal(options) : new Sallyport(options)
          client.setToken(token)
          return name === '@authsignal/browser' ? client : { totp: totp(client), securityKey: securityKey(client), email: emailOtp(client), emailML: emailMagicLink(client, { useCookies: true }), recoveryCode: recoveryCode(client) }
        }`,
      resolveDir: root,
    },
    bundle: true,
    format: 'iife',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

/** Calls `clientOf(…).method.call(options)` in the page. */
function call(client: PackageName, [method, name]: [string, string], token: string, options: object = {}): Promise<Result> {
  return page.evaluate(
    async (given) => {
      const made = clientOf(given.client, given.baseUrl, given.token)[given.method]?.[given.name]
      // The methods of the official package need their object.
      return made?.call(clientOf(given.client, given.baseUrl, given.token)[given.method], given.options) ?? {}
    },
    { client, method, name, token, options, baseUrl: `${server.url}/v1` },
  )
}

/** A security key in place of the one that was there. */
async function plugInNewKey(): Promise<void> {
  if (keyId === undefined) await cdp.send('WebAuthn.enable')
  else await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: keyId })
  const key = { protocol: 'ctap2', transport: 'usb', hasUserVerification: true, isUserVerified: true } as const
  ;({ authenticatorId: keyId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...key, automaticPresenceSimulation: true },
  }))
}

async function configure(method: string, settings: object): Promise<void> {
  const response = await fetch(`${server.url}/v1/management/authenticator-configurations/${method}`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${managementKey}:`)}`, 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  })
  assert.equal(response.status, 200, await response.text())
}

async function enrolmentToken(userId: string): Promise<string> {
  return (await sallyport.track({ userId, action: 'enrol', attributes: { scope: 'add:authenticators' } })).token
}

/** A transfer that waits for a challenge. */
async function transferToken(userId: string): Promise<string> {
  const key = { userId, action: 'transfer', idempotencyKey: 't1' }
  const { token } = await sallyport.track({ ...key, attributes: { idempotencyKey: 't1' } })
  await sallyport.updateAction({ ...key, attributes: { state: 'CHALLENGE_REQUIRED' } })
  return token
}

async function assertApproved(userId: string, { data }: Result, method: string): Promise<void> {
  assert.equal(data?.isVerified, true)
  const approval = await sallyport.validateChallenge({ token: data.token ?? '', userId, action: 'transfer', idempotencyKey: 't1' })
  assert.deepEqual([approval.isValid, approval.verificationMethod], [true, method])
}

test('an authenticator app is enrolled, a wrong code is told, and a right one approves what was tracked', async () => {
  await configure('authenticator-app', {})
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
  await configure('security-key', { relyingParty: 'localhost', expectedOrigins: [origin] })
  await plugInNewKey()
  for (const client of packages) {
    const userId = `key of ${client}`
    const enrolled = await call(client, ['securityKey', 'enroll'], await enrolmentToken(userId))
    assert.equal(typeof enrolled.data?.token, 'string', JSON.stringify(enrolled))
    await assertApproved(userId, await call(client, ['securityKey', 'verify'], await transferToken(userId)), 'SECURITY_KEY')
  }
})

test('a mail address is enrolled by a code that was sent to it, and the next code approves what was tracked', async () => {
  await configure('email-otp', {})
  for (const [place, client] of packages.entries()) {
    const userId = `mail of ${client}`
    const email = `ada-${place}@example.com`
    const lastCode = () => readCode(`${server.url}/v1`, managementKey, email)
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
  const headers = { authorization: `Basic ${btoa(`${managementKey}:`)}` }
  const reply = await fetch(`${server.url}/v1/management/outbox`, { headers })
  const { messages } = (await reply.json()) as { messages: { kind: string; text: string }[] }
  const text = messages.find(({ kind }) => kind === 'sign_in_link')?.text ?? ''
  return /http\S+\/hosted\/link\?token=\S+/.exec(text)?.[0] ?? assert.fail('no link was mailed')
}

test('a link is pressed in the browser that asked for it, and shows a code in any other', async () => {
  await configure('email-magic-link', {})
  const ours = 'link of ours'
  const attributes = { verificationMethod: 'EMAIL_MAGIC_LINK', email: 'ada@example.com' } as const
  await sallyport.enrollVerifiedAuthenticator({ userId: ours, attributes })
  const token = await transferToken(ours)
  assert.ok((await call('@sallyport/browser', ['emailML', 'challenge'], token)).data)
  const waiting = call('@sallyport/browser', ['emailML', 'checkVerificationStatus'], token)
  const link = await lastLink()
  // A scanner of the mail server opens it, and nothing happens.
  for (const method of ['HEAD', 'GET']) assert.equal((await fetch(link, { method })).status, 200)
  const { state } = await sallyport.getAction({ userId: ours, action: 'transfer', idempotencyKey: 't1' })
  assert.equal(state, 'CHALLENGE_REQUIRED')
  const opened = await page.context().newPage()
  await opened.goto(link)
  await opened.getByRole('button', { name: 'Yes, confirm' }).click()
  await opened.getByRole('heading', { name: 'Confirmed' }).waitFor()
  await assertApproved(ours, await waiting, 'EMAIL_MAGIC_LINK')
  await opened.close()

  // The official package sends no credentials and has no call for the code: the page of the application sends it itself.
  const theirs = 'link of theirs'
  await sallyport.enrollVerifiedAuthenticator({ userId: theirs, attributes })
  const asked = await transferToken(theirs)
  await call('@authsignal/browser', ['emailML', 'challenge'], asked)
  const polling = call('@authsignal/browser', ['emailML', 'checkVerificationStatus'], asked)
  const phone = await browser.newPage()
  await phone.goto(await lastLink())
  await phone.getByRole('button', { name: 'Yes, confirm' }).click()
  const code = await phone.locator('.code').innerText()
  const typed = await page.evaluate(
    async ({ url, token, verificationCode }) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ verificationCode }) })
      const { accessToken, ...data } = (await reply.json()) as { isVerified: boolean; accessToken: string }
      return { data: { ...data, token: accessToken } }
    },
    { url: `${server.url}/v1/client/verify/email-magic-link`, token: asked, verificationCode: code },
  )
  await assertApproved(theirs, typed, 'EMAIL_MAGIC_LINK')
  assert.equal((await polling).data?.isVerified, true)
  await phone.close()
})

test('a lost security key is replaced with an authenticator app and a recovery code, through our package', async () => {
  await configure('recovery-code', {})
  const [client] = packages
  const userId = 'has codes'
  await plugInNewKey()
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

  await plugInNewKey()
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
    await configure(method, {})
    const body = { publicKey, deviceName: 'Phone', devicePlatform: 'ios' }
    await send(`/user-authenticators/${method}`, `Bearer ${await enrolmentToken(userId)}`, body)
  }
  const token = await transferToken(userId)
  const { data } = await call(client, ['push', 'challenge'], token, { action: 'transfer' })
  const challengeId = String(data?.challengeId)
  await approve('push', phones.push, challengeId, data?.verificationCode)
  await assertApproved(userId, await call(client, ['push', 'verify'], token, { challengeId }), 'PUSH')

  const shown = await page.evaluate(
    async ([name, baseUrl]) => {
      const globals = globalThis as unknown as { signedIn?: string }
      const onStateChange = (_state: string, given?: string) => {
        if (given !== undefined) globals.signedIn = given
      }
      const { qrCode } = clientOf(name, baseUrl, '')
      const made = await qrCode?.challenge?.call(qrCode, { action: 'sign-in', polling: true, pollInterval: 50, onStateChange })
      return made?.data?.challengeId
    },
    [client, `${server.url}/v1`] as const,
  )
  await approve('qr-code', phones['qr-code'], String(shown))
  await page.waitForFunction(() => 'signedIn' in globalThis)
  const signedIn = await page.evaluate(() => (globalThis as unknown as { signedIn: string }).signedIn)
  const { isValid, userId: who } = await sallyport.validateChallenge({ token: signedIn, action: 'sign-in' })
  assert.deepEqual([isValid, who], [true, userId])
})

async function send(place: string, authorization: string, body: object): Promise<void> {
  const headers = { authorization, 'content-type': 'application/json' }
  const response = await fetch(`${server.url}/v1/client${place}`, { method: 'POST', headers, body: JSON.stringify(body) })
  assert.equal(response.status, 200, await response.text())
}

/** What the phone does, signing as the mobile SDK does. */
async function approve(method: string, { publicKey, sign }: SoftwarePhone, challengeId: string, verificationCode?: string) {
  const tenant = `Basic ${btoa('page:')}`
  const signed = { publicKey, challengeId, signature: sign(challengeId) }
  const place = `/user-authenticators/${method}/challenge`
  if (method === 'qr-code') await send(`${place}/claim`, tenant, signed)
  await send(place, tenant, { ...signed, approved: true, verificationCode })
}
