import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { systemActor } from '../audit/actor.ts'
import { createKeyCipher, hashOfKey } from '../keys/api-keys.ts'
import { rotateKey } from '../tenants/rotate-key.ts'
import { bumpConfigVersion } from './bump-config-version.ts'

const start = Date.UTC(2026, 10, 24)

async function setUp(t: { after(fn: () => unknown): void }): Promise<TestApp & { time: { now: number } }> {
  const time = { now: start }
  const testApp = await createTestApp({ clock: () => time.now })
  t.after(() => testApp.close())
  return { ...testApp, time }
}

test('a key finds its tenant, and only in its own kind', async (t) => {
  const { deps, tenant } = await setUp(t)
  assert.equal((await deps.tenants.findBySecretKey(tenant.secretKey))?.tenantId, tenant.tenantId)
  assert.equal((await deps.tenants.findByManagementKey(tenant.managementKey))?.tenantId, tenant.tenantId)
  assert.equal(await deps.tenants.findBySecretKey(tenant.managementKey), undefined)
  assert.equal(await deps.tenants.findByManagementKey(tenant.secretKey), undefined)
  assert.equal(await deps.tenants.findBySecretKey(''), undefined)
  assert.equal(await deps.tenants.find('nobody'), undefined)
})

test('a tenant is loaded once, and then known at once', async (t) => {
  const { deps, tenant } = await setUp(t)
  deps.tenants.invalidate(tenant.tenantId)
  assert.equal(deps.tenants.peekBySecretKey(tenant.secretKey), undefined)
  const found = await Promise.all(Array.from({ length: 20 }, () => deps.tenants.find(tenant.tenantId)))
  assert.equal(new Set(found).size, 1)
  assert.equal(deps.tenants.peekBySecretKey(tenant.secretKey), found[0])
  assert.equal(deps.tenants.peek(tenant.tenantId), found[0])
  assert.equal(deps.tenants.peekBySecretKey(tenant.managementKey), undefined)
})

test('a change is seen by the next request after `invalidate`, and by other processes after `refresh`', async (t) => {
  const { deps, tenant } = await setUp(t)
  const before = await deps.tenants.find(tenant.tenantId)
  await deps.store.transaction({ tenantId: tenant.tenantId }, async ({ db }) => {
    await db.updateTable('tenants').set({ name: 'new name' }).where('tenant_id', '=', tenant.tenantId).execute()
    await bumpConfigVersion(db, tenant.tenantId)
  })
  assert.equal(await deps.tenants.find(tenant.tenantId), before)
  await deps.tenants.refresh()
  const changed = await deps.tenants.find(tenant.tenantId)
  assert.equal(changed?.name, 'new name')
  assert.ok((changed?.configVersion ?? 0) > (before?.configVersion ?? 0))
  await deps.tenants.refresh()
  assert.equal(await deps.tenants.find(tenant.tenantId), changed, 'what has not changed stays')
})

test('what is read while the configuration changes is not kept', async (t) => {
  const { deps, tenant } = await setUp(t)
  deps.tenants.invalidate(tenant.tenantId)
  const loading = deps.tenants.find(tenant.tenantId)
  deps.tenants.invalidate(tenant.tenantId)
  await loading
  assert.equal(deps.tenants.peek(tenant.tenantId), undefined)
})

test('an action nobody configured is put on record once, lets through, and names its version', async (t) => {
  const { deps, tenant } = await setUp(t)
  const known = (await deps.tenants.find(tenant.tenantId)) ?? assert.fail()
  const loaded = await Promise.all(Array.from({ length: 50 }, () => deps.tenants.loadAction(known, 'transfer')))
  assert.equal(new Set(loaded).size, 1)
  assert.equal(loaded[0]?.definition.defaultOutcome, 'ALLOW')
  assert.equal(loaded[0]?.definition.version, 1)
  const rows = await deps.store.db.selectFrom('action_configurations').selectAll().execute()
  assert.deepEqual(
    rows.map(({ action_code, policy_version, is_configured }) => ({ action_code, policy_version, is_configured })),
    [{ action_code: 'transfer', policy_version: 1, is_configured: 0 }],
  )
  const after = await deps.tenants.find(tenant.tenantId)
  assert.equal(after?.actions.get('transfer'), loaded[0])
  assert.equal(after?.configVersion, known.configVersion)
})

