import type { Db } from '../storage/store.ts'

/** The name of a tenant as people read it. */
export async function findTenantName(db: Db, tenantId: string): Promise<string> {
  const row = await db.selectFrom('tenants').select('name').where('tenant_id', '=', tenantId).executeTakeFirst()
  return row?.name || tenantId
}
