import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { encodeCBOR } from '@levischuck/tiny-cbor'
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
const invalidCredential = [400, 'invalid_credential']
const invalidRequest = [400, 'invalid_request']
const challenged = (userId: string, action = 'transfer', attributes = {}) => client.track(userId, action, attributes, 'CHALLENGE_REQUIRED')

/** Starts a sign-in for an action as a browser does before anybody is known. */
async function optionsFor(action: string, idempotencyKey?: string): Promise<Answer> {
  const started = await client.send('POST', '/client/challenge', app.asBrowser, { action, ...(idempotencyKey ? { idempotencyKey } : {}) })
  assert.equal(started.status, 200, JSON.stringify(started.body))
  return client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId })
}

test('a challenge is passed with the token of the track, and the result approves that very instance', async () => {
  const userId = newUser()
  const { authenticator, userAuthenticatorId } = await client.enrol(userId)
  const tracked = await challenged(userId, 'transfer', { custom: { amount: 10 } })
  const { status, body } = await client.signIn(tracked.token, authenticator)
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.isVerified, true)
  assert.equal(body.userId, userId)
  assert.equal(body.userAuthenticatorId, userAuthenticatorId)
  assert.equal('error' in body, false)
  const validated = await client.validate(body.accessToken)
  assert.equal(validated.isValid, true)
  assert.equal(validated.idempotencyKey, tracked.idempotencyKey)
  assert.equal(validated.verificationMethod, 'PASSKEY')
  assert.deepEqual(validated.custom, { amount: 10 })
})

test('the token of the track itself approves nothing, before the challenge or after', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const tracked = await challenged(userId)
  assert.equal((await client.validate(tracked.token)).isValid, false)
  assert.equal((await client.signIn(tracked.token, authenticator)).status, 200)
  assert.equal((await client.validate(tracked.token)).isValid, false)
})

test('request options name the user’s passkeys, the relying party and what is asked of the user', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const { token } = await challenged(userId)
  const { body } = await client.authenticationOptions(app.withToken(token))
  const options = body.options as Record<string, unknown>
  assert.equal(options.rpId, 'localhost')
  assert.equal(options.timeout, 300_000)
  assert.equal(options.userVerification, 'required')
  assert.deepEqual(options.allowCredentials, [{ type: 'public-key', id: authenticator.credentialId, transports: ['internal', 'hybrid'] }])
})

test('WA-17: without a token nobody learns who exists: no passkey is named, for no name', async () => {
  await client.enrol('known@example.com')
  const known = await client.authenticationOptions(app.asBrowser, { username: 'known@example.com' })
  const unknown = await client.authenticationOptions(app.asBrowser, { username: 'unknown@example.com' })
  for (const { status, body } of [known, unknown]) {
    assert.equal(status, 200)
    assert.deepEqual((body.options as { allowCredentials: unknown }).allowCredentials, [])
  }
  assert.deepEqual(Object.keys(known.body.options as object), Object.keys(unknown.body.options as object))
})

test('a sign-in for an action is an instance of its own that validates for that action', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const options = await optionsFor('adaptive-mfa-transfer')
  const { status, body } = await client.verify(app.asBrowser, options, authenticator)
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.userId, userId)
  const validated = await client.validate(body.accessToken, { action: 'adaptive-mfa-transfer', userId })
  assert.equal(validated.isValid, true)
  assert.equal(validated.state, 'CHALLENGE_SUCCEEDED')
  const instance = await client.send('GET', `/users/${userId}/actions/adaptive-mfa-transfer/${validated.idempotencyKey}`, app.asServer)
  assert.equal(instance.status, 200)
  assert.equal(instance.body.state, 'CHALLENGE_SUCCEEDED')
})

test('a sign-in without an action has a code of its own', async () => {
  const { authenticator } = await client.enrol(newUser())
  const options = await client.authenticationOptions(app.asBrowser)
  const { body } = await client.verify(app.asBrowser, options, authenticator)
  assert.equal((await client.validate(body.accessToken)).action, 'passkey-sign-in')
})

test('with an idempotency key a sign-in answers the tracked instance of the user', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const tracked = await challenged(userId)
  const options = await optionsFor('transfer', tracked.idempotencyKey)
  const { status, body } = await client.verify(app.asBrowser, options, authenticator)
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_SUCCEEDED')
  assert.equal((await client.validate(body.accessToken)).idempotencyKey, tracked.idempotencyKey)
})

test('A-06: a browser can not put an instance on record under a key that a track will use', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const options = await optionsFor('transfer', 'order-1')
  assert.deepEqual(refused(await client.verify(app.asBrowser, options, authenticator)), invalidRequest)
  const blocked = await client.track(userId, 'transfer', { idempotencyKey: 'order-2' }, 'BLOCK')
  const other = await optionsFor('transfer', 'order-2')
  assert.deepEqual(refused(await client.verify(app.asBrowser, other, authenticator)), invalidRequest)
  assert.equal(await client.stateOf(blocked), 'BLOCK')
})

