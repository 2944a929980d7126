import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { decideCounting, requestOf, type Tracked } from '../../../test/support/counting-decision.ts'
import { openTestPostgres } from '../../../test/support/test-postgres.ts'
import { migrations } from '../migrations/migrations.ts'
import { openHistory } from '../open-history.ts'
import type { Store } from '../store.ts'
import { UnstorableTextError } from '../store-errors.ts'
import { integerArray, textArray } from './array-parameter.ts'
import { createConnections } from './connections.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { execute } from './migrate-postgres.ts'
import { openPostgresStore } from './open-postgres-store.ts'
import { listPartitions, makePartitions, monthAt } from './partitions.ts'

const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false
if (typeof postgres !== 'string') after(() => postgres.close())

const november = Date.UTC(2026, 10, 24)

const track = (store: Store, tracked: Partial<Tracked>) => {
  const whole = { tenantId: 'one', userId: 'alice', action: 'transfer', idempotencyKey: 'k', ...tracked }
  return store.decide(requestOf(whole), decideCounting(whole))
}

/** A store in a database of its own, and the database. */
async function openOwn(
  t: { after(work: () => Promise<void>): void },
  options: { now?: number; parameters?: string; clauses?: string } = {},
) {
  if (typeof postgres === 'string') throw new Error(postgres)
  const databaseUrl = await postgres.createDatabase(options.clauses)
  const store = await openPostgresStore({ databaseUrl: databaseUrl + (options.parameters ?? ''), clock: () => options.now ?? november })
  const database = createConnections({ databaseUrl, poolSize: 2 })
  t.after(async () => {
    await Promise.all([store.close(), database.close()])
    await postgres.dropDatabase(databaseUrl)
  })
  return { store, database, databaseUrl }
}

test('processes that start together on an empty database migrate it once', { skip }, async () => {
  if (typeof postgres === 'string') return
  const databaseUrl = await postgres.createDatabase()
  const stores = await Promise.all(Array.from({ length: 6 }, () => openPostgresStore({ databaseUrl, clock: () => november })))
  await track(stores[0] as Store, {})
  assert.equal((await track(stores[5] as Store, {})).isNew, false)
  const database = createConnections({ databaseUrl })
  const steps = await execute<{ number: number }>(database.run, 'SELECT number FROM schema_migrations ORDER BY number')
  assert.deepEqual(
    steps.map(({ number }) => number),
    migrations.map(({ number }) => number),
  )
  await database.close()
  await Promise.all(stores.map((store) => store.close()))
})

test('text is compared byte by byte, whatever the locale of the database', { skip }, async (t) => {
  const { store } = await openOwn(t, { clauses: "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'" })
  for (const userId of ['b', 'B', 'ä', 'a', 'Z', 'é', 'e\u0301']) await track(store, { userId })
  const rows = await store.db.selectFrom('users').select('user_id').orderBy('user_id').execute()
  assert.deepEqual(
    rows.map(({ user_id }) => user_id),
    ['B', 'Z', 'a', 'b', 'e\u0301', 'ä', 'é'],
  )
})

test('an instance lies in the partition of its month, and is found by its key in any of them', { skip }, async (t) => {
  const { store, database } = await openOwn(t)
  const times = { now: november, 'next month': Date.UTC(2026, 11, 31, 23, 59), 'long ago': 5, 'far ahead': Date.UTC(2031, 0) }
  for (const [idempotencyKey, at] of Object.entries(times)) await track(store, { idempotencyKey, at })
  const rows = await execute<{ partition: string; idempotency_key: string }>(
    database.run,
    'SELECT tableoid::regclass::text AS partition, idempotency_key FROM instances ORDER BY created_at',
  )
  assert.deepEqual(rows, [
    { partition: 'instances_default', idempotency_key: 'long ago' },
    { partition: 'instances_2026_11', idempotency_key: 'now' },
    { partition: 'instances_2026_12', idempotency_key: 'next month' },
    { partition: 'instances_default', idempotency_key: 'far ahead' },
  ])
  for (const [idempotencyKey, at] of Object.entries(times)) {
    const found = await store.findInstance({ tenantId: 'one', userId: 'alice', action: 'transfer', idempotencyKey })
    assert.equal(found?.createdAt, at)
  }
  assert.equal((await store.listInstances('one', 'alice', {})).length, 4)
})

