import type { VerificationMethod } from '@sallyport/engine'
import type { Db } from '../storage/store.ts'

/**
 * Puts on record that the user proved who they are on this device, by which method. True for the first time on a device of a user who did so on another one
 * before.
 */
export async function touchDevice(
  db: Db,
  { tenantId, userId, deviceId }: { tenantId: string; userId: string; deviceId: string },
  method: VerificationMethod,
  at: number,
): Promise<boolean> {
  const proven = await db
    .selectFrom('devices')
    .select('device_id')
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('authenticated_at', 'is not', null)
    .orderBy(({ eb }) => eb.case().when('device_id', '=', deviceId).then(0).else(1).end())
    .limit(1)
    .executeTakeFirst()
  const proved = { authenticated_at: at, last_verification_method: method }
  await db
    .insertInto('devices')
    .values({
      tenant_id: tenantId,
      user_id: userId,
      device_id: deviceId,
      created_at: at,
      invalidated_at: null,
      remembered_until: null,
      ...proved,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id', 'device_id']).doUpdateSet(proved))
    .execute()
  return proven !== undefined && proven.device_id !== deviceId
}
