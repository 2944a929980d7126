import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { decideCounting, instanceEntities, recordTracked, requestOf, type Tracked } from '../../../test/support/counting-decision.ts'
import { openTestPostgres } from '../../../test/support/test-postgres.ts'
import { createConnections } from '../postgres/connections.ts'
import { execute, migratePostgres } from '../postgres/migrate-postgres.ts'
import { openPostgresStore } from '../postgres/open-postgres-store.ts'
import { databasePathIn } from '../sqlite/data-directory.ts'
import { migrateSqlite } from '../sqlite/migrate-sqlite.ts'
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts'
import type { Store } from '../store.ts'
import { migrations } from './migrations.ts'
import { NewerSchemaError } from './newer-schema-error.ts'

const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false
if (typeof postgres !== 'string') after(() => postgres.close())

/** What takes a step back, so that a store full of data is one of an earlier release. A new step needs its own here. */
const backwards: Readonly<Record<number, { portable: readonly string[]; postgres?: readonly string[]; sqlite?: readonly string[] }>> = {
  2: { portable: ['DROP TABLE policy_tests'] },
  3: { portable: ['DROP TABLE velocity_features', 'DROP TABLE population_statistics'] },
  4: { portable: ['DROP TABLE leases'] },
  5: { portable: ['DROP TABLE value_list_versions', 'ALTER TABLE value_lists DROP COLUMN version'] },
  6: { portable: ['DROP TABLE store_marks'], postgres: ['DROP TABLE move_progress'] },
  7: { portable: ['ALTER TABLE authenticators DROP COLUMN secret'] },
  8: {
    portable: [
      ...['actor_id', 'actor_name', 'actor_key_id'].map((column) => `ALTER TABLE audit_log DROP COLUMN ${column}`),
      ...['policy_versions', 'value_list_versions'].map((table) => `ALTER TABLE ${table} DROP COLUMN actor`),
    ],
  },
  9: {
    portable: [
      'DROP TABLE audit_chains',
      'DROP INDEX audit_log_by_sequence',
      ...['sequence', 'previous_hash', 'personal_digest', 'salt'].map((column) => `ALTER TABLE audit_log DROP COLUMN ${column}`),
    ],
  },
  10: { portable: ['minimum', 'maximum'].map((column) => `ALTER TABLE custom_data_points DROP COLUMN ${column}`) },
  11: { portable: ['ALTER TABLE api_keys DROP COLUMN name'] },
  12: {
    portable: [
      'DROP TABLE value_list_entries',
      ...['base_set', 'base_version'].map((column) => `ALTER TABLE value_lists DROP COLUMN ${column}`),
      ...['added_set', 'removed_set'].map((column) => `ALTER TABLE value_list_versions DROP COLUMN ${column}`),
    ],
  },
  13: { portable: ['DROP TABLE recent_warnings'] },
  14: { portable: ['ALTER TABLE api_keys DROP COLUMN role'] },
  15: {
    portable: ['admins', 'admin_passkeys', 'admin_sessions', 'admin_invitations', 'admin_recovery_codes'].map(
      (table) => `DROP TABLE ${table}`,
    ),
  },
  16: { portable: [], sqlite: ['DROP TABLE instance_changes'] },
  17: {
    portable: [],
    postgres: [
      ...['note_inserted', 'note_updated', 'note_deleted'].map((trigger) => `DROP TRIGGER ${trigger} ON instances`),
      'DROP TRIGGER note_deleted ON instances_default',
      'DROP FUNCTION note_instance_changes',
      ...['instance_changes', 'event_index', 'event_roll_ups', 'event_rule_roll_ups', 'read_side'].map((table) => `DROP TABLE ${table}`),
    ],
  },
  18: { portable: ['DROP TABLE review_claims'] },
  19: { portable: ['DROP INDEX policy_versions_with_snoozes', 'ALTER TABLE policy_versions DROP COLUMN has_snoozes'] },
  20: { portable: ['DROP TABLE proposals'] },
  21: {
    portable: [],
    postgres: [
      ...['insert', 'update', 'delete'].flatMap((event) => [
        `DROP TRIGGER note_states_after_${event} ON event_roll_ups`,
        `DROP FUNCTION note_states_after_${event}`,
      ]),
      'DROP TABLE event_state_roll_ups',
    ],
  },
  22: { portable: ['admins', 'admin_invitations'].map((table) => `ALTER TABLE ${table} DROP COLUMN email`) },
  23: { portable: ['last_used_at', 'lifetime_end', 'created_by'].map((column) => `ALTER TABLE api_keys DROP COLUMN ${column}`) },
  24: { portable: ['DROP TABLE unlearnings'] },
  25: { portable: ['DROP TABLE tries', 'DROP TABLE sends'] },
  26: { portable: ['signing_keys', 'app_clients', 'user_sessions'].map((table) => `DROP TABLE ${table}`) },
  27: { portable: ['ALTER TABLE users DROP COLUMN enrolment_frozen_at'] },
  28: { portable: ['ALTER TABLE app_clients DROP COLUMN custom_claims'] },
  29: { portable: [], sqlite: ['DROP TABLE key_parts', 'DROP TABLE key_filters'] },
}
const newest = migrations.length
const earlier = Array.from({ length: newest - 1 }, (_, index) => index + 1)
/** Of which versions a process goes on beside a new one: the first, the last two, and two others of this run. With UPGRADES=all, of each. */
const besideNew = new Set(
  process.env.UPGRADES === 'all' ? earlier : [1, newest - 2, newest - 1, randomInt(2, newest - 2), randomInt(2, newest - 2)],
)

