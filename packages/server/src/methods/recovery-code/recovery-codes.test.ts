import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { codeOf } from '../../../test/support/code-of.ts'
import { createSoftwareAuthenticator } from '../../../test/support/software-authenticator.ts'
import { createTestApp } from '../../../test/support/test-app.ts'
import { type Answer, createCeremonies, origin } from '../../../test/support/test-ceremony.ts'
import { createSeed, toUri } from '../authenticator-app/one-time-password.ts'

let now = 1_750_000_000_000
const app = await createTestApp({ clock: () => now })
after(app.close)
const client = createCeremonies(app)
const configurations = '/management/authenticator-configurations'
for (const path of ['recovery-code', 'authenticator-app']) await client.send('POST', `${configurations}/${path}`, app.asManagement, {})
const actions = '/management/action-configurations'
const recover = { actionCode: 'recover', defaultUserActionResult: 'CHALLENGE', verificationMethods: ['RECOVERY_CODE'] }
await client.send('POST', actions, app.asManagement, recover)

const scope = 'add:authenticators'
const begin = (token: string) => client.send('POST', '/client/user-authenticators/recovery-code', app.withToken(token))
const verify = (token: string, verificationCode: unknown) =>
  client.send('POST', '/client/verify/recovery-code', app.withToken(token), { verificationCode })
const isVerified = ({ status, body }: Answer) => status === 200 && body.isVerified === true
const wrong = { isVerified: false, failureReason: 'CODE_INVALID_OR_EXPIRED' }
const refusal = ({ status, body }: Answer) => [status, body.errorCode]

interface Account {
  userId: string
  seed: string
  codes: string[]
}

/** A user with an app that the application enrolled, and the codes that came along. */
async function enrol(userId: string): Promise<Account> {
  const seed = createSeed()
  const otpUri = toUri(seed, { issuer: 'Bank', label: userId })
  const { status, body } = await client.send('POST', `/users/${userId}/authenticators`, app.asServer, {
    verificationMethod: 'AUTHENTICATOR_APP',
    otpUri,
  })
  assert.equal(status, 200, JSON.stringify(body))
  return { userId, seed, codes: body.recoveryCodes as string[] }
}

const listed = async (userId: string) =>
  (await client.send('GET', `/users/${userId}/authenticators`, app.asServer)).body as unknown as Record<string, unknown>[]
const codesLeft = async (userId: string) =>
  (await listed(userId)).find(({ verificationMethod }) => verificationMethod === 'RECOVERY_CODE')?.recoveryCodesLeft

/** The result of a challenge that the app passed. */
async function passByApp({ userId, seed }: Account): Promise<string> {
  now += 60_000
  const { token } = await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
  const reply = await client.send('POST', '/client/verify/totp', app.withToken(token), { verificationCode: codeOf(seed, now) })
  assert.ok(isVerified(reply), JSON.stringify(reply.body))
  return String(reply.body.accessToken)
}

const passByCode = async (userId: string, code: string) => verify((await client.track(userId, 'recover')).token, code)

test('RC-01: the first enrolment brings ten codes of 100 random bits, 70 of which are checked slowly', async () => {
  const { codes, userId } = await enrol('rc01')
  assert.equal(codes.length, 10)
  assert.equal(new Set(codes).size, 10)
  for (const code of codes) assert.match(code, /^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$/)
  assert.equal(await codesLeft(userId), 10)
})

test('RC-02: the store has slow hashes, encrypted, and no API shows a code again', async () => {
  const { codes, userId } = await enrol('rc02')
  const rows = await app.deps.store.db.selectFrom('authenticators').selectAll().where('user_id', '=', userId).execute()
  const stored = rows.find(({ verification_method }) => verification_method === 'RECOVERY_CODE')
  const opened = await app.deps.authenticatorSecrets.read(app.deps.store.db, {
    tenantId: app.tenant.tenantId,
    userId,
    id: stored?.user_authenticator_id ?? '',
  })
  for (const code of codes) {
    assert.ok(!JSON.stringify(rows).includes(code))
    assert.ok(!opened?.includes(code.replaceAll('-', '').slice(6)))
  }
  assert.match(String(JSON.parse(opened ?? '[]')[0].saltedHash), /^[\w-]{22}\.[\w-]{43}$/)
  assert.ok(!JSON.stringify(await listed(userId)).includes(codes[0] ?? ''))
})

test('RC-03: a code is good once, and the others stay', async () => {
  const { codes, userId } = await enrol('rc03')
  assert.ok(isVerified(await passByCode(userId, codes[0] ?? '')))
  assert.deepEqual((await passByCode(userId, codes[0] ?? '')).body, wrong)
  assert.equal(await codesLeft(userId), 9)
  assert.ok(
    isVerified(await passByCode(userId, ` ${codes[1]?.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')} `)),
    'as people type',
  )
  assert.equal(await codesLeft(userId), 8)
})

