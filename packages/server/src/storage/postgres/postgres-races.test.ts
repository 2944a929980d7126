import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { decideCounting, instanceEntities, instanceOf, requestOf, type Tracked } from '../../../test/support/counting-decision.ts'
import { openTestPostgres } from '../../../test/support/test-postgres.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { takeGuess } from '../../tries/take-guess.ts'
import { takeSend } from '../../tries/take-send.ts'
import type { Store } from '../store.ts'
import { StoreUnavailableError } from '../store-errors.ts'
import { openPostgresStore } from './open-postgres-store.ts'

const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false

let databaseUrl = ''
/** Two processes' worth of store on one database. */
let here: Store
let there: Store

before(async () => {
  if (typeof postgres === 'string') return
  databaseUrl = await postgres.createDatabase()
  const open = () => openPostgresStore({ databaseUrl, clock: () => 1_000 })
  ;[here, there] = await Promise.all([open(), open()])
})
after(async () => {
  if (typeof postgres === 'string') return
  await Promise.all([here.close(), there.close()])
  await postgres.close()
})

const occurrence = (tenantId: string, userId: string, idempotencyKey: string): Tracked => ({
  tenantId,
  userId,
  action: 'transfer',
  idempotencyKey,
})
const track = (store: Store, tracked: Tracked) => store.decide(requestOf(tracked), decideCounting(tracked))

async function countOf(tenantId: string, kind: 'user' | 'device' | 'address', key: string): Promise<unknown> {
  const { entities } = await here.loadSnapshot(tenantId, key, [{ kind, key }])
  return entities[kind]?.count ?? 0
}

/** A connection of somebody else. */
async function withClient<T>(work: (client: pg.Client) => Promise<T>, url = databaseUrl): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Resolves when a statement waits for a lock. */
async function someoneWaits(client: pg.Client): Promise<void> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; ) {
    const { rows } = await client.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'",
    )
    if (rows.length > 0) return
  }
  assert.fail('nobody waits for a lock')
}

test('RU-08, RE-02: decides of one user through two processes are all counted, each after the other', { skip }, async () => {
  const decided = await Promise.all(
    Array.from({ length: 100 }, (_, n) => track(n % 2 ? here : there, { ...occurrence('one', 'alice', `k${n}`), deviceId: 'phone' })),
  )
  assert.deepEqual(
    decided.map(({ snapshot }) => Number(snapshot.entities.user?.count ?? 0)).sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, n) => n),
  )
  assert.equal(await countOf('one', 'user', 'alice'), 100)
  assert.equal(await countOf('one', 'device', 'phone'), 100)
})

test('RU-08: many users who share a device and an address are all counted, and nobody waits for a deadlock', { skip }, async () => {
  await Promise.all(
    Array.from({ length: 300 }, (_, n) =>
      track(n % 2 ? here : there, {
        ...occurrence('two', `user-${n % 150}`, `k${n}`),
        deviceId: `device-${n % 3}`,
        ipAddress: `192.0.2.${n % 2}`,
      }),
    ),
  )
  assert.equal(await countOf('two', 'address', '192.0.2.0'), 150)
  assert.equal(await countOf('two', 'address', '192.0.2.1'), 150)
  for (let n = 0; n < 3; n++) assert.equal(await countOf('two', 'device', `device-${n}`), 100)
  const { rows } = await withClient((client) => client.query('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()'))
  assert.equal(Number(rows[0].deadlocks), 0)
})

test('I7, RE-02: one idempotency key through two processes makes one instance', { skip }, async () => {
  const tracked = { ...occurrence('three', 'alice', 'same'), ipAddress: '192.0.2.9' }
  const results = await Promise.all(Array.from({ length: 60 }, (_, n) => track(n % 2 ? here : there, tracked)))
  assert.equal(results.filter(({ isNew }) => isNew).length, 1)
  assert.equal(await countOf('three', 'user', 'alice'), 1)
  assert.equal(await countOf('three', 'address', '192.0.2.9'), 1)
  assert.equal((await there.listInstances('three', 'alice', {})).length, 1)
})

test('I3, RE-02: of 100 parallel single-use consumptions through two processes one succeeds', { skip }, async () => {
  const consume = (store: Store) =>
    store.transaction({ tenantId: 'four', userId: 'alice' }, async ({ db }) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('consumed_tokens')
        .values({ tenant_id: 'four', jti: 'j', consumed_at: 1, expires_at: 2 })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'jti']).doNothing())
        .executeTakeFirst()
      return numInsertedOrUpdatedRows
    })
  const inserted = await Promise.all(Array.from({ length: 100 }, (_, n) => consume(n % 2 ? here : there)))
  assert.equal(inserted.filter((rows) => rows === 1n).length, 1)
})

