import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { instanceEntities, recordTracked } from '../../../test/support/counting-decision.ts'
import { loadConfig, startServer } from '../../app/start-server.ts'
import { NewerSchemaError } from '../migrations/newer-schema-error.ts'
import { backupDatabase } from './backup-database.ts'
import { openSqliteStore } from './open-sqlite-store.ts'
import { restoreDatabase } from './restore-database.ts'

test('RE-08: a backup made while the server decides restores every decision that was acknowledged before it', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-backup-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const config = (name: string) => loadConfig({ 'data-dir': join(dir, name), port: '0', 'log-level': 'silent' }, {})
  const server = await startServer(config('live'))
  const headers = { authorization: `Basic ${Buffer.from(`${server.created?.secretKey}:`).toString('base64')}` }
  const track = (user: string, key: string) =>
    fetch(`${server.url}/v1/users/${user}/actions/login`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ idempotencyKey: key, ipAddress: '192.0.2.1' }),
    })
  const before = Array.from({ length: 50 }, (_, index) => `before-${index}`)
  await Promise.all(before.map((key) => track(`u-${key}`, key)))
  const load = Promise.all(Array.from({ length: 300 }, (_, index) => track(`w${index % 10}`, `during-${index}`)))
  const target = join(dir, 'copy.db')
  await backupDatabase(join(dir, 'live'), target)
  for (const response of await load) assert.equal(response.status, 200)
  await server.close()

  assert.equal(statSync(target).mode & 0o777, 0o600)
  restoreDatabase(target, join(dir, 'restored'))
  assert.equal(statSync(join(dir, 'restored', 'sallyport.db')).mode & 0o777, 0o600)
  copyFileSync(join(dir, 'live', 'master.key'), join(dir, 'restored', 'master.key'))
  const restored = await startServer(config('restored'))
  t.after(() => restored.close())
  assert.equal(restored.created, undefined)
  for (const key of before) {
    const response = await fetch(`${restored.url}/v1/users/u-${key}/actions/login/${key}`, { headers })
    assert.equal(response.status, 200, key)
  }
  const again = await fetch(`${restored.url}/v1/users/u-before-0/actions/login`, { method: 'POST', headers })
  assert.equal(again.status, 200, 'it goes on deciding')
})

test('a backup replaces nothing, and leaves nothing half behind', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-backup-'))
  t.after(() => rmSync(dir, { recursive: true }))
  await assert.rejects(backupDatabase(dir, join(dir, 'copy.db')), /no embedded store/)
  writeFileSync(join(dir, 'sallyport.db'), 'this is no database, and long enough to be read as one'.repeat(100))
  await assert.rejects(backupDatabase(dir, join(dir, 'copy.db')))
  assert.equal(existsSync(join(dir, 'copy.db')), false)
  assert.equal(existsSync(join(dir, 'copy.db.partial')), false)
  writeFileSync(join(dir, 'copy.db'), '')
  await assert.rejects(backupDatabase(dir, join(dir, 'copy.db')), /already exists/)
})

test('a restore takes the place of nothing, takes nothing that is no backup, and leaves nothing half behind', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-restore-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const [live, copy, empty] = [join(dir, 'live'), join(dir, 'copy.db'), join(dir, 'empty')]
  const store = await openSqliteStore({ dataDir: live, clock: () => 1_000, recordTracked, instanceEntities })
  await backupDatabase(live, copy)
  await store.close()
  assert.throws(() => restoreDatabase(copy, live), /already contains a store/)
  assert.throws(() => restoreDatabase(join(dir, 'nowhere.db'), empty), /there is no file/)
  writeFileSync(join(dir, 'text.db'), 'this is no database, and long enough to be read as one'.repeat(100))
  assert.throws(() => restoreDatabase(join(dir, 'text.db'), empty), /is not a backup of the embedded store/)
  const other = new DatabaseSync(join(dir, 'other.db'))
  other.exec('CREATE TABLE x (y)')
  other.close()
  assert.throws(() => restoreDatabase(join(dir, 'other.db'), empty), /is not a backup of the embedded store/)
  copyFileSync(copy, join(dir, 'newer.db'))
  const newer = new DatabaseSync(join(dir, 'newer.db'))
  newer.exec("INSERT INTO schema_migrations VALUES (9999, 'from the future', 1)")
  newer.close()
  assert.throws(() => restoreDatabase(join(dir, 'newer.db'), empty), NewerSchemaError)
  assert.deepEqual(readdirSync(empty), [])
  restoreDatabase(copy, empty)
  assert.deepEqual(readdirSync(empty), ['sallyport.db'])
  assert.throws(() => restoreDatabase(copy, empty), /already contains a store/)
})
