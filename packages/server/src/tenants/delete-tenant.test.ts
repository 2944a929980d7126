import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { findTraces } from '../../test/support/find-traces.ts'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'
import { verifyAudit } from '../../test/support/verify-audit.ts'
import { systemActor } from '../audit/actor.ts'
import { serverChain } from '../audit/insert-audit-entry.ts'
import { createTenant } from './create-tenant.ts'
import { deleteTenant } from './delete-tenant.ts'

const actor = systemActor('command line')
const traces = ['user-to-erase', 'erase@mail.example', 'device-to-erase', '203.0.113.77', 'Agent77', 'note-to-erase', 'mule-to-erase']

async function setUp(t: TestContext) {
  const made = await createTestApp()
  t.after(made.close)
  const { deps } = made
  const ceremonies = createCeremonies(made)
  async function manage(path: string, payload: object): Promise<void> {
    const { statusCode, body } = await made.app.inject({
      method: 'POST',
      url: `/v1/management${path}`,
      headers: made.asManagement,
      payload,
    })
    assert.equal(statusCode, 200, body)
  }
  await manage('/custom-data-points', { name: 'note', dataType: 'text', modelType: 'action' })
  await manage('/value-lists', { name: 'mules', alias: 'mules', itemType: 'string', valueListItems: ['mule-to-erase'] })
  await manage('/velocity-features', { name: 'notes', metric: 'count', per: 'user', windowMinutes: 60 })
  await manage('/action-configurations', { actionCode: 'login', defaultUserActionResult: 'ALLOW' })
  const own = {
    email: 'erase@mail.example',
    deviceId: 'device-to-erase',
    ipAddress: '203.0.113.77',
    userAgent: 'Agent77/1.0',
    custom: { note: 'note-to-erase' },
  }
  await ceremonies.enrol('user-to-erase')
  for (let n = 0; n < 20; n++) await ceremonies.track('user-to-erase', 'login', { ...own, idempotencyKey: `k${n}` })
  const { body } = await made.app.inject({
    method: 'POST',
    url: '/v1/users/user-to-erase/actions/misspelt',
    headers: made.asServer,
    payload: { usreAgent: 'x' },
  })
  assert.match(body, /warnings/)
  await deps.warnings.save()
  const other = await made.addTenant()
  const tracked = await made.app.inject({ method: 'POST', url: '/v1/users/bob/actions/login', headers: other.asServer, payload: {} })
  assert.equal(tracked.statusCode, 200)
  const deleteIt = (store = deps.store) => deleteTenant({ ...deps, store, noticeMs: 0 }, made.tenant.tenantId, actor)
  return { made, other, deleteIt, ...deps }
}