test('RE-02: settlements and decisions of one user through two processes lose nothing', { skip }, async () => {
  const first = { ...occurrence('five', 'alice', 'first'), deviceId: 'phone' }
  await track(here, first)
  const settle = (store: Store) =>
    store.transaction({ tenantId: 'five', userId: 'alice' }, (tx) =>
      tx.settle(instanceOf(first), instanceEntities, (instance, { entities }) => ({
        instance,
        entities: { device: { ...entities.device, count: Number(entities.device?.count) + 1 } },
      })),
    )
  await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      n % 3 ? track(n % 2 ? here : there, { ...occurrence('five', 'alice', `k${n}`), deviceId: 'phone' }) : settle(n % 2 ? here : there),
    ),
  )
  assert.equal(await countOf('five', 'device', 'phone'), 61)
})

test('RE-02: changes of one tenant through two processes happen one after the other', { skip }, async () => {
  const tenant = { tenant_id: 'six', name: 'six', settings: '{}', config_version: 1, created_at: 1 }
  await here.db.insertInto('tenants').values(tenant).execute()
  const change = (store: Store) =>
    store.transaction({ tenantId: 'six' }, async ({ db }) => {
      const { config_version } = await db
        .selectFrom('tenants')
        .select('config_version')
        .where('tenant_id', '=', 'six')
        .executeTakeFirstOrThrow()
      await db
        .updateTable('tenants')
        .set({ config_version: config_version + 1 })
        .where('tenant_id', '=', 'six')
        .execute()
    })
  await Promise.all(Array.from({ length: 40 }, (_, n) => change(n % 2 ? here : there)))
  const row = await here.db.selectFrom('tenants').select('config_version').where('tenant_id', '=', 'six').executeTakeFirstOrThrow()
  assert.equal(row.config_version, 41)
})

test('RE-04: what changed between reading and writing is decided again on what it is now', { skip }, async () => {
  const tracked = occurrence('seven', 'alice', 'second')
  await track(here, occurrence('seven', 'alice', 'first'))
  const seen: unknown[] = []
  await withClient(async (client) => {
    await client.query('BEGIN')
    await client.query(`UPDATE entities SET version = 1, body = '{"count":40}' WHERE tenant_id = 'seven' AND entity_key = 'alice'`)
    const deciding = here.decide(requestOf(tracked), (snapshot) => {
      seen.push(snapshot.entities.user?.count)
      return decideCounting(tracked)(snapshot)
    })
    await withClient(someoneWaits)
    await client.query('COMMIT')
    await deciding
  })
  assert.deepEqual(seen, [1, 40])
  assert.equal(await countOf('seven', 'user', 'alice'), 41)
})

test('RE-02: a decision that only reads an address waits for nobody who changes it', { skip }, async () => {
  const tracked = { ...occurrence('twelve', 'alice', 'second'), ipAddress: '192.0.2.12' }
  await track(here, { ...tracked, idempotencyKey: 'first' })
  await withClient(async (client) => {
    await client.query('BEGIN')
    await client.query(`UPDATE entities SET version = version - 1, body = '{"count":40}' WHERE tenant_id = 'twelve' AND kind = 'address'`)
    const { snapshot } = await here.decide(requestOf(tracked), (read) => {
      const decided = decideCounting(tracked)(read)
      return { ...decided, changes: { ...decided.changes, entities: { user: decided.changes.entities.user } } }
    })
    assert.equal(snapshot.entities.address?.count, 1)
    await client.query('COMMIT')
  })
  assert.equal(await countOf('twelve', 'user', 'alice'), 2)
  assert.equal(await countOf('twelve', 'address', '192.0.2.12'), 40)
})

test('RE-04: a decision that runs into a deadlock is made again', { skip }, async () => {
  const tracked = { ...occurrence('eight', 'alice', 'second'), ipAddress: '192.0.2.8' }
  await track(here, { ...tracked, idempotencyKey: 'first' })
  await withClient(async (client) => {
    await client.query('BEGIN')
    await client.query("UPDATE entities SET version = 1 WHERE tenant_id = 'eight' AND kind = 'address'")
    const deciding = track(here, tracked)
    await withClient(someoneWaits)
    // The other way round than the store locks: one of the two is undone.
    await client.query("UPDATE entities SET version = 2 WHERE tenant_id = 'eight' AND kind = 'user'").then(
      () => client.query('COMMIT'),
      () => client.query('ROLLBACK'),
    )
    await deciding
  })
  assert.equal(await countOf('eight', 'user', 'alice'), 2)
})

