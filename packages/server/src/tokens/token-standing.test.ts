import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies, origin } from '../../test/support/test-ceremony.ts'

let app: TestApp
let client: Ceremonies
let users = 0
const newUser = () => `user-${++users}`
const scope = 'add:authenticators'
const passkeyPath = '/client/user-authenticators/passkey'
const gone = [401, 'expired_token']

before(async () => {
  app = await createTestApp()
  client = createCeremonies(app)
})
after(() => app.close())

interface Passed {
  userId: string
  userAuthenticatorId: string
  idempotencyKey: string
  /** Of the track, with the scope to add authenticators. */
  trackToken: string
  resultToken: string
}

/** A user who passed a challenge with a passkey. */
async function passed(): Promise<Passed> {
  const userId = newUser()
  const { authenticator, userAuthenticatorId } = await client.enrol(userId)
  const { token: trackToken, idempotencyKey } = await client.track(userId, 'transfer', { scope }, 'CHALLENGE_REQUIRED')
  const { status, body } = await client.signIn(trackToken, authenticator)
  assert.equal(status, 200, JSON.stringify(body))
  return { userId, userAuthenticatorId, idempotencyKey, trackToken, resultToken: String(body.accessToken) }
}

const remove = ({ userId, userAuthenticatorId }: Pick<Passed, 'userId' | 'userAuthenticatorId'>) =>
  client.send('DELETE', `/users/${userId}/authenticators/${userAuthenticatorId}`, app.asServer)

/** What every route of the client API answers to a token, as status and code. */
async function everyAnswer(token: string): Promise<Map<string, unknown[]>> {
  const { paths } = (await app.app.inject({ url: '/openapi.json' })).json<{ paths: Record<string, Record<string, unknown>> }>()
  const answers = new Map<string, unknown[]>()
  for (const [path, methods] of Object.entries(paths)) {
    if (!path.startsWith('/v1/client/') || path.startsWith('/v1/client/public/')) continue
    for (const method of Object.keys(methods)) {
      const body = method === 'get' ? undefined : {}
      const reply = await client.send(method.toUpperCase() as 'GET', path.slice(3), app.withToken(token), body)
      answers.set(`${method} ${path}`, [reply.status, reply.body.errorCode])
    }
  }
  assert.ok(answers.size >= 8, 'the routes were found')
  return answers
}

async function assertUseless(token: string): Promise<void> {
  for (const [route, answer] of await everyAnswer(token)) assert.deepEqual(answer, gone, route)
  assert.equal((await client.validate(token)).isValid, false)
  const found = await client.send('GET', `/users?token=${token}`, app.asServer)
  assert.deepEqual([found.status, found.body.errorCode], [400, 'invalid_request'])
}

test('A1: neither the result nor the track of a challenge is of use once the passkey that passed it is removed', async () => {
  const user = await passed()
  assert.equal((await client.send('GET', '/client/user-authenticators', app.withToken(user.resultToken))).status, 200)
  await remove(user)
  await assertUseless(user.resultToken)
  await assertUseless(user.trackToken)
})

test('A1: options that were fetched before the removal of the passkey bind nothing after it', async () => {
  for (const kind of ['resultToken', 'trackToken'] as const) {
    const user = await passed()
    const token = user[kind]
    const options = await client.registrationOptions(token)
    assert.equal(options.status, 200, JSON.stringify(options.body))
    const registrationCredential = createSoftwareAuthenticator({ origin }).create(options.body.options as never)
    await remove(user)
    const finish = await client.send('POST', passkeyPath, app.withToken(token), { registrationCredential })
    assert.deepEqual([finish.status, finish.body.errorCode], gone)
    assert.deepEqual((await client.send('GET', `/users/${user.userId}/authenticators`, app.asServer)).body, [])
  }
})

