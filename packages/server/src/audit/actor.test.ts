import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { createOperations } from '../app/operations.ts'
import { hashOfKey, keyIdOf } from '../keys/api-keys.ts'

async function setUp(t: TestContext) {
  const made = await createTestApp()
  t.after(() => made.close())
  const { app, deps, tenant, asManagement, asServer } = made
  const send = async (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET', url: string, payload?: object) => {
    const headers = url.startsWith('/v1/management') ? asManagement : asServer
    const response = await app.inject({ method, url, headers, payload, remoteAddress: '203.0.113.7' })
    assert.equal(response.statusCode, 200, response.body)
    return response.json()
  }
  const entries = (event: string) =>
    deps.store.db
      .selectFrom('audit_log')
      .where('event', '=', event)
      .select(['actor', 'actor_id', 'actor_name', 'actor_key_id', 'ip_address', 'user_id'])
      .execute()
  const keyId = (key: string) => keyIdOf(hashOfKey(key))
  return { send, entries, deps, management: keyId(tenant.managementKey), secret: keyId(tenant.secretKey) }
}

test('LG-01: a change of the configuration names the key that made it, and where it came from', async (t) => {
  const { send, entries, management } = await setUp(t)
  const action = '/v1/management/action-configurations/transfer'
  await send('POST', '/v1/management/action-configurations', { actionCode: 'transfer', defaultUserActionResult: 'ALLOW' })
  await send('POST', `${action}/rules`, { name: 'All', type: 'CHALLENGE', isActive: true, priority: 0, conditions: {} })
  await send('PUT', `${action}/policy`, { defaultUserActionResult: 'BLOCK', rules: [] })
  await send('POST', '/v1/management/value-lists', { name: 'Mules', itemType: 'string', valueListItems: ['a'], isActive: true })
  const actor = { kind: 'management_key', id: management, ipAddress: '203.0.113.7', keyId: management }
  for (const path of [`${action}/policy-versions`, '/v1/management/value-lists/mules/versions']) {
    for (const version of await send('GET', path)) assert.deepEqual([version.author, version.actor], ['management_key', actor], path)
  }
  for (const event of ['rule.created', 'policy.replaced', 'value_list.created']) {
    const [entry] = await entries(event)
    assert.deepEqual(
      [entry?.actor, entry?.actor_id, entry?.actor_key_id, entry?.ip_address],
      ['management_key', management, management, '203.0.113.7'],
      event,
    )
  }
})

test('D5: a change made with a named key names the key, also after it was revoked', async (t) => {
  const made = await createTestApp()
  t.after(() => made.close())
  const { tenantId } = made.tenant
  const operations = createOperations({ ...made.deps, cipher: made.cipher })
  const created = await operations.createKey({ tenantId, kind: 'management', name: 'deploy pipeline' })
  if (typeof created === 'string') return assert.fail(created)
  const headers = { authorization: `Basic ${Buffer.from(`${created.key}:`).toString('base64')}` }
  const payload = { actionCode: 'transfer', defaultUserActionResult: 'ALLOW' }
  const reply = await made.app.inject({ method: 'POST', url: '/v1/management/action-configurations', headers, payload })
  assert.equal(reply.statusCode, 200, reply.body)
  await operations.revokeKey({ tenantId, keyId: created.keyId })
  const url = '/v1/management/audit?event=action.created&actor=deploy%20pipeline'
  const { entries } = (await made.app.inject({ url, headers: made.asManagement })).json()
  const actor = { kind: 'management_key', id: created.keyId, name: 'deploy pipeline', keyId: created.keyId, ipAddress: '127.0.0.1' }
  assert.deepEqual(
    entries.map((entry: { actor: object }) => entry.actor),
    [actor],
  )
})

test('the first track of an action is recorded as a change by the server itself', async (t) => {
  const { send } = await setUp(t)
  await send('POST', '/v1/users/ann/actions/new', {})
  const [version] = await send('GET', '/v1/management/action-configurations/new/policy-versions')
  assert.deepEqual([version.author, version.actor], ['system', { kind: 'system', name: 'first track' }])
})

test('the audit entry of a new tenant names the part of the server that created it', async (t) => {
  const { entries } = await setUp(t)
  const [entry] = await entries('tenant.created')
  assert.deepEqual([entry?.actor, entry?.actor_name, entry?.actor_key_id], ['system', 'test', null])
})

test('LG-03: an erased user is no longer named as an actor, and the key that erased them is', async (t) => {
  const { send, entries, deps, secret } = await setUp(t)
  await send('PATCH', '/v1/users/ann', { email: 'ann@example.com' })
  const [updated] = await entries('user.updated')
  assert.deepEqual([updated?.actor, updated?.actor_id, updated?.user_id], ['secret_key', secret, 'ann'])
  await deps.store.db
    .updateTable('audit_log')
    .set({ actor: 'user', actor_id: 'ann', actor_name: 'Ann' })
    .where('user_id', '=', 'ann')
    .execute()
  await send('DELETE', '/v1/users/ann')
  const [anonymous] = await entries('user.updated')
  assert.deepEqual([anonymous?.actor, anonymous?.actor_id, anonymous?.actor_name, anonymous?.user_id], ['user', null, null, null])
  const [deleted] = await entries('user.deleted')
  assert.deepEqual([deleted?.actor, deleted?.actor_key_id, deleted?.user_id], ['secret_key', secret, null])
})
