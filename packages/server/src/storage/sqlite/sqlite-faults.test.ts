import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { countingTraces, decideCounting, instanceEntities, instanceOf, requestOf } from '../../../test/support/counting-decision.ts'
import { eagerOptions } from '../../../test/support/killed-writer.ts'
import type { Store } from '../store.ts'
import { StoreUnavailableError } from '../store-errors.ts'
import { databasePathIn } from './data-directory.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

const key = (n: number | string) => ({ tenantId: 'one', userId: 'alice', action: 'transfer', idempotencyKey: `k${n}` })

const track = (store: Store, n: number | string, padding?: string) => {
  const tracked = { ...key(n), deviceId: 'phone', ...(padding !== undefined && { padding }) }
  return store.decide(requestOf(tracked), decideCounting(tracked))
}

function isUnavailable(error: unknown): boolean {
  return error instanceof StoreUnavailableError && error.retryAfterSeconds !== undefined
}

async function openIn(t: TestContext): Promise<{ store: Store; dataDir: string }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-faults-'))
  const store = await openSqliteStore(eagerOptions(dataDir))
  t.after(async () => {
    await store.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return { store, dataDir }
}

async function userCount(store: Store): Promise<number> {
  const { entities } = await store.loadSnapshot('one', 'alice', [{ kind: 'user', key: 'alice' }])
  return Number(entities.user?.count ?? 0)
}

test('RE-03: a full disk is answered with 503, changes nothing, and is got over without a restart', async (t) => {
  const { store } = await openIn(t)
  // SQLite never goes below what is in use: 1 means not one page more.
  const setMaxPages = (pages: number) => sql`PRAGMA max_page_count = ${sql.lit(pages)}`.execute(store.db)
  await track(store, 'before')
  await setMaxPages(1)
  const padding = 'x'.repeat(20_000)
  let stored = 1
  let refused = 0
  for (let n = 0; n < 30 && refused < 3; n++) {
    const results = await Promise.allSettled([track(store, `${n}a`, padding), track(store, `${n}b`, padding)])
    for (const result of results) {
      if (result.status === 'fulfilled') stored++
      else if (isUnavailable(result.reason)) refused++
      else throw result.reason
    }
    assert.equal(await userCount(store), stored)
  }
  assert.ok(refused > 0)
  await assert.rejects(
    store.checkReady().then(() => track(store, 'more', padding)),
    isUnavailable,
  )
  assert.equal((await store.findInstance(key('before')))?.idempotencyKey, 'kbefore')
  assert.equal((await store.listInstances('one', 'alice', {})).length, stored)
  await setMaxPages(1_000_000)
  assert.equal((await track(store, 'after', padding)).isNew, true)
  assert.equal(await userCount(store), stored + 1)
})

test('RE-03: a database that another process has locked is answered with 503 until it is free', async (t) => {
  const { store, dataDir } = await openIn(t)
  await track(store, 1)
  const other = new DatabaseSync(databasePathIn(dataDir))
  other.exec('BEGIN IMMEDIATE')
  const results = await Promise.allSettled([
    track(store, 2),
    store.transaction({ tenantId: 'one', userId: 'alice' }, (tx) => tx.forgetUser('one', 'alice', countingTraces)),
    store.db.deleteFrom('users').execute(),
    store.checkReady(),
  ])
  for (const result of results) assert.ok(result.status === 'rejected' && isUnavailable(result.reason))
  assert.equal(await userCount(store), 1)
  other.exec('ROLLBACK')
  other.close()
  assert.equal((await track(store, 2)).isNew, true)
  assert.equal(await userCount(store), 2)
})

const writes = [
  ['INSERT', 'instances'],
  ['UPDATE', 'instances'],
  ['INSERT', 'dictionary'],
  ['INSERT', 'instance_keys'],
  ['INSERT', 'key_parts'],
  ['INSERT', 'key_filters'],
  ['INSERT', 'entities'],
  ['UPDATE', 'entities'],
  ['INSERT', 'entity_ids'],
  ['INSERT', 'store_state'],
  ['UPDATE', 'store_state'],
  ['INSERT', 'users'],
  ['INSERT', 'devices'],
  ['UPDATE', 'users'],
] as const

test('RE-03: whichever write fails, nothing half-written is seen, then or after a restart', async (t) => {
  for (const [operation, table] of writes) {
    for (const failure of ['ABORT', 'ROLLBACK']) await checkFailure(t, operation, table, failure)
  }
})

async function checkFailure(t: TestContext, operation: string, table: string, failure: string): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-faults-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  // So eager that every group writes behind.
  const options = { ...eagerOptions(dataDir), entitiesPerCycle: 2, keysPerCycle: 2, keyParts: { fewest: 2, most: 4 } }
  const store = await openSqliteStore(options)
  for (let n = 0; n < 3; n++) await track(store, n)
  // Lets the cycles under way end, so that none meets the fault before the writes that are tried.
  for (let n = 0; n < 4; n++) await store.checkReady()
  await sql`
    CREATE TEMP TRIGGER fault BEFORE ${sql.raw(operation)} ON main.${sql.table(table)} BEGIN SELECT RAISE(${sql.raw(failure)}, 'fault'); END
  `.execute(store.db)
  const scope = { tenantId: 'one', userId: 'alice' }
  const [decided, elsewhere, settled, put] = await Promise.allSettled([
    track(store, 'new'),
    store.decide(
      { ...requestOf({ ...key('x'), userId: 'bob', action: `other-${operation}`, email: 'b@b.example', deviceId: 'new' }) },
      (snapshot) => decideCounting({ ...key('x'), userId: 'bob', action: `other-${operation}`, deviceId: 'new' })(snapshot),
    ),
    store.transaction(scope, async (tx) => {
      await tx.db.updateTable('users').set({ email: 'settled@a.example' }).where('user_id', '=', 'alice').execute()
      return tx.settle(key(0), instanceEntities, (instance, { entities }) => ({
        instance: { ...instance, state: 'BLOCK' },
        entities: { user: { ...entities.user, count: Number(entities.user?.count) + 10 } },
      }))
    }),
    store.transaction(scope, (tx) =>
      tx.insertInstance(instanceOf(key('put')), { address: { ref: { kind: 'address', key: '192.0.2.9' }, value: { count: 500 } } }),
    ),
  ])
  const done = (result: PromiseSettledResult<unknown>) => result.status === 'fulfilled'
  if (failure === 'ROLLBACK') {
    for (const result of [decided, elsewhere, settled, put]) assert.ok(result.status === 'fulfilled' || isUnavailable(result.reason))
  }
  const check = async (checked: Store) => {
    const where = `${failure} of ${operation} ${table}`
    assert.equal(await userCount(checked), 3 + (done(decided) ? 1 : 0) + (done(settled) ? 10 : 0), where)
    assert.equal((await checked.findInstance(key('new'))) !== undefined, done(decided), where)
    assert.equal((await checked.listInstances('one', 'bob', {})).length, done(elsewhere) ? 1 : 0, where)
    assert.equal((await checked.loadSnapshot('one', 'bob', [])).user.createdAt !== null, done(elsewhere), where)
    assert.equal((await checked.findInstance(key('put'))) !== undefined, done(put), where)
    assert.equal((await checked.findInstance(key(0)))?.state, done(settled) ? 'BLOCK' : 'ALLOW', where)
    assert.equal((await checked.loadSnapshot('one', 'alice', [])).user.email, done(settled) ? 'settled@a.example' : null, where)
  }
  await check(store)
  await sql`DROP TRIGGER IF EXISTS fault`.execute(store.db)
  await check(store)
  await store.close()
  const again = await openSqliteStore(options)
  await check(again)
  assert.equal((await track(again, 'then')).isNew, true)
  await again.close()
}

