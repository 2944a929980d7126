import type { Selectable } from 'kysely'
import { z } from 'zod'
import { toIso } from '../http/iso-time.ts'
import type { DeviceTable } from '../storage/schema.ts'

export const device = z
  .object({
    userId: z.string(),
    deviceId: z.string(),
    createdAt: z.string(),
    authenticatedAt: z.string().optional(),
    invalidatedAt: z.string().optional(),
    rememberedUntil: z.string().optional(),
    lastVerificationMethod: z.string().optional(),
  })
  .meta({ id: 'Device' })

export function toDevice(row: Selectable<DeviceTable>): z.infer<typeof device> {
  return {
    userId: row.user_id,
    deviceId: row.device_id,
    createdAt: toIso(row.created_at),
    authenticatedAt: toIso(row.authenticated_at),
    invalidatedAt: toIso(row.invalidated_at),
    rememberedUntil: toIso(row.remembered_until),
    lastVerificationMethod: row.last_verification_method ?? undefined,
  }
}
