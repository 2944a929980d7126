import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Authsignal } from '@authsignal/node'
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, decodeProtectedHeader, type JWK, jwtVerify } from 'jose'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies } from '../../test/support/test-ceremony.ts'
import { makeToken, passChallenge } from '../../test/support/test-challenge.ts'
import { createSessionPurge } from './purge-sessions.ts'

const minute = 60_000
let now = Date.UTC(2026, 10, 29, 12)
let app: TestApp
let client: Ceremonies
let clientId: string
let otherClientId: string

before(async () => {
  app = await createTestApp({ clock: () => now })
  client = createCeremonies(app)
  const create = async (body: object) => {
    const reply = await client.send('POST', '/management/app-clients', app.asManagement, body)
    assert.equal(reply.status, 200, JSON.stringify(reply.body))
    return String(reply.body.clientId)
  }
  clientId = await create({ name: 'Bank, web' })
  otherClientId = await create({ name: 'Bank, phone' })
})
after(() => app.close())

const call = (path: string, body: object) => client.send('POST', `/sessions${path}`, app.asServer, body)
const validate = (accessToken: unknown, clientIds?: string[]) => call('/validate', { accessToken, clientIds })
const refresh = (refreshToken: unknown) => call('/refresh', { refreshToken })
const refused = ({ status, body }: { status: number; body: Record<string, unknown> }) => [status, body.errorCode]
const invalid = [401, 'invalid_token']

interface Signed {
  userId: string
  token: string
  idempotencyKey: string
}

/** A user who has passed the challenge of a sign-in, without a ceremony. */
async function signIn(userId: string = randomUUID(), authenticatorId: string | null = null): Promise<Signed> {
  const tracked = await client.track(userId, 'sign-in', {}, 'CHALLENGE_REQUIRED')
  const key = { tenantId: app.tenant.tenantId, userId, action: 'sign-in', idempotencyKey: tracked.idempotencyKey }
  return { userId, idempotencyKey: tracked.idempotencyKey, token: await passChallenge(app, key, authenticatorId) }
}

interface Opened extends Signed {
  accessToken: string
  refreshToken: string
}

async function open(userId?: string, authenticatorId: string | null = null, id = clientId): Promise<Opened> {
  const signed = await signIn(userId, authenticatorId)
  const { status, body } = await call('', { clientId: id, token: signed.token, action: 'sign-in' })
  assert.equal(status, 200, JSON.stringify(body))
  return { ...signed, accessToken: String(body.accessToken), refreshToken: String(body.refreshToken) }
}

const keySet = async () => (await app.app.inject(`/v1/client/public/${app.tenant.tenantId}/.well-known/jwks`)).json()
const issuerOf = (tenantId: string) => `http://localhost:4000/v1/client/public/${tenantId}`

test('the official client opens, validates, refreshes and revokes a session', async () => {
  const url = await app.app.listen({ port: 0, host: '127.0.0.1' })
  const authsignal = new Authsignal({ apiSecretKey: app.tenant.secretKey, apiUrl: `${url}/v1` })
  const { userId, token } = await signIn('auth0|ann')
  await authsignal.updateUser({ userId, attributes: { email: 'ann@example.com', displayName: 'Ann' } })

  const opened = await authsignal.createSession({ clientId, token, action: 'sign-in' })
  assert.deepEqual(Object.keys(opened).sort(), ['accessToken', 'refreshToken'])
  const validated = await authsignal.validateSession({ accessToken: opened.accessToken, clientIds: [clientId] })
  assert.deepEqual(
    { ...validated, user: { userId: validated.user.userId, email: validated.user.email, displayName: validated.user.displayName } },
    {
      user: { userId, email: 'ann@example.com', displayName: 'Ann' },
      expiresAt: Math.floor(now / 1000) + 600,
      verificationMethod: 'PASSKEY',
    },
  )
  const refreshed = await authsignal.refreshSession({ refreshToken: opened.refreshToken })
  assert.notEqual(refreshed.accessToken, opened.accessToken)
  assert.notEqual(refreshed.refreshToken, opened.refreshToken)
  await assert.rejects(authsignal.validateSession({ accessToken: opened.accessToken }), { errorCode: 'invalid_token', statusCode: 401 })
  assert.equal((await authsignal.validateSession({ accessToken: refreshed.accessToken })).user.userId, userId)

  await authsignal.revokeSession({ accessToken: refreshed.accessToken })
  await assert.rejects(authsignal.validateSession({ accessToken: refreshed.accessToken }), { errorCode: 'invalid_token' })
  const second = await open(userId)
  const third = await open(userId)
  await authsignal.revokeUserSessions({ userId })
  for (const { accessToken, refreshToken } of [second, third]) {
    assert.deepEqual(refused(await validate(accessToken)), invalid)
    assert.deepEqual(refused(await refresh(refreshToken)), invalid)
  }
})

