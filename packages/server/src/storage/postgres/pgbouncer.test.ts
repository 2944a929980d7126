import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { checkStoreContract } from '../../../test/contract/store-contract.ts'
import { decideCounting, instanceEntities, requestOf } from '../../../test/support/counting-decision.ts'
import { connectQuery, openTestPgBouncer } from '../../../test/support/test-pgbouncer.ts'
import { openTestPostgres } from '../../../test/support/test-postgres.ts'
import { StoreUnavailableError } from '../store-errors.ts'
import { createConnections } from './connections.ts'
import { findPooler } from './find-pooler.ts'
import { execute } from './migrate-postgres.ts'
import { openPostgresStore } from './open-postgres-store.ts'

const postgres = await openTestPostgres()
// Two: some checks look at the store from outside of a transaction that they hold open.
const pooler = typeof postgres === 'string' ? postgres : await openTestPgBouncer(await postgres.createDatabase(), { serverConnections: 2 })

if (typeof postgres === 'string' || typeof pooler === 'string') {
  test('PgBouncer in transaction mode: the contract of every store', { skip: String(pooler) }, () => undefined)
} else {
  after(async () => {
    await pooler.close()
    await postgres.close()
  })

  checkStoreContract(`PgBouncer ${pooler.version} in transaction mode`, async () => {
    const direct = await postgres.createDatabase()
    return {
      open: () => openPostgresStore({ databaseUrl: pooler.urlOf(direct), clock: () => 1_000 }),
      async markNewer() {
        const client = new pg.Client({ connectionString: direct })
        await client.connect()
        await client.query("INSERT INTO schema_migrations (number, name, applied_at) VALUES (9999, 'from the future', 1)")
        await client.end()
      },
      remove: () => postgres.dropDatabase(direct),
    }
  })

  test('whether a pooler is in between is found out, unless the URL says so', async () => {
    const direct = await postgres.createDatabase()
    const pooled = pooler.urlOf(direct)
    const answers = [direct, pooled, `${direct}?pgbouncer=true`, `${pooled}?pgbouncer=false`].map(findPooler)
    const said = (await Promise.all(answers)).map((url) => new URL(url).searchParams.get('pgbouncer'))
    assert.deepEqual(said, ['false', 'true', 'true', 'false'])
    await postgres.dropDatabase(direct)
    await assert.rejects(findPooler(direct), /no connection to PostgreSQL: database .* does not exist/)
  })

  test('what docs/operations.md has PgBouncer set is in force for every statement', async () => {
    assert.ok(
      readFileSync(join(import.meta.dirname, '../../../../../docs/operations.md'), 'utf8').includes(
        `connect_query='${connectQuery(5000)}'`,
      ),
    )
    const direct = await postgres.createDatabase()
    const connections = createConnections({ databaseUrl: await findPooler(pooler.urlOf(direct)), poolSize: 3 })
    const settings = await execute(
      connections.run,
      `SELECT current_setting('statement_timeout') AS statement, current_setting('idle_in_transaction_session_timeout') AS idle,
         current_setting('jit') AS jit, current_setting('enable_seqscan') AS seqscan, current_setting('plan_cache_mode') AS plans`,
    )
    assert.deepEqual(settings, [{ statement: '5s', idle: '10s', jit: 'off', seqscan: 'off', plans: 'force_generic_plan' }])
    await connections.close()
    await postgres.dropDatabase(direct)
  })

  test('RE-04, I5: a PgBouncer that is killed under load costs 503s and nothing acknowledged', async (t) => {
    const direct = await postgres.createDatabase()
    const store = await openPostgresStore({ databaseUrl: pooler.urlOf(direct), clock: () => 1_000 })
    t.after(async () => {
      await store.close()
      await postgres.dropDatabase(direct)
    })
    const tracked = (n: number) => ({ tenantId: 'one', userId: `user-${n % 8}`, action: 'transfer', idempotencyKey: `k${n}`, at: n })
    const decided = new Set<number>()
    let next = 0
    let refusals = 0
    let isOver = false
    const work = async () => {
      while (!isOver) {
        const n = next++
        try {
          await store.decide(requestOf(tracked(n)), decideCounting(tracked(n)))
          decided.add(n)
          await store.transaction({ tenantId: 'one', userId: tracked(n).userId }, (tx) =>
            tx.settle(tracked(n), instanceEntities, (instance) => ({ instance, entities: {} })),
          )
        } catch (error) {
          assert.ok(error instanceof StoreUnavailableError, String(error))
          refusals += 1
        }
      }
    }
    const working = Promise.all(Array.from({ length: 6 }, work))
    const reach = async (count: number) => {
      while (decided.size < count) await Promise.race([working, new Promise((resolve) => setImmediate(resolve))])
    }
    for (let round = 0; round < 3; round++) {
      await reach(decided.size + 60)
      await pooler.restart()
    }
    await reach(decided.size + 60)
    isOver = true
    await working
    t.diagnostic(`${decided.size} decided, ${refusals} refused`)
    for (const n of decided) assert.notEqual(await store.findInstance(tracked(n)), undefined)
    for (let user = 0; user < 8; user++) {
      const { entities } = await store.loadSnapshot('one', `user-${user}`, [{ kind: 'user', key: `user-${user}` }])
      const listed = await store.listInstances('one', `user-${user}`, {})
      assert.equal(entities.user?.count, listed.length, 'each counted once')
    }
  })

  test('a migration may take longer than the pooler lets a statement take', async (t) => {
    const direct = await postgres.createDatabase()
    const first = await openPostgresStore({ databaseUrl: direct, clock: () => 1_000 })
    await first.close()
    const strict = await openTestPgBouncer(direct, { serverConnections: 2, statementTimeoutMs: 700 })
    assert.ok(typeof strict !== 'string')
    t.after(() => strict.close())
    const client = new pg.Client({ connectionString: direct })
    await client.connect()
    await client.query('BEGIN')
    await client.query('UPDATE schema_lock SET id = 1')
    let failure: unknown
    const opening = openPostgresStore({ databaseUrl: strict.urlOf(direct), clock: () => 1_000 }).catch((error: unknown) => {
      failure = error
    })
    const waitsFor = async (time: string) => {
      const { rows } = await client.query(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND clock_timestamp() - query_start > $1::interval",
        [time],
      )
      return rows.length > 0
    }
    for (let tries = 0; tries < 50_000 && failure === undefined; tries++) if (await waitsFor('1 second')) break
    await client.query('ROLLBACK')
    const store = await opening
    assert.equal(failure, undefined)
    await store?.close()
    await client.end()
    await postgres.dropDatabase(direct)
  })
}