test('a month that had no partition in time gets its instances when it has one', { skip }, async (t) => {
  const { store, database } = await openOwn(t)
  const spring = Date.UTC(2027, 3, 15)
  await track(store, { idempotencyKey: 'early', at: spring })
  await makePartitions(database, spring)
  const names = (await listPartitions(database.run)).map(({ name }) => name)
  for (const month of ['2026_11', '2026_12', '2027_01', '2027_02', '2027_04', '2027_07']) assert.ok(names.includes(`instances_${month}`))
  const rows = await execute(database.run, 'SELECT tableoid::regclass::text AS partition FROM instances')
  assert.deepEqual(rows, [{ partition: 'instances_2027_04' }])
  assert.equal((await track(store, { idempotencyKey: 'early', at: spring })).isNew, false)
})

test('months follow each other without a gap, whatever the time of day', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), (at) => {
      const month = monthAt(at)
      assert.ok(month.from <= at && at < month.to)
      assert.deepEqual(monthAt(month.to), monthAt(at, 1))
      assert.equal(month.name, `instances_${new Date(at).toISOString().slice(0, 7).replace('-', '_')}`)
    }),
  )
})

test('behind a pooler in transaction mode nothing is kept on a connection', { skip }, async (t) => {
  const { store, database } = await openOwn(t, { parameters: '?pgbouncer=true&pool_size=3' })
  for (let n = 0; n < 10; n++) await track(store, { idempotencyKey: `k${n}` })
  const sessions = await execute<{ application_name: string }>(
    database.run,
    'SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  )
  assert.ok(sessions.length > 0 && sessions.every(({ application_name }) => application_name !== 'sallyport'))
  assert.equal((await store.listInstances('one', 'alice', {})).length, 10)
})

test('what the database URL says of the pool is read, and nonsense is refused', () => {
  assert.deepEqual(parseDatabaseUrl('postgres://u:p@h:1/d?sslmode=require&pool_size=20&pgbouncer=true'), {
    connectionString: 'postgres://u:p@h:1/d?sslmode=require',
    poolSize: 20,
    isPooled: true,
  })
  const direct = parseDatabaseUrl('postgres://h/d?options=-c%20work_mem%3D8MB')
  assert.deepEqual([direct.poolSize, direct.isPooled], [10, false])
  assert.equal(
    new URL(direct.connectionString).searchParams.get('options'),
    '-c work_mem=8MB -c enable_seqscan=off -c jit=off -c plan_cache_mode=force_generic_plan',
  )
  assert.throws(() => parseDatabaseUrl('postgres://h/d?pool_size=1'), /pool_size/)
  assert.throws(() => parseDatabaseUrl('postgres://h/d?pgbouncer=yes'), /pgbouncer/)
})

test('a database that is not there is refused at the start with the reason', { skip }, async () => {
  if (typeof postgres === 'string') return
  const url = new URL(await postgres.createDatabase())
  url.pathname = '/nowhere'
  await assert.rejects(openPostgresStore({ databaseUrl: url.href, clock: () => november }), /database "nowhere" does not exist/)
})

test('a statement planned before a newer release changed its table is planned again', { skip }, async (t) => {
  const { store, database } = await openOwn(t)
  await track(store, {})
  const read = () => store.db.selectFrom('users').selectAll().execute()
  await Promise.all(Array.from({ length: 20 }, read))
  await execute(database.run, 'ALTER TABLE users ADD COLUMN added_later TEXT')
  assert.ok((await Promise.all(Array.from({ length: 20 }, read))).every(([row]) => row !== undefined && 'added_later' in row))
  await execute(database.run, 'ALTER TABLE users DROP COLUMN added_later')
  await store.transaction({ tenantId: 'one', userId: 'alice' }, async ({ db }) => {
    assert.equal((await db.selectFrom('users').selectAll().execute()).length, 1)
  })
})

test('arrays of every text and number arrive as they were sent', { skip }, async (t) => {
  const { database } = await openOwn(t)
  const texts = fc.array(fc.option(fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))), { maxLength: 20 })
  const numbers = fc.array(fc.maxSafeInteger(), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(texts, numbers, async (someTexts, someNumbers) => {
      const [row] = await execute<{ texts: unknown; numbers: unknown }>(
        database.run,
        'SELECT to_json($1::text[]) AS texts, to_json($2::int8[]) AS numbers',
        [textArray(someTexts), integerArray(someNumbers)],
      )
      assert.deepEqual(row, { texts: someTexts, numbers: someNumbers })
    }),
    { numRuns: 60 },
  )
})

