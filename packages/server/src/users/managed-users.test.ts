import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'
import { hashOfKey, keyIdOf } from '../keys/api-keys.ts'

const server = await createTestApp()
test.after(() => server.close())
const { app, asServer, asManagement, tenant } = server
const client = createCeremonies(server)

async function call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object, headers = asManagement) {
  const reply = await app.inject({ method, url: `/v1/management${path}`, headers, payload })
  return { status: reply.statusCode, body: reply.json() }
}
const actor = { kind: 'management_key', id: keyIdOf(hashOfKey(tenant.managementKey)), keyId: keyIdOf(hashOfKey(tenant.managementKey)) }

/** The newest entry of the audit log about a user. */
async function lastEntry(event: string) {
  const [entry] = (await call('GET', `/audit?event=${event}&limit=1`)).body.entries
  return entry
}

test('the management API pages through all users, and finds them by an attribute', async () => {
  for (const userId of ['anna', 'bert', 'cleo'])
    assert.equal((await call('PATCH', `/users/${userId}`, { email: `${userId}@bank.example`, custom: { tier: 'gold' } })).status, 200)
  const first = (await call('GET', '/users?limit=2')).body
  assert.deepEqual([first.users.map(({ userId }: { userId: string }) => userId), typeof first.cursor], [['anna', 'bert'], 'string'])
  const rest = (await call('GET', `/users?limit=2&cursor=${first.cursor}`)).body
  assert.deepEqual([rest.users.map(({ userId }: { userId: string }) => userId), rest.cursor], [['cleo'], undefined])
  const found = (await call('GET', '/users?text=bert%40bank.example')).body.users
  assert.deepEqual(
    found.map(({ userId }: { userId: string }) => userId),
    ['bert'],
  )
  assert.deepEqual((await call('GET', '/users/bert')).body, (await app.inject({ url: '/v1/users/bert', headers: asServer })).json())
})

test('TN-05: a member that a user does not have is refused by the management API, and so is a query', async () => {
  for (const body of [{ role: 'owner' }, { tenantId: 'x' }, { riskScore: 0 }, { emial: 'x' }])
    assert.equal((await call('PATCH', '/users/anna', body)).status, 400, JSON.stringify(body))
  assert.equal((await call('GET', '/users?mail=x')).status, 400)
  assert.equal((await call('PATCH', '/users/anna/devices/phone', { rememberedUntil: null, isTrusted: true })).status, 400)
})

test('AD-03, LG-01: a person removes an authenticator and a device of a user, and is named on the audit log', async () => {
  const { userAuthenticatorId } = await client.enrol('dora')
  await client.track('dora', 'transfer', { deviceId: 'phone' }, 'CHALLENGE_REQUIRED')
  assert.deepEqual(
    (await call('GET', '/users/dora/authenticators')).body.map((one: Record<string, unknown>) => one.userAuthenticatorId),
    [userAuthenticatorId],
  )
  assert.equal((await call('DELETE', `/users/dora/authenticators/${userAuthenticatorId}`)).status, 200)
  assert.deepEqual((await call('GET', '/users/dora/authenticators')).body, [])
  assert.deepEqual({ ...(await lastEntry('authenticator.deleted')).actor, ipAddress: undefined }, { ...actor, ipAddress: undefined })
  assert.equal((await call('DELETE', `/users/dora/authenticators/${userAuthenticatorId}`)).status, 404)
})