test('an action two processes meet at the same moment has one policy', async (t) => {
  const { deps, tenant } = await setUp(t)
  const known = (await deps.tenants.find(tenant.tenantId)) ?? assert.fail()
  await deps.tenants.loadAction(known, 'login')
  deps.tenants.invalidate(tenant.tenantId)
  const again = await deps.tenants.loadAction({ ...known, actions: new Map() }, 'login')
  assert.equal(again.definition.version, 1)
  assert.equal((await deps.store.db.selectFrom('policy_versions').selectAll().execute()).length, 1)
})

test('TK-08: both keys work during the overlap, the old one ends with it, the newest signs', async (t) => {
  const { app, deps, tenant, asServer, time, cipher } = await setUp(t)
  const status = async (key: string) =>
    (await app.inject({ url: '/v1/users/u', headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` } })).statusCode
  assert.equal(await status(tenant.secretKey), 200)
  const next =
    (await rotateKey({ ...deps, cipher }, { tenantId: tenant.tenantId, kind: 'secret', overlapMs: 60_000 }, systemActor('test'))) ??
    assert.fail()
  await deps.tenants.refresh()
  assert.equal(await status(tenant.secretKey), 200)
  assert.equal(await status(next), 200)
  const during = await deps.tenants.find(tenant.tenantId)
  assert.deepEqual(
    during?.secretKeys.map(({ key }) => key),
    [next, tenant.secretKey],
  )

  time.now += 60_000
  assert.equal(await status(tenant.secretKey), 401)
  assert.equal(await status(next), 200)
  assert.equal((await app.inject({ url: '/v1/users/u', headers: asServer })).statusCode, 401)
  assert.deepEqual(
    (await deps.tenants.find(tenant.tenantId))?.secretKeys.map(({ key }) => key),
    [next],
  )
})

test('TK-08: at most two keys are in force, and an overlap of nothing ends the old one at once', async (t) => {
  const { deps, tenant, cipher } = await setUp(t)
  const rotate = (overlapMs: number) =>
    rotateKey({ ...deps, cipher }, { tenantId: tenant.tenantId, kind: 'secret', overlapMs }, systemActor('test'))
  const second = await rotate(3_600_000)
  const third = await rotate(3_600_000)
  await deps.tenants.refresh()
  assert.deepEqual(
    (await deps.tenants.find(tenant.tenantId))?.secretKeys.map(({ key }) => key),
    [third, second],
  )
  const fourth = await rotate(0)
  await deps.tenants.refresh()
  assert.deepEqual(
    (await deps.tenants.find(tenant.tenantId))?.secretKeys.map(({ key }) => key),
    [fourth],
  )
  assert.equal(await rotateKey({ ...deps, cipher }, { tenantId: 'nobody', kind: 'secret', overlapMs: 0 }, systemActor('test')), undefined)
  assert.equal((await deps.tenants.findByManagementKey(tenant.managementKey))?.tenantId, tenant.tenantId, 'the other kind is left alone')
})

test('TN-04: keys are stored as a hash and a ciphertext that opens with the master key and in its own row alone', async (t) => {
  const { deps, tenant, cipher } = await setUp(t)
  const rows = await deps.store.db.selectFrom('api_keys').selectAll().execute()
  assert.ok(!JSON.stringify(rows).includes(tenant.secretKey))
  const row = rows.find(({ key_hash }) => key_hash === hashOfKey(tenant.secretKey)) ?? assert.fail()
  const place = { tenantId: row.tenant_id, kind: row.kind, keyHash: row.key_hash }
  assert.equal(cipher.decrypt(row.encrypted_key, place), tenant.secretKey)
  const refused = { name: 'WrongMasterKeyError' }
  assert.throws(() => cipher.decrypt(row.encrypted_key, { ...place, tenantId: 'other' }), refused)
  assert.throws(() => cipher.decrypt(row.encrypted_key, { ...place, kind: 'management' }), refused)
  assert.throws(() => createKeyCipher(new Uint8Array(32)).decrypt(row.encrypted_key, place), refused)
  for (const text of ['', 'v1.', 'v2.AAAA', `${row.encrypted_key.slice(0, -2)}AA`])
    assert.throws(() => cipher.decrypt(text, place), refused)
})
