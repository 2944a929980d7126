import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { HOTP, Secret } from 'otpauth'
import { codeOf, wrongCodeOf } from '../../../test/support/code-of.ts'
import { createTestApp } from '../../../test/support/test-app.ts'
import { type Answer, createCeremonies } from '../../../test/support/test-ceremony.ts'
import { createSeed, toUri } from './one-time-password.ts'

let now = 1_750_000_000_000
const step = 30_000
const app = await createTestApp({ clock: () => now })
after(app.close)
const client = createCeremonies(app)
const configuration = '/management/authenticator-configurations/authenticator-app'
await client.send('POST', configuration, app.asManagement, { issuerName: 'Example Bank' })

const scope = 'add:authenticators'
const begin = (token: string) => client.send('POST', '/client/user-authenticators/totp', app.withToken(token))
const verify = (token: string, verificationCode: unknown, extra: object = {}) =>
  client.send('POST', '/client/verify/totp', app.withToken(token), { verificationCode, ...extra })
const isVerified = ({ status, body }: Answer) => status === 200 && body.isVerified === true
const wrong = { isVerified: false, failureReason: 'CODE_INVALID_OR_EXPIRED' }
let users = 0

/** A user with an app; the code of the present step is used up. */
async function enrol(userId = `user-${++users}`) {
  const { token } = await client.track(userId, 'enrol', { scope })
  const begun = await begin(token)
  assert.equal(begun.status, 200, JSON.stringify(begun.body))
  const seed = String(begun.body.secret)
  const finished = await verify(token, codeOf(seed, now))
  assert.ok(isVerified(finished), JSON.stringify(finished.body))
  return { userId, seed, begun: begun.body, finished: finished.body }
}

const challenge = (userId: string) => client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')

async function answer(userId: string, code: unknown, extra?: object): Promise<Answer> {
  return verify((await challenge(userId)).token, code, extra)
}

test('enrolment shows a link, its secret and a QR code, and the first code finishes it', async () => {
  await client.send('PATCH', '/users/link', app.asServer, { email: 'ann@example.com' })
  const { begun, finished } = await enrol('link')
  const uri = new URL(String(begun.uri))
  assert.equal(decodeURIComponent(uri.href.split('?')[0] ?? ''), 'otpauth://totp/Example Bank:ann@example.com')
  assert.deepEqual(
    [uri.searchParams.get('issuer'), uri.searchParams.get('secret'), uri.searchParams.get('digits'), uri.searchParams.get('period')],
    ['Example Bank', begun.secret, '6', '30'],
  )
  assert.match(String(begun.qrCode), /^data:image\/svg\+xml;base64,/)
  assert.match(Buffer.from(String(begun.qrCode).split(',')[1] ?? '', 'base64').toString(), /^<svg /)
  const { userAuthenticator, accessToken, ...others } = finished
  assert.deepEqual(others, { isVerified: true, userId: 'link', userAuthenticatorId: begun.userAuthenticatorId })
  assert.equal((userAuthenticator as Record<string, unknown>).verificationMethod, 'AUTHENTICATOR_APP')
  assert.equal((await client.validate(accessToken)).isValid, true)
})

test('EN-05: an app whose first code has not come is no authenticator', async () => {
  const { token, userId } = await client.track('unfinished', 'enrol', { scope })
  const { body } = await begin(token)
  const user = await client.send('GET', `/users/${userId}`, app.asServer)
  assert.equal(user.body.isEnrolled, false)
  const other = await challenge(userId)
  const refused = await verify(other.token, codeOf(String(body.secret), now))
  assert.deepEqual([refused.status, refused.body.errorCode], [400, 'not_enrolled'])
  assert.equal(await client.stateOf(other), 'CHALLENGE_REQUIRED')
})

test('a person may mistype the first code four times', async () => {
  const { token } = await client.track('mistyped', 'enrol', { scope })
  const seed = String((await begin(token)).body.secret)
  for (let tries = 1; tries < 5; tries++) assert.deepEqual((await verify(token, wrongCodeOf(seed, now))).body, wrong)
  assert.ok(isVerified(await verify(token, codeOf(seed, now))))
})

