import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { withoutSecrets } from '../audit/without-secrets.ts'
import type { Db, Store } from '../storage/store.ts'
import { bumpConfigVersion } from './bump-config-version.ts'
import type { TenantDirectory } from './tenant.ts'

export interface ChangeConfigurationDeps {
  store: Store
  tenants: Pick<TenantDirectory, 'invalidate'>
  clock: () => number
  newId: () => string
}

export interface ConfigurationChange {
  tenantId: string
  actor: Actor
  /** What the change is, for the audit log: `rule.created`, `action.deleted` … */
  event: string
  details?: Record<string, unknown>
  /** The user whom it concerns. */
  userId?: string | undefined
}

/** Adds to what the audit entry of a change says: what was before, what is after. Secrets and addresses are taken out. */
export type Describe = (details: Record<string, unknown>) => void

/**
 * Makes one change of a tenant's configuration: `work` writes it and describes it, and the same transaction writes the audit entry and the new
 * configuration version. This process decides by it at once, every other process within a second.
 */
export async function changeConfiguration<T>(
  deps: ChangeConfigurationDeps,
  change: ConfigurationChange,
  work: (db: Db, at: number, describe: Describe) => Promise<T>,
  onCommitted: (value: T) => void = () => {},
): Promise<T> {
  const at = deps.clock()
  try {
    const committed = await deps.store.transaction({ tenantId: change.tenantId }, async (tx) => {
      const details = { ...change.details }
      const value = await work(tx.db, at, (more) => void Object.assign(details, more))
      await bumpConfigVersion(tx.db, change.tenantId)
      await insertAuditEntry(tx.db, deps.newId(), { ...change, at, details: withoutSecrets(details) })
      return value
    })
    onCommitted(committed)
    return committed
  } finally {
    // Also after a failure: a database that went away during the commit may have committed.
    deps.tenants.invalidate(change.tenantId)
  }
}
