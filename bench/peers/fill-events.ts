import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Instance, instanceEntities, recordTracked } from '@sallyport/engine'
import { loadConfig, startServer } from '@sallyport/server'
import { trackAction } from '../../packages/server/src/actions/track-action.ts'
import { createConnections } from '../../packages/server/src/storage/postgres/connections.ts'
import { execute } from '../../packages/server/src/storage/postgres/migrate-postgres.ts'
import { openPostgresStore } from '../../packages/server/src/storage/postgres/open-postgres-store.ts'
import { makePartition, monthAt } from '../../packages/server/src/storage/postgres/partitions.ts'
import { openSqliteStore } from '../../packages/server/src/storage/sqlite/open-sqlite-store.ts'
import type { Store } from '../../packages/server/src/storage/store.ts'
import { createRules, secretKey } from '../bank.ts'
import { bankEvents } from '../bank-events.ts'
import { mulberry32 } from '../random.ts'
import { benchEnvironment } from './bench-environment.ts'

// fill-events.ts FOLDER INSTANCES USERS: fills a store with events of the last ninety days for searches, and waits until all of them can be found.
//
// Some are tracked through the server's own code. The others are copies of these with another user, key, time and state: a search cares for nothing else.

const [dataDir = '', instances = '0', users = '0'] = process.argv.slice(2)
const wanted = Number(instances)
const userCount = Number(users)
const templateCount = Math.min(20_000, Math.ceil(wanted / 2))
const templateUsers = Math.min(5_000, userCount)
const days = 90
const span = days * 86_400_000
const now = Date.now()
const tenantId = 'bench'
const databaseUrl = process.env.BENCH_DATABASE_URL
const done = path.join(dataDir, 'filled')
const random = mulberry32(7)
let toldAt = Date.now()

if (existsSync(done)) process.exit(0)
await trackTemplates()
if (databaseUrl === undefined) await fillSqlite()
else await fillPostgres(databaseUrl)
writeFileSync(done, '')
process.exit(0)

function tell(text: string): void {
  if (Date.now() - toldAt < 10_000) return
  toldAt = Date.now()
  console.error(`  ${text}`)
}

async function trackTemplates(): Promise<void> {
  let n = 0
  const clock = () => now - span + Math.floor((span * n) / templateCount)
  const server = await startServer(loadConfig({ port: '0', 'data-dir': dataDir, 'log-level': 'warn' }, benchEnvironment()), { clock })
  const { deps } = server
  await createRules({ port: Number(new URL(server.url).port) }, 20)
  const tenant = await deps.tenants.findBySecretKey(secretKey)
  if (tenant === undefined) throw new Error('the bank has no tenant')
  const next = bankEvents(templateUsers, 99)
  const trackDeps = { ...deps, trustedProxies: [], publicUrl: () => deps.config.publicUrl, issuer: deps.config.issuer }
  const actions = ['transfer', 'transfer', 'transfer', 'transfer', 'login', 'payout']
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (n < templateCount) {
        const action = actions[n % actions.length] ?? 'transfer'
        n += 1
        const { userId, ...attributes } = next()
        await trackAction(trackDeps, tenant, userId, action, attributes)
        tell(`${n.toLocaleString('en')} tracked`)
      }
    }),
  )
  await server.close()
}

/** Most challenges were answered some time; a few events wait, and a few are labelled or disputed. */
function changed(instance: Instance): Instance {
  const draw = random()
  const createdAt = now - Math.floor(span * random())
  const state =
    instance.state === 'CHALLENGE_REQUIRED'
      ? draw < 0.8
        ? 'CHALLENGE_SUCCEEDED'
        : draw < 0.9
          ? 'CHALLENGE_FAILED'
          : instance.state
      : instance.state
  const actor = { kind: 'system', name: 'bench' } as const
  return {
    ...instance,
    userId: `user-${Math.floor(userCount * random())}`,
    idempotencyKey: randomUUID(),
    createdAt,
    updatedAt: createdAt,
    stateUpdatedAt: createdAt,
    state: draw > 0.9999 ? 'REVIEW_REQUIRED' : state,
    disputedAt: draw > 0.4 && draw < 0.4005 ? createdAt : null,
    ...(draw > 0.3 && draw < 0.302 && { label: { value: 'fraud', at: createdAt, source: 'person', actor } as const }),
  }
}

