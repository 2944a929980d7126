import type { Db } from '../storage/store.ts'

/** The version of the tenant's configuration that the current change makes. Read within its transaction. */
export async function nextConfigVersion(db: Db, tenantId: string): Promise<number> {
  const { config_version: version } = await db
    .selectFrom('tenants')
    .where('tenant_id', '=', tenantId)
    .select('config_version')
    .executeTakeFirstOrThrow()
  return version + 1
}
