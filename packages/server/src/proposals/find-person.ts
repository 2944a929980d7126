import type { Actor } from '../audit/actor.ts'
import { findManagementKey } from '../keys/find-management-key.ts'
import type { Db } from '../storage/store.ts'

/** The id of the admin who acts, by themselves or by a key of theirs. `undefined`: by a key that no admin created, which may be anybody's. */
export async function findPerson(db: Db, tenantId: string, { kind, id, keyId }: Actor): Promise<string | undefined> {
  if (kind === 'admin') return id
  if (kind !== 'management_key' || keyId === undefined) return undefined
  return (await findManagementKey(db, tenantId, keyId))?.created_by ?? undefined
}
