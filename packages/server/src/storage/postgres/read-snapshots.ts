import { type Entity, type EntityRef, type Snapshot, type UserFacts, unknownUser } from '@sallyport/engine'
import { type AuthenticatorColumns, type DeviceColumns, maxDevices, toUserFacts } from '../stored-user.ts'
import { textArray } from './array-parameter.ts'
import type { Run, Statement } from './connections.ts'
import { storableKey } from './storable-key.ts'

/** An instance of a user that is about to be decided. */
export interface WantedInstance {
  userId: string
  action: string
  idempotencyKey: string
}

export interface ReadUser {
  facts: UserFacts
  /** When the wanted instance was made; `null`: it is not there. */
  existingSince: number | null
}

/** An entity as it was read. */
export interface ReadEntity {
  ref: EntityRef
  /** Changes with every change; `null`: there is no row. */
  version: number | null
  value: Entity | undefined
}

/** `part` 0 is a user, 1 an entity; `n` is its place in the arguments. */
type Row = [
  part: 0 | 1,
  n: number,
  createdAtOrVersion: number | null,
  existingSince: number | null,
  email: string | null,
  phone: string | null,
  username: string | null,
  customOrBody: string | null,
  authenticators: string | null,
  devices: string | null,
]

// Each `OFFSET 0` keeps a look-up by key what it is, whatever the planner knows of a table that is growing.
const select: Statement = {
  name: 'read_snapshots',
  rowMode: 'array',
  text: `
    SELECT 0, w.n, u.created_at, k.created_at, u.email, u.phone_number, u.username, u.custom,
      (SELECT json_agg(json_build_array(verification_method, created_at, last_verified_at, backup_eligible, backup_state, name, details) ORDER BY created_at)
       FROM authenticators
       WHERE tenant_id = $1 AND user_id = w.user_id AND removed_at IS NULL AND verified_at IS NOT NULL)::text,
      (SELECT json_agg(json_build_array(device_id, created_at, remembered_until, invalidated_at, last_verification_method))
       FROM (
         SELECT device_id, created_at, remembered_until, invalidated_at, last_verification_method FROM devices
         WHERE tenant_id = $1 AND user_id = w.user_id ORDER BY created_at DESC LIMIT ${maxDevices}) AS d)::text
    FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS w (user_id, action, idempotency_key, n)
    LEFT JOIN LATERAL (
      SELECT created_at, email, phone_number, username, custom FROM users WHERE tenant_id = $1 AND user_id = w.user_id OFFSET 0) AS u ON true
    LEFT JOIN LATERAL (
      SELECT created_at FROM instance_keys
      WHERE tenant_id = $1 AND user_id = w.user_id AND action = w.action AND idempotency_key = w.idempotency_key OFFSET 0) AS k ON true
    UNION ALL
    SELECT 1, w.n, e.version, NULL, NULL, NULL, NULL, e.body, NULL, NULL
    FROM unnest($5::text[], $6::text[]) WITH ORDINALITY AS w (kind, entity_key, n)
    CROSS JOIN LATERAL (
      SELECT version, body FROM entities WHERE tenant_id = $1 AND entity_key = w.entity_key AND kind = w.kind OFFSET 0) AS e`,
}

/**
 * Reads everything that decisions of these users read, all of it as it was at one moment, in one round trip. The answers are in the order of the
 * arguments.
 */
export async function readSnapshots(
  run: Run,
  tenantId: string,
  wanted: readonly WantedInstance[],
  refs: readonly EntityRef[],
): Promise<{ users: ReadUser[]; entities: ReadEntity[] }> {
  const { rows } = await run<Row>(select, [
    tenantId,
    textArray(wanted.map(({ userId }) => userId)),
    textArray(wanted.map(({ action }) => action)),
    textArray(wanted.map(({ idempotencyKey }) => idempotencyKey)),
    textArray(refs.map(({ kind }) => kind)),
    textArray(refs.map(({ key }) => storableKey(key))),
  ])
  const users: ReadUser[] = wanted.map(() => ({ facts: unknownUser, existingSince: null }))
  const entities = refs.map((ref): ReadEntity => ({ ref, version: null, value: undefined }))
  for (const row of rows) {
    const [part, n, version, existingSince, , , , body] = row
    if (part === 0) {
      users[n - 1] = { facts: toFacts(row), existingSince }
    } else {
      const entity = entities[n - 1]
      if (entity === undefined) continue
      entity.version = version
      entity.value = body === null ? undefined : (JSON.parse(body) as Entity)
    }
  }
  return { users, entities }
}

/** The snapshot that a decision gets, from the answers for one user. */
export function toSnapshot([user]: readonly ReadUser[], entities: readonly ReadEntity[]): Snapshot {
  const values: Partial<Record<EntityRef['kind'], Entity>> = {}
  for (const { ref, value } of entities) if (value !== undefined) values[ref.kind] = value
  return { user: user?.facts ?? unknownUser, entities: values }
}

function toFacts([, , createdAt, , email, phone, username, custom, authenticators, devices]: Row): UserFacts {
  if (createdAt === null) return unknownUser
  return toUserFacts(
    [createdAt, email, phone, username, custom ?? '{}'],
    authenticators === null ? [] : (JSON.parse(authenticators) as AuthenticatorColumns[]),
    devices === null ? [] : (JSON.parse(devices) as DeviceColumns[]),
  )
}
