import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createSoftwareAuthenticator } from '../../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Answer, type Ceremonies, createCeremonies, origin } from '../../../test/support/test-ceremony.ts'
import { createChallengeSeal } from '../../challenges/challenge-seal.ts'

let now = 1_750_000_000_000
let app: TestApp
let client: Ceremonies
let users = 0
before(async () => {
  app = await createTestApp({ clock: () => now })
  client = createCeremonies(app)
})
after(() => app.close())

const newUser = () => `user-${++users}`
const refused = (answer: Answer) => [answer.status, answer.body.errorCode]
const invalidRequest = [400, 'invalid_request']
const challenged = (userId: string, action = 'transfer', attributes = {}) => client.track(userId, action, attributes, 'CHALLENGE_REQUIRED')

/** Starts a sign-in for an action as a browser does before anybody is known. */
async function optionsFor(action: string, idempotencyKey?: string): Promise<Answer> {
  const started = await client.send('POST', '/client/challenge', app.asBrowser, { action, ...(idempotencyKey ? { idempotencyKey } : {}) })
  assert.equal(started.status, 200, JSON.stringify(started.body))
  return client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId })
}

test('A-06: a browser cannot put an instance on record under a key that a track will use', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const options = await optionsFor('transfer', 'order-1')
  assert.equal((await client.verify(app.asBrowser, options, authenticator)).status, 200)
  const key = { tenantId: app.tenant.tenantId, userId, action: 'transfer', idempotencyKey: 'order-1' }
  assert.equal(await app.deps.store.findInstance(key), undefined)
  const blocked = await client.track(userId, 'transfer', { idempotencyKey: 'order-2' }, 'BLOCK')
  const other = await optionsFor('transfer', 'order-2')
  assert.deepEqual(refused(await client.verify(app.asBrowser, other, authenticator)), invalidRequest)
  assert.equal(await client.stateOf(blocked), 'BLOCK')
})

test('C12: a sign-in for an action with a key of one’s own is an instance of its own, which the track under that key still decides', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const options = await optionsFor('transfer', 'order-3')
  const signedIn = await client.verify(app.asBrowser, options, authenticator)
  assert.equal(signedIn.status, 200, JSON.stringify(signedIn.body))
  assert.equal(signedIn.body.userId, userId)
  const { accessToken } = signedIn.body
  assert.equal((await client.validate(accessToken, { idempotencyKey: 'order-3' })).reason, 'other_idempotency_key')
  const validated = await client.validate(accessToken, { userId, action: 'transfer' })
  assert.equal(validated.isValid, true)
  assert.notEqual(validated.idempotencyKey, 'order-3')
  const tracked = await client.track(userId, 'transfer', { idempotencyKey: 'order-3' })
  assert.equal(tracked.state, 'ALLOW', 'decided by the rules')
  const again = await client.verify(app.asBrowser, await optionsFor('transfer', 'order-3'), authenticator)
  assert.equal((await client.validate(again.body.accessToken)).idempotencyKey, 'order-3', 'and now it is that instance')
})

test('C12: the key of another user is a key of one’s own', async () => {
  const theirs = await challenged(newUser())
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const options = await optionsFor('transfer', theirs.idempotencyKey)
  const signedIn = await client.verify(app.asBrowser, options, authenticator)
  assert.equal(signedIn.body.userId, userId)
  assert.equal(await client.stateOf(theirs), 'CHALLENGE_REQUIRED')
})

test('I3, TX-06: of 100 times the same answer at once, one is accepted', async () => {
  const { authenticator } = await client.enrol(newUser())
  const options = await optionsFor('login')
  const authenticationCredential = authenticator.get(options.body.options as never)
  const replies = await Promise.all(
    Array.from({ length: 100 }, () => client.send('POST', '/client/verify/passkey', app.asBrowser, { authenticationCredential })),
  )
  assert.equal(replies.filter(({ status }) => status === 200).length, 1)
  for (const { status } of replies) assert.ok(status === 200 || status === 400)
})

test('WA-02, A-02: an answer is not replayed, not late, and not for another ceremony', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const options = await optionsFor('login')
  assert.equal((await client.verify(app.asBrowser, options, authenticator)).status, 200)
  assert.deepEqual(refused(await client.verify(app.asBrowser, options, authenticator)), invalidRequest)

  const late = await optionsFor('login')
  now += 5 * 60 * 1000
  assert.deepEqual(refused(await client.verify(app.asBrowser, late, authenticator)), invalidRequest)

  const { token } = await client.track(userId, 'enroll-passkey', { scope: 'add:authenticators' })
  const registration = await client.registrationOptions(token)
  assert.deepEqual(refused(await client.verify(app.withToken(token), registration, authenticator)), invalidRequest)
})

test('WA-02: a challenge that was not made here is not answered, however good the signature', async () => {
  const { authenticator } = await client.enrol(newUser())
  const options = await client.authenticationOptions(app.asBrowser)
  const details = {
    expiresAt: now + 60_000,
    requireUserVerification: false,
    requireDeviceBound: false,
    allowedCredentials: null,
    action: null,
  }
  const forged = [
    randomBytes(32).toString('base64url'),
    createChallengeSeal(randomBytes(32)).seal(['test-tenant', 'PASSKEY'], details),
    app.deps.challengeSeal.seal(['other-tenant', 'PASSKEY'], details),
    app.deps.challengeSeal.seal(['test-tenant', 'PASSKEY'], { ...details, expiresAt: now + 60 * 60_000 }),
  ]
  for (const challenge of forged) {
    const answer = { ...options, body: { options: { ...(options.body.options as object), challenge } } }
    assert.deepEqual(refused(await client.verify(app.asBrowser, answer, authenticator)), invalidRequest)
  }
  assert.equal((await client.verify(app.asBrowser, options, authenticator)).status, 200)
})