function stepsBack(to: number, kind: Store['kind']): string[] {
  const statements: string[] = []
  for (let number = newest; number > to; number--) {
    const back = backwards[number]
    assert.ok(back !== undefined, `step ${number} cannot be taken back here: say how`)
    statements.push(...back.portable, ...(back[kind] ?? []), `DELETE FROM schema_migrations WHERE number = ${number}`)
  }
  return statements
}

const tracked = (n: number): Tracked => ({
  tenantId: 'one',
  userId: `user-${n % 5}`,
  action: 'transfer',
  idempotencyKey: `k${n}`,
  at: 1_000 + n,
  deviceId: `device-${n % 3}`,
  ipAddress: `192.0.2.${n % 4}`,
  email: `user-${n % 5}@one.example`,
})
const track = (store: Store, n: number) => store.decide(requestOf(tracked(n)), decideCounting(tracked(n)))
const settle = (store: Store, n: number) =>
  store.transaction({ tenantId: 'one', userId: tracked(n).userId }, (tx) =>
    tx.settle(tracked(n), instanceEntities, (instance) => ({ instance: { ...instance, state: 'CHALLENGE_SUCCEEDED' }, entities: {} })),
  )

/** Rows in every table that the first release had. */
async function fill({ db, ...store }: Store): Promise<void> {
  const tenantId = 'one'
  await db.insertInto('tenants').values({ tenant_id: tenantId, name: 'One', settings: '{}', config_version: 7, created_at: 1 }).execute()
  for (const row of [
    sql`INSERT INTO api_keys (key_hash, tenant_id, kind, encrypted_key, created_at, expires_at) VALUES ('h', 'one', 'secret', 'e', 1, NULL)`,
    sql`INSERT INTO api_keys (key_hash, tenant_id, kind, encrypted_key, created_at, expires_at) VALUES ('m', 'one', 'management', 'e', 1, NULL)`,
    sql`INSERT INTO action_configurations (tenant_id, action_code, policy_version, settings, created_at, is_configured) VALUES ('one', 'transfer', 1, '{}', 1, 1)`,
    sql`INSERT INTO policy_versions (tenant_id, action_code, version, definition, created_at, author, message) VALUES ('one', 'transfer', 1, '{}', 1, 'me', NULL)`,
    sql`INSERT INTO value_lists (tenant_id, alias, name, item_type, items, is_active, created_at, updated_at) VALUES ('one', 'mules', 'Mules', 'string', '["a","b"]', 1, 1, 5)`,
    sql`INSERT INTO custom_data_points (tenant_id, data_point_id, name, data_type, model_type, description, is_public, created_at) VALUES ('one', 'd', 'amount', 'number', 'action', NULL, 0, 1)`,
    sql`INSERT INTO authenticator_configurations (tenant_id, authenticator_id, verification_method, is_active, settings, created_at) VALUES ('one', 'p', 'PASSKEY', 1, '{}', 1)`,
    sql`INSERT INTO authenticators (tenant_id, user_authenticator_id, user_id, verification_method, created_at, verified_at, credential_id, sign_count, backup_eligible, backup_state, details)
      VALUES ('one', 'a', 'user-1', 'PASSKEY', 1, 1, 'cred', 9, 1, 0, '{}')`,
    sql`INSERT INTO challenges (tenant_id, challenge_id, kind, user_id, details, created_at, expires_at, consumed_at) VALUES ('one', 'c', 'action', 'user-1', '{}', 1, 2, 2)`,
    sql`INSERT INTO consumed_tokens (tenant_id, jti, consumed_at, expires_at) VALUES ('one', 'used', 1, 2)`,
    sql`INSERT INTO audit_log (tenant_id, audit_id, at, actor, event, details) VALUES ('one', 'e', 1, 'system', 'x', '{}')`,
  ])
    await row.execute(db)
  const whole = { db, ...store }
  for (let n = 0; n < 100; n++) await track(whole, n)
  for (let n = 0; n < 100; n += 9) await settle(whole, n)
}

