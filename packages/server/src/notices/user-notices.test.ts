import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'
import type { OutgoingMail } from '../delivery/mailer.ts'

let now = Date.UTC(2026, 10, 29, 12)
const sent: OutgoingMail[] = []
const mailer = {
  async send(mail: OutgoingMail) {
    sent.push(mail)
    return { isSent: true } as const
  },
  check: async () => ({ isSent: true }) as const,
}
const server = await createTestApp({ clock: () => now, mailer })
const { app, asServer, asManagement } = server
const client = createCeremonies(server)
after(server.close)
await configureAction(server, 'transfer', { defaultOutcome: 'CHALLENGE', rules: [] })

type Body = Record<string, unknown>
async function call(method: 'GET' | 'PATCH' | 'POST' | 'DELETE', url: string, body?: object, headers = asServer) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>() }
}
const newUser = async (userId: string, more: object = {}) => {
  await call('PATCH', `/users/${userId}`, { email: `${userId}@example.com`, emailVerified: true, ...more })
  return userId
}
/** The mails since the last look. */
async function mails(count: number): Promise<OutgoingMail[]> {
  for (let turn = 0; sent.length < count && turn < 1000; turn += 1) await new Promise(setImmediate)
  assert.equal(sent.length, count)
  return sent.splice(0)
}
const path = ({ text }: OutgoingMail) => /http:\/\/localhost:4000(\/hosted\/not-me\?token=\S+)/.exec(text)?.[1] ?? ''
const press = (mail: OutgoingMail) =>
  app.inject({
    method: 'POST',
    url: '/hosted/not-me',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ token: path(mail).split('token=')[1] ?? '' }).toString(),
  })
interface Entry {
  actor: { kind: string }
  details: Body
}
const entries = async (userId: string, event: string): Promise<Entry[]> =>
  (await call('GET', `/management/audit?user=${userId}&event=${event}`, undefined, asManagement)).body.entries as Entry[]

test('EN-06: a binding, a removal, a new device and a dispute are told by mail to a verified address, and the audit log says so', async () => {
  const userId = await newUser('ann', { locale: 'en-NZ' })
  const { authenticator } = await client.enrol(userId)
  const [added] = await mails(1)
  assert.deepEqual([added?.to, added?.subject], ['ann@example.com', 'A sign-in method was added to your account at test-tenant'])
  assert.match(added?.text ?? '', /Method: Passkey\n/)
  const [created] = await entries(userId, 'authenticator.created')
  assert.deepEqual(created?.details.notified, ['mail'])

  const signIn = async (deviceId: string) => {
    const { token, idempotencyKey } = await client.track(userId, 'transfer', { deviceId }, 'CHALLENGE_REQUIRED')
    const options = await client.authenticationOptions(server.withToken(token))
    assert.equal((await client.verify(server.withToken(token), options, authenticator, undefined, { deviceId })).status, 200)
    return String(idempotencyKey)
  }
  await signIn('laptop')
  const key = await signIn('phone')
  await signIn('phone')
  const [device, ...others] = await mails(1)
  assert.deepEqual([device?.subject, others.length], ['Your account at test-tenant was used on a new device', 0])
  assert.match(device?.text ?? '', /Action: Transfer\n/)

  await call('POST', `/management/events/${userId}/transfer/${key}/dispute`, { reason: 'called us' }, asManagement)
  assert.equal((await mails(1))[0]?.subject, 'An action on your account at test-tenant was reported')

  const [bound] = (await call('GET', `/users/${userId}/authenticators`)).body as unknown as Body[]
  await call('DELETE', `/users/${userId}/authenticators/${bound?.userAuthenticatorId}`)
  assert.equal((await mails(1))[0]?.subject, 'A sign-in method was removed from your account at test-tenant')
})