test('TX-04: only an instance that waits for a challenge, or was allowed, is answered', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  for (const state of ['BLOCK', 'REVIEW_REQUIRED', 'REVIEW_FAILED', 'CHALLENGE_FAILED', 'CHALLENGE_SUCCEEDED']) {
    const before = await client.track(userId, 'transfer', {}, state)
    assert.deepEqual(refused(await client.authenticationOptions(app.withToken(before.token))), invalidRequest, state)
    const during = await challenged(userId)
    const options = await client.authenticationOptions(app.withToken(during.token))
    await client.setState(during, state)
    assert.deepEqual(refused(await client.verify(app.withToken(during.token), options, authenticator)), invalidRequest, state)
    assert.equal(await client.stateOf(during), state)
  }
  const allowed = await client.track(userId, 'transfer')
  const passed = await client.signIn(allowed.token, authenticator)
  assert.equal(passed.status, 200)
  assert.equal((await client.validate(passed.body.accessToken)).isValid, true)
})

test('I1: an instance is passed once, whatever challenges are open for it', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const tracked = await challenged(userId)
  const open = await Promise.all(Array.from({ length: 5 }, () => client.authenticationOptions(app.withToken(tracked.token))))
  const replies = await Promise.all(open.map((options) => client.verify(app.withToken(tracked.token), options, authenticator)))
  assert.equal(replies.filter(({ status }) => status === 200).length, 1)
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
    { origin: 'http://localhost:9999' },
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
  const wrong = { origin: 'http://localhost:9999' }
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

test('TX-05: a passkey does not answer when passkeys are switched off meanwhile', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const tracked = await challenged(userId)
  const options = await client.authenticationOptions(app.withToken(tracked.token))
  const switchTo = (isActive: boolean) =>
    client.send('PATCH', '/management/authenticator-configurations/passkey', app.asManagement, { isActive })
  await switchTo(false)
  try {
    assert.deepEqual(refused(await client.verify(app.withToken(tracked.token), options, authenticator)), [400, 'invalid_configuration'])
    assert.equal(await client.stateOf(tracked), 'CHALLENGE_REQUIRED')
  } finally {
    await switchTo(true)
  }
})

test('a proof puts the device on record', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const tracked = await challenged(userId)
  const options = await client.authenticationOptions(app.withToken(tracked.token))
  await client.verify(app.withToken(tracked.token), options, authenticator, {}, { deviceId: 'device-1' })
  const devices = await client.send('GET', `/users/${userId}/devices`, app.asServer)
  const [device] = devices.body as unknown as Record<string, unknown>[]
  assert.equal(device?.deviceId, 'device-1')
  assert.equal(device?.authenticatedAt, new Date(now).toISOString())
  assert.equal(device?.lastVerificationMethod, 'PASSKEY')
})

test('A-22: garbage in place of a token is never taken for no token', async () => {
  for (const authorization of ['Bearer ', 'Bearer x', 'Bearer a.b.c', 'Basic !!!', 'Digest x']) {
    const answer = await client.authenticationOptions({ authorization })
    assert.equal(answer.status, 401, authorization)
  }
})

test('a browser that works with cookies gets the challenge, and then the token, in one that no script reads', async () => {
  const { authenticator } = await client.enrol(newUser())
  const cookieOf = (answer: Answer) => String(answer.headers['set-cookie'])
  const started = await client.send('POST', '/client/challenge/web', app.asBrowser, { action: 'login' })
  assert.match(cookieOf(started), /^sallyport-client=[0-9a-f-]{36}; Path=\/v1\/client; Max-Age=300; HttpOnly; SameSite=Lax$/)
  const cookie = cookieOf(started).split(';', 1)[0] ?? ''
  const options = await client.send(
    'POST',
    '/client/user-authenticators/passkey/authentication-options/web',
    { ...app.asBrowser, cookie },
    {},
  )
  assert.equal(options.status, 200)
  const verified = await client.verify({ ...app.asBrowser, cookie: cookieOf(options).split(';', 1)[0] ?? '' }, options, authenticator)
  assert.equal(verified.status, 200)
  assert.equal((await client.validate(verified.body.accessToken)).action, 'login')
  assert.ok(cookieOf(verified).startsWith(`sallyport-client=${verified.body.accessToken};`))

  const stale = { ...app.asBrowser, cookie: cookieOf(verified).split(';', 1)[0] ?? '' }
  const again = await client.send('POST', '/client/user-authenticators/passkey/authentication-options/web', stale, {})
  assert.equal(again.status, 200)
})

test('behind https the cookie crosses sites and is secure', async () => {
  const secure = await createTestApp({ config: { publicUrl: 'https://auth.example' } })
  try {
    const answer = await createCeremonies(secure).send('POST', '/client/challenge/web', secure.asBrowser, { action: 'login' })
    assert.match(String(answer.headers['set-cookie']), /HttpOnly; Secure; SameSite=None$/)
  } finally {
    await secure.close()
  }
})
