import { setTimeout as pause } from 'node:timers/promises'
import type { Actor } from '../audit/actor.ts'
import { eraseTenantAudit } from '../audit/erase-audit-entries.ts'
import { insertAuditEntry, serverChain } from '../audit/insert-audit-entry.ts'
import { bumpConfigVersion } from '../configuration/bump-config-version.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import { findMoveUnderWay, removeClosure } from '../storage/closures.ts'
import { hasTenant } from '../storage/has-tenant.ts'
import type { Db, Store } from '../storage/store.ts'
import { findTenantDeletion, putTenantDeletion, removeTenantDeletion } from '../storage/tenant-deletions.ts'
import { eraseTenantRows, slicedTables } from './erase-tenant-rows.ts'

export interface DeleteTenantDeps {
  /** Not behind a gate, which refuses everything of the tenant by then. */
  store: Pick<Store, 'kind' | 'db' | 'transaction' | 'forgetTenant'>
  /** Absent outside a running server. */
  tenants?: Pick<TenantDirectory, 'forget'>
  clock: () => number
  newId: () => string
  /** Milliseconds in which other processes on the database notice the deletion and finish what they had begun. */
  noticeMs?: number
}

/** What a deletion will erase, as far as it can be counted at once. */
export interface TenantContents {
  name: string
  users: number
  authenticators: number
  actions: number
  apiKeys: number
  /** A deletion was interrupted. */
  isBegun: boolean
}

/** What a deletion has erased in this run. */
export interface DeletedTenant {
  users: number
  instances: number
  auditEntries: number
  /** Rows of all other tables. */
  otherRows: number
  /** No tenant is left. */
  wasLast: boolean
}

/** Other processes see a change within a second; what they had begun has ended when this is over. */
const defaultNoticeMs = 3_000
const ROWS_PER_SLICE = 500
/** The pause after a slice is so many times as long as the slice: it belongs to live traffic. */
const PAUSE_FACTOR = 2
/** Passes over a database that others use: each finds what a request that was late has written after the one before. */
const MAX_PASSES = 5

/** `undefined`: there is no such tenant. */
export async function describeTenant(db: Db, tenantId: string): Promise<TenantContents | undefined> {
  const tenant = await db.selectFrom('tenants').where('tenant_id', '=', tenantId).select('name').executeTakeFirst()
  if (tenant === undefined) return undefined
  const count = async (table: 'users' | 'authenticators' | 'action_configurations' | 'api_keys') => {
    const counted = db
      .selectFrom(table)
      .where('tenant_id', '=', tenantId)
      .select((select) => select.fn.countAll<number>().as('rows'))
    return Number((await counted.executeTakeFirstOrThrow()).rows)
  }
  return {
    name: tenant.name,
    users: await count('users'),
    authenticators: await count('authenticators'),
    actions: await count('action_configurations'),
    apiKeys: await count('api_keys'),
    isBegun: (await findTenantDeletion(db, tenantId)) !== undefined,
  }
}

/**
 * Erases a tenant with everything that is stored of it. API keys go first, so that nobody gets in any more, and the tenant's own row last: after an
 * interruption the same call goes on. Slices are small, with pauses between them.
 *
 * The tenant's audit log goes too. The server's own chain keeps who deleted the tenant, with the number and the hash of the last entry: a copy that was
 * exported before can still be proved complete.
 */
export async function deleteTenant(
  deps: DeleteTenantDeps,
  tenantId: string,
  actor: Actor,
): Promise<DeletedTenant | 'no_such_tenant' | 'is_moving'> {
  const { store, tenants, clock, newId } = deps
  const refusal = await store.transaction({ tenantId }, async ({ db }) => {
    if (!(await hasTenant(db, tenantId))) return 'no_such_tenant' as const
    const move = await findMoveUnderWay(db)
    if (move !== undefined && (move.tenantId ?? tenantId) === tenantId) return 'is_moving' as const
    await db.deleteFrom('api_keys').where('tenant_id', '=', tenantId).execute()
    await bumpConfigVersion(db, tenantId)
    if ((await findTenantDeletion(db, tenantId)) !== undefined) return undefined
    const at = clock()
    await putTenantDeletion(db, { tenantId, at })
    const details = { deletedTenantId: tenantId }
    await insertAuditEntry(db, newId(), { tenantId: serverChain, at, actor, event: 'tenant.deletion_began', details })
    return undefined
  })
  if (refusal !== undefined) return refusal
  tenants?.forget(tenantId)
  if (store.kind === 'postgres') await pause(deps.noticeMs ?? defaultNoticeMs)

  const total = { users: 0, instances: 0, auditEntries: 0, otherRows: 0 }
  // The embedded store has one process, which has let nothing in since.
  const passes = store.kind === 'postgres' ? MAX_PASSES : 1
  for (let pass = 0; pass < passes; pass++) {
    const erased = await erasePass(store, tenantId)
    for (const part of Object.keys(total) as (keyof typeof total)[]) total[part] += erased[part]
    if (Object.values(erased).every((rows) => rows === 0)) break
  }
  const wasLast = await finish(deps, tenantId, actor, total)
  // Requests that were under way may have left something in memory. They have ended.
  tenants?.forget(tenantId)
  return { ...total, wasLast }
}

async function erasePass(store: DeleteTenantDeps['store'], tenantId: string): Promise<Omit<DeletedTenant, 'wasLast'>> {
  const erased = { users: 0, instances: 0, auditEntries: 0, otherRows: 0 }
  for (const table of slicedTables) {
    for (let last = ROWS_PER_SLICE; last >= ROWS_PER_SLICE; ) {
      const startedAt = performance.now()
      last = await eraseTenantRows(store.db, table, tenantId, ROWS_PER_SLICE)
      erased[table === 'users' ? 'users' : 'otherRows'] += last
      if (last >= ROWS_PER_SLICE) await pause((performance.now() - startedAt) * PAUSE_FACTOR)
    }
  }
  erased.auditEntries = await eraseTenantAudit(store, tenantId)
  erased.instances = await store.forgetTenant(tenantId)
  return erased
}

/** The last rows go, all at once. Resolves with whether no tenant is left. */
function finish(deps: DeleteTenantDeps, tenantId: string, actor: Actor, erased: Omit<DeletedTenant, 'wasLast'>): Promise<boolean> {
  return deps.store.transaction({ tenantId }, async ({ db }) => {
    const chain = await db.selectFrom('audit_chains').where('tenant_id', '=', tenantId).select(['sequence', 'hash']).executeTakeFirst()
    for (const table of [...slicedTables, 'audit_log', 'audit_chains'] as const) {
      await db.deleteFrom(table).where('tenant_id', '=', tenantId).execute()
    }
    const { numDeletedRows } = await db.deleteFrom('tenants').where('tenant_id', '=', tenantId).executeTakeFirst()
    await removeClosure(db, tenantId)
    await removeTenantDeletion(db, tenantId)
    const left = await db.selectFrom('tenants').select('tenant_id').limit(1).executeTakeFirst()
    // Another process that deletes the same tenant may have been first.
    if (numDeletedRows > 0n) {
      const details = {
        deletedTenantId: tenantId,
        users: erased.users,
        instances: erased.instances,
        lastAuditEntry: chain?.sequence ?? 0,
        lastAuditHash: chain?.hash ?? null,
      }
      await insertAuditEntry(db, deps.newId(), { tenantId: serverChain, at: deps.clock(), actor, event: 'tenant.deleted', details })
    }
    return left === undefined
  })
}