test('RC-03: of 10 times one code at once, for as many instances, one is accepted', async () => {
  const { codes, userId } = await enrol('race')
  const tracked = await Promise.all(Array.from({ length: 10 }, () => client.track(userId, 'recover')))
  const answers = await Promise.all(tracked.map(({ token }) => verify(token, codes[0])))
  assert.equal(answers.filter(isVerified).length, 1)
  assert.equal(await codesLeft(userId), 9)
})

test('RC-03: a new set ends the old one, once the user has typed one of its codes', async () => {
  const account = await enrol('again')
  const token = await passByApp(account)
  const begun = await begin(token)
  assert.equal(begun.status, 200, JSON.stringify(begun.body))
  const codes = begun.body.recoveryCodes as string[]
  assert.deepEqual((await passByCode('again', codes[0] ?? '')).body, wrong, 'EN-05: not in force yet')
  assert.ok(isVerified(await passByCode('again', account.codes[0] ?? '')))
  assert.deepEqual((await verify(token, account.codes[1])).body, wrong)
  assert.ok(isVerified(await verify(token, codes[0])))
  assert.equal(await codesLeft('again'), 10, 'the code that was typed is still good')
  assert.deepEqual((await passByCode('again', account.codes[1] ?? '')).body, wrong)
  assert.ok(isVerified(await passByCode('again', codes[0] ?? '')))
  const events = await app.deps.store.db.selectFrom('audit_log').select(['event', 'details']).where('user_id', '=', 'again').execute()
  assert.ok(events.some(({ event, details }) => event === 'authenticator.deleted' && JSON.parse(details).reason === 'replaced'))
})

test('RC-05: a recovery code alone adds no authenticator and makes no new codes', async () => {
  const { codes, userId } = await enrol('alone')
  const passed = await passByCode(userId, codes[0] ?? '')
  const token = String(passed.body.accessToken)
  assert.equal((await client.validate(token)).isValid, true)
  assert.deepEqual(refusal(await begin(token)), [403, 'insufficient_scope'])
  assert.deepEqual(refusal(await client.registrationOptions(token)), [403, 'insufficient_scope'])
  assert.deepEqual(refusal(await client.send('POST', '/client/user-authenticators/totp', app.withToken(token))), [
    403,
    'insufficient_scope',
  ])
  assert.deepEqual(refusal(await verify(token, codes[1])), [400, 'invalid_request'], 'a second code proves no more')
})

test('RC-05: a recovery code answers only what names it, and nothing that wants a passkey', async () => {
  const { codes, userId } = await enrol('named')
  const transfer = await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
  assert.deepEqual(refusal(await verify(transfer.token, codes[0])), [400, 'invalid_request'])
  const rule = {
    name: 'Passkeys only',
    isActive: true,
    priority: 1,
    type: 'CHALLENGE',
    verificationMethods: ['RECOVERY_CODE'],
    challenge: { phishingResistant: true },
  }
  await client.send('POST', actions, app.asManagement, { actionCode: 'payout', defaultUserActionResult: 'ALLOW' })
  await client.send('POST', `${actions}/payout/rules`, app.asManagement, rule)
  assert.deepEqual(refusal(await verify((await client.track(userId, 'payout')).token, codes[0])), [400, 'invalid_request'])
  assert.equal(await codesLeft(userId), 10)
})

test('RC-05: with an authenticator that is left, a code replaces a lost passkey by one new authenticator', async () => {
  const account = await enrol('lost')
  const { userId, codes } = account
  const lost = await client.enrol(userId)
  const token = await passByApp(account)
  assert.deepEqual(
    refusal(await client.registrationOptions(token)),
    [403, 'insufficient_scope'],
    'EN-01: an app does not add a passkey beside one',
  )
  const recovered = await verify(token, codes[0])
  assert.ok(isVerified(recovered), JSON.stringify(recovered.body))
  assert.equal(await codesLeft(userId), 9)
  const key = createSoftwareAuthenticator({ origin })
  const second = String(recovered.body.accessToken)
  assert.equal((await client.register(second, key)).status, 200)
  assert.deepEqual(refusal(await client.registrationOptions(second)).slice(0, 1), [200], 'options are free')
  assert.deepEqual(refusal(await client.register(second, createSoftwareAuthenticator({ origin }))), [403, 'insufficient_scope'])
  assert.deepEqual(refusal(await verify(second, codes[1])), [400, 'invalid_request'])
  assert.equal(
    (await listed(userId)).filter(({ verificationMethod }) => verificationMethod === 'PASSKEY').length,
    2,
    'the lost one is removed apart',
  )
  assert.ok(lost.userAuthenticatorId)
})

