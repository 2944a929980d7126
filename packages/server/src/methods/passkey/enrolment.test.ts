import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSoftwareAuthenticator } from '../../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies, origin } from '../../../test/support/test-ceremony.ts'

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
const newAuthenticator = () => createSoftwareAuthenticator({ origin })
const scope = 'add:authenticators'
const passkeyPath = '/client/user-authenticators/passkey'

async function changePasskeyConfiguration(settings: object): Promise<void> {
  const { status, body } = await client.send('PATCH', '/management/authenticator-configurations/passkey', app.asManagement, settings)
  assert.equal(status, 200, JSON.stringify(body))
}

test('a token with the enrolment scope binds a passkey, and the token that comes back validates', async () => {
  const userId = newUser()
  const tracked = await client.track(userId, 'enroll-passkey', { scope })
  assert.equal(tracked.isEnrolled, false)
  const authenticator = createSoftwareAuthenticator({ origin, backupEligible: true, backupState: true })
  const { status, body } = await client.register(tracked.token, authenticator)
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.isVerified, true)
  assert.equal(body.userId, userId)
  assert.equal('error' in body, false)
  const shown = body.userAuthenticator as { webauthnCredential: Record<string, unknown>; verificationMethod: string }
  assert.equal(shown.verificationMethod, 'PASSKEY')
  assert.equal(shown.webauthnCredential.credentialId, authenticator.credentialId)
  assert.equal(shown.webauthnCredential.credentialDeviceType, 'multiDevice')
  assert.equal(shown.webauthnCredential.credentialBackedUp, true)

  const validated = await client.validate(body.accessToken)
  assert.equal(validated.isValid, true)
  assert.equal(validated.userId, userId)
  assert.equal(validated.action, 'enroll-passkey')
  assert.equal(validated.state, 'CHALLENGE_SUCCEEDED')
  assert.equal((await client.track(userId, 'transfer')).isEnrolled, true)
})

test('registration options are complete, and name the user by a handle that says nothing', async () => {
  const userId = 'jane.doe@example.com'
  const { token } = await client.track(userId, 'enroll-passkey', { scope })
  const { status, body } = await client.registrationOptions(token, { username: 'jane', authenticatorAttachment: 'platform' })
  assert.equal(status, 200)
  const options = body.options as Record<string, unknown> & { user: Record<string, string>; authenticatorSelection: unknown }
  assert.deepEqual(options.rp, { id: 'localhost', name: (options.rp as { name: string }).name })
  assert.equal(options.user.name, 'jane')
  assert.deepEqual(options.authenticatorSelection, {
    authenticatorAttachment: 'platform',
    residentKey: 'required',
    requireResidentKey: true,
    userVerification: 'required',
  })
  assert.equal(options.attestation, 'none')
  assert.equal(options.timeout, 300_000)
  assert.deepEqual(options.excludeCredentials, [])
  assert.deepEqual(
    (options.pubKeyCredParams as { alg: number }[]).map(({ alg }) => alg),
    [-7, -8, -257],
  )
})

test('WA-21: the user handle is 32 random bytes, the same for each ceremony of a user, another for each user', async () => {
  const handles = await Promise.all(
    ['same', 'same', 'other'].map(async (userId) => {
      const { token } = await client.track(userId, 'enroll-passkey', { scope })
      const { body } = await client.registrationOptions(token)
      return (body.options as { user: { id: string } }).user.id
    }),
  )
  assert.equal(Buffer.from(handles[0] ?? '', 'base64url').length, 32)
  assert.equal(handles[0], handles[1])
  assert.notEqual(handles[0], handles[2])
})

test('WA-01: the options’ challenge is 32 bytes and new each time', async () => {
  const { token } = await client.track(newUser(), 'enroll-passkey', { scope })
  const challenges = await Promise.all(
    Array.from({ length: 20 }, async () => ((await client.registrationOptions(token)).body.options as { challenge: string }).challenge),
  )
  assert.equal(new Set(challenges).size, 20)
  for (const challenge of challenges) assert.equal(Buffer.from(challenge, 'base64url').length, 32)
})