/** What was there is there, is known, and goes on. */
async function check(store: Store, version: number): Promise<void> {
  assert.equal((await store.findInstance(tracked(9)))?.state, 'CHALLENGE_SUCCEEDED')
  assert.equal((await store.listInstances('one', 'user-1', {})).length, 20)
  assert.equal((await track(store, 50)).isNew, false)
  const { snapshot, isNew } = await track(store, 101)
  assert.deepEqual([isNew, snapshot.entities.user?.count, snapshot.user.email], [true, 20, 'user-1@one.example'])
  assert.equal(snapshot.user.enrolledMethods.length, 1)
  const { secret } = await store.db.selectFrom('authenticators').select('secret').executeTakeFirstOrThrow()
  assert.equal(secret, null)
  const versions = await store.db.selectFrom('value_list_versions').selectAll().execute()
  assert.deepEqual(
    versions.map(({ alias, version: number, config_version, created_at, event }) => [alias, number, config_version, created_at, event]),
    version < 5 ? [['mules', 1, 7, 5, 'recorded']] : [],
  )
  const key = await store.db.selectFrom('api_keys').where('key_hash', '=', 'm').selectAll().executeTakeFirstOrThrow()
  assert.deepEqual([key.role, key.last_used_at, key.lifetime_end, key.created_by], ['owner', null, null, null])
  const list = await store.db.selectFrom('value_lists').selectAll().executeTakeFirstOrThrow()
  assert.deepEqual([list.items, list.version], ['["a","b"]', 1])
  const policy = await store.db.selectFrom('policy_versions').selectAll().executeTakeFirstOrThrow()
  assert.deepEqual([policy.author, policy.actor], ['me', null])
  const earlierEntry = await store.db.selectFrom('audit_log').selectAll().executeTakeFirstOrThrow()
  assert.deepEqual(
    [earlierEntry.actor, earlierEntry.actor_id, earlierEntry.actor_name, earlierEntry.actor_key_id],
    ['system', null, null, null],
  )
  await store.transaction({ tenantId: 'one', userId: 'user-2' }, (tx) =>
    tx.forgetUser('one', 'user-2', { entitiesOf: instanceEntities, withoutUser: (_ref, entity) => entity }),
  )
  assert.equal((await store.listInstances('one', 'user-2', {})).length, 0)
}

type Table = Map<string, Record<string, unknown>[]>

/** Changes whenever a store opens. */
const notCompared = ['schema_migrations', 'store_state', 'readiness', 'schema_lock', 'leases']

function assertKept(before: Table, now: Table): void {
  for (const [name, rows] of before) {
    if (notCompared.includes(name)) continue
    const columns = Object.keys(rows[0] ?? {})
    const picked = now.get(name)?.map((row) => JSON.stringify(columns.map((column) => row[column])))
    assert.deepEqual(picked?.sort(), rows.map((row) => JSON.stringify(Object.values(row))).sort(), name)
  }
}

function readSqlite(database: DatabaseSync): { schema: unknown[]; tables: Table } {
  // Tables of SQLite itself, such as its statistics, belong to no release.
  const ours = "type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
  const schema = database.prepare(`SELECT name, type FROM sqlite_master WHERE ${ours} ORDER BY name`).all() as { name: string }[]
  const columns = schema.map(({ name }) => [
    name,
    database.prepare('SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY name').all(name),
  ])
  const indexes = database.prepare("SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') ORDER BY name").all()
  const tables = new Map(schema.map(({ name }) => [name, database.prepare(`SELECT * FROM "${name}"`).all() as Record<string, unknown>[]]))
  return { schema: [columns, indexes], tables }
}