test('EN-06, RC-04: new recovery codes, a code that is used and a link that is redeemed are told by mail, and the audit log says so', async () => {
  await call('POST', '/management/authenticator-configurations/recovery-code', {}, asManagement)
  await call('PATCH', '/management/tenant', { enrolmentLinkUrl: 'https://bank.example/enrol', enrolmentLinkWaitHours: 1 }, asManagement)
  const support = { actionCode: 'call-support', defaultUserActionResult: 'CHALLENGE', verificationMethods: ['RECOVERY_CODE'] }
  await call('POST', '/management/action-configurations', support, asManagement)
  const userId = await newUser('amy')
  const { authenticator } = await client.enrol(userId)
  const prove = async () => {
    const { token } = await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
    return server.withToken(String((await client.signIn(token, authenticator)).body.accessToken))
  }
  const verify = (headers: Awaited<ReturnType<typeof prove>>, verificationCode: string | undefined) =>
    call('POST', '/client/verify/recovery-code', { verificationCode }, headers)
  const makeCodes = async () => {
    const headers = await prove()
    const { recoveryCodes } = (await call('POST', '/client/user-authenticators/recovery-code', {}, headers)).body as {
      recoveryCodes: string[]
    }
    assert.equal((await verify(headers, recoveryCodes[0])).body.isVerified, true)
    return recoveryCodes
  }
  const subjects = async (count: number) => (await mails(count)).map(({ subject }) => subject)
  await makeCodes()
  const added = 'A sign-in method was added to your account at test-tenant'
  assert.deepEqual(await subjects(2), [added, added], 'the passkey and the first codes')
  const codes = await makeCodes()
  assert.deepEqual(await subjects(1), ['New recovery codes for your account at test-tenant'])
  assert.deepEqual((await entries(userId, 'authenticator.created'))[0]?.details.notified, ['mail'])

  const opened = 'Your account at test-tenant was opened by recovery'
  const proved = await prove()
  assert.equal((await verify(proved, 'AAAAA-AAAAA-AAAAA-AAAAA')).body.isVerified, false)
  assert.equal((await verify(proved, codes[0])).body.isVerified, true)
  const { token } = await client.track(userId, 'call-support', {}, 'CHALLENGE_REQUIRED')
  assert.equal((await verify(server.withToken(token), codes[1])).body.isVerified, true)
  const [recovered, ...others] = await mails(2)
  assert.deepEqual([recovered?.subject, others[0]?.subject], [opened, opened])
  assert.match(recovered?.text ?? '', /\/hosted\/not-me\?token=/)
  for (const event of ['recovery.completed', 'challenge.passed']) {
    const byCode = (await entries(userId, event)).filter(({ details }) => details.verificationMethod === 'RECOVERY_CODE')
    assert.deepEqual(
      byCode.map(({ details }) => details.notified),
      [['mail']],
    )
  }

  const issued = await call('POST', `/management/users/${userId}/enrolment-links`, { reason: 'showed a passport' }, asManagement)
  assert.equal((await subjects(1))[0], 'A recovery link for your account at test-tenant')
  now += 60 * 60 * 1000
  const link = String(issued.body.url).split('#enrolment=')[1]
  assert.equal((await call('POST', '/enrolment-links/redeem', { token: link })).status, 200)
  assert.deepEqual(await subjects(1), [opened])
  assert.deepEqual((await entries(userId, 'enrolment_link.used'))[0]?.details.notified, ['mail'])
  assert.match((await app.inject('/metrics')).body, /sallyport_messages_total\{kind="recovery_used",result="delivered"\} 3/)
})

test('EN-06: nobody is told at an address that is not verified, in a batch, or where the tenant tells its users itself', async () => {
  await call('PATCH', '/users/bob', { email: 'bob@example.com' })
  await client.enrol('bob')
  await call('PATCH', '/management/tenant', { notifyUsers: false }, asManagement)
  await client.enrol(await newUser('bea'))
  await call('PATCH', '/management/tenant', { notifyUsers: null }, asManagement)
  await client.enrol(await newUser('ben'))
  assert.deepEqual(
    (await mails(1)).map(({ to }) => to),
    ['ben@example.com'],
  )
  assert.equal((await entries('bob', 'authenticator.created'))[0]?.details.notified, undefined)
})

test('EN-06: when another mail address takes the place of one that received codes, both are told', async () => {
  await call('POST', '/management/authenticator-configurations/email-otp', {}, asManagement)
  const bind = (email: string) => call('POST', '/users/cat/authenticators', { verificationMethod: 'EMAIL_OTP', email })
  await bind('cat@example.com')
  assert.deepEqual(
    (await mails(1)).map(({ to }) => to),
    ['cat@example.com'],
  )
  await bind('new@example.com')
  assert.deepEqual((await mails(2)).map(({ to }) => to).sort(), ['cat@example.com', 'new@example.com'])
})