test('WA-14: a credential id is bound once in a tenant, whoever asks', async () => {
  const { authenticator } = await client.enrol(newUser())
  const { token } = await client.track(newUser(), 'enroll-passkey', { scope })
  const { status, body } = await client.register(token, authenticator)
  assert.equal(status, 400)
  assert.equal(body.errorCode, 'invalid_credential')
})

test('WA-17: the user’s own passkeys are excluded from the next registration', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const { token } = await client.track(userId, 'enroll-passkey', { scope })
  const { body } = await client.registrationOptions(token)
  assert.deepEqual((body.options as { excludeCredentials: unknown }).excludeCredentials, [
    { type: 'public-key', id: authenticator.credentialId, transports: ['internal', 'hybrid'] },
  ])
})

test('WA-02: a registration challenge is answered once, in five minutes, by the token it was made for', async () => {
  const userId = newUser()
  const { token } = await client.track(userId, 'enroll-passkey', { scope })
  const other = await client.track(userId, 'enroll-passkey', { scope })
  const { body: options } = await client.registrationOptions(token)
  const answer = newAuthenticator().create(options.options as never)
  const send = (bearer: string) => client.send('POST', passkeyPath, app.withToken(bearer), { registrationCredential: answer })
  assert.equal((await send(other.token)).body.errorCode, 'invalid_request')
  now += 5 * 60 * 1000
  assert.equal((await send(token)).body.errorCode, 'invalid_request')
  now -= 1
  assert.equal((await send(token)).status, 200)
  assert.equal((await send(token)).body.errorCode, 'invalid_request')
})

test('WA-20: an answer that fails leaves nothing behind but a used challenge', async () => {
  const userId = newUser()
  const { token } = await client.track(userId, 'enroll-passkey', { scope })
  const { status, body } = await client.register(token, newAuthenticator(), { rpId: 'elsewhere.example' })
  assert.equal(status, 400)
  assert.equal(body.errorCode, 'invalid_credential')
  assert.deepEqual((await client.send('GET', '/client/user-authenticators', app.withToken(token))).body, [])
  assert.equal((await client.register(token, newAuthenticator())).status, 200)
})

test('WA-18: hostile answers get a 4xx with the three members of an error', async () => {
  const { token } = await client.track(newUser(), 'enroll-passkey', { scope })
  const good = newAuthenticator()
  const { body: options } = await client.registrationOptions(token)
  const answer = good.create(options.options as never)
  const nested = Buffer.alloc(20_000, 0x81).toString('base64url')
  const bodies = [
    {},
    { registrationCredential: null },
    { registrationCredential: 'x' },
    { registrationCredential: { ...answer, id: 7 } },
    { registrationCredential: { ...answer, response: { ...answer.response, attestationObject: '!!' } } },
    {
      registrationCredential: {
        ...answer,
        response: { ...answer.response, clientDataJSON: Buffer.from('not json').toString('base64url') },
      },
    },
    { registrationCredential: { ...answer, response: { ...answer.response, attestationObject: 'A'.repeat(100_000) } } },
    { registrationCredential: { ...answer, response: { ...answer.response, attestationObject: nested } } },
  ]
  for (const body of bodies) {
    const reply = await client.send('POST', passkeyPath, app.withToken(token), body)
    assert.equal(reply.status, 400, JSON.stringify(reply.body))
    for (const member of ['error', 'errorCode', 'errorDescription']) assert.equal(typeof reply.body[member], 'string')
  }
})

test('EN-02: a token without the scope enrols nobody, and says so with 403', async () => {
  const { token } = await client.track(newUser(), 'transfer')
  const { status, body } = await client.registrationOptions(token)
  assert.equal(status, 403)
  assert.equal(body.error, 'insufficient_scope')
  assert.equal(body.errorCode, 'insufficient_scope')
  assert.equal(typeof body.errorDescription, 'string')
})

test('A-10: a user without a factor who is under suspicion cannot enrol on the spot', async () => {
  for (const state of ['CHALLENGE_REQUIRED', 'REVIEW_REQUIRED', 'BLOCK']) {
    const tracked = await client.track(newUser(), 'transfer', {}, state)
    assert.equal((await client.registrationOptions(tracked.token)).status, 403, state)
    assert.equal(await client.stateOf(tracked), state)
  }
})