test('AD-03, LG-01: a person renames an authenticator; rules go on to read the name of its model', async () => {
  const { userAuthenticatorId, authenticator } = await client.enrol('gina')
  const path = `/users/gina/authenticators/${userAuthenticatorId}`
  const [before] = (await call('GET', '/users/gina/authenticators')).body
  assert.deepEqual([before.name, typeof before.webauthnCredential.name, typeof before.createdAt], [undefined, 'string', 'string'])
  const renamed = await call('PATCH', path, { name: 'Arbeitsplatz 2' })
  assert.deepEqual([renamed.status, renamed.body.name, renamed.body.webauthnCredential.name], [200, 'Arbeitsplatz 2', 'Arbeitsplatz 2'])
  assert.deepEqual((await call('GET', '/users/gina/authenticators')).body, [renamed.body])
  const entry = await lastEntry('authenticator.updated')
  assert.deepEqual([entry.userId, entry.actor.id, entry.details.userAuthenticatorId], ['gina', actor.id, userAuthenticatorId])
  assert.deepEqual(entry.details.name, { before: null, after: 'Arbeitsplatz 2' })
  assert.equal((await call('PATCH', path, { name: 'Arbeitsplatz 2' })).status, 200)
  assert.equal((await lastEntry('authenticator.updated')).auditId, entry.auditId)

  const { token, idempotencyKey } = await client.track('gina', 'transfer', {}, 'CHALLENGE_REQUIRED')
  assert.equal((await client.signIn(token, authenticator)).status, 200)
  const used = (await call('GET', '/users/gina/authenticators')).body[0]
  assert.deepEqual([used.name, typeof used.lastVerifiedAt], ['Arbeitsplatz 2', 'string'])
  const { signals } = (await call('GET', `/events/gina/transfer/${idempotencyKey}`)).body
  const read = signals.find(({ name }: { name: string }) => name === 'authenticator.name')
  assert.notEqual(read.value, 'Arbeitsplatz 2')

  const restored = await call('PATCH', path, { name: null })
  assert.deepEqual([restored.body.name, restored.body.webauthnCredential.name], [undefined, before.webauthnCredential.name])
  for (const body of [{}, { name: '' }, { name: ' ' }, { name: 'x'.repeat(101) }, { name: 'x', isDefault: true }])
    assert.equal((await call('PATCH', path, body)).status, 400, JSON.stringify(body))
  assert.equal((await call('PATCH', `/users/anna/authenticators/${userAuthenticatorId}`, { name: 'x' })).status, 404)
  const other = await server.addTenant()
  assert.equal((await call('PATCH', path, { name: 'x' }, other.asManagement)).status, 404)
})

test('LG-01: the reason for which an authenticator is removed is on the audit log', async () => {
  const { userAuthenticatorId } = await client.enrol('hugo')
  const path = `/users/hugo/authenticators/${userAuthenticatorId}`
  assert.equal((await call('DELETE', `${path}?why=lost`)).status, 400)
  assert.equal((await call('DELETE', `${path}?reason=`)).status, 400)
  assert.equal((await call('DELETE', `${path}?reason=lost+on+a+train`)).status, 200)
  assert.deepEqual((await lastEntry('authenticator.deleted')).details, { userAuthenticatorId, reason: 'lost on a train' })
  assert.equal((await call('PATCH', path, { name: 'x' })).status, 404)
})

test('LG-01: a person takes everything that is kept of a user out, erases it, and is named on the audit log', async () => {
  await call('PATCH', '/users/emil', { displayName: 'Emil' })
  await client.track('emil', 'transfer', { custom: { amount: 5 } })
  const { status, body } = await call('GET', '/users/emil/export')
  assert.equal(status, 200)
  assert.deepEqual([body.userId, body.user.displayName, body.actions.length], ['emil', 'Emil', 1])
  const entry = await lastEntry('user.exported')
  assert.deepEqual([entry.userId, entry.actor.id], ['emil', actor.id])
  assert.equal((await call('DELETE', '/users/emil')).status, 200)
  assert.equal((await lastEntry('user.deleted')).actor.id, actor.id)
  assert.equal((await call('GET', '/users/emil/export')).status, 404)
  assert.deepEqual((await call('GET', '/users?text=emil')).body.users, [])
})

test('TN-01: the management API of one tenant sees no user of another', async () => {
  const other = await server.addTenant()
  await call('PATCH', '/users/fred', { email: 'fred@bank.example' })
  assert.deepEqual((await call('GET', '/users', undefined, other.asManagement)).body, { users: [] })
  assert.equal((await call('GET', '/users/fred', undefined, other.asManagement)).body.email, undefined)
  assert.equal((await call('GET', '/users/fred/export', undefined, other.asManagement)).status, 404)
  await call('DELETE', '/users/fred', undefined, other.asManagement)
  assert.equal((await call('GET', '/users/fred')).body.email, 'fred@bank.example')
})
