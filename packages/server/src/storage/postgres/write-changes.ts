import type { EntityRef } from '@sallyport/engine'
import { integerArray, textArray } from './array-parameter.ts'
import type { Run, Statement } from './connections.ts'
import { storableKey } from './storable-key.ts'

/** What became of an entity between its reading and its writing. */
export interface EntityChange {
  ref: EntityRef
  /** As it was read; `null`: there was no row. */
  version: number | null
  /** JSON to write; `null`: nothing is remembered, the row is there to be locked. `undefined`: it was only read. */
  body: string | null | undefined
}

export interface InstanceInsert {
  userId: string
  action: string
  idempotencyKey: string
  createdAt: number
  body: string
}

/** A user whose row is to be there with these attributes. */
export interface UserUpsert {
  userId: string
  userHandle: string
  email: string | null
  phoneNumber: string | null
  username: string | null
  at: number
}

export interface DeviceInsert {
  userId: string
  deviceId: string
  at: number
}

export interface ChangeSet {
  entities: EntityChange[]
  instances: InstanceInsert[]
  users: UserUpsert[]
  devices: DeviceInsert[]
}

/**
 * Everything in one statement, which is a transaction of its own or a step of one. `seen` locks, in the order given, what was there, and compares its
 * versions; nothing is written when one differs. What was not there is inserted: when it is there by now, the statement fails with a unique violation.
 */
const start = `
  WITH seen AS MATERIALIZED (
    SELECT e.version = w.version AS is_same
    FROM unnest($2::text[], $3::text[], $4::int8[]) WITH ORDINALITY AS w (kind, entity_key, version, n)
    CROSS JOIN LATERAL (
      SELECT version FROM entities WHERE tenant_id = $1 AND entity_key = w.entity_key AND kind = w.kind FOR NO KEY UPDATE) AS e
  ), current AS MATERIALIZED (
    SELECT count(*) = cardinality($2::text[]) AS is_current FROM seen WHERE is_same
  ), changed AS (
    INSERT INTO entities (tenant_id, kind, entity_key, version, body)
    SELECT $1, w.kind, w.entity_key, w.version, w.body
    FROM unnest($5::text[], $6::text[], $7::int8[], $8::text[]) AS w (kind, entity_key, version, body)
    WHERE (SELECT is_current FROM current)
    ON CONFLICT (tenant_id, entity_key, kind) DO UPDATE SET version = excluded.version, body = excluded.body
    RETURNING 1
  ), added AS (
    INSERT INTO entities (tenant_id, kind, entity_key, version, body)
    SELECT $1, w.kind, w.entity_key, w.version, w.body
    FROM unnest($9::text[], $10::text[], $11::int8[], $12::text[]) AS w (kind, entity_key, version, body)
    WHERE (SELECT is_current FROM current) AND (SELECT count(*) FROM changed) >= 0
    RETURNING 1
  ), keys AS (
    INSERT INTO instance_keys (tenant_id, user_id, action, idempotency_key, created_at)
    SELECT $1, w.user_id, w.action, w.idempotency_key, w.created_at
    FROM unnest($13::text[], $14::text[], $15::text[], $16::int8[]) AS w (user_id, action, idempotency_key, created_at)
    WHERE (SELECT is_current FROM current) AND (SELECT count(*) FROM added) >= 0
    RETURNING 1
  ), stored AS (
    INSERT INTO instances (tenant_id, user_id, action, idempotency_key, created_at, body)
    SELECT $1, w.user_id, w.action, w.idempotency_key, w.created_at, w.body
    FROM unnest($13::text[], $14::text[], $15::text[], $16::int8[], $17::text[]) AS w (user_id, action, idempotency_key, created_at, body)
    WHERE (SELECT is_current FROM current) AND (SELECT count(*) FROM keys) >= 0
    RETURNING 1
  )`