test('EN-01: with a passkey on file, a challenged enrolment waits for the challenge', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const tracked = await client.track(userId, 'enroll-passkey', { scope }, 'CHALLENGE_REQUIRED')
  assert.equal((await client.registrationOptions(tracked.token)).status, 403)
  const passed = await client.signIn(tracked.token, authenticator)
  assert.equal(passed.status, 200, JSON.stringify(passed.body))
  assert.equal((await client.register(String(passed.body.accessToken), newAuthenticator())).status, 200)
})

test('EN-01: the state is looked at again when the answer comes', async () => {
  const tracked = await client.track(newUser(), 'enroll-passkey', { scope })
  const { body: options } = await client.registrationOptions(tracked.token)
  await client.setState(tracked, 'BLOCK')
  const registrationCredential = newAuthenticator().create(options.options as never)
  const reply = await client.send('POST', passkeyPath, app.withToken(tracked.token), { registrationCredential })
  assert.equal(reply.status, 403)
})

test('EN-01: the token of a passed challenge adds a passkey, and a tenant can demand one', async () => {
  const userId = newUser()
  await client.enrol(userId)
  await changePasskeyConfiguration({ requireChallengeToAddPasskey: true })
  try {
    const { token } = await client.track(userId, 'enroll-passkey', { scope })
    assert.equal((await client.registrationOptions(token)).status, 403)
  } finally {
    await changePasskeyConfiguration({ requireChallengeToAddPasskey: false })
  }
})

test('EN-02: a tenant who migrates can let any allowed action enrol the first passkey', async () => {
  await changePasskeyConfiguration({ allowFirstEnrolmentWithoutScope: true })
  try {
    const userId = newUser()
    const { token } = await client.track(userId, 'transfer')
    assert.equal((await client.register(token, newAuthenticator())).status, 200)
    const again = await client.track(userId, 'transfer')
    assert.equal((await client.registrationOptions(again.token)).status, 403)
  } finally {
    await changePasskeyConfiguration({ allowFirstEnrolmentWithoutScope: false })
  }
})

test('EN-03: a token binds one passkey', async () => {
  const { token } = await client.track(newUser(), 'enroll-passkey', { scope })
  assert.equal((await client.register(token, newAuthenticator())).status, 200)
  const second = await client.register(token, newAuthenticator())
  assert.equal(second.status, 403)
  assert.equal(second.body.errorCode, 'insufficient_scope')
})

test('EN-03: expiry is looked at in each step', async () => {
  const started = now
  const { token } = await client.track(newUser(), 'enroll-passkey', { scope })
  now = started + 8 * 60 * 1000
  const { body: options } = await client.registrationOptions(token)
  now = started + 10 * 60 * 1000
  const registrationCredential = newAuthenticator().create(options.options as never)
  const finish = await client.send('POST', passkeyPath, app.withToken(token), { registrationCredential })
  assert.equal(finish.status, 401)
  assert.equal(finish.body.errorCode, 'expired_token')
  assert.equal((await client.registrationOptions(token)).body.errorCode, 'expired_token')
})

test('EN-05: an enrolment that was begun counts for nothing', async () => {
  const userId = newUser()
  const { token } = await client.track(userId, 'enroll-passkey', { scope })
  await client.registrationOptions(token)
  const tracked = await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
  assert.equal(tracked.isEnrolled, false)
  assert.equal((await client.authenticationOptions(app.withToken(tracked.token))).body.errorCode, 'not_enrolled')
})

test('EN-06, EN-07: a binding is in the audit log with its source, and a removed passkey stays on record', async () => {
  const userId = newUser()
  const { userAuthenticatorId } = await client.enrol(userId)
  assert.equal((await client.send('DELETE', `/users/${userId}/authenticators/${userAuthenticatorId}`, app.asServer)).status, 200)
  const { db } = app.deps.store
  const entries = await db.selectFrom('audit_log').selectAll().where('user_id', '=', userId).execute()
  const created = entries.find(({ event }) => event === 'authenticator.created')
  assert.equal(created?.actor, 'user')
  assert.equal(created?.ip_address, '127.0.0.1')
  const row = await db
    .selectFrom('authenticators')
    .selectAll()
    .where('user_authenticator_id', '=', userAuthenticatorId)
    .executeTakeFirstOrThrow()
  assert.equal(row.removed_at, now)
  assert.equal(row.created_at, now)
})