test('RE-04: serialization failures are tried again: all is counted where the database wants SERIALIZABLE', { skip }, async (t) => {
  if (typeof postgres === 'string') return
  const url = await postgres.createDatabase()
  await withClient(
    (client) => client.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_isolation = 'serializable'`),
    url,
  )
  const open = () => openPostgresStore({ databaseUrl: url, clock: () => 1_000 })
  const stores = await Promise.all([open(), open()])
  t.after(() => Promise.all(stores.map((store) => store.close())))
  const [one, two] = stores
  await Promise.all(
    Array.from({ length: 60 }, (_, n) => track(n % 2 ? one : two, { ...occurrence('one', `user-${n % 3}`, `k${n}`), deviceId: 'phone' })),
  )
  const { entities } = await one.loadSnapshot('one', 'user-0', [
    { kind: 'user', key: 'user-0' },
    { kind: 'device', key: 'phone' },
  ])
  assert.deepEqual([entities.user?.count, entities.device?.count], [20, 60])
})

test('RE-04: connections that are cut in the middle cost nothing and double nothing', { skip }, async () => {
  const names = Array.from({ length: 200 }, (_, n) => `k${n}`)
  let cuts = 0
  const cutting = withClient(async (client) => {
    while (cuts < 12) {
      await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      )
      cuts += 1
    }
  })
  const answered: string[] = []
  await Promise.all(
    names.map(async (name, n) => {
      try {
        await track(n % 2 ? here : there, occurrence('nine', `user-${n % 20}`, name))
        answered.push(name)
      } catch (error) {
        assert.ok(error instanceof StoreUnavailableError)
      }
    }),
  )
  await cutting
  // Whoever uses a connection next finds out that it was cut while it was idle.
  await Promise.allSettled([here, there].flatMap((store) => Array.from({ length: 40 }, () => store.checkReady())))
  await assertWhole(here, 'nine', 20, answered)
  // A second try succeeds.
  for (const [n, name] of names.entries()) await track(n % 2 ? here : there, occurrence('nine', `user-${n % 20}`, name))
  await assertWhole(there, 'nine', 20, names)
})

test('RE-04: a transaction whose commit was cut off tells by the database whether it happened', { skip }, async () => {
  await track(here, occurrence('ten', 'alice', 'first'))
  let happened = 0
  for (let round = 0; round < 10; round++) {
    const cut = withClient(async (client) => {
      for (let n = 0; n < 5; n++) {
        await client.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        )
      }
    })
    try {
      await here.transaction({ tenantId: 'ten', userId: 'alice' }, async ({ db }) => {
        const { username } = await db.selectFrom('users').select('username').where('tenant_id', '=', 'ten').executeTakeFirstOrThrow()
        await db
          .updateTable('users')
          .set({ username: String(Number(username ?? 0) + 1) })
          .where('tenant_id', '=', 'ten')
          .execute()
      })
      happened += 1
    } catch (error) {
      assert.ok(error instanceof StoreUnavailableError)
    }
    await cut
  }
  const { user } = await there.loadSnapshot('ten', 'alice', [])
  assert.equal(Number(user.username ?? 0), happened)
})

test('RE-04: a statement that waits too long is given up with 503, and the next one works', { skip }, async (t) => {
  const store = await openPostgresStore({ databaseUrl, clock: () => 1_000, statementTimeoutMs: 300 })
  t.after(() => store.close())
  await track(store, occurrence('eleven', 'alice', 'first'))
  await withClient(async (client) => {
    await client.query('BEGIN')
    await client.query("UPDATE entities SET version = 1 WHERE tenant_id = 'eleven'")
    await assert.rejects(
      track(store, occurrence('eleven', 'alice', 'second')),
      (error) => error instanceof StoreUnavailableError && error.retryAfterSeconds === 1,
    )
    await client.query('ROLLBACK')
  })
  assert.equal((await track(store, occurrence('eleven', 'alice', 'second'))).isNew, true)
  assert.equal(await countOf('eleven', 'user', 'alice'), 2)
})

/** Every answered instance is there, and each user's count is the number of the user's instances. */
async function assertWhole(store: Store, tenantId: string, users: number, answered: readonly string[]): Promise<void> {
  const found = new Set<string>()
  for (let n = 0; n < users; n++) {
    const userId = `user-${n}`
    const listed = await store.listInstances(tenantId, userId, {})
    for (const { idempotencyKey } of listed) found.add(idempotencyKey)
    const { entities } = await store.loadSnapshot(tenantId, userId, [{ kind: 'user', key: userId }])
    assert.equal(entities.user?.count ?? 0, listed.length)
  }
  for (const name of answered) assert.ok(found.has(name), `${name} was acknowledged and is lost`)
}

test('RL-02: of 100 guesses at once on two processes, five are judged', { skip }, async () => {
  const tenant = { tenantId: 'guessed', authenticatorConfigurations: [] } as unknown as Tenant
  const guess = { method: 'SMS', userId: 'ann', userAuthenticatorId: 's1', use: 'authentication', ipAddress: '192.0.2.7' } as const
  const deps = (store: Store) => ({ store, clock: () => 1_000, newId: randomUUID })
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => takeGuess(deps(n % 2 ? here : there), tenant, guess)))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 5)
  for (const outcome of outcomes) if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'too_many_requests')
})

test('OT-08: of 100 sends at once on two processes, six text messages go to one user', { skip }, async () => {
  const tenant = { tenantId: 'sent', authenticatorConfigurations: [] } as unknown as Tenant
  const metrics = { countSend: () => undefined, countStoppedPrefix: () => undefined }
  const send = (store: Store) =>
    takeSend({ store, clock: () => 1_000, newId: randomUUID, metrics }, tenant, {
      method: 'SMS',
      userId: 'ann',
      to: { phoneNumber: '+64 21 555 1234' },
      ipAddress: '192.0.2.7',
    })
  const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => send(n % 2 ? here : there)))
  assert.equal(answers.filter(({ isAllowed }) => isAllowed).length, 6)
})