test('A-26: a clock that is set back makes no challenge live longer', async () => {
  const { authenticator } = await client.enrol(newUser())
  const options = await client.authenticationOptions(app.asBrowser)
  now -= 10 * 60_000
  const early = await client.verify(app.asBrowser, options, authenticator)
  now += 10 * 60_000
  assert.deepEqual(refused(early), invalidRequest)
  assert.equal((await client.verify(app.asBrowser, options, authenticator)).status, 200)
})

test('A-24: asking for options stores nothing', async () => {
  const userId = newUser()
  await client.enrol(userId)
  const { token } = await challenged(userId)
  const count = async () => (await app.deps.store.db.selectFrom('challenges').select('challenge_id').execute()).length
  const before = await count()
  for (let asked = 0; asked < 20; asked += 1) {
    assert.equal((await client.authenticationOptions(asked % 2 === 0 ? app.asBrowser : app.withToken(token))).status, 200)
  }
  assert.equal(await count(), before)
})

test('WA-02: an answer uses its challenge up, also a wrong one and one of a passkey that is not on file', async () => {
  const { authenticator } = await client.enrol(newUser())
  const unknown = createSoftwareAuthenticator({ origin })
  for (const [tamper, first] of [
    [{ origin: 'http://localhost:9999' }, authenticator],
    [{ userHandle: 'AAAA' }, unknown],
  ] as const) {
    const options = await client.authenticationOptions(app.asBrowser)
    assert.notEqual((await client.verify(app.asBrowser, options, first, tamper)).status, 200)
    assert.deepEqual(refused(await client.verify(app.asBrowser, options, authenticator)), invalidRequest)
  }
})

test('A-03: a challenge is answered by who it was made for: same tenant, user, action and instance', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const [one, two, otherAction] = [await challenged(userId), await challenged(userId), await challenged(userId, 'payout')]
  const stranger = newUser()
  await client.enrol(stranger)
  const theirs = await challenged(stranger)
  const other = await app.addTenant()
  const bearers = [two, otherAction, theirs].map(({ token }) => app.withToken(token))
  for (const headers of [...bearers, app.asBrowser, other.asBrowser]) {
    const options = await client.authenticationOptions(app.withToken(one.token))
    assert.deepEqual(refused(await client.verify(headers, options, authenticator)), invalidRequest)
  }
  const anonymous = await optionsFor('transfer')
  assert.deepEqual(refused(await client.verify(app.withToken(one.token), anonymous, authenticator)), invalidRequest)
  assert.equal(await client.stateOf(one), 'CHALLENGE_REQUIRED')
})

test('A-03: the id of another challenge beside a good answer is refused', async () => {
  const { authenticator } = await client.enrol(newUser())
  const options = await optionsFor('login')
  const unrelated = await optionsFor('transfer')
  const answer = await client.verify(app.asBrowser, options, authenticator, {}, { challengeId: unrelated.body.challengeId })
  assert.deepEqual(refused(answer), invalidRequest)
  assert.equal((await client.verify(app.asBrowser, options, authenticator, {}, { challengeId: undefined })).status, 200)
})

test('RL-06: wrong answers of somebody without a token do not end the instance of a user', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const tracked = await challenged(userId)
  for (let answer = 0; answer < 8; answer += 1) {
    const options = await optionsFor('transfer', tracked.idempotencyKey)
    await client.verify(app.asBrowser, options, authenticator, { origin: 'http://localhost:9999' })
  }
  assert.equal((await client.signIn(tracked.token, authenticator)).status, 200)
})

test('TK-03: the token of a passed challenge starts no challenge, and is answered no options of another', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const tracked = await challenged(userId)
  const { body } = await client.signIn(tracked.token, authenticator)
  assert.deepEqual(refused(await client.authenticationOptions(app.withToken(String(body.accessToken)))), invalidRequest)
})

test('TK-10, A-23: removing the passkey or the user ends an open challenge', async () => {
  const removed = newUser()
  const first = await client.enrol(removed)
  const one = await challenged(removed)
  const oneOptions = await client.authenticationOptions(app.withToken(one.token))
  await client.send('DELETE', `/users/${removed}/authenticators/${first.userAuthenticatorId}`, app.asServer)
  assert.deepEqual(refused(await client.verify(app.withToken(one.token), oneOptions, first.authenticator)), [400, 'unknown_credential'])
  assert.equal(await client.stateOf(one), 'CHALLENGE_REQUIRED')

  const deleted = newUser()
  const second = await client.enrol(deleted)
  const two = await challenged(deleted)
  const twoOptions = await client.authenticationOptions(app.withToken(two.token))
  await client.send('DELETE', `/users/${deleted}`, app.asServer)
  assert.notEqual((await client.verify(app.withToken(two.token), twoOptions, second.authenticator)).status, 200)
  assert.deepEqual(refused(await client.authenticationOptions(app.withToken(two.token))), [401, 'expired_token'])
})

test('TK-10, TK-08: a token does not outlive the key that signed it', async () => {
  const other = await app.addTenant()
  const there = createCeremonies({ ...app, ...other })
  const { authenticator } = await there.enrol('somebody')
  const tracked = await there.track('somebody', 'transfer')
  const options = await there.authenticationOptions(app.withToken(tracked.token))
  await app.deps.store.db.updateTable('api_keys').set({ expires_at: now }).where('tenant_id', '=', other.tenantId).execute()
  app.deps.tenants.invalidate(other.tenantId)
  assert.deepEqual(refused(await there.verify(app.withToken(tracked.token), options, authenticator)), [401, 'unauthorized'])
})
