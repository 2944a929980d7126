import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Store } from '../storage/store.ts'

export interface PutExportOnRecordDeps {
  store: Pick<Store, 'transaction'>
  clock: () => number
  newId: () => string
}

/** Who takes personal data out is on record, before it is given. */
export function putExportOnRecord(
  { store, clock, newId }: PutExportOnRecordDeps,
  entry: { tenantId: string; actor: Actor; event: 'user.exported' | 'users.exported'; userId?: string },
): Promise<void> {
  return store.transaction({ tenantId: entry.tenantId }, ({ db }) => insertAuditEntry(db, newId(), { ...entry, at: clock() }))
}