test('EN-09: of two enrolments at once with one token, one binds', async () => {
  const userId = newUser()
  const { token } = await client.track(userId, 'enroll-passkey', { scope })
  const answers = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const { body } = await client.registrationOptions(token)
      return newAuthenticator().create(body.options as never)
    }),
  )
  const replies = await Promise.all(
    answers.map((registrationCredential) => client.send('POST', passkeyPath, app.withToken(token), { registrationCredential })),
  )
  assert.deepEqual(replies.map(({ status }) => status).toSorted(), [200, 403, 403, 403, 403, 403, 403, 403])
  const listed = await client.send('GET', `/users/${userId}/authenticators`, app.asServer)
  assert.equal((listed.body as unknown as unknown[]).length, 1)
})

test('TK-10, A-23: the token of a deleted user neither begins nor finishes an enrolment', async () => {
  const userId = newUser()
  const { token } = await client.track(userId, 'enroll-passkey', { scope })
  const { body: options } = await client.registrationOptions(token)
  assert.equal((await client.send('DELETE', `/users/${userId}`, app.asServer)).status, 200)
  const registrationCredential = newAuthenticator().create(options.options as never)
  const finish = await client.send('POST', passkeyPath, app.withToken(token), { registrationCredential })
  assert.equal(finish.body.errorCode, 'expired_token')
  assert.equal((await client.registrationOptions(token)).body.errorCode, 'expired_token')
  assert.equal((await client.send('GET', '/client/user-authenticators', app.withToken(token))).status, 401)
})

test('a browser asks whether a passkey it knows is bound', async () => {
  const { authenticator, userAuthenticatorId } = await client.enrol(newUser())
  const ask = (query: string) => client.send('GET', `${passkeyPath}?${query}`, app.asBrowser)
  const found = await ask(`credentialIds=unknown,${authenticator.credentialId}`)
  assert.equal(found.status, 200)
  assert.equal(found.body.credentialId, authenticator.credentialId)
  assert.equal(found.body.verifiedAt, new Date(now).toISOString())
  assert.equal((await ask(`credentialId=${authenticator.credentialId}`)).status, 200)
  assert.equal((await ask('credentialIds=unknown')).status, 404)
  assert.equal((await ask('')).status, 404)
  const other = await app.addTenant()
  const elsewhere = await client.send('GET', `${passkeyPath}?credentialId=${authenticator.credentialId}`, other.asBrowser)
  assert.equal(elsewhere.status, 404)
  assert.ok(userAuthenticatorId)
})

test('TN-02: a token lists the authenticators of its own user, and what the tenant offers', async () => {
  const userId = newUser()
  const { userAuthenticatorId } = await client.enrol(userId)
  const { token } = await client.track(userId, 'transfer')
  const listed = await client.send('GET', '/client/user-authenticators', app.withToken(token))
  assert.deepEqual(
    (listed.body as unknown as Record<string, unknown>[]).map((item) => item.userAuthenticatorId),
    [userAuthenticatorId],
  )
  const stranger = await client.track(newUser(), 'transfer')
  assert.deepEqual((await client.send('GET', '/client/user-authenticators', app.withToken(stranger.token))).body, [])
  const offered = await client.send('GET', '/client/authenticators', app.withToken(token))
  assert.deepEqual(
    (offered.body as unknown as Record<string, unknown>[]).map((item) => item.verificationMethod),
    ['PASSKEY'],
  )
  assert.equal((await client.send('GET', '/client/user-authenticators', app.asBrowser)).status, 401)
})

test('a tenant without passkeys answers that it is not configured', async () => {
  const other = await app.addTenant()
  const there = createCeremonies({ ...app, ...other })
  const { token } = await there.track('somebody', 'enroll-passkey', { scope })
  assert.equal((await there.send('DELETE', '/management/authenticator-configurations/passkey', other.asManagement)).status, 200)
  const { status, body } = await there.registrationOptions(token)
  assert.equal(status, 400)
  assert.equal(body.errorCode, 'invalid_configuration')
})