test('an independent library verifies an access token with the published keys of the running server', async () => {
  const url = app.app.listeningOrigin
  const { tenantId } = app.tenant
  const { accessToken, userId } = await open()
  const keys = createRemoteJWKSet(new URL(`${url}/v1/client/public/${tenantId}/.well-known/jwks`))
  const options = { issuer: issuerOf(tenantId), audience: clientId, typ: 'at+jwt', algorithms: ['RS256'], currentDate: new Date(now) }
  const { payload, protectedHeader } = await jwtVerify(accessToken, keys, options)
  assert.equal(payload.sub, userId)
  assert.deepEqual(Object.keys(protectedHeader).sort(), ['alg', 'kid', 'typ'])
  assert.equal(Number(payload.exp) - Number(payload.iat), 600)
  await assert.rejects(jwtVerify(accessToken, keys, { ...options, audience: otherClientId }))
})

test('a gateway that knows only the issuer of a token finds the keys, as a JWT authorizer does', async () => {
  const { accessToken } = await open()
  const { iss } = decodeJwt(accessToken)
  const local = (text: string) => text.replace('http://localhost:4000', app.app.listeningOrigin)
  const read = async (url: string) => (await (await fetch(local(url))).json()) as { issuer: string; jwks_uri: string; keys: JWK[] }
  const discovery = await read(`${iss}/.well-known/openid-configuration`)
  assert.equal(discovery.issuer, iss)
  const { keys } = await read(discovery.jwks_uri)
  const { kid, alg } = decodeProtectedHeader(accessToken)
  assert.deepEqual(
    keys.map(({ kid, alg, use }) => [kid, alg, use]),
    [[kid, alg, 'sig']],
  )
  const { payload } = await jwtVerify(accessToken, createLocalJWKSet({ keys }), { issuer: iss, currentDate: new Date(now) })
  assert.equal(payload.aud, clientId)
  assert.equal(payload.client_id, clientId)
})

test('the public keys are for every page and every cache, hold nothing private, and tell nobody which tenants there are', async () => {
  const path = `/v1/client/public/${app.tenant.tenantId}/.well-known`
  for (const name of ['jwks', 'jwks.json', 'openid-configuration']) {
    const { statusCode, headers, body } = await app.app.inject({ url: `${path}/${name}`, headers: { origin: 'https://any.example' } })
    assert.equal(statusCode, 200, name)
    assert.equal(headers['access-control-allow-origin'], '*')
    assert.equal(headers['cache-control'], 'public, max-age=300')
    assert.equal(headers['content-type'], 'application/json')
    assert.doesNotMatch(body, /"(d|p|q|dp|dq|qi)":/)
  }
  assert.equal((await keySet()).keys.length, 1)
  const other = await app.addTenant()
  for (const tenantId of [other.tenantId, 'nobody', '..%2f..', "x'--"]) {
    const reply = await app.app.inject(`/v1/client/public/${tenantId}/.well-known/jwks`)
    assert.deepEqual([reply.statusCode, reply.json()], [200, { keys: [] }], tenantId)
  }
})

test('TK-09: an access token holds no personal data but the user id of the application', async () => {
  const { userId } = await signIn()
  await client.send('PATCH', `/users/${userId}`, app.asServer, { email: 'bob@example.com', phoneNumber: '+6421000000' })
  const { accessToken } = await open(userId)
  const claims = decodeJwt(accessToken)
  assert.deepEqual(Object.keys(claims).sort(), ['aud', 'auth_time', 'client_id', 'exp', 'iat', 'iss', 'jti', 'nbf', 'sid', 'sub'])
  for (const text of [accessToken, 'sallyport_rt_']) assert.ok(!app.logged().includes(text))
})

