import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { describedRoutes } from '../../test/support/described-routes.ts'
import { createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies, origin } from '../../test/support/test-ceremony.ts'

let app: TestApp
let client: Ceremonies
let users = 0
const newUser = () => `user-${++users}`
const scope = 'read:authenticators add:authenticators update:authenticators remove:authenticators'

before(async () => {
  app = await createTestApp()
  client = createCeremonies(app)
})
after(() => app.close())

const listed = async (userId: string) =>
  (await client.send('GET', `/users/${userId}/authenticators`, app.asServer)).body as unknown as { userAuthenticatorId: string }[]

test('EN-04: a token that may not add an authenticator may not remove or replace one either, on any route', async () => {
  const userId = newUser()
  const { userAuthenticatorId } = await client.enrol(userId)
  const before = await listed(userId)
  const { token } = await client.track(userId, 'transfer', { scope }, 'CHALLENGE_REQUIRED')
  assert.equal((await client.registrationOptions(token)).status, 403)
  const fields = { userAuthenticatorId, userId, email: 'thief@example.com', phoneNumber: '+15550100', isDefault: true }
  for (const { method, path } of await describedRoutes(app, (path) => path.startsWith('/v1/client/') || path.startsWith('/v1/users'))) {
    const url = path.replace('{userId}', userId).replace(/\{\w+\}/g, userAuthenticatorId)
    await client.send(method, url, app.withToken(token), method === 'GET' ? undefined : fields)
  }
  for (const path of ['/client/user-authenticators', '/client/user-authenticators/passkey', `/users/${userId}/authenticators`]) {
    for (const method of ['DELETE', 'PATCH'] as const) {
      assert.ok((await client.send(method, `${path}/${userAuthenticatorId}`, app.withToken(token), {})).status >= 400)
    }
  }
  assert.deepEqual(await listed(userId), before)
})

test('EN-04: a passkey that another one is to replace goes only with the proof that adds one', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const { token } = await client.track(userId, 'transfer', { scope }, 'CHALLENGE_REQUIRED')
  const better = createSoftwareAuthenticator({ origin })
  assert.equal((await client.register(token, better)).status, 403)
  const passed = await client.signIn(token, authenticator)
  assert.equal((await client.register(String(passed.body.accessToken), better)).status, 200)
  assert.equal((await listed(userId)).length, 2, 'the old one stays until the application removes it')
})

test('EN-08: a user cannot remove the last authenticator, and its removal by the application hands out nothing', async () => {
  const userId = newUser()
  const { authenticator, userAuthenticatorId } = await client.enrol(userId)
  const tracked = await client.track(userId, 'transfer', { scope }, 'CHALLENGE_REQUIRED')
  const passed = await client.signIn(tracked.token, authenticator)
  const headers = app.withToken(String(passed.body.accessToken))
  for (const path of ['/client/user-authenticators', '/client/user-authenticators/passkey', `/users/${userId}/authenticators`]) {
    assert.ok((await client.send('DELETE', `${path}/${userAuthenticatorId}`, headers)).status >= 400)
  }
  assert.equal((await listed(userId)).length, 1)
  const removed = await client.send('DELETE', `/users/${userId}/authenticators/${userAuthenticatorId}`, app.asServer)
  assert.deepEqual(removed.body, { success: true })
  const shown = await client.send('GET', `/users/${userId}`, app.asServer)
  assert.equal(shown.body.isEnrolled, false)
  const { token } = await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
  assert.equal((await client.registrationOptions(token)).status, 403, 'and the user enrols only as anybody does')
})