test('EN-06: "this was not me" changes nothing when it is opened; pressed, it freezes enrolments and disputes the action, once', async () => {
  const userId = await newUser('dan')
  await client.enrol(userId)
  const [mail] = await mails(1)
  assert.ok(mail)
  for (let visit = 0; visit < 3; visit += 1) {
    const page: { statusCode: number; headers: Record<string, unknown>; body: string } = await app.inject(path(mail))
    assert.equal(page.statusCode, 200)
    assert.match(String(page.headers['content-security-policy']), /^default-src 'none'; style-src 'sha256-/)
    assert.deepEqual([page.headers['cache-control'], page.headers['referrer-policy']], ['no-store', 'no-referrer'])
    assert.match(page.body, /<button class="grave">This was not me<\/button>/)
    assert.doesNotMatch(page.body, /<script|<img|<link|style="/)
  }
  assert.equal((await call('GET', `/users/${userId}`)).body.enrolmentFrozenAt, undefined)
  now += 60_000
  const pressed = await press(mail)
  assert.deepEqual([pressed.statusCode, /Your account is protected/.test(pressed.body)], [200, true])
  const at = new Date(now).toISOString()
  assert.equal((await call('GET', `/users/${userId}`)).body.enrolmentFrozenAt, at)
  assert.equal((await call('GET', `/management/users/${userId}`, undefined, asManagement)).body.enrolmentFrozenAt, at)
  const [disputed] = await entries(userId, 'action.disputed')
  assert.deepEqual([disputed?.actor.kind, disputed?.details.action], ['user', 'enroll-passkey'])
  const [frozen] = await entries(userId, 'user.enrolment_frozen')
  assert.deepEqual([frozen?.actor.kind, frozen?.details.notice], ['user', 'authenticator_added'])
  assert.match((await app.inject('/metrics')).body, /sallyport_not_me_total\{notice="authenticator_added"\} 1/)
  assert.equal((await mails(1))[0]?.subject, 'An action on your account at test-tenant was reported')
  assert.deepEqual([(await press(mail)).statusCode, (await app.inject(path(mail))).statusCode], [410, 410])
  assert.equal((await entries(userId, 'user.enrolment_frozen')).length, 1)
})

test('EN-06: a frozen account takes no authenticator by any way, until support or the application lifts it', async () => {
  const userId = await newUser('eve')
  const { token: begun } = await client.track(userId, 'enrol', { scope: 'add:authenticators' })
  await client.enrol(userId)
  const [mail] = await mails(1)
  assert.ok(mail)
  await press(mail)
  await mails(1)
  const refused = [403, 'enrolment_frozen']
  const code = ({ status, body }: { status: number; body: Body }) => [status, body.errorCode]
  const options = (token: string) =>
    call('POST', '/client/user-authenticators/passkey/registration-options', { username: userId }, server.withToken(token))
  assert.deepEqual(code(await options(begun)), refused)
  const { token } = await client.track(userId, 'enrol', { scope: 'add:authenticators' })
  assert.deepEqual(code(await options(token)), refused)
  await call('POST', '/management/authenticator-configurations/email-otp', {}, asManagement)
  const asApplication = await call('POST', `/users/${userId}/authenticators`, { verificationMethod: 'PASSKEY', credentialId: 'AAAA' })
  assert.ok(asApplication.status >= 400)
  for (const [url, headers] of [
    [`/management/users/${userId}/enrolment-freeze?reason=called%20back`, asManagement],
    [`/users/${userId}/enrolment-freeze`, asServer],
  ] as const) {
    assert.deepEqual((await call('DELETE', url, undefined, headers)).body, { success: true })
  }
  assert.equal((await call('GET', `/users/${userId}`)).body.enrolmentFrozenAt, undefined)
  const lifted = await entries(userId, 'user.enrolment_unfrozen')
  assert.deepEqual(
    lifted.map(({ details }) => details),
    [{ reason: 'called back' }],
  )
  assert.equal((await options(token)).status, 200)
})

test('EN-06: a link that is changed, old, of an erased user or of another server is gone, and says so in the language of the browser', async () => {
  const userId = await newUser('fay')
  await client.enrol(userId)
  const [mail] = await mails(1)
  assert.ok(mail)
  const url = path(mail)
  const forged = `${url.slice(0, -3)}AAA`
  for (const wrong of [forged, '/hosted/not-me?token=', '/hosted/not-me?token=x']) assert.equal((await app.inject(wrong)).statusCode, 410)
  assert.equal((await app.inject('/hosted/not-me')).statusCode, 400)
  now += 7 * 24 * 60 * 60 * 1000
  assert.equal((await app.inject(url)).statusCode, 410)
  assert.equal((await press(mail)).statusCode, 410)
  now -= 1
  assert.equal((await app.inject(url)).statusCode, 200)
  await call('DELETE', `/users/${userId}`)
  assert.equal((await app.inject(url)).statusCode, 410)
  assert.ok(!server.logged().includes(url.split('token=')[1] ?? ''))
  assert.doesNotMatch(server.logged(), /@example\.com/)
})

/** The text messages that stayed in the outbox since the last look. */
function texts(): { to: string; text: string }[] {
  const kept = server.deps.delivery.record.list(server.tenant.tenantId).filter(({ to }) => to.startsWith('+'))
  server.deps.delivery.record.forget(server.tenant.tenantId)
  return kept.map(({ to, mail }) => ({ to, text: mail?.text ?? '' }))
}

test('EN-06: what is done by mail is told by text message, too, and so is a user without a mail address', async () => {
  await call('POST', '/management/authenticator-configurations/email-otp', {}, asManagement)
  await call('POST', '/management/authenticator-configurations/sms', { smsCountryCodes: ['NZ'] }, asManagement)
  const phone = (phoneNumber: string) => ({ phoneNumber, phoneNumberVerified: true })
  const bind = (userId: string) =>
    call('POST', `/users/${userId}/authenticators`, { verificationMethod: 'EMAIL_OTP', email: `${userId}@example.com` })

  const userId = await newUser('pia', phone('+6421555001'))
  await client.enrol(userId)
  await mails(1)
  assert.deepEqual(texts(), [], 'a passkey is told by mail alone')
  assert.equal((await bind(userId)).status, 200)
  await mails(1)
  const [told, ...others] = texts()
  assert.deepEqual([told?.to, others], ['+6421555001', []])
  assert.match(
    told?.text ?? '',
    /^A sign-in method was added to your account at test-tenant\. Not you\? http:\/\/localhost:4000\/hosted\/not-me\?token=\S+$/,
  )
  const created = await entries(userId, 'authenticator.created')
  assert.deepEqual(created.map(({ details }) => String(details.notified)).sort(), ['mail', 'mail,phone'])

  await call('PATCH', '/users/pat', phone('+6421555002'))
  await client.enrol('pat')
  assert.deepEqual(
    texts().map(({ to }) => to),
    ['+6421555002'],
    'there is no other channel',
  )
  for (const [name, number] of [
    ['paul', '+4915112345678'],
    ['pete', '+6421555003'],
  ] as const) {
    await newUser(name, { phoneNumber: number, phoneNumberVerified: name === 'paul' })
    await bind(name)
    await mails(1)
  }
  assert.deepEqual(texts(), [], 'a country that is not allowed, and a number that is not verified')

  const issued = await call('POST', `/management/users/${userId}/enrolment-links`, { reason: 'showed a passport' }, asManagement)
  assert.deepEqual(issued.body.notified, ['mail', 'phone'])
  assert.match(texts()[0]?.text ?? '', /A recovery link for your account at test-tenant\. Not you\? \S+cancel-enrolment\?token=\S+$/)
})

test('OT-08: notices by text message count for the limits of codes, and mail goes out all the same', async () => {
  const limits = { sendingRateLimitConfigurations: [{ rateLimit: 1, windowInMinutes: 1440 }] }
  const set = await call('PATCH', '/management/authenticator-configurations/sms', limits, asManagement)
  assert.equal(set.status, 200, JSON.stringify(set.body))
  const userId = await newUser('pru', { phoneNumber: '+6421555009', phoneNumberVerified: true })
  const bound = await call('POST', `/users/${userId}/authenticators`, { verificationMethod: 'EMAIL_OTP', email: 'pru@example.com' })
  const { userAuthenticatorId } = bound.body.authenticator as Body
  await call('DELETE', `/users/${userId}/authenticators/${userAuthenticatorId}`)
  await mails(2)
  assert.equal(texts().length, 1)
  assert.deepEqual((await entries(userId, 'authenticator.deleted'))[0]?.details.notified, ['mail'])
})
