import type { Db } from '../storage/store.ts'
import type { DeviceKey } from './find-device-key.ts'

/** Writes when a key was used. Answers with why its proof does not count when somebody removed it meanwhile (TK-10). */
export async function markUsed(db: Db, { row }: DeviceKey, at: number): Promise<string | undefined> {
  const { numUpdatedRows } = await db
    .updateTable('authenticators')
    .set({ last_verified_at: at })
    .where('tenant_id', '=', row.tenant_id)
    .where('user_authenticator_id', '=', row.user_authenticator_id)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n ? undefined : 'authenticator_removed'
}
