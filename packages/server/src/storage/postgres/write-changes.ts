import type { EntityRef } from '@sallyport/engine'
import { isUniqueViolation } from '../store-errors.ts'
import { integerArray, textArray } from './array-parameter.ts'
import type { Run, Statement } from './connections.ts'
import { isInvalidText, StaleReadError } from './postgres-errors.ts'
import { storableKey } from './storable-key.ts'

/** An entity to write. */
export interface EntityChange {
  ref: EntityRef
  /** As it was read; `null`: there was no row. */
  version: number | null
  /** JSON; `null`: nothing is remembered, the row is there to be locked. */
  body: string | null
}

export interface InstanceInsert {
  userId: string
  action: string
  idempotencyKey: string
  createdAt: number
  body: string
}

/** A user row to insert, or to update with these attributes. */
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
 * Everything in one statement, which is a transaction of its own or a step of one. A change lowers the version by one, so the version to write says which
 * one was read. The statement leaves a row alone that has another version, and a row that did not exist when it was read. Rows are locked in the order given.
 * When it left one alone it fails, and nothing of it has happened; PostgreSQL's log shows the text it fails with.
 *
 * Each part changes one table only: databases that speak PostgreSQL's language on another engine want it so.
 */
const start = `
  WITH changed AS (
    INSERT INTO entities (tenant_id, kind, entity_key, version, body)
    SELECT $1, w.kind, w.entity_key, w.version, w.body
    FROM unnest($2::text[], $3::text[], $4::int8[], $5::text[]) AS w (kind, entity_key, version, body)
    ON CONFLICT (tenant_id, entity_key, kind) DO UPDATE SET version = excluded.version, body = excluded.body
      WHERE entities.version = excluded.version + 1
    RETURNING 1
  ), current AS MATERIALIZED (
    SELECT (CASE WHEN count(*) = cardinality($2::text[]) THEN '1' ELSE 'an entity has changed since it was read: it is decided again' END)::int AS one
    FROM changed
  ), keys AS (
    INSERT INTO instance_keys (tenant_id, user_id, action, idempotency_key, created_at)
    SELECT $1, w.user_id, w.action, w.idempotency_key, w.created_at
    FROM unnest($6::text[], $7::text[], $8::text[], $9::int8[]) AS w (user_id, action, idempotency_key, created_at)
    WHERE (SELECT one FROM current) = 1
    RETURNING 1
  ), stored AS (
    INSERT INTO instances (tenant_id, user_id, action, idempotency_key, created_at, body)
    SELECT $1, w.user_id, w.action, w.idempotency_key, w.created_at, w.body
    FROM unnest($6::text[], $7::text[], $8::text[], $9::int8[], $10::text[]) AS w (user_id, action, idempotency_key, created_at, body)
    WHERE (SELECT count(*) FROM keys) >= 0
    RETURNING 1
  )`
// A changed address is not verified any more.
const people = `, people AS (
    INSERT INTO users (tenant_id, user_id, user_handle, email, email_verified, phone_number, phone_number_verified, username, custom, created_at, updated_at)
    SELECT $1, w.user_id, w.user_handle, w.email, 0, w.phone_number, 0, w.username, '{}', w.at, w.at
    FROM unnest($11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::int8[]) AS w (user_id, user_handle, email, phone_number, username, at)
    WHERE (SELECT count(*) FROM stored) >= 0
    ON CONFLICT (tenant_id, user_id) DO UPDATE SET
      email_verified = CASE WHEN users.email IS NOT DISTINCT FROM excluded.email THEN users.email_verified ELSE 0 END,
      phone_number_verified = CASE WHEN users.phone_number IS NOT DISTINCT FROM excluded.phone_number THEN users.phone_number_verified ELSE 0 END,
      email = excluded.email, phone_number = excluded.phone_number, username = excluded.username, updated_at = excluded.updated_at
    RETURNING 1
  ), known_devices AS (
    INSERT INTO devices (tenant_id, user_id, device_id, created_at)
    SELECT $1, w.user_id, w.device_id, w.at
    FROM unnest($17::text[], $18::text[], $19::int8[]) AS w (user_id, device_id, at)
    WHERE (SELECT count(*) FROM people) >= 0
    ON CONFLICT DO NOTHING
    RETURNING 1
  )`
const end = ' SELECT one FROM current'
const write: Statement = { name: 'write_changes', text: start + end }
const writeWithPeople: Statement = { name: 'write_changes_and_people', text: start + people + end }

/**
 * Writes all of it, or nothing. Throws `StaleReadError` when an entity has changed since it was read, or when there is a row that was missing: locks do not
 * cover it. A transaction that this was a step of can only be undone then. Entities are in the order of `inLockOrder`.
 */
export async function writeChanges(run: Run, tenantId: string, { entities, instances, users, devices }: ChangeSet): Promise<void> {
  const values = [
    tenantId,
    textArray(entities.map(({ ref }) => ref.kind)),
    textArray(entities.map(({ ref }) => storableKey(ref.key))),
    integerArray(entities.map(({ version }) => (version === null ? drawVersion() : version - 1))),
    textArray(entities.map(({ body }) => body)),
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
  try {
    await run(hasPeople ? writeWithPeople : write, values)
  } catch (error) {
    throw isInvalidText(error) || isUniqueViolation(error) ? new StaleReadError() : error
  }
}

/**
 * The version of a new row. It is random, so that a row which was erased and made again is never taken for the old one. Changes count down from it, even
 * below zero.
 */
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
