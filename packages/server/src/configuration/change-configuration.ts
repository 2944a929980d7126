import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Db, Store } from '../storage/store.ts'
import { bumpConfigVersion } from './bump-config-version.ts'
import type { TenantDirectory } from './tenant.ts'

export interface ChangeConfigurationDeps {
  store: Store
  tenants: Pick<TenantDirectory, 'invalidate'>
  clock: () => number
  newId: () => string
}

/**
 * One change of a tenant's configuration: `work` writes it, and with it go the audit entry and the new configuration version. Every process
 * decides by it within a second, this one at once.
 */
export async function changeConfiguration<T>(
  deps: ChangeConfigurationDeps,
  change: { tenantId: string; event: string; details?: Record<string, unknown> },
  work: (db: Db, at: number) => Promise<T>,
): Promise<T> {
  const at = deps.clock()
  try {
    return await deps.store.transaction({ tenantId: change.tenantId }, async (tx) => {
      const value = await work(tx.db, at)
      await insertAuditEntry(tx.db, deps.newId(), { ...change, at, actor: 'management_key' })
      await bumpConfigVersion(tx.db, change.tenantId)
      return value
    })
  } finally {
    // Also when it failed: a database that went away while it was told to commit may have done so.
    deps.tenants.invalidate(change.tenantId)
  }
}