test('a token whose challenge was not passed opens no session', async () => {
  const tracked = await client.track('cat', 'sign-in', {}, 'CHALLENGE_REQUIRED')
  assert.deepEqual(refused(await call('', { clientId, token: tracked.token, action: 'sign-in' })), invalid)
  const key = { tenantId: app.tenant.tenantId, userId: 'cat', action: 'sign-in', idempotencyKey: tracked.idempotencyKey }
  assert.deepEqual(refused(await call('', { clientId, token: await makeToken(app, key, 'result'), action: 'sign-in' })), invalid)
  await client.setState(tracked, 'CHALLENGE_FAILED')
  assert.deepEqual(refused(await call('', { clientId, token: await makeToken(app, key, 'result'), action: 'sign-in' })), invalid)
  await client.setState(tracked, 'CHALLENGE_SUCCEEDED')
  assert.deepEqual(refused(await call('', { clientId, token: tracked.token, action: 'sign-in' })), invalid, 'a track is not a result')
})

test('a token of another action, of no client or of another tenant opens no session and stays good', async () => {
  const { token } = await signIn()
  assert.deepEqual(refused(await call('', { clientId, token, action: 'transfer' })), invalid)
  assert.deepEqual(refused(await call('', { clientId: 'nobody', token, action: 'sign-in' })), [400, 'invalid_request'])
  const other = await app.addTenant()
  const elsewhere = await client.send('POST', '/sessions', other.asServer, { clientId, token, action: 'sign-in' })
  assert.deepEqual(refused(elsewhere), invalid)
  assert.equal((await call('', { clientId, token, action: 'sign-in' })).status, 200)
})

test('a misspelt action is not passed over in silence', async () => {
  const { token } = await signIn()
  const { status, body } = await call('', { clientId, token, acton: 'transfer' })
  assert.equal(status, 200)
  assert.match(JSON.stringify(body.warnings), /acton/)
})

test('TK-06: one passed challenge opens one session, also of a hundred requests at once', async () => {
  const { token } = await signIn()
  const replies = await Promise.all(Array.from({ length: 100 }, () => call('', { clientId, token, action: 'sign-in' })))
  assert.equal(replies.filter(({ status }) => status === 200).length, 1)
  // A busy machine may have no connection to PostgreSQL to spare for all of them.
  for (const reply of replies) if (reply.status !== 200 && reply.status !== 503) assert.deepEqual(refused(reply), invalid)
  const rows = await app.deps.store.db
    .selectFrom('user_sessions')
    .where('user_id', '=', String(decodeJwt(token).sub))
    .selectAll()
    .execute()
  assert.equal(rows.length, 1)
})

test('TK-06: a token that was validated opens no session, and one that opened a session is not valid', async () => {
  const first = await signIn()
  assert.equal((await client.validate(first.token)).isValid, true)
  assert.deepEqual(refused(await call('', { clientId, token: first.token, action: 'sign-in' })), invalid)
  const second = await open()
  assert.deepEqual((await client.validate(second.token)).reason, 'already_used')
})

test('a refresh token is good once: of a hundred at a time one is answered, and its session is over', async () => {
  const { refreshToken } = await open()
  const replies = await Promise.all(Array.from({ length: 100 }, () => refresh(refreshToken)))
  const good = replies.filter(({ status }) => status === 200)
  assert.equal(good.length, 1)
  assert.deepEqual(refused(await refresh(good[0]?.body.refreshToken)), invalid)
  assert.deepEqual(refused(await validate(good[0]?.body.accessToken)), invalid)
})

test('a refresh token that was used before ends the session of whoever has the present one, and the audit log says so', async () => {
  const { refreshToken, userId } = await open()
  const second = await refresh(refreshToken)
  const third = await refresh(second.body.refreshToken)
  assert.equal(third.status, 200)
  const reused = await refresh(refreshToken)
  assert.deepEqual(refused(reused), invalid)
  assert.match(String(reused.body.errorDescription), /used before/)
  assert.deepEqual(refused(await refresh(third.body.refreshToken)), invalid)
  assert.deepEqual(refused(await validate(third.body.accessToken)), invalid)
  const entries = await app.deps.store.db.selectFrom('audit_log').where('user_id', '=', userId).select('event').execute()
  assert.equal(entries.filter(({ event }) => event === 'session.reused').length, 1)
})

