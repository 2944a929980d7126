import type { Selectable } from 'kysely'
import type { Actor } from '../audit/actor.ts'
import { changedMembers } from '../audit/changed-members.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import type { DeviceTable } from '../storage/schema.ts'
import type { Store } from '../storage/store.ts'

export interface UpdateDeviceDeps {
  store: Store
  clock: () => number
  newId: () => string
}

/** `remember`: trusted until a time, or no longer; `isFresh`: refused when the device was invalidated. `invalidate`: not to be trusted any more, whatever it was. */
export type DeviceChange = { kind: 'remember'; until: number | null; isFresh?: boolean } | { kind: 'invalidate' }

/** Changes what the tenant has decided about one device of a user. */
export async function updateDevice(
  deps: UpdateDeviceDeps,
  tenantId: string,
  userId: string,
  deviceId: string,
  change: DeviceChange,
  actor: Actor,
): Promise<Selectable<DeviceTable>> {
  const at = deps.clock()
  const isInvalidation = change.kind === 'invalidate'
  return deps.store.transaction({ tenantId, userId }, async ({ db }) => {
    const row = await db
      .selectFrom('devices')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('user_id', '=', userId)
      .where('device_id', '=', deviceId)
      .executeTakeFirst()
    if (row === undefined) throw new ApiError('not_found', 'the user has no such device')
    if (change.kind === 'remember' && change.isFresh === true && row.invalidated_at !== null) {
      throw new ApiError('invalid_request', 'the device was invalidated')
    }
    const changed = isInvalidation
      ? { invalidated_at: row.invalidated_at ?? at, remembered_until: null }
      : { remembered_until: change.until }
    await db
      .updateTable('devices')
      .set(changed)
      .where('tenant_id', '=', tenantId)
      .where('user_id', '=', userId)
      .where('device_id', '=', deviceId)
      .execute()
    await insertAuditEntry(db, deps.newId(), {
      tenantId,
      at,
      actor,
      event: isInvalidation ? 'device.invalidated' : 'device.updated',
      userId,
      details: { deviceId, ...changedMembers(timesOf(row), timesOf({ ...row, ...changed })) },
    })
    return { ...row, ...changed }
  })
}

function timesOf({ remembered_until, invalidated_at }: Pick<DeviceTable, 'remembered_until' | 'invalidated_at'>) {
  return { rememberedUntil: toIso(remembered_until), invalidatedAt: toIso(invalidated_at) }
}
