import { publicData } from '../configuration/public-data.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { Store } from '../storage/store.ts'
import { findUser } from '../user-record/user-row.ts'
import type { DeviceRequest } from './device-request.ts'

/** What a device shows its user of a request before they decide. */
export interface ShownRequest {
  actionCode?: string
  idempotencyKey?: string
  userAgent?: string
  deviceId?: string
  ipAddress?: string
  custom?: Record<string, unknown>
  user?: { custom: Record<string, unknown> }
}

/** Of `custom`, only data points that the tenant flagged `isPublic` are shown: a device is further away than the application's own pages. */
export async function showRequest(store: Store, tenant: Tenant, userId: string, { row, details }: DeviceRequest): Promise<ShownRequest> {
  const { tenantId } = tenant
  const { action_code: action, idempotency_key: idempotencyKey } = row
  const key = row.user_id !== null &&
    action !== null &&
    idempotencyKey !== null && { tenantId, userId: row.user_id, action, idempotencyKey }
  const instance = key ? await store.findInstance(key) : undefined
  const user = await findUser(store.db, tenantId, userId)
  const custom = publicOf(tenant, 'action', instance?.tracked.custom ?? details.custom ?? {})
  const ofUser = publicOf(tenant, 'user', JSON.parse(user?.custom ?? '{}'))
  return {
    actionCode: action ?? undefined,
    idempotencyKey: idempotencyKey ?? undefined,
    userAgent: details.userAgent,
    deviceId: details.deviceId,
    ipAddress: details.ipAddress,
    ...(custom !== undefined && { custom }),
    ...(ofUser !== undefined && { user: { custom: ofUser } }),
  }
}

function publicOf(
  tenant: Tenant,
  modelType: 'action' | 'user',
  custom: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const shown = publicData(tenant, modelType, custom)
  return shown.length === 0 ? undefined : Object.fromEntries(shown)
}