test('TX-09, RC-04: wrong codes beside a passed challenge count as answers to it', async () => {
  const account = await enrol('guess')
  const token = await passByApp(account)
  for (let tries = 2; tries <= 5; tries++) {
    const { body } = await verify(token, '22222-22222-22222-22222')
    assert.deepEqual(body, tries < 5 ? wrong : { isVerified: false, failureReason: 'MAX_ATTEMPTS_EXCEEDED' })
  }
  assert.deepEqual((await verify(token, account.codes[0])).body, { isVerified: false, failureReason: 'MAX_ATTEMPTS_EXCEEDED' })
  assert.equal(await codesLeft('guess'), 10)
})

test('a recovery teaches what an allowed action teaches, and so does the new authenticator for seven days', async () => {
  const account = await enrol('seen')
  const learnt = async (action: string, idempotencyKey: string) =>
    (await app.deps.store.findInstance({ tenantId: app.tenant.tenantId, userId: 'seen', action, idempotencyKey }))?.learnt
  const first = await client.track('seen', 'recover', { ipAddress: '203.0.113.9' })
  assert.ok(isVerified(await verify(first.token, account.codes[0])))
  assert.equal(await learnt('recover', first.idempotencyKey), 'success')
  const recovered = await verify(await passByApp(account), account.codes[1])
  const key = createSoftwareAuthenticator({ origin })
  assert.equal((await client.register(String(recovered.body.accessToken), key)).status, 200)
  const lessons: unknown[] = []
  for (const days of [0, 8]) {
    now += days * 86_400_000
    const tracked = await client.track('seen', 'login', { ipAddress: '203.0.113.9' }, 'CHALLENGE_REQUIRED')
    assert.equal((await client.signIn(tracked.token, key)).status, 200)
    lessons.push(await learnt('login', tracked.idempotencyKey))
  }
  assert.deepEqual(lessons, ['success', 'phishing_resistant'])
})

test('tenants can go without recovery codes, or without those of a first enrolment', async () => {
  const set = (body: object) => client.send('PATCH', '/management/tenant', app.asManagement, body)
  const { codes } = await enrol('before')
  assert.equal((await set({ skipRecoveryCodesOnProgrammaticEnrollment: true })).status, 200)
  assert.equal((await enrol('skipped')).codes, undefined)
  assert.deepEqual(
    (await listed('skipped')).map(({ verificationMethod }) => verificationMethod),
    ['AUTHENTICATOR_APP'],
  )
  await set({ skipRecoveryCodesOnProgrammaticEnrollment: null, disableRecoveryCodes: true })
  assert.equal((await enrol('disabled')).codes, undefined)
  assert.deepEqual(refusal(await begin((await client.track('disabled', 'enrol', { scope })).token)), [400, 'invalid_configuration'])
  assert.deepEqual(refusal(await passByCode('before', codes[0] ?? '')), [400, 'invalid_configuration'])
  await set({ disableRecoveryCodes: null })
  assert.ok(isVerified(await passByCode('before', codes[0] ?? '')))
  const second = { verificationMethod: 'AUTHENTICATOR_APP', otpUri: toUri(createSeed(), { issuer: 'Bank', label: 'b' }) }
  const more = await client.send('POST', '/users/before/authenticators', app.asServer, second)
  assert.ok(!('recoveryCodes' in more.body), 'only the first enrolment brings codes')
})

test('EN-08: recovery codes alone are no authenticator that is left', async () => {
  await client.send('PATCH', '/management/tenant', app.asManagement, { allowDisablingMfa: false })
  const { userId } = await enrol('last')
  const [authenticator, codes] = await listed(userId)
  assert.equal(codes?.verificationMethod, 'RECOVERY_CODE', 'they come after the authenticator')
  const remove = (id: unknown) => client.send('DELETE', `/users/${userId}/authenticators/${id}`, app.asServer)
  assert.deepEqual(refusal(await remove(authenticator?.userAuthenticatorId)), [400, 'invalid_request'])
  assert.equal((await remove(codes?.userAuthenticatorId)).status, 200)
  await client.send('PATCH', '/management/tenant', app.asManagement, { allowDisablingMfa: null })
})

test('RC-04: of 100 wrong codes at once, for ten instances, five are judged, and the right one passes after the delay', async () => {
  const { codes, userId } = await enrol('rc04')
  const tracks = await Promise.all(Array.from({ length: 10 }, () => client.track(userId, 'recover')))
  const replies = await Promise.all(Array.from({ length: 100 }, (_, n) => verify(tracks[n % 10]?.token ?? '', '22222-22222-22222-22222')))
  assert.equal(replies.filter(({ status }) => status !== 429).length, 5)
  assert.ok(replies.every((reply) => !isVerified(reply)))
  assert.equal((await passByCode(userId, codes[0] ?? '')).status, 429)
  now += 31_000
  assert.ok(isVerified(await passByCode(userId, codes[0] ?? '')))
})
