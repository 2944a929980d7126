import type { Selectable } from 'kysely'
import type { ApiKeyTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { keyIdOf } from './api-keys.ts'

/** The management key of this id, also after it has ended. */
export async function findManagementKey(
  db: Db,
  tenantId: string,
  keyId: string,
): Promise<Pick<Selectable<ApiKeyTable>, 'key_hash' | 'lifetime_end' | 'created_by'> | undefined> {
  const rows = await db
    .selectFrom('api_keys')
    .where('tenant_id', '=', tenantId)
    .where('kind', '=', 'management')
    .select(['key_hash', 'lifetime_end', 'created_by'])
    .execute()
  return rows.find(({ key_hash }) => keyIdOf(key_hash) === keyId)
}
