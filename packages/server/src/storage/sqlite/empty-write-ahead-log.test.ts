import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { countingTraces, decideCounting, instanceEntities, recordTracked, requestOf } from '../../../test/support/counting-decision.ts'
import { databasePathIn } from './data-directory.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

const tracked = { tenantId: 'one', userId: 'erased-person', action: 'transfer', idempotencyKey: 'k', deviceId: 'device-of-erased-person' }

test('LG-03: what was erased leaves the write-ahead log of a running store too, as soon as nobody reads from it', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-erasure-'))
  const store = await openSqliteStore({ dataDir, clock: () => 1_000, instanceEntities, recordTracked, emptyLogAfterMs: 1 })
  t.after(async () => {
    await store.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const database = databasePathIn(dataDir)
  const reader = new DatabaseSync(database, { readOnly: true })
  t.after(() => reader.close())
  await store.decide(requestOf(tracked), decideCounting(tracked))
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM instances').get()
  await store.transaction({ tenantId: 'one', userId: 'erased-person' }, async (tx) => {
    await tx.forgetUser('one', 'erased-person', countingTraces)
    for (const table of ['users', 'devices'] as const) await tx.db.deleteFrom(table).where('user_id', '=', 'erased-person').execute()
  })
  assert.ok(readFileSync(`${database}-wal`, 'latin1').includes('erased-person'))
  reader.exec('COMMIT')
  for (let turns = 0; statSync(`${database}-wal`).size > 0 && turns < 1_000_000; turns++) await nextTurn()
  assert.equal(statSync(`${database}-wal`).size, 0)
  assert.equal(readFileSync(database, 'latin1').includes('erased-person'), false)
  await store.checkReady()
})