/** Every table that has rows of the tenant, with their number, once the read side knows what there is. */
async function rowsOf({ store }: TestApp['deps'], tenantId: string): Promise<Record<string, number>> {
  await store.foldReadSide()
  const tables =
    store.kind === 'sqlite'
      ? sql<{
          name: string
        }>`SELECT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c ON c.name = 'tenant_id' WHERE m.type = 'table'`
      : sql<{
          name: string
        }>`SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'tenant_id'`
  const found: Record<string, number> = {}
  for (const { name } of (await tables.execute(store.db)).rows) {
    const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.table(name)} WHERE tenant_id = ${tenantId}`.execute(store.db)
    if (Number(rows[0]?.n) > 0) found[name] = Number(rows[0]?.n)
  }
  return found
}

async function auditOfServer({ store }: TestApp['deps']): Promise<{ event: string; details: string }[]> {
  const rows = store.db.selectFrom('audit_log').where('tenant_id', '=', serverChain).orderBy('sequence')
  return rows.select(['event', 'details']).execute()
}

test('D4: nothing of a deleted tenant is left in any table or file, and the other tenant keeps everything', async (t) => {
  const { made, other, deleteIt } = await setUp(t)
  const { deps, tenant } = made
  const before = await rowsOf(deps, other.tenantId)
  assert.ok(Object.keys(await rowsOf(deps, tenant.tenantId)).length >= 12)
  assert.ok((await findTraces(deps.store, deps.config.dataDir, traces)).length > 0)
  const chain = await deps.store.db
    .selectFrom('audit_chains')
    .where('tenant_id', '=', tenant.tenantId)
    .selectAll()
    .executeTakeFirstOrThrow()

  const deleted = await deleteIt()
  assert.deepEqual(typeof deleted === 'object' && [deleted.users, deleted.instances, deleted.wasLast], [1, 22, false])
  assert.deepEqual(await rowsOf(deps, tenant.tenantId), {})
  assert.deepEqual(await rowsOf(deps, other.tenantId), before)
  assert.equal(await deleteIt(), 'no_such_tenant')

  const [began, last] = await auditOfServer(deps)
  assert.deepEqual([began?.event, last?.event], ['tenant.deletion_began', 'tenant.deleted'])
  const { deletedTenantId, lastAuditEntry, lastAuditHash } = JSON.parse(last?.details ?? '{}')
  assert.deepEqual([deletedTenantId, lastAuditEntry, lastAuditHash], [tenant.tenantId, chain.sequence, chain.hash])
  for (const tenantId of [serverChain, other.tenantId]) assert.deepEqual((await verifyAudit(deps.store, tenantId)).findings, [])
  if (deps.store.kind === 'sqlite') await deps.store.close()
  assert.deepEqual(await findTraces(deps.store, deps.config.dataDir, traces), [])
})

test('D4: a new tenant with the id of a deleted one starts with nothing', async (t) => {
  const { made, deleteIt } = await setUp(t)
  const { deps, tenant, cipher } = made
  await deleteIt()
  deps.tenants.admit(tenant.tenantId)
  const input = { tenantId: tenant.tenantId, rpId: 'localhost', origins: ['http://localhost:4000'] }
  const created = await createTenant({ ...deps, cipher }, input, actor)
  const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` })
  const get = async (url: string, headers: Record<string, string>) => {
    const { statusCode, body } = await made.app.inject({ method: 'GET', url, headers })
    return { status: statusCode, body: JSON.parse(body) }
  }
  assert.equal((await get('/v1/users/user-to-erase', made.asServer)).status, 401, 'an old key')
  for (const list of ['value-lists', 'velocity-features', 'custom-data-points', 'action-configurations']) {
    const { status, body } = await get(`/v1/management/${list}`, basic(created.managementKey))
    assert.equal(status, 200)
    assert.ok(!JSON.stringify(body).includes('mules') && !JSON.stringify(body).includes('note'), list)
  }
  assert.deepEqual(await deps.warnings.list(tenant.tenantId), [])
  const snapshot = await deps.store.loadSnapshot(tenant.tenantId, 'user-to-erase', [
    { kind: 'user', key: 'user-to-erase' },
    { kind: 'device', key: 'device-to-erase' },
    { kind: 'address', key: '203.0.113.77' },
  ])
  assert.deepEqual([snapshot.entities, snapshot.user.createdAt], [{}, null])
  assert.equal((await get('/v1/users/user-to-erase', basic(created.secretKey))).body.isEnrolled, false)
  const names = deps.tenants.knownList(tenant.tenantId, 'mules')
  assert.equal(names, undefined)
})

test('D4: a deletion that is interrupted at any step lets nobody in, and is finished by the same call', async (t) => {
  for (const failing of ['forgetTenant', 'transaction'] as const) {
    const { made, deleteIt } = await setUp(t)
    const { deps, tenant, app } = made
    let calls = 0
    const broken = {
      ...deps.store,
      [failing]: (...args: never[]) => {
        calls += 1
        // The first transaction begins the deletion.
        if (failing === 'transaction' && calls === 1) return Reflect.apply(deps.store.transaction, deps.store, args)
        return Promise.reject(new Error('made to fail'))
      },
    }
    await assert.rejects(deleteIt(broken), /made to fail/)
    deps.tenants.invalidate(tenant.tenantId)
    for (const headers of [made.asServer, made.asManagement]) {
      const url = headers === made.asServer ? '/v1/users/user-to-erase' : '/v1/management/value-lists'
      assert.equal((await app.inject({ method: 'GET', url, headers })).statusCode, 401)
    }
    assert.equal(await deps.tenants.find(tenant.tenantId), undefined)
    assert.equal(typeof (await deleteIt()), 'object')
    assert.deepEqual(await rowsOf(deps, tenant.tenantId), {})
    const events = (await auditOfServer(deps)).map(({ event }) => event).filter((event) => event.startsWith('tenant.'))
    assert.deepEqual(events, ['tenant.deletion_began', 'tenant.deleted'])
  }
})

test('D4: a tenant is not deleted while it is being moved', async (t) => {
  const { made, deleteIt } = await setUp(t)
  const { db } = made.deps.store
  const value = JSON.stringify({ id: 'm', to: 'postgres://db', tenantId: null, at: 1 })
  await db.insertInto('store_marks').values({ name: 'move', value }).execute()
  assert.equal(await deleteIt(), 'is_moving')
  assert.ok(await made.deps.tenants.find(made.tenant.tenantId))
})
