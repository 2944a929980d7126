import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { decideCounting, requestOf } from '../../test/support/counting-decision.ts'
import { eagerOptions, trackedOf } from '../../test/support/killed-writer.ts'
import { openTestPostgres } from '../../test/support/test-postgres.ts'
import { verifyAudit } from '../../test/support/verify-audit.ts'
import { systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { WrongMasterKeyError } from '../keys/api-keys.ts'
import { refuseClosedStore, refuseHalfFilledStore } from '../storage/closures.ts'
import { migrations } from '../storage/migrations/migrations.ts'
import { createConnections } from '../storage/postgres/connections.ts'
import { execute } from '../storage/postgres/migrate-postgres.ts'
import { openPostgresStore } from '../storage/postgres/open-postgres-store.ts'
import { databasePathIn } from '../storage/sqlite/data-directory.ts'
import { openSqliteStore, type SqliteStore } from '../storage/sqlite/open-sqlite-store.ts'
import type { Store } from '../storage/store.ts'
import { StoreClosedError } from '../storage/store-errors.ts'
import { createStoreGate, gateStore } from '../storage/store-gate.ts'
import { createDeparture, type Departure } from './departure.ts'
import { moveStore } from './move-store.ts'
import { removeCopy } from './remove-copy.ts'
import { openSourceFile } from './source-file.ts'
import { openTargetDatabase } from './target-database.ts'

const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false
const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-move-'))
after(async () => {
  rmSync(dataDir, { recursive: true, force: true })
  if (typeof postgres !== 'string') await postgres.close()
})
const to = 'postgres://db.example:5432/sallyport'
const mover = { schemaVersion: migrations.length, keyFingerprint: 'f' }
const count = 2500

async function fill(store: Store): Promise<void> {
  await store.db.insertInto('tenants').values({ tenant_id: 'one', name: 'One', settings: '{}', config_version: 1, created_at: 1 }).execute()
  await store.db.insertInto('consumed_tokens').values({ tenant_id: 'one', jti: 'used', consumed_at: 1, expires_at: 2 }).execute()
  await track(store, 0, count)
}

/** On the audit log of the tenant. */
function putOnRecord(store: Store, event: string): Promise<void> {
  const entry = { tenantId: 'one', at: 1_000, actor: systemActor('test'), event }
  return store.transaction({ tenantId: 'one' }, ({ db }) => insertAuditEntry(db, randomUUID(), entry))
}

async function track(store: Store, from: number, to: number): Promise<void> {
  const all = Array.from({ length: to - from }, (_, n) => trackedOf(from + n))
  await Promise.all(all.map((one) => store.decide(requestOf(one), decideCounting(one))))
}

function departureOf(store: SqliteStore, gate = createStoreGate()): Departure {
  return createDeparture({ store, gate, keyFingerprint: 'f', clock: () => 2_000, newId: () => randomUUID() })
}

/** Moves what is in the directory, and stops before a step if one is named. */
async function move(
  departure: Departure,
  databaseUrl: string,
  stopBefore = Number.POSITIVE_INFINITY,
  directory = dataDir,
): Promise<Awaited<ReturnType<typeof moveStore>>> {
  const source = openSourceFile(databasePathIn(directory), null)
  const target = await openTargetDatabase(databaseUrl, source.shapes, 2_000)
  let steps = 0
  try {
    return await moveStore({
      source,
      target,
      departure,
      begun: await departure.begin({ ...mover, to, tenantId: null }),
      clock: () => 2_000,
      holdLimitMs: 30_000,
      report: () => undefined,
      onStep() {
        if (++steps >= stopBefore) throw new Error('stopped here')
      },
    })
  } finally {
    source.close()
    await target.close()
  }
}

test('RE-01, D5: a move that was stopped goes on, finds a row that was tampered with, and takes over everything', { skip }, async () => {
  if (typeof postgres === 'string') return
  const databaseUrl = await postgres.createDatabase()
  const store = await openSqliteStore(eagerOptions(dataDir))
  await fill(store)
  for (const event of ['first', 'second']) await putOnRecord(store, event)
  const gate = createStoreGate()
  const departure = departureOf(store, gate)
  const live = gateStore(store, gate)

  await assert.rejects(move(departure, databaseUrl, 15), /stopped here/)
  // What changes behind the mover's back: new, changed and erased.
  await track(live, count, count + 300)
  await putOnRecord(live, 'third')
  await live.db.updateTable('users').set({ email: 'new@one.example' }).where('user_id', '=', 'user-1').execute()
  await live.db.deleteFrom('devices').where('user_id', '=', 'user-2').execute()

  const there = createConnections({ databaseUrl })
  const half = await openPostgresStore({ databaseUrl, clock: () => 2_000 })
  await assert.rejects(refuseHalfFilledStore(half.db), StoreClosedError)
  await half.close()
  // Where no change is to be carried over, nobody would notice but the comparison.
  await execute(there.run, "UPDATE consumed_tokens SET consumed_at = 9 WHERE jti = 'used'")
  await assert.rejects(move(departure, databaseUrl), /`consumed_tokens` of tenant `one`: 1 row\(s\) on both sides, with different contents/)
  assert.equal((await live.decide(requestOf(trackedOf(9_999)), decideCounting(trackedOf(9_999)))).isNew, true, 'the source goes on')
  await execute(there.run, "UPDATE consumed_tokens SET consumed_at = 1 WHERE jti = 'used'")
  await there.close()

  const { checksums, heldMs } = await move(departure, databaseUrl)
  assert.ok(heldMs !== null && checksums.some(({ table, rows }) => table === 'instances' && rows === count + 301))
  await assert.rejects(live.decide(requestOf(trackedOf(7)), decideCounting(trackedOf(7))), /moved to another server/)
  await assert.rejects(refuseClosedStore(store.db), /set SALLYPORT_DATABASE_URL/)
  assert.deepEqual((await move(departure, databaseUrl)).checksums, [], 'once more: it is done')

  const moved = await openPostgresStore({ databaseUrl, clock: () => 2_000 })
  await refuseHalfFilledStore(moved.db)
  for (const n of [0, 1, 2, 499, 700, count + 299, 9_999]) {
    const one = trackedOf(n)
    const refs = requestOf(one).entities
    assert.deepEqual(await moved.loadSnapshot('one', one.userId, refs), await store.loadSnapshot('one', one.userId, refs))
    assert.deepEqual(await moved.listInstances('one', one.userId, {}), await store.listInstances('one', one.userId, {}))
    assert.equal((await moved.decide(requestOf(one), decideCounting(one))).isNew, false, 'it was decided before the move')
  }
  const used = await moved.db.selectFrom('consumed_tokens').selectAll().execute()
  assert.deepEqual(used, [{ tenant_id: 'one', jti: 'used', consumed_at: 1, expires_at: 2 }])
  await putOnRecord(moved, 'fourth')
  const { findings, sequence } = await verifyAudit(moved, 'one')
  assert.deepEqual([findings, sequence], [[], 4], 'the chain of the audit log goes on')
  await moved.close()

  assert.equal((await departure.abandon({ tenantId: null }))?.to, to)
  await refuseClosedStore(store.db)
  assert.equal((await live.decide(requestOf(trackedOf(8_888)), decideCounting(trackedOf(8_888)))).isNew, true)
  await store.close()
})

test('what one move has left in a database is removed alone, also when its source has forgotten it', { skip }, async (t) => {
  if (typeof postgres === 'string') return
  const databaseUrl = await postgres.createDatabase()
  const there = createConnections({ databaseUrl })
  t.after(() => there.close())
  const stopHalfway = async (tenantId: string) => {
    const directory = mkdtempSync(join(tmpdir(), 'sallyport-two-moves-'))
    const store = await openSqliteStore(eagerOptions(directory))
    t.after(async () => {
      await store.close()
      rmSync(directory, { recursive: true, force: true })
    })
    const tenant = { tenant_id: tenantId, name: 'T', settings: '{}', config_version: 1, created_at: 1 }
    await store.db.insertInto('tenants').values(tenant).execute()
    for (let n = 0; n < 20; n++) {
      const one = { ...trackedOf(n), tenantId }
      await store.decide(requestOf(one), decideCounting(one))
    }
    await store.flush()
    const departure = departureOf(store)
    const source = openSourceFile(databasePathIn(directory), null)
    t.after(() => source.close())
    await assert.rejects(move(departure, databaseUrl, source.tables.length, directory), /stopped here/)
    return { source, departure, directory }
  }
  const one = await stopHalfway('one')
  const two = await stopHalfway('two')
  const target = await openTargetDatabase(databaseUrl, one.source.shapes, 2_000)
  t.after(() => target.close())
  const left = async () => {
    const users = await execute<{ tenant_id: string }>(there.run, 'SELECT DISTINCT tenant_id FROM users ORDER BY tenant_id')
    const moves = await execute<{ move_id: string }>(there.run, 'SELECT DISTINCT move_id FROM move_progress')
    return [users.map(({ tenant_id }) => tenant_id), moves.length]
  }
  assert.deepEqual(await left(), [['one', 'two'], 2])
  assert.equal(await removeCopy(target, 'of another source', ['one']), false, 'what is there of the tenant is not that move’s')
  assert.deepEqual(await left(), [['one', 'two'], 2])
  assert.equal(await removeCopy(target, two.source.mark()?.id, ['two']), true)
  assert.deepEqual(await left(), [['one'], 1])
  assert.equal(await removeCopy(target, undefined, ['two']), false)
  // Again, and the source gives it up first.
  await assert.rejects(move(two.departure, databaseUrl, two.source.tables.length, two.directory), /stopped here/)
  await two.departure.abandon({ tenantId: null })
  assert.equal(two.source.mark(), undefined)
  assert.equal(await removeCopy(target, undefined, ['two']), true)
  assert.deepEqual(await left(), [['one'], 1])
  assert.notEqual((await move(one.departure, databaseUrl, undefined, one.directory)).heldMs, null, 'the other move goes on')
  assert.equal(await removeCopy(target, undefined, ['one']), false, 'and what is done is no copy any more')
  assert.equal((await execute(there.run, 'SELECT 1 FROM users')).length > 0, true)
})

test('a mover with another master key, or of another release, begins nothing', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-mover-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const store = await openSqliteStore(eagerOptions(directory))
  const departure = departureOf(store)
  await assert.rejects(departure.begin({ ...mover, keyFingerprint: 'g', to, tenantId: null }), WrongMasterKeyError)
  await assert.rejects(departure.begin({ ...mover, schemaVersion: migrations.length - 1, to, tenantId: null }), /has a different version/)
  assert.deepEqual(await store.db.selectFrom('store_marks').selectAll().execute(), [])
  assert.deepEqual((await sql`SELECT name FROM sqlite_master WHERE name = 'move_changes'`.execute(store.db)).rows, [])
  await store.close()
})

test('a hold that nobody prolongs ends by itself, and nothing is switched over after it', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-hold-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const store = await openSqliteStore(eagerOptions(directory))
  const gate = createStoreGate()
  const departure = departureOf(store, gate)
  const live = gateStore(store, gate)
  const { id } = await departure.begin({ ...mover, to, tenantId: null })
  await assert.rejects(departure.begin({ ...mover, to: 'postgres://other:5432/x', tenantId: null }), /is in progress/)
  const hold = await departure.hold({ forMs: 5_000, hold: null })
  await assert.rejects(track(live, 0, 1), /takes changes again in a few seconds/)
  t.mock.timers.tick(4_000)
  assert.equal(await departure.hold({ forMs: 5_000, hold }), hold)
  t.mock.timers.tick(4_000)
  await assert.rejects(live.checkReady(), /takes changes again/)
  t.mock.timers.tick(1_001)
  await track(live, 0, 1)
  await assert.rejects(departure.finish({ id, hold }), /held for too long/)
  await departure.abandon({ tenantId: null })
  await store.close()
})