test('a made-up refresh token ends no session', async () => {
  const { refreshToken, accessToken } = await open()
  const other = await open()
  for (const text of [
    '',
    'x',
    refreshToken.slice(0, -1),
    `${refreshToken}A`,
    `sallyport_rt_${'A'.repeat(86)}`,
    `sallyport_rt_${'A'.repeat(43)}${refreshToken.slice(-43)}`,
    accessToken,
    'x'.repeat(100_000),
  ]) {
    assert.deepEqual(refused(await refresh(text)), invalid, text.slice(0, 40))
  }
  assert.equal((await validate(accessToken)).status, 200)
  assert.equal((await validate(other.accessToken)).status, 200)
})

test('TK-05: the tokens of one tenant are nothing to another', async () => {
  const { accessToken, refreshToken } = await open()
  const other = await app.addTenant()
  await client.send('POST', '/management/app-clients', other.asManagement, { name: 'Other' })
  const there = (path: string, body: object) => client.send('POST', `/sessions${path}`, other.asServer, body)
  assert.deepEqual(refused(await there('/validate', { accessToken })), invalid)
  assert.deepEqual(refused(await there('/refresh', { refreshToken })), invalid)
  assert.deepEqual(refused(await there('/revoke', { accessToken })), invalid)
  await there('/user/revoke', { userId: String(decodeJwt(accessToken).sub) })
  assert.equal((await validate(accessToken)).status, 200)
})

test('an access token is accepted for the clients that are asked for', async () => {
  const { accessToken } = await open()
  assert.equal((await validate(accessToken, [otherClientId, clientId])).status, 200)
  assert.deepEqual(refused(await validate(accessToken, [otherClientId])), invalid)
  assert.deepEqual(refused(await validate(accessToken, [])), invalid)
})

test('AD-02: a session ends without use, and after its longest time however much it is used', async () => {
  const start = now
  const idle = await open()
  let { accessToken, refreshToken } = await open()
  now = start + 10 * minute
  assert.deepEqual(refused(await validate(accessToken)), [401, 'expired_token'])
  now = start + 60 * minute
  assert.deepEqual(refused(await refresh(idle.refreshToken)), invalid)
  now = start + 59 * minute
  let refreshes = 0
  for (;;) {
    const reply = await refresh(refreshToken)
    if (reply.status !== 200) break
    refreshes += 1
    ;({ accessToken, refreshToken } = reply.body as unknown as Opened)
    assert.ok(Number(decodeJwt(accessToken).exp) * 1000 <= start + 24 * 60 * minute, 'no access token outlives its session')
    now += 59 * minute
  }
  assert.equal(refreshes, 24)
  assert.ok(now >= start + 24 * 60 * minute)
})

test('shorter durations of a client count at once', async () => {
  const made = await client.send('POST', '/management/app-clients', app.asManagement, {
    name: 'Long',
    refreshTokenDurationInMinutes: 400 * 24 * 60,
    sessionDurationInMinutes: 400 * 24 * 60,
  })
  const id = String(made.body.clientId)
  const { accessToken, refreshToken } = await open(undefined, null, id)
  now += 5 * minute
  assert.equal((await validate(accessToken)).status, 200)
  const shorter = { accessTokenDurationInMinutes: 2, refreshTokenDurationInMinutes: 3, sessionDurationInMinutes: 4 }
  assert.equal((await client.send('PATCH', `/management/app-clients/${id}`, app.asManagement, shorter)).status, 200)
  assert.deepEqual(refused(await validate(accessToken)), invalid)
  assert.deepEqual(refused(await refresh(refreshToken)), invalid)
})

test('TK-10: a session ends with the authenticator behind it, with its user, with its client and with a dispute', async () => {
  const enrolled = await client.enrol('dan')
  const removals: Record<string, (opened: Opened) => Promise<unknown>> = {
    authenticator: ({ userId }) => client.send('DELETE', `/users/${userId}/authenticators/${enrolled.userAuthenticatorId}`, app.asServer),
    state: ({ userId, idempotencyKey }) =>
      client.send('PATCH', `/users/${userId}/actions/sign-in/${idempotencyKey}`, app.asServer, { state: 'CHALLENGE_FAILED' }),
    dispute: ({ userId, idempotencyKey }) =>
      client.send('POST', `/users/${userId}/actions/sign-in/${idempotencyKey}/dispute`, app.asServer, {}),
    erasure: ({ userId }) => client.send('DELETE', `/users/${userId}`, app.asServer),
    client: () => client.send('DELETE', `/management/app-clients/${otherClientId}`, app.asManagement),
  }
  for (const [name, remove] of Object.entries(removals)) {
    const opened = await open(
      name === 'authenticator' ? 'dan' : undefined,
      name === 'authenticator' ? enrolled.userAuthenticatorId : null,
      name === 'client' ? otherClientId : clientId,
    )
    assert.equal((await validate(opened.accessToken)).status, 200, name)
    await remove(opened)
    assert.deepEqual(refused(await validate(opened.accessToken)), invalid, name)
    assert.deepEqual(refused(await refresh(opened.refreshToken)), invalid, name)
  }
})