/** Filled once: each version begins with a copy. */
const filledFolder = mkdtempSync(join(tmpdir(), 'sallyport-upgrade-filled-'))
after(() => rmSync(filledFolder, { recursive: true, force: true }))
let filled: Promise<void> | undefined

async function fillSqlite(): Promise<void> {
  const store = await openSqliteStore({ dataDir: filledFolder, clock: () => 1_000, recordTracked, instanceEntities })
  await fill(store)
  await store.close()
}

for (const version of earlier) {
  test(`RE-08: an embedded store full of data is brought from version ${version} to the newest, and loses nothing`, async (t) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-upgrade-'))
    t.after(() => rmSync(dataDir, { recursive: true, force: true }))
    const open = () => openSqliteStore({ dataDir, clock: () => 1_000, recordTracked, instanceEntities })
    filled ??= fillSqlite()
    await filled
    cpSync(filledFolder, dataDir, { recursive: true })
    const database = new DatabaseSync(databasePathIn(dataDir))
    for (const statement of stepsBack(version, 'sqlite')) database.exec(statement)
    const before = readSqlite(database)
    const fresh = new DatabaseSync(':memory:')
    migrateSqlite(fresh, 1_000, migrations.slice(0, version))
    assert.deepEqual(before.schema, readSqlite(fresh).schema, 'it is as that release made it')
    database.close()

    const store = await open()
    const reader = new DatabaseSync(databasePathIn(dataDir), { readOnly: true })
    assertKept(before.tables, readSqlite(reader).tables)
    reader.close()
    await check(store, version)
    await store.close()
    await (await open()).close()
  })
}

type Connections = ReturnType<typeof createConnections>

async function readPostgres({ run }: Connections): Promise<{ schema: unknown; tables: Table }> {
  const columns = await execute<{ table_name: string }>(
    run,
    `SELECT table_name, column_name, data_type, is_nullable, collation_name, column_default FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name !~ '^(instances|event_index)_\\d' ORDER BY table_name, column_name`,
  )
  const indexes = await execute(
    run,
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename !~ '^(instances|event_index)_\\d' ORDER BY 1",
  )
  const tables: Table = new Map()
  for (const name of new Set(columns.map(({ table_name }) => table_name))) tables.set(name, await execute(run, `SELECT * FROM ${name}`))
  return { schema: [columns, indexes], tables }
}

/** Filled once: each version begins with a copy. */
let filledDatabase: Promise<string> | undefined

async function fillPostgres(): Promise<string> {
  if (typeof postgres === 'string') throw new Error(postgres)
  const databaseUrl = await postgres.createDatabase()
  const store = await openPostgresStore({ databaseUrl, clock: () => 1_000 })
  await fill(store)
  await store.foldReadSide()
  await store.close()
  return new URL(databaseUrl).pathname.slice(1)
}

/** A database that a release of that version has filled. */
async function fillEarlier(t: { after(work: () => Promise<void>): void }, version: number) {
  if (typeof postgres === 'string') throw new Error(postgres)
  filledDatabase ??= fillPostgres()
  const databaseUrl = await postgres.createDatabase(`TEMPLATE ${await filledDatabase}`)
  const database = createConnections({ databaseUrl, poolSize: 2 })
  t.after(async () => {
    await database.close()
    await postgres.dropDatabase(databaseUrl)
  })
  for (const statement of stepsBack(version, 'postgres')) await execute(database.run, statement)
  return { databaseUrl, database }
}

let freshUrl: Promise<string> | undefined

for (const version of earlier) {
  test(`RE-08: a PostgreSQL full of data is brought from version ${version} to the newest, and loses nothing`, { skip }, async (t) => {
    if (typeof postgres === 'string') return
    const { databaseUrl, database } = await fillEarlier(t, version)
    const before = await readPostgres(database)
    freshUrl ??= postgres.createDatabase()
    // One step further with each version.
    await migratePostgres(await freshUrl, 1_000, migrations.slice(0, version))
    const fresh = createConnections({ databaseUrl: await freshUrl, poolSize: 2 })
    assert.deepEqual(before.schema, (await readPostgres(fresh)).schema, 'it is as that release made it')
    await fresh.close()

    const store = await openPostgresStore({ databaseUrl, clock: () => 1_000 })
    assertKept(before.tables, (await readPostgres(database)).tables)
    await check(store, version)
    await store.close()
  })
}

