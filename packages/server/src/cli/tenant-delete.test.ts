import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { openTestPostgres } from '../../test/support/test-postgres.ts'
import { loadConfig, startServer } from '../app/start-server.ts'

function directory(t: TestContext): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-delete-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  return dataDir
}

async function call(url: string, method: string, path: string, key: string, body?: unknown): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/v1${path}`, {
    method,
    headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, text: await response.text() }
}

const rule = ['--rp-id', 'bank.example', '--origins', 'https://bank.example']

test('D4: a running server deletes a tenant, serves the other on, and a new tenant of the same id begins with nothing', async (t) => {
  const dataDir = directory(t)
  const server = await startServer(loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent' }, {}))
  t.after(() => server.close())
  const first = server.created ?? assert.fail()
  const run = (...args: string[]) => runSallyport([...args, '--data-dir', dataDir])
  const create = async () => {
    const { code, out, err } = await run('tenant', 'create', '--id', 'bank', ...rule, '--json')
    assert.equal(code, 0, err)
    return JSON.parse(out)
  }
  const bank = await create()
  const list = { name: 'mules', alias: 'mules', itemType: 'string', valueListItems: ['mule'] }
  assert.equal((await call(server.url, 'POST', '/management/value-lists', bank.managementKey, list)).status, 200)
  const feature = { name: 'logins', metric: 'count', per: 'user', windowMinutes: 60 }
  assert.equal((await call(server.url, 'POST', '/management/velocity-features', bank.managementKey, feature)).status, 200)
  const track = (key: string) =>
    call(server.url, 'POST', '/users/alice/actions/login', key, { idempotencyKey: 'k', deviceId: 'phone', usreAgent: 'x' })
  for (const key of [bank.secretKey, first.secretKey]) assert.equal((await track(key)).status, 200)

  assert.match((await run('tenant', 'delete', 'nobody', '--yes', 'nobody')).err, /there is no tenant `nobody`/)
  const unconfirmed = await run('tenant', 'delete', 'bank')
  assert.equal(unconfirmed.code, 1)
  assert.match(unconfirmed.out, /This erases tenant bank .*1 user.*cannot be undone/)
  assert.match(unconfirmed.err, /nothing was deleted: without a terminal, confirm with --yes bank/)
  assert.match((await run('tenant', 'delete', 'bank', '--yes', 'bnak')).err, /nothing was deleted/)
  assert.equal((await track(bank.secretKey)).status, 200)

  const deleted = await run('tenant', 'delete', 'bank', '--yes', 'bank')
  assert.equal(deleted.code, 0, deleted.err)
  assert.match(deleted.out, /Deleted tenant bank: 1 user\(s\), 1 action\(s\) on record/)
  assert.doesNotMatch(deleted.out, /No tenant is left/)
  assert.equal((await track(bank.secretKey)).status, 401)
  assert.equal((await call(server.url, 'GET', '/management/value-lists', bank.managementKey)).status, 401)
  assert.equal((await track(first.secretKey)).status, 200)
  await assert.rejects(
    server.deps.store.transaction({ tenantId: 'bank' }, async () => undefined),
    /the tenant was deleted/,
    'a request under way',
  )

  const again = await create()
  const { status, text } = await call(server.url, 'GET', '/management/value-lists', again.managementKey)
  assert.equal(status, 200)
  assert.doesNotMatch(text, /mule/)
  assert.doesNotMatch((await call(server.url, 'GET', '/management/velocity-features', again.managementKey)).text, /logins/)
  assert.doesNotMatch((await call(server.url, 'GET', '/users/alice/actions/login/k', again.secretKey)).text, /ALLOW/)
  assert.deepEqual(await server.deps.warnings.list('bank'), [])
  assert.equal((await track(again.secretKey)).status, 200)
})

test('D4: without a server the last tenant is deleted from the store, and the next start makes a new one', async (t) => {
  const dataDir = directory(t)
  const run = (...args: string[]) => runSallyport([...args, '--data-dir', dataDir])
  assert.equal((await run('tenant', 'create', '--id', 'bank', ...rule)).code, 0)
  const deleted = await run('tenant', 'delete', 'bank', '--yes', 'bank')
  assert.match(deleted.out, /Deleted tenant bank: .*No tenant is left: a server creates a new one when it starts\./, deleted.err)
  assert.equal((await run('tenant', 'delete', 'bank', '--yes', 'bank')).code, 1)
  const server = await startServer(loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent' }, {}))
  assert.ok(server.created)
  await server.close()
})

const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false

test('D4: two servers on PostgreSQL stop serving a tenant that a third process deletes', { skip }, async (t) => {
  if (typeof postgres === 'string') return
  t.after(() => postgres.close())
  const env = {
    SALLYPORT_DATABASE_URL: await postgres.createDatabase(),
    SALLYPORT_MASTER_KEY: randomBytes(32).toString('base64'),
    SALLYPORT_PUBLIC_URL: 'http://localhost:4000',
  }
  const start = () => startServer(loadConfig({ 'data-dir': directory(t), port: '0', 'log-level': 'silent' }, env))
  const servers = [await start(), await start()]
  t.after(() => Promise.all(servers.map((server) => server.close())))
  const first = servers[0]?.created ?? assert.fail()
  const run = async (...args: string[]) => {
    const { code, out, err } = await runSallyport([...args, '--data-dir', directory(t)], { env })
    assert.equal(code, 0, err)
    return out
  }
  const create = async () => JSON.parse(await run('tenant', 'create', '--id', 'bank', ...rule, '--json'))
  const bank = await create()
  const track = (url: string, key: string, n: number) =>
    call(url, 'POST', `/users/user-${n % 5}/actions/login`, key, { idempotencyKey: `k${n}` })
  let isOver = false
  let n = 0
  const refused = new Set<number>()
  const load = servers.map(async ({ url }) => {
    while (!isOver) refused.add((await track(url, bank.secretKey, n++)).status)
  })
  const out = await run('tenant', 'delete', 'bank', '--yes', 'bank')
  assert.match(out, /Deleted tenant bank/)
  for (const { url } of servers) assert.equal((await track(url, bank.secretKey, n++)).status, 401)
  isOver = true
  await Promise.all(load)
  assert.deepEqual(
    [...refused].filter((status) => ![200, 401, 503].includes(status)),
    [],
  )
  const { db } = servers[0]?.deps.store ?? assert.fail()
  for (const table of ['users', 'tenants', 'api_keys', 'action_configurations', 'audit_log', 'population_statistics'] as const) {
    const rows = await db.selectFrom(table).where('tenant_id', '=', 'bank').selectAll().execute()
    assert.deepEqual(rows, [], table)
  }
  for (const { url } of servers) assert.equal((await track(url, first.secretKey, 1)).status, 200)
  const again = await create()
  for (const { url } of servers) assert.equal((await track(url, again.secretKey, 1)).status, 200)
  assert.deepEqual((await servers[1]?.deps.store.listInstances('bank', 'user-1', {}))?.length, 1)
})
