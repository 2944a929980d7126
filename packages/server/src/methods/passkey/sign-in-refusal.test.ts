import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { encodeCBOR } from '@levischuck/tiny-cbor'
import { createSoftwareAuthenticator } from '../../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Answer, type Ceremonies, createCeremonies, origin } from '../../../test/support/test-ceremony.ts'

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
const invalidCredential = [400, 'invalid_credential']
const invalidRequest = [400, 'invalid_request']
const challenged = (userId: string, action = 'transfer', attributes = {}) => client.track(userId, action, attributes, 'CHALLENGE_REQUIRED')

/** Starts a sign-in for an action as a browser does before anybody is known. */
async function optionsFor(action: string, idempotencyKey?: string): Promise<Answer> {
  const started = await client.send('POST', '/client/challenge', app.asBrowser, { action, ...(idempotencyKey ? { idempotencyKey } : {}) })
  assert.equal(started.status, 200, JSON.stringify(started.body))
  return client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId })
}

test('A-04, WA-06: the passkey of another user is no answer', async () => {
  const victim = newUser()
  await client.enrol(victim)
  const attacker = await client.enrol(newUser())
  const tracked = await challenged(victim)
  assert.deepEqual(refused(await client.signIn(tracked.token, attacker.authenticator)), invalidCredential)
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_REQUIRED')
})

test('A-04, WA-07: another user’s credential id or handle beside one’s own signature is refused', async () => {
  const victim = await client.enrol(newUser())
  const attacker = await client.enrol(newUser())
  const asVictim = { id: victim.authenticator.credentialId, userHandle: victim.userHandle }
  assert.deepEqual(
    refused(await client.verify(app.asBrowser, await optionsFor('login'), attacker.authenticator, asVictim)),
    invalidCredential,
  )
  const handle = { userHandle: victim.userHandle }
  assert.deepEqual(
    refused(await client.verify(app.asBrowser, await optionsFor('login'), attacker.authenticator, handle)),
    invalidCredential,
  )
  const without = { userHandle: null }
  assert.deepEqual(
    refused(await client.verify(app.asBrowser, await optionsFor('login'), attacker.authenticator, without)),
    invalidCredential,
  )
})

test('TX-08: whatever was wrong with an answer, the refusal is the same', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId, { signCount: 3 })
  const tampers = [
    { clientData: { crossOrigin: true } },
    { rpId: 'evil.example' },
    { flags: (flags: number) => flags & ~0x04 },
    { clientData: { type: 'webauthn.create' } },
    { signature: (signature: Buffer) => Buffer.concat([signature, Buffer.from([0])]) },
    { signCount: 0 },
  ]
  const descriptions = new Set<unknown>()
  for (const tamper of tampers) {
    const answer = await client.verify(app.asBrowser, await optionsFor('login'), authenticator, tamper)
    assert.deepEqual(refused(answer), invalidCredential)
    descriptions.add(answer.body.errorDescription)
  }
  assert.equal(descriptions.size, 1)
})

test('a passkey that is not on file is told apart, so that the browser forgets it', async () => {
  const stranger = createSoftwareAuthenticator({ origin })
  stranger.create({ challenge: 'x', rp: { id: 'localhost' }, user: { id: 'eA' } })
  assert.deepEqual(refused(await client.verify(app.asBrowser, await optionsFor('login'), stranger)), [400, 'unknown_credential'])

  const userId = newUser()
  const { authenticator, userAuthenticatorId } = await client.enrol(userId)
  await client.send('DELETE', `/users/${userId}/authenticators/${userAuthenticatorId}`, app.asServer)
  assert.deepEqual(refused(await client.verify(app.asBrowser, await optionsFor('login'), authenticator)), [400, 'unknown_credential'])
})

test('WA-09: a touch alone is no step-up, whatever the tenant settles for, and a sign-in of its own is told from one', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const touch = { flags: (flags: number) => flags & ~0x04 }
  const tracked = await challenged(userId)
  assert.deepEqual(refused(await client.signIn(tracked.token, authenticator, touch)), invalidCredential)
  const configure = (userVerificationRequirement: string) =>
    client.send('PATCH', '/management/authenticator-configurations/passkey', app.asManagement, { userVerificationRequirement })
  await configure('preferred')
  try {
    assert.deepEqual(refused(await client.signIn(tracked.token, authenticator, touch)), invalidCredential)
    const { body } = await client.authenticationOptions(app.withToken(tracked.token))
    assert.equal((body.options as { userVerification: string }).userVerification, 'required')
    assert.equal((await client.verify(app.asBrowser, await optionsFor('login'), authenticator, touch)).status, 200)
    const entries = await app.deps.store.db.selectFrom('audit_log').selectAll().where('user_id', '=', userId).execute()
    const passed = entries.find(({ event }) => event === 'challenge.passed')
    assert.equal(JSON.parse(passed?.details ?? '{}').userVerified, false)
  } finally {
    await configure('required')
  }
})