async function fillSqlite(): Promise<void> {
  const store = await openSqliteStore({ dataDir, clock: Date.now, recordTracked, instanceEntities })
  await addUsers(store)
  const templates: Instance[] = []
  for (let user = 0; user < templateUsers; user++) templates.push(...(await store.listInstances(tenantId, `user-${user}`, { limit: 20 })))
  for (let stored = templateCount; stored < wanted; ) {
    const count = Math.min(1_000, wanted - stored)
    await store.transaction({ tenantId }, async (tx) => {
      for (let n = 0; n < count; n++) await tx.insertInstance(changed(templates[Math.floor(random() * templates.length)] as Instance), {})
    })
    stored += count
    tell(`${stored.toLocaleString('en')} of ${wanted.toLocaleString('en')} instances`)
  }
  await untilFolded(store)
  await store.close()
}

async function addUsers(store: Store): Promise<void> {
  for (let first = 0; first < userCount; first += 1_000) {
    const rows = Array.from({ length: Math.min(1_000, userCount - first) }, (_, n) => {
      const user = first + n
      return {
        tenant_id: tenantId,
        user_id: `user-${user}`,
        user_handle: randomBytes(32).toString('base64url'),
        email: `person${user}@example.com`,
        email_verified: 0 as const,
        phone_number_verified: 0 as const,
        custom: '{}',
        created_at: now,
        updated_at: now,
      }
    })
    await store.transaction({ tenantId }, async ({ db }) => {
      for (let from = 0; from < rows.length; from += 200) {
        await db
          .insertInto('users')
          .values(rows.slice(from, from + 200) as never)
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      }
    })
    tell(`${first.toLocaleString('en')} of ${userCount.toLocaleString('en')} users`)
  }
}

async function fillPostgres(url: string): Promise<void> {
  const connections = createConnections({ databaseUrl: url, poolSize: 3, statementTimeoutMs: 1_200_000 })
  const { run, inTransaction } = connections
  for (let month = 0; month >= -4; month--) {
    for (const table of ['instances', 'event_index'] as const)
      await inTransaction((within) => makePartition(within, monthAt(now, month, table), table))
  }
  // The background folds what one statement noted in one step, and whoever else folds waits for its connection.
  const store = await openPostgresStore({ databaseUrl: url, clock: Date.now, connectTimeoutMs: 60_000 })
  await addUsers(store)
  // In the database, which copies a hundred times as fast as it is asked row by row. Like `changed`, but for the state, which is within the body.
  await execute(run, 'CREATE TABLE IF NOT EXISTS bench_templates AS SELECT row_number() OVER () - 1 AS n, action, body FROM instances')
  await execute(run, 'CREATE UNIQUE INDEX IF NOT EXISTS bench_templates_n ON bench_templates (n)')
  for (let stored = templateCount; stored < wanted; ) {
    const count = Math.min(5_000, wanted - stored)
    await execute(
      run,
      `INSERT INTO instances (tenant_id, user_id, created_at, action, idempotency_key, body)
        SELECT $1, 'user-' || d.user_no, d.created_at, t.action, 'bench-' || d.k, t.body
        FROM (
          SELECT k, floor(random() * $2)::int8 AS user_no, ($3::int8 - floor(random() * $4::float8))::int8 AS created_at, floor(random() * $5)::int8 AS n
          FROM generate_series($6::int8, $7::int8) AS k OFFSET 0
        ) AS d JOIN bench_templates AS t ON t.n = d.n`,
      [tenantId, userCount, now, span, templateCount, stored, stored + count - 1],
    )
    stored += count
    tell(`${stored.toLocaleString('en')} of ${wanted.toLocaleString('en')} instances`)
  }
  await execute(run, 'DROP TABLE bench_templates')
  await execute(
    run,
    'INSERT INTO instance_keys (tenant_id, user_id, action, idempotency_key, created_at) SELECT tenant_id, user_id, action, idempotency_key, created_at FROM instances ON CONFLICT DO NOTHING',
  )
  await untilFolded(store)
  await execute(run, 'VACUUM ANALYZE')
  await store.close()
  await connections.close()
}

/** Waits until every event can be found, and says how far it is. */
async function untilFolded(store: Store): Promise<void> {
  const telling = setInterval(() => {
    store.readSideLagMs().then(
      (lag) => tell(`waiting for the read side, which is ${Math.round(lag / 1000)} s behind`),
      () => undefined,
    )
  }, 10_000)
  await store.foldReadSide()
  clearInterval(telling)
}
