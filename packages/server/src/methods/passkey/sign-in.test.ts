import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Answer, type Ceremonies, createCeremonies } from '../../../test/support/test-ceremony.ts'

const now = 1_750_000_000_000
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
  assert.match(cookieOf(started), /^sallyport-client=[A-Za-z0-9_-]{36,400}; Path=\/v1\/client; Max-Age=300; HttpOnly; SameSite=Lax$/)
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

test('A9: the cookie is read only from pages that the tenant expects, so no other page decides what a sign-in counts for', async () => {
  const { authenticator } = await client.enrol(newUser())
  const cookieOf = (answer: Answer) => String(answer.headers['set-cookie']).split(';', 1)[0] ?? ''
  const cookie = cookieOf(await client.send('POST', '/client/challenge/web', app.asBrowser, { action: 'withdrawal' }))
  const path = '/client/user-authenticators/passkey/authentication-options/web'
  for (const origin of ['https://evil.example', 'null']) {
    const options = await client.send('POST', path, { ...app.asBrowser, cookie, origin }, {})
    assert.equal(options.status, 200)
    assert.equal(options.headers['set-cookie'], undefined)
    const verified = await client.verify({ ...app.asBrowser, cookie, origin }, options, authenticator)
    assert.equal(verified.headers['set-cookie'], undefined)
    assert.notEqual((await client.validate(verified.body.accessToken)).action, 'withdrawal')
  }
  const options = await client.send('POST', path, { ...app.asBrowser, cookie, origin: 'http://localhost:3000' }, {})
  const verified = await client.verify({ ...app.asBrowser, cookie: cookieOf(options) }, options, authenticator)
  assert.equal((await client.validate(verified.body.accessToken)).action, 'withdrawal')
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
