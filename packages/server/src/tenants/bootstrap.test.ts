import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { instanceEntities, recordTracked } from '@sallyport/engine'
import { systemActor } from '../audit/actor.ts'
import { ConfigError, loadConfig } from '../config.ts'
import { createKeyCipher } from '../keys/api-keys.ts'
import { loadMasterKey } from '../keys/master-key.ts'
import { methods } from '../methods/methods.ts'
import { openSqliteStore } from '../storage/sqlite/open-sqlite-store.ts'
import { bootstrap } from './bootstrap.ts'
import { type CreateTenantDeps, createTenant, type InitialMethods } from './create-tenant.ts'
import { rotateKey } from './rotate-key.ts'

async function setUp(t: { after(fn: () => unknown): void }): Promise<CreateTenantDeps & InitialMethods> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-bootstrap-'))
  const store = await openSqliteStore({ dataDir, clock: Date.now, recordTracked, instanceEntities })
  t.after(async () => {
    await store.close()
    rmSync(dataDir, { recursive: true })
  })
  let count = 0
  const newId = () => `id-${++count}`
  return { store, cipher: createKeyCipher(randomBytes(32)), clock: Date.now, newId, methods }
}

const env = {
  SALLYPORT_BOOTSTRAP_TENANT_ID: 'bank',
  SALLYPORT_BOOTSTRAP_SECRET_KEY: randomBytes(32).toString('hex'),
  SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY: randomBytes(32).toString('hex'),
  SALLYPORT_BOOTSTRAP_RP_ID: 'bank.example',
  SALLYPORT_BOOTSTRAP_ORIGINS: 'https://bank.example, https://app.bank.example',
}

test('a new tenant begins with the methods that say what they begin with', async (t) => {
  const deps = await setUp(t)
  const [passkey = assert.fail()] = methods
  const { initial: _, ...configuration } = passkey.configuration
  const asked: unknown[] = []
  const initial = (tenant: object) => {
    asked.push(tenant)
    return { made: 'for it' }
  }
  const table = [
    { name: 'AUTHENTICATOR_APP' as const, configuration: { ...configuration, initial } },
    { name: 'EMAIL_OTP' as const, configuration },
  ]
  const input = { name: 'Bank', rpId: 'bank.example', origins: ['https://bank.example'] }
  await createTenant({ ...deps, methods: table }, input, systemActor('test'))
  const rows = await deps.store.db.selectFrom('authenticator_configurations').selectAll().execute()
  assert.deepEqual(
    rows.map(({ verification_method, is_active, settings }) => [verification_method, is_active, JSON.parse(settings)]),
    [['AUTHENTICATOR_APP', 1, { made: 'for it' }]],
  )
  assert.deepEqual(asked, [input])
})

test('the first start makes a tenant with keys of its own and passkeys for the public URL', async (t) => {
  const deps = await setUp(t)
  const created = await bootstrap(deps, loadConfig({}, {}))
  assert.match(created?.secretKey ?? '', /^sallyport_sk_[A-Za-z0-9_-]{43}$/)
  assert.match(created?.managementKey ?? '', /^sallyport_mk_[A-Za-z0-9_-]{43}$/)
  const [configuration] = await deps.store.db.selectFrom('authenticator_configurations').selectAll().execute()
  const settings = JSON.parse(configuration?.settings ?? '')
  assert.equal(settings.relyingParty.id, 'localhost')
  assert.deepEqual(settings.expectedOrigins, ['http://localhost:4000'])
  assert.equal(await bootstrap(deps, loadConfig({}, {})), undefined, 'once')
})

test('a tenant fixed by the environment is made as it says, and the second start changes nothing', async (t) => {
  const deps = await setUp(t)
  const config = loadConfig({}, env)
  const created = await bootstrap(deps, config)
  assert.deepEqual(created, {
    tenantId: 'bank',
    secretKey: env.SALLYPORT_BOOTSTRAP_SECRET_KEY,
    managementKey: env.SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY,
  })
  const everything = async () =>
    JSON.stringify([
      await deps.store.db.selectFrom('tenants').selectAll().execute(),
      await deps.store.db.selectFrom('api_keys').selectAll().execute(),
      await deps.store.db.selectFrom('authenticator_configurations').selectAll().execute(),
      await deps.store.db.selectFrom('audit_log').selectAll().execute(),
    ])
  const before = await everything()
  assert.equal(await bootstrap(deps, config), undefined)
  assert.equal(await everything(), before)
  assert.match(before, /"relyingParty\\":\{\\"id\\":\\"bank.example\\"/)
})

test('a named tenant is made beside others that are there', async (t) => {
  const deps = await setUp(t)
  await bootstrap(deps, loadConfig({}, {}))
  assert.equal((await bootstrap(deps, loadConfig({}, env)))?.tenantId, 'bank')
})

test('two processes that start together make one tenant', async (t) => {
  const deps = await setUp(t)
  const created = await Promise.all(Array.from({ length: 5 }, () => bootstrap(deps, loadConfig({}, env))))
  assert.equal(created.filter((value) => value !== undefined).length, 1)
})

test('a key that was never the tenant’s stops the start, one that was rotated out does not', async (t) => {
  const deps = await setUp(t)
  await bootstrap(deps, loadConfig({}, env))
  const other = { ...env, SALLYPORT_BOOTSTRAP_SECRET_KEY: randomBytes(32).toString('hex') }
  await assert.rejects(bootstrap(deps, loadConfig({}, other)), (error) => {
    assert.ok(error instanceof ConfigError)
    assert.match(error.message, /SALLYPORT_BOOTSTRAP_SECRET_KEY/)
    assert.ok(!error.message.includes(other.SALLYPORT_BOOTSTRAP_SECRET_KEY))
    return true
  })
  await rotateKey(deps, { tenantId: 'bank', kind: 'secret', overlapMs: 0 }, systemActor('test'))
  assert.equal(await bootstrap(deps, loadConfig({}, env)), undefined)
})

test('LG-04: the master key is made once, outside the database, readable by its owner alone', (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-master-'))
  t.after(() => rmSync(dataDir, { recursive: true }))
  const path = join(dataDir, 'master.key')
  const key = loadMasterKey({ dataDir })
  assert.equal(key.length, 32)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(loadMasterKey({ dataDir }), key)
  assert.deepEqual(loadMasterKey({ dataDir, masterKey: new Uint8Array(32) }), new Uint8Array(32))
  assert.equal(readFileSync(path, 'utf8').trim(), Buffer.from(key).toString('base64'))
  chmodSync(path, 0o644)
  assert.throws(() => loadMasterKey({ dataDir }), /can be read by others/)
  chmodSync(path, 0o600)
  writeFileSync(path, 'short')
  assert.throws(() => loadMasterKey({ dataDir }), /does not hold 32 bytes/)
})