test('A1: a removal while the answer is checked binds nothing', async (t) => {
  const user = await passed()
  const options = await client.registrationOptions(user.resultToken)
  const registrationCredential = createSoftwareAuthenticator({ origin }).create(options.body.options as never)
  const { store } = app.deps
  const { transaction } = store
  const mocked = t.mock.method(store, 'transaction', async (...call: Parameters<typeof transaction>) => {
    mocked.mock.restore()
    await remove(user)
    return store.transaction(...call)
  })
  const finish = await client.send('POST', passkeyPath, app.withToken(user.resultToken), { registrationCredential })
  assert.equal(mocked.mock.callCount(), 1)
  assert.deepEqual([finish.status, finish.body.errorCode], gone)
  assert.deepEqual((await client.send('GET', `/users/${user.userId}/authenticators`, app.asServer)).body, [])
})

test('A1: a token that bound a passkey is of no use once that passkey is removed', async () => {
  const userId = newUser()
  const { token } = await client.track(userId, 'enrol', { scope })
  const bound = await client.register(token, createSoftwareAuthenticator({ origin }))
  assert.equal(bound.status, 200)
  await remove({ userId, userAuthenticatorId: String(bound.body.userAuthenticatorId) })
  await assertUseless(String(bound.body.accessToken))
})

test('A1: a track from before the removal does not bind in place of the challenge that the user can no longer pass', async () => {
  const userId = newUser()
  const { userAuthenticatorId } = await client.enrol(userId)
  const { token } = await client.track(userId, 'transfer', { scope }, 'CHALLENGE_REQUIRED')
  await remove({ userId, userAuthenticatorId })
  const { status, body } = await client.registrationOptions(token)
  assert.deepEqual([status, body.errorCode], [403, 'insufficient_scope'])
  const again = await client.track(userId, 'transfer', { scope }, 'CHALLENGE_REQUIRED')
  assert.equal((await client.registrationOptions(again.token)).status, 200, 'the application vouches for the user again')
})

test('A1: the result of a challenge is of no use once the action was set to another state or disputed', async () => {
  for (const state of ['BLOCK', 'CHALLENGE_FAILED', 'REVIEW_REQUIRED', 'CHALLENGE_REQUIRED']) {
    const user = await passed()
    const path = `/users/${user.userId}/actions/transfer/${user.idempotencyKey}`
    assert.equal((await client.send('PATCH', path, app.asServer, { state })).status, 200)
    await assertUseless(user.resultToken)
  }
  const user = await passed()
  await client.send('POST', `/users/${user.userId}/actions/transfer/${user.idempotencyKey}/dispute`, app.asServer, {})
  await assertUseless(user.resultToken)
  await assertUseless(user.trackToken)
})

test('A1: a key that is no longer in force is noticed although the configuration in memory still has it', async () => {
  const other = await app.addTenant()
  const there = createCeremonies({ ...app, ...other })
  const { token } = await there.track('ann', 'enrol', { scope })
  const options = await there.registrationOptions(token)
  const registrationCredential = createSoftwareAuthenticator({ origin }).create(options.body.options as never)
  await app.deps.store.db.updateTable('api_keys').set({ expires_at: 1 }).where('tenant_id', '=', other.tenantId).execute()
  const finish = await there.send('POST', passkeyPath, app.withToken(token), { registrationCredential })
  assert.deepEqual([finish.status, finish.body.errorCode], [401, 'unauthorized'])
})

test('A11: a token of an erased user does not work for a user of the same id, action and key', async () => {
  const user = await passed()
  const { userId, idempotencyKey } = user
  const { authenticator } = await client.enrol(newUser())
  const options = await client.registrationOptions(user.resultToken)
  const registrationCredential = createSoftwareAuthenticator({ origin }).create(options.body.options as never)
  await client.send('DELETE', `/users/${userId}`, app.asServer)
  const again = await client.track(userId, 'transfer', { scope, idempotencyKey })
  assert.equal(again.state, 'ALLOW')
  const finish = await client.send('POST', passkeyPath, app.withToken(user.resultToken), { registrationCredential })
  assert.deepEqual([finish.status, finish.body.errorCode], gone)
  await assertUseless(user.resultToken)
  await assertUseless(user.trackToken)
  assert.equal((await client.signIn(user.trackToken, authenticator)).status, 401)
  await client.setState(again, 'CHALLENGE_SUCCEEDED')
  await assertUseless(user.resultToken)
  assert.equal((await client.registrationOptions(again.token)).status, 200, 'the new token works')
})