test('entities are told apart by any text that was tracked', { skip }, async (t) => {
  const { store } = await openOwn(t)
  for (const deviceId of ['\0', 'a\0b', '\ud800', "'", '{"', '\\', 'NULL']) {
    const tracked = {
      tenantId: 'one',
      userId: 'alice',
      action: 'transfer',
      idempotencyKey: deviceId.replaceAll('\0', '0').toWellFormed(),
      ipAddress: deviceId,
    }
    await store.decide(requestOf(tracked), decideCounting(tracked))
  }
  const { entities } = await store.loadSnapshot('one', 'alice', [{ kind: 'address', key: "'" }])
  assert.equal(entities.address?.count, 1)
})

test('a text that cannot be stored fails its own decision, and not the others that go with it', { skip }, async (t) => {
  const { store } = await openOwn(t)
  const [refused, ...others] = await Promise.allSettled(
    ['a\0@b.example', 'a@b.example', 'b@b.example'].map((email, n) => track(store, { userId: `user-${n}`, email })),
  )
  assert.ok(refused?.status === 'rejected' && refused.reason instanceof UnstorableTextError)
  assert.ok(others.every(({ status }) => status === 'fulfilled'))
})

test('history is read in the order of time, in batches, each instance once', { skip }, async (t) => {
  const { store } = await openOwn(t)
  await Promise.all(
    Array.from({ length: 4100 }, (_, n) =>
      track(store, {
        userId: `user-${n % 50}`,
        idempotencyKey: `k${n}`,
        action: n % 2 ? 'transfer' : 'sign-in',
        at: november + Math.floor(n / 7),
      }),
    ),
  )
  const history = await openHistory(store.history)
  t.after(() => history.close())
  const read = async (query: { actions?: string[]; from?: number; to?: number; signals?: number[] }) => {
    const keys: string[] = []
    let last = 0
    let done = 0
    for await (const batch of history.read({ tenantId: 'one', from: 0, to: Number.MAX_SAFE_INTEGER, ...query })) {
      for (const { createdAt, idempotencyKey } of batch.instances) {
        assert.ok(createdAt >= last)
        last = createdAt
        keys.push(idempotencyKey)
      }
      assert.ok(batch.done >= done)
      done = batch.done
    }
    assert.equal(done, 1)
    return keys
  }
  assert.equal(new Set(await read({})).size, 4100)
  assert.equal((await read({ signals: [0] })).length, 4100)
  assert.equal((await read({ actions: ['sign-in'] })).length, 2050)
  assert.equal((await read({ from: november + 10, to: november + 20 })).length, 70)
})

test('LG-03: a transaction of a user that is not there leaves nothing that names them', { skip }, async (t) => {
  const { store, database } = await openOwn(t)
  await store.transaction({ tenantId: 'one', userId: 'nobody' }, async ({ db }) => {
    await db.selectFrom('users').selectAll().execute()
  })
  await store.transaction({ tenantId: 'one', userId: 'somebody' }, async (tx) => {
    await tx.settle(
      { tenantId: 'one', userId: 'other', action: 'a', idempotencyKey: 'k' },
      () => [],
      () => null,
    )
    await tx.db
      .insertInto('users')
      .values({
        tenant_id: 'one',
        user_id: 'somebody',
        user_handle: 'h',
        email: null,
        email_verified: 0,
        phone_number: null,
        phone_number_verified: 0,
        username: null,
        display_name: null,
        locale: null,
        default_verification_method: null,
        custom: '{}',
        created_at: 1,
        updated_at: 1,
      })
      .execute()
  })
  assert.deepEqual(await execute(database.run, 'SELECT entity_key FROM entities'), [{ entity_key: 'somebody' }])
})
