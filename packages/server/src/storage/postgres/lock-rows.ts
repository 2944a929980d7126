import type { EntityRef } from '@sallyport/engine'
import { textArray } from './array-parameter.ts'
import type { Run, Statement } from './connections.ts'
import { storableKey } from './storable-key.ts'
import { drawVersion, inLockOrder } from './write-changes.ts'

const lockUserRow: Statement = {
  name: 'lock_user',
  text: `INSERT INTO entities (tenant_id, kind, entity_key, version, body) VALUES ($1, 'user', $2, $3, NULL)
    ON CONFLICT (tenant_id, entity_key, kind) DO UPDATE SET version = excluded.version
    RETURNING body IS NULL AS is_empty`,
}
const deleteEmptyUserRow: Statement = {
  name: 'delete_empty_user',
  text: `DELETE FROM entities WHERE tenant_id = $1 AND kind = 'user' AND entity_key = $2 AND body IS NULL
    AND NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = $1 AND user_id = $2)
    AND NOT EXISTS (SELECT 1 FROM instance_keys WHERE tenant_id = $1 AND user_id = $2)`,
}
const lockTenantRow: Statement = { name: 'lock_tenant', text: 'SELECT 1 FROM tenants WHERE tenant_id = $1 FOR NO KEY UPDATE' }
const lockEntityRows: Statement = {
  name: 'lock_entities',
  text: `SELECT 1
    FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS w (kind, entity_key, n)
    CROSS JOIN LATERAL (
      SELECT version FROM entities WHERE tenant_id = $1 AND entity_key = w.entity_key AND kind = w.kind FOR NO KEY UPDATE) AS e`,
}
const selectUserVersion: Statement = {
  name: 'select_user_version',
  text: "SELECT version FROM entities WHERE tenant_id = $1 AND kind = 'user' AND entity_key = $2",
}

export interface LockedUser {
  /** The user's with the commit. */
  version: number
  /** Nothing is remembered of the user. */
  isEmpty: boolean
}

/**
 * Locks the user until the end of the transaction. A decision that read the user before finds that out when it writes.
 */
export async function lockUser(run: Run, tenantId: string, userId: string): Promise<LockedUser> {
  const version = drawVersion()
  const { rows } = await run<{ is_empty: boolean }>(lockUserRow, [tenantId, storableKey(userId), version])
  return { version, isEmpty: rows[0]?.is_empty === true }
}

/** LG-03: removes the row that was locked when there is no such user, so that an erased user's id is not left behind. */
export async function forgetUnknownUser(run: Run, tenantId: string, userId: string): Promise<void> {
  await run(deleteEmptyUserRow, [tenantId, storableKey(userId)])
}

/** The user's version as it is committed. */
export async function findUserVersion(run: Run, tenantId: string, userId: string): Promise<number | undefined> {
  const { rows } = await run<{ version: number }>(selectUserVersion, [tenantId, storableKey(userId)])
  return rows[0]?.version
}

/** Until the end of the transaction, nobody else changes what belongs to the tenant as a whole. */
export async function lockTenant(run: Run, tenantId: string): Promise<void> {
  await run(lockTenantRow, [tenantId])
}

/** Until the end of the transaction, nobody else changes those of the entities that are there. */
export async function lockEntities(run: Run, tenantId: string, refs: readonly EntityRef[]): Promise<void> {
  const ordered = refs.toSorted(inLockOrder)
  await run(lockEntityRows, [tenantId, textArray(ordered.map(({ kind }) => kind)), textArray(ordered.map(({ key }) => storableKey(key)))])
}