test('WA-15, WA-16: counter, backup state and time of use are kept, and a counter that does not advance is refused and never lowers the stored one', async () => {
  const { authenticator, userAuthenticatorId } = await client.enrol(newUser(), { signCount: 4, backupEligible: true })
  const stored = () =>
    app.deps.store.db
      .selectFrom('authenticators')
      .selectAll()
      .where('user_authenticator_id', '=', userAuthenticatorId)
      .executeTakeFirstOrThrow()
  assert.equal((await stored()).sign_count, 4)
  now += 1000
  const backedUp = { flags: (flags: number) => flags | 0x10 }
  assert.equal((await client.verify(app.asBrowser, await optionsFor('login'), authenticator, backedUp)).status, 200)
  const after = await stored()
  assert.equal(after.sign_count, 5)
  assert.equal(after.backup_state, 1)
  assert.equal(after.last_verified_at, now)
  for (const signCount of [0, 4, 5]) {
    assert.deepEqual(
      refused(await client.verify(app.asBrowser, await optionsFor('login'), authenticator, { signCount })),
      invalidCredential,
    )
    assert.equal((await stored()).sign_count, 5)
  }
  assert.match(app.logged(), /"reason":"sign_count"/)
  const singleDevice = { flags: (flags: number) => flags & ~0x08 }
  assert.deepEqual(refused(await client.verify(app.asBrowser, await optionsFor('login'), authenticator, singleDevice)), invalidCredential)
})

test('I8: of answers at once with growing counters the stored count is the highest accepted', async () => {
  const { authenticator, userAuthenticatorId } = await client.enrol(newUser(), { signCount: 0 })
  const open = await Promise.all(Array.from({ length: 10 }, () => optionsFor('login')))
  const answers = open.map((options) => authenticator.get(options.body.options as never)).reverse()
  const replies = await Promise.all(
    answers.map((authenticationCredential) => client.send('POST', '/client/verify/passkey', app.asBrowser, { authenticationCredential })),
  )
  assert.ok(replies.some(({ status }) => status === 200))
  const row = await app.deps.store.db
    .selectFrom('authenticators')
    .select('sign_count')
    .where('user_authenticator_id', '=', userAuthenticatorId)
    .executeTakeFirstOrThrow()
  assert.equal(row.sign_count, 10)
})

test('WA-16: an imported passkey says with its first answer whether it is synced, and keeps to it', async () => {
  const userId = newUser()
  const authenticator = createSoftwareAuthenticator({ origin, backupEligible: true, backupState: true })
  const credentialPublicKey = Buffer.from(encodeCBOR(authenticator.coseKey)).toString('base64url')
  const imported = await client.send('POST', `/users/${userId}/authenticators`, app.asServer, {
    verificationMethod: 'PASSKEY',
    credentialId: authenticator.credentialId,
    credentialPublicKey,
  })
  assert.equal(imported.status, 200, JSON.stringify(imported.body))
  const first = await challenged(userId)
  assert.equal((await client.signIn(first.token, authenticator)).status, 200)
  const second = await challenged(userId)
  const changed = { flags: (flags: number) => flags & ~0x18 }
  assert.deepEqual(refused(await client.signIn(second.token, authenticator, changed)), invalidCredential)
  const listed = await client.send('GET', `/users/${userId}/authenticators`, app.asServer)
  const [shown] = listed.body as unknown as { webauthnCredential: Record<string, unknown> }[]
  assert.equal(shown?.webauthnCredential.credentialDeviceType, 'multiDevice')
})

test('TX-09: the fifth wrong answer ends the instance, and only a new track helps', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const wrong = { rpId: 'evil.example' }
  const forgiven = await challenged(userId)
  for (let answer = 0; answer < 4; answer += 1) await client.signIn(forgiven.token, authenticator, wrong)
  assert.equal((await client.signIn(forgiven.token, authenticator)).status, 200)

  const tracked = await challenged(userId)
  for (let answer = 0; answer < 5; answer += 1) {
    assert.deepEqual(refused(await client.signIn(tracked.token, authenticator, wrong)), invalidCredential)
  }
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_FAILED')
  assert.deepEqual(refused(await client.signIn(tracked.token, authenticator)), invalidRequest)
})

test('I2: of 100 wrong answers at once five are evaluated, and a right one behind them is too late', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const tracked = await challenged(userId)
  const headers = app.withToken(tracked.token)
  const open = await Promise.all(Array.from({ length: 101 }, () => client.authenticationOptions(headers)))
  const last = open.pop() as Answer
  await Promise.all(open.map((options) => client.verify(headers, options, authenticator, { origin: 'http://localhost:9999' })))
  const entries = await app.deps.store.db
    .selectFrom('audit_log')
    .select('details')
    .where('user_id', '=', userId)
    .where('event', '=', 'challenge.refused')
    .execute()
  const evaluated = entries.filter(({ details }) => JSON.parse(details).reason !== 'too_many_answers')
  assert.ok(evaluated.length <= 5, `${evaluated.length} were evaluated`)
  assert.notEqual((await client.verify(headers, last, authenticator)).status, 200)
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_FAILED')
})