// An address that changed is no longer the one that was verified.
const people = `, people AS (
    INSERT INTO users (tenant_id, user_id, user_handle, email, email_verified, phone_number, phone_number_verified, username, custom, created_at, updated_at)
    SELECT $1, w.user_id, w.user_handle, w.email, 0, w.phone_number, 0, w.username, '{}', w.at, w.at
    FROM unnest($18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::int8[]) AS w (user_id, user_handle, email, phone_number, username, at)
    WHERE (SELECT is_current FROM current) AND (SELECT count(*) FROM stored) >= 0
    ON CONFLICT (tenant_id, user_id) DO UPDATE SET
      email_verified = CASE WHEN users.email IS NOT DISTINCT FROM excluded.email THEN users.email_verified ELSE 0 END,
      phone_number_verified = CASE WHEN users.phone_number IS NOT DISTINCT FROM excluded.phone_number THEN users.phone_number_verified ELSE 0 END,
      email = excluded.email, phone_number = excluded.phone_number, username = excluded.username, updated_at = excluded.updated_at
    RETURNING 1
  ), known_devices AS (
    INSERT INTO devices (tenant_id, user_id, device_id, created_at)
    SELECT $1, w.user_id, w.device_id, w.at
    FROM unnest($24::text[], $25::text[], $26::int8[]) AS w (user_id, device_id, at)
    WHERE (SELECT is_current FROM current) AND (SELECT count(*) FROM people) >= 0
    ON CONFLICT DO NOTHING
    RETURNING 1
  )`
const end = ' SELECT is_current FROM current'
const write: Statement = { name: 'write_changes', text: start + end }
const writeWithPeople: Statement = { name: 'write_changes_and_people', text: start + people + end }

/** Writes all of it, or nothing: `false` when an entity has changed since it was read. Entities are in the order of `inLockOrder`. */
export async function writeChanges(
  run: Run,
  tenantId: string,
  { entities, instances, users, devices }: ChangeSet,
  newVersion: () => number = drawVersion,
): Promise<boolean> {
  const seen = entities.filter(({ version }) => version !== null)
  const changed = seen.filter(({ body }) => body !== undefined)
  const added = entities.filter(({ version, body }) => version === null && body !== undefined)
  const values = [
    tenantId,
    textArray(seen.map(({ ref }) => ref.kind)),
    textArray(seen.map(({ ref }) => storableKey(ref.key))),
    integerArray(seen.map(({ version }) => version ?? 0)),
    ...entityColumns(changed, newVersion),
    ...entityColumns(added, newVersion),
    textArray(instances.map(({ userId }) => userId)),
    textArray(instances.map(({ action }) => action)),
    textArray(instances.map(({ idempotencyKey }) => idempotencyKey)),
    integerArray(instances.map(({ createdAt }) => createdAt)),
    textArray(instances.map(({ body }) => body)),
  ]
  const hasPeople = users.length > 0 || devices.length > 0
  if (hasPeople) {
    values.push(
      textArray(users.map(({ userId }) => userId)),
      textArray(users.map(({ userHandle }) => userHandle)),
      textArray(users.map(({ email }) => email)),
      textArray(users.map(({ phoneNumber }) => phoneNumber)),
      textArray(users.map(({ username }) => username)),
      integerArray(users.map(({ at }) => at)),
      textArray(devices.map(({ userId }) => userId)),
      textArray(devices.map(({ deviceId }) => deviceId)),
      integerArray(devices.map(({ at }) => at)),
    )
  }
  const { rows } = await run<{ is_current: boolean }>(hasPeople ? writeWithPeople : write, values)
  return rows[0]?.is_current === true
}

function entityColumns(changes: readonly EntityChange[], newVersion: () => number): Buffer[] {
  return [
    textArray(changes.map(({ ref }) => ref.kind)),
    textArray(changes.map(({ ref }) => storableKey(ref.key))),
    integerArray(changes.map(newVersion)),
    textArray(changes.map(({ body }) => body ?? null)),
  ]
}

/** Drawn at random, so that a row that was erased and made anew is never taken for the old one. */
export function drawVersion(): number {
  return Math.floor(Math.random() * Number.MAX_SAFE_INTEGER)
}

/**
 * The one order in which entities are locked: users first, since a transaction holds its user from the start, then by kind and key. So no two
 * transactions ever wait for each other.
 */
export function inLockOrder(a: EntityRef, b: EntityRef): number {
  if (a.kind !== b.kind) {
    if (a.kind === 'user') return -1
    if (b.kind === 'user') return 1
    return a.kind < b.kind ? -1 : 1
  }
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
}