test('the data directory has one writer, and the second is told who it is', async (t) => {
  const { dataDir } = await openIn(t)
  await assert.rejects(
    openSqliteStore(eagerOptions(dataDir)),
    new RegExp(`another process \\(${process.pid}\\) is using the data directory`),
  )
})

test('LG-04: files of the store are for their owner alone', async (t) => {
  const { store, dataDir } = await openIn(t)
  await track(store, 1)
  for (const suffix of ['', '-wal', '-shm']) {
    const path = `${databasePathIn(dataDir)}${suffix}`
    assert.ok(existsSync(path))
    assert.equal(statSync(path).mode & 0o777, 0o600)
  }
})

test('LG-03: after an erasure the files hold nothing of the user', async (t) => {
  const { store, dataDir } = await openIn(t)
  const tracked = (n: number, userId: string) => ({ ...key(n), userId, deviceId: `device-of-${userId}`, at: n })
  const all = Array.from({ length: 800 }, (_, n) => tracked(n, n % 2 ? 'erased-person' : 'other-person'))
  await Promise.all(all.map((one) => store.decide(requestOf(one), decideCounting(one))))
  await store.transaction({ tenantId: 'one', userId: 'erased-person' }, async (tx) => {
    await tx.forgetUser('one', 'erased-person', countingTraces)
    await tx.db.deleteFrom('users').where('user_id', '=', 'erased-person').execute()
    await tx.db.deleteFrom('devices').where('user_id', '=', 'erased-person').execute()
  })
  await store.close()
  const bytes = readFileSync(databasePathIn(dataDir), 'latin1')
  assert.ok(bytes.includes('other-person'))
  assert.equal(bytes.includes('erased-person'), false)
})