test('OT-01: a code is accepted once, and none before it afterwards', async () => {
  const { userId, seed } = await enrol()
  assert.deepEqual((await answer(userId, codeOf(seed, now))).body, wrong, 'the code of the enrolment')
  now += 2 * step
  assert.ok(isVerified(await answer(userId, codeOf(seed, now))))
  assert.deepEqual((await answer(userId, codeOf(seed, now))).body, wrong, 'the same again')
  assert.deepEqual((await answer(userId, codeOf(seed, now - step))).body, wrong, 'the one before')
  assert.ok(isVerified(await answer(userId, codeOf(seed, now + step))), 'the next one')
})

test('OT-01: of 20 times one code at once, for as many instances, one is accepted', async () => {
  const { userId, seed } = await enrol()
  now += 2 * step
  const tracked = await Promise.all(Array.from({ length: 20 }, () => challenge(userId)))
  const answers = await Promise.all(tracked.map(({ token }) => verify(token, codeOf(seed, now))))
  assert.equal(answers.filter(isVerified).length, 1)
})

test('OT-02: the codes of two steps ago and two steps ahead are refused', async () => {
  const { userId, seed } = await enrol()
  now += 5 * step
  for (const steps of [-2, 2]) assert.deepEqual((await answer(userId, codeOf(seed, now + steps * step))).body, wrong)
  assert.ok(isVerified(await answer(userId, codeOf(seed, now - step))))
})

test('OT-03: the secret is encrypted at rest, and no API shows it again', async () => {
  const { userId, seed } = await enrol()
  const row = await app.deps.store.db.selectFrom('authenticators').selectAll().where('user_id', '=', userId).executeTakeFirstOrThrow()
  assert.ok(row.secret !== null && !JSON.stringify(row).includes(seed))
  const { token } = await client.track(userId, 'login')
  const shown = await Promise.all([
    client.send('GET', `/users/${userId}/authenticators`, app.asServer),
    client.send('GET', `/management/users/${userId}/authenticators`, app.asManagement),
    client.send('GET', `/management/users/${userId}`, app.asManagement),
    client.send('GET', '/client/user-authenticators', app.withToken(token)),
    client.send('GET', configuration, app.asManagement),
  ])
  assert.ok(!JSON.stringify(shown).includes(seed))
})

test('OT-04: no time that a client names changes what is accepted', async () => {
  const { userId, seed } = await enrol()
  now += 10 * step
  const then = now - 5 * step
  const { token } = await challenge(userId)
  const sent = { timestamp: then, at: then, time: new Date(then).toISOString() }
  const reply = await client.send(
    'POST',
    '/client/verify/totp',
    { ...app.withToken(token), date: new Date(then).toUTCString() },
    { verificationCode: codeOf(seed, then), ...sent },
  )
  assert.deepEqual(reply.body, wrong)
})

test('OT-12: whatever comes in place of a code is refused, and is no try', async () => {
  const { userId, seed } = await enrol()
  now += 2 * step
  const tracked = await challenge(userId)
  const code = codeOf(seed, now)
  const odd = [null, Number(code), true, [], {}, '', ' ', '12345', '123456789', 'abcdef', '1'.repeat(10_000), `${code}\u0000`, '12345½']
  for (const text of odd) {
    const { status, body } = await verify(tracked.token, text)
    assert.deepEqual([status, body.errorCode], [400, 'invalid_request'], JSON.stringify(text))
  }
  assert.equal((await client.send('POST', '/client/verify/totp', app.withToken(tracked.token), {})).status, 400)
  assert.equal((await client.send('POST', '/client/verify/totp', app.withToken(tracked.token))).status, 400)
  assert.deepEqual((await verify(tracked.token, '1234567')).body, wrong, 'no app has a code of seven digits')
  assert.ok(isVerified(await verify(tracked.token, code)))
})

