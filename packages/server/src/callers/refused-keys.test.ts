import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { systemActor } from '../audit/actor.ts'
import { serverChain } from '../audit/insert-audit-entry.ts'
import { hashOfKey, keyIdOf } from '../keys/api-keys.ts'
import { rotateKey } from '../tenants/rotate-key.ts'
import { createRefusedKeys, type RefusedKey } from './refused-keys.ts'

async function setUp(t: TestContext) {
  let now = Date.parse('2026-05-01T12:00:00Z')
  const made = await createTestApp({ clock: () => now })
  t.after(() => made.close())
  const keys = createRefusedKeys(made.deps)
  t.after(() => keys.stop())
  const entries = async (tenantId: string) => {
    await keys.flush()
    const rows = await made.deps.store.db
      .selectFrom('audit_log')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('event', '=', 'api_key.refused')
      .orderBy('sequence')
      .execute()
    return rows.map((row) => ({ ...row, details: JSON.parse(row.details) }))
  }
  const pass = (ms: number) => {
    now += ms
  }
  return { ...made, keys, entries, pass }
}

const unknown = (ipAddress: string, text = 'sallyport_sk_no'): RefusedKey => ({
  api: 'secret_key',
  ipAddress,
  keyHash: hashOfKey(text),
  isFromBrowser: false,
})

test('D5: a wrong key leaves a line at once, and further ones within the minute one line with their number', async (t) => {
  const { keys, entries, pass, logged } = await setUp(t)
  for (let n = 0; n < 50; n++) keys.note(unknown('192.0.2.7', `guess-${n}`))
  const [first, ...more] = await entries(serverChain)
  assert.deepEqual(more, [])
  assert.deepEqual([first?.ip_address, first?.details.count, first?.details.reason], ['192.0.2.7', 1, 'unknown'])
  pass(59_000)
  assert.equal((await entries(serverChain)).length, 1)
  pass(1_000)
  const [, second] = await entries(serverChain)
  assert.equal(second?.details.count, 49)
  pass(60_000)
  await keys.flush()
  keys.note(unknown('192.0.2.7'))
  assert.equal((await entries(serverChain)).length, 3, 'after a quiet minute the first is written at once again')
  assert.equal(JSON.stringify(await entries(serverChain)).includes('guess'), false)
  assert.match(logged(), /"source":"192\.0\.2\.7","count":49,"msg":"API keys were refused"/)
})

test('D5: many sources of wrong keys share a line, and all addresses of one IPv6 network are one source', async (t) => {
  const { keys, entries, pass } = await setUp(t)
  for (let n = 0; n < 500; n++) keys.note(unknown(`2001:db8::${n.toString(16)}`))
  pass(60_000)
  assert.deepEqual(
    (await entries(serverChain)).map(({ details }) => details.count),
    [1, 499],
  )
  for (let n = 0; n < 1000; n++) keys.note(unknown(`198.51.${n >> 8}.${n & 255}`))
  pass(60_000)
  const lines = (await entries(serverChain)).slice(2)
  assert.ok(lines.length <= 102, String(lines.length))
  assert.equal(
    lines.reduce((sum, { details }) => sum + details.count, 0),
    1000,
  )
})

test('D5: a key of a tenant that is refused is on the audit log of that tenant, with its id and the reason', async (t) => {
  const { app, deps, cipher, tenant, asServer, asManagement } = await setUp(t)
  const remoteAddress = '203.0.113.9'
  const send = async (url: string, headers: Record<string, string>) =>
    assert.equal((await app.inject({ url, headers, remoteAddress })).statusCode, 401)
  await send('/v1/users/u', asManagement)
  await send('/v1/management/tenant', asServer)
  await send('/v1/users/u', { ...asServer, origin: 'https://shop.example' })
  const { tenantId } = tenant
  await rotateKey({ ...deps, cipher }, { tenantId, kind: 'secret', overlapMs: 0 }, systemActor('test'))
  deps.tenants.invalidate(tenantId)
  await send('/v1/users/u', asServer)
  await send('/v1/users/%', asServer)
  await app.close()
  const rows = await deps.store.db.selectFrom('audit_log').selectAll().where('event', '=', 'api_key.refused').orderBy('sequence').execute()
  const keyIds = { secret: keyIdOf(hashOfKey(tenant.secretKey)), management: keyIdOf(hashOfKey(tenant.managementKey)) }
  assert.deepEqual(
    rows.map(({ tenant_id, actor, actor_key_id, ip_address, details }) => {
      const { api, reason, count } = JSON.parse(details)
      return [tenant_id, actor, actor_key_id, ip_address, api, reason, count]
    }),
    [
      [tenantId, 'management_key', keyIds.management, remoteAddress, 'secret_key', 'other_api', 1],
      [tenantId, 'secret_key', keyIds.secret, remoteAddress, 'management_key', 'ended', 1],
      [tenantId, 'secret_key', keyIds.secret, remoteAddress, 'secret_key', 'sent_by_browser', 1],
      [tenantId, 'secret_key', keyIds.secret, remoteAddress, 'secret_key', 'ended', 2],
    ],
  )
})

test('D5: a request without a key, and one with a good key, leave no line', async (t) => {
  const { app, asServer, deps } = await setUp(t)
  for (const headers of [{}, asServer]) await app.inject({ url: '/v1/users/u', headers })
  await app.inject({ url: '/v1/client/user-authenticators', headers: { authorization: 'Bearer no' } })
  await app.close()
  const rows = await deps.store.db.selectFrom('audit_log').selectAll().where('event', '=', 'api_key.refused').execute()
  assert.deepEqual(rows, [])
})

test('D5: a store that cannot write refused keys down does not end the server', async (t) => {
  const { deps, logged } = await setUp(t)
  const store = { ...deps.store, transaction: () => Promise.reject(new Error('gone')) }
  const keys = createRefusedKeys({ ...deps, store, newId: () => randomUUID() })
  keys.note(unknown('192.0.2.7'))
  await keys.stop()
  assert.match(logged(), /refused API keys could not be put on record/)
})