for (const version of besideNew) {
  test(`an old process of version ${version} goes on beside a new one that migrates under it, and they count together`, {
    skip,
  }, async (t) => {
    const { databaseUrl } = await fillEarlier(t, version)
    const openOld = () => openPostgresStore({ databaseUrl, clock: () => 1_000, migrations: migrations.slice(0, version) })
    const old = await openOld()
    let next = 1000
    let isOver = false
    const mine: number[] = []
    const work = async (store: Store) => {
      while (!isOver) {
        const n = next++
        assert.equal((await track(store, n)).isNew, true)
        mine.push(n)
        if (n % 7 === 0) await settle(store, n)
        if (n % 5 === 0) await store.listInstances('one', tracked(n).userId, { limit: 5 })
        if (n % 11 === 0) await store.db.selectFrom('users').selectAll().where('tenant_id', '=', 'one').execute()
        await store.checkReady()
      }
    }
    const reach = async (count: number, working: Promise<unknown>) => {
      while (mine.length < count) await Promise.race([working, new Promise((resolve) => setImmediate(resolve))])
    }
    const oldWork = Promise.all([work(old), work(old), work(old)])
    await reach(50, oldWork)
    const young = await openPostgresStore({ databaseUrl, clock: () => 1_000 })
    const all = Promise.all([oldWork, work(young), work(young)])
    await reach(mine.length + 150, all)
    isOver = true
    await all
    for (const n of mine) assert.equal((await old.findInstance(tracked(n)))?.state, n % 7 === 0 ? 'CHALLENGE_SUCCEEDED' : 'ALLOW')
    for (let user = 0; user < 5; user++) {
      const { entities } = await young.loadSnapshot('one', `user-${user}`, [{ kind: 'user', key: `user-${user}` }])
      assert.equal(entities.user?.count, 20 + mine.filter((n) => n % 5 === user).length)
    }
    await young.foldReadSide()
    const counts = await young.rollUps('one', { from: 0, to: 1, bucket: 'day', by: ['state'] })
    const passed = mine.filter((n) => n % 7 === 0).length + 12
    assert.deepEqual(
      counts.map(({ state, events }) => [state, events]).sort(),
      [
        ['ALLOW', mine.length + 100 - passed],
        ['CHALLENGE_SUCCEEDED', passed],
      ],
      'the read side has what both wrote, and what was there before it',
    )
    await old.close()
    await assert.rejects(openOld(), NewerSchemaError)
    await young.close()
  })
}

test('a step only adds, so that a process of the release before it can go on', () => {
  const allowed = [
    /^CREATE TABLE \w+ (\(|PARTITION OF \w+ DEFAULT$)/,
    /^CREATE (UNIQUE )?INDEX \w+ ON \w+ /,
    // What an older release inserts does not name the column.
    /^ALTER TABLE \w+ ADD COLUMN \w+ \w+( NOT NULL DEFAULT \S+)?$/,
    /^INSERT INTO \w+\s/,
    // Writes a row of a new table after what an older release writes, which stays as it is.
    /^CREATE FUNCTION note_\w+\(\) RETURNS trigger /,
    /^CREATE TRIGGER \w+ AFTER \w+ ON \w+ /,
  ]
  for (const { number, portable, sqlite, postgres: own } of migrations.slice(1)) {
    const made = new Set([...portable, ...own, ...sqlite].flatMap((statement) => /^CREATE TABLE (\w+)/.exec(statement)?.[1] ?? []))
    for (const statement of [...portable, ...own, ...sqlite]) {
      assert.ok(
        allowed.some((pattern) => pattern.test(statement)),
        `step ${number} does more than add: ${statement}`,
      )
      const [, table] = /^(?:INSERT INTO|CREATE UNIQUE INDEX \w+ ON) (\w+)/.exec(statement) ?? []
      if (table !== undefined) assert.ok(made.has(table), `step ${number} changes what an older release writes to: ${statement}`)
    }
  }
})
