import type { Db } from './db.ts'

/** Whether there is such a tenant. */
export async function hasTenant(db: Db, tenantId: string): Promise<boolean> {
  return (await db.selectFrom('tenants').where('tenant_id', '=', tenantId).select('tenant_id').executeTakeFirst()) !== undefined
}