test('OT-12: blanks, hyphens and digits of other scripts are read', async () => {
  const spelled = [
    (code: string) => ` ${code.slice(0, 3)} ${code.slice(3)} `,
    (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`,
    (code: string) => Array.from(code, (digit) => String.fromCodePoint(0x660 + Number(digit))).join(''),
    (code: string) => Array.from(code, (digit) => String.fromCodePoint(0xff10 + Number(digit))).join(''),
  ]
  const { userId, seed } = await enrol()
  for (const spell of spelled) {
    now += 2 * step
    assert.ok(isVerified(await answer(userId, spell(codeOf(seed, now)))))
  }
})

test('TX-05: a code is no answer where a rule wants a passkey, also by a direct call', async () => {
  const { userId, seed } = await enrol()
  now += 2 * step
  const action = '/management/action-configurations'
  await client.send('POST', action, app.asManagement, { actionCode: 'payout', defaultUserActionResult: 'ALLOW' })
  const rule = { name: 'Passkeys only', isActive: true, priority: 1, type: 'CHALLENGE', challenge: { phishingResistant: true } }
  const saved = await client.send('POST', `${action}/payout/rules`, app.asManagement, rule)
  assert.equal(saved.status, 200, JSON.stringify(saved.body))
  const { token, state } = await client.track(userId, 'payout')
  assert.equal(state, 'CHALLENGE_REQUIRED')
  const refused = await verify(token, codeOf(seed, now))
  assert.deepEqual([refused.status, refused.body.errorCode], [400, 'invalid_request'])
})

test('each of several apps answers, and a sixth is refused', async () => {
  const seeds: string[] = []
  for (let apps = 1; apps <= 5; apps++) seeds.push((await enrol('many')).seed)
  const { token } = await client.track('many', 'enrol', { scope })
  const sixth = await begin(token)
  assert.deepEqual([sixth.status, sixth.body.errorDescription], [400, 'the user already has 5 authenticator apps: remove one first'])
  now += 2 * step
  const accepted = new Set<unknown>()
  for (const seed of seeds) accepted.add((await answer('many', codeOf(seed, now))).body.userAuthenticatorId)
  assert.equal(accepted.size, 5)
})

test('one app only, where the tenant says so: also of two that are enrolled at once', async () => {
  await client.send('PATCH', configuration, app.asManagement, { allowMultipleUserAuthenticators: false })
  const tracked = await Promise.all([1, 2].map(() => client.track('single', 'enrol', { scope })))
  const begun = await Promise.all(tracked.map(({ token }) => begin(token)))
  const finished = await Promise.all(tracked.map(({ token }, index) => verify(token, codeOf(String(begun[index]?.body.secret), now))))
  assert.equal(finished.filter(isVerified).length, 1)
  const refused = finished.find((reply) => !isVerified(reply))
  assert.match(String(refused?.body.errorDescription), /`allowMultipleUserAuthenticators` is off/)
  await client.send('PATCH', configuration, app.asManagement, { allowMultipleUserAuthenticators: null })
})

test('an app that the application enrolled itself answers, once for each code', async () => {
  const seed = createSeed()
  const sent = { verificationMethod: 'AUTHENTICATOR_APP', otpUri: toUri(seed, { issuer: 'Old bank', label: 'ann' }) }
  const bind = (body: object) => client.send('POST', '/users/moved/authenticators', app.asServer, body)
  const bound = await bind(sent)
  assert.equal(bound.status, 200, JSON.stringify(bound.body))
  assert.ok(!JSON.stringify(bound.body).includes(seed))
  const { userAuthenticatorId } = bound.body.authenticator as Record<string, unknown>
  assert.equal(((await bind(sent)).body.authenticator as Record<string, unknown>).userAuthenticatorId, userAuthenticatorId)
  assert.ok(isVerified(await answer('moved', codeOf(seed, now))))
  assert.deepEqual((await answer('moved', codeOf(seed, now))).body, wrong)
  for (const body of [{ verificationMethod: 'AUTHENTICATOR_APP' }, { ...sent, otpUri: 'otpauth://totp/x?secret=JBSWY3DPEHPK3PXP' }]) {
    const refused = await bind(body)
    assert.deepEqual([refused.status, refused.body.errorCode], [400, 'invalid_request'])
    assert.match(String(refused.body.errorDescription), /`otpUri`/)
  }
})

test('eight digits of another algorithm are read from the link that names them', async () => {
  const seed = createSeed()
  const otpUri = `otpauth://totp/ann?secret=${seed}&algorithm=SHA256&digits=8&period=60`
  await client.send('POST', '/users/eight/authenticators', app.asServer, { verificationMethod: 'AUTHENTICATOR_APP', otpUri })
  const counter = Math.floor(now / 60_000)
  const code = HOTP.generate({ secret: Secret.fromBase32(seed), algorithm: 'SHA256', digits: 8, counter })
  assert.ok(isVerified(await answer('eight', code)))
})
