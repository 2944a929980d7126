import type { VerificationMethod } from '@sallyport/engine'
import type { Db } from '../storage/store.ts'

/** Puts on record that the user proved who they are on this device, by which method. */
export async function touchDevice(
  db: Db,
  { tenantId, userId, deviceId }: { tenantId: string; userId: string; deviceId: string },
  method: VerificationMethod,
  at: number,
): Promise<void> {
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
}
