import type { Db } from '../storage/store.ts'

/** Tells every process that the tenant's configuration has changed. Part of the transaction that changes it. */
export async function bumpConfigVersion(db: Db, tenantId: string): Promise<void> {
  await db
    .updateTable('tenants')
    .set((update) => ({ config_version: update('config_version', '+', 1) }))
    .where('tenant_id', '=', tenantId)
    .execute()
}
