import { ApiError } from '../errors/api-error.ts'
import type { ValueListTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

/** The value lists of a tenant, by alias. */
export function listValueLists(db: Db, tenantId: string): Promise<ValueListTable[]> {
  return valueLists(db, tenantId).orderBy('alias').execute()
}

export function findValueList(db: Db, tenantId: string, alias: string): Promise<ValueListTable | undefined> {
  return valueLists(db, tenantId).where('alias', '=', alias).executeTakeFirst()
}

/** As `findValueList`; refuses a list that does not exist as not found. */
export async function loadValueList(db: Db, tenantId: string, alias: string): Promise<ValueListTable> {
  const row = await findValueList(db, tenantId, alias)
  if (row === undefined) throw new ApiError('not_found', `there is no list \`${alias}\``)
  return row
}

function valueLists(db: Db, tenantId: string) {
  return db.selectFrom('value_lists').where('tenant_id', '=', tenantId).selectAll()
}
