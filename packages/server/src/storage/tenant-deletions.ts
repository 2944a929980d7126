import type { Db } from './db.ts'

/** Says that a tenant is being deleted. It stays until the tenant's last row goes, so that a deletion that was interrupted is finished and not undone. */
export interface TenantDeletion {
  tenantId: string
  /** Milliseconds UTC. */
  at: number
}

const prefix = 'deleting:'

export async function findTenantDeletion(db: Db, tenantId: string): Promise<TenantDeletion | undefined> {
  const row = await db
    .selectFrom('store_marks')
    .where('name', '=', prefix + tenantId)
    .select('value')
    .executeTakeFirst()
  return row && (JSON.parse(row.value) as TenantDeletion)
}

export async function listTenantDeletions(db: Db): Promise<TenantDeletion[]> {
  const rows = await db.selectFrom('store_marks').where('name', 'like', `${prefix}%`).select('value').execute()
  return rows.map(({ value }) => JSON.parse(value) as TenantDeletion)
}

/** There is none of this tenant yet. */
export async function putTenantDeletion(db: Db, deletion: TenantDeletion): Promise<void> {
  await db
    .insertInto('store_marks')
    .values({ name: prefix + deletion.tenantId, value: JSON.stringify(deletion) })
    .execute()
}

export async function removeTenantDeletion(db: Db, tenantId: string): Promise<void> {
  await db
    .deleteFrom('store_marks')
    .where('name', '=', prefix + tenantId)
    .execute()
}