test('TK-10: a user who comes back under the same id has none of the sessions of the one who was erased', async () => {
  const { userId, accessToken, refreshToken, idempotencyKey } = await open()
  await client.send('DELETE', `/users/${userId}`, app.asServer)
  await client.track(userId, 'sign-in', { idempotencyKey })
  assert.deepEqual(refused(await validate(accessToken)), invalid)
  assert.deepEqual(refused(await refresh(refreshToken)), invalid)
})

test('a session is ended also with an access token that has expired or was replaced, and twice is no error', async () => {
  const first = await open()
  const second = await refresh(first.refreshToken)
  assert.deepEqual((await call('/revoke', { accessToken: first.accessToken })).body, { success: true })
  assert.deepEqual(refused(await refresh(second.body.refreshToken)), invalid)
  assert.deepEqual((await call('/revoke', { accessToken: first.accessToken })).body, { success: true })
  const late = await open()
  now += 11 * minute
  assert.equal((await call('/revoke', { accessToken: late.accessToken })).status, 200)
  assert.deepEqual(refused(await refresh(late.refreshToken)), invalid)
})

test('support lists the sessions of a user and ends one of them, or all', async () => {
  const first = await open()
  now += minute
  const phone = await client.send('POST', '/management/app-clients', app.asManagement, { name: 'Bank, tablet' })
  const second = await open(first.userId, null, String(phone.body.clientId))
  const path = `/management/users/${first.userId}/sessions`
  const list = async () => (await client.send('GET', path, app.asManagement)).body as unknown as Record<string, unknown>[]
  const [latest, earlier, ...others] = await list()
  assert.deepEqual([latest?.clientName, earlier?.clientName, others], ['Bank, tablet', 'Bank, web', []])
  assert.deepEqual([earlier?.action, earlier?.idempotencyKey], ['sign-in', first.idempotencyKey])
  assert.ok(!JSON.stringify(latest).includes('hash'))
  const end = (id: unknown, userId = first.userId) =>
    client.send('DELETE', `/management/users/${userId}/sessions/${String(id)}`, app.asManagement)
  await end(latest?.sessionId, 'somebody-else')
  assert.equal((await list()).length, 2, 'a session is ended by the name of its user')
  await end(latest?.sessionId)
  await end(latest?.sessionId)
  assert.deepEqual(refused(await validate(second.accessToken)), invalid)
  assert.equal((await validate(first.accessToken)).status, 200)
  await client.send('DELETE', path, app.asManagement)
  assert.deepEqual([await list(), refused(await validate(first.accessToken))], [[], invalid])
  const events = await app.deps.store.db.selectFrom('audit_log').select('event').where('user_id', '=', first.userId).execute()
  assert.equal(events.filter(({ event }) => event === 'session.revoked').length, 1)
})

test('sessions that have ended by themselves are erased', async () => {
  const purge = createSessionPurge({ ...app.deps, stopwatch: () => now })
  const { userId } = await open()
  const { db } = app.deps.store
  const left = () => db.selectFrom('user_sessions').where('user_id', '=', userId).selectAll().execute()
  await purge()
  assert.equal((await left()).length, 1)
  // The database of several processes has a clock of its own.
  await db.updateTable('user_sessions').set({ expires_at: 1 }).where('user_id', '=', userId).execute()
  now += 2 * minute
  await purge()
  assert.deepEqual(await left(), [])
})

test('what sessions do not support is refused, and says so', async () => {
  const { userId } = await signIn()
  const asked = await call('', { clientId, userId, challengeId: randomUUID(), skipVerificationCheck: true })
  assert.deepEqual(refused(asked), [400, 'invalid_request'])
  assert.match(String(asked.body.errorDescription), /`token`/)
})
