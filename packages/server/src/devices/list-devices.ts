import type { Selectable } from 'kysely'
import type { DeviceTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

/** The devices a user was seen on, newest first. */
export function listDevices(db: Db, tenantId: string, userId: string): Promise<Selectable<DeviceTable>[]> {
  return db
    .selectFrom('devices')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('device_id')
    .limit(500)
    .execute()
}
