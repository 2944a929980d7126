import { addToDistinct, type DistinctShape, type DistinctWindow } from '../features/distinct-window.ts'
import type { FeatureWindows } from '../features/feature-windows.ts'
import type { Entity } from '../stored/entity.ts'

/**
 * What is remembered about a device id across users: who used it in the last 30 days (in steps of 12 hours). At most 2,500 bytes, apart
 * from features.
 */
export type DeviceRecord = { v: 1; users?: DistinctWindow; x?: FeatureWindows }

export const usersOfDevice: DistinctShape = { bucketMs: 12 * 3_600_000, buckets: 60, limit: 64 }

const empty: DeviceRecord = Object.freeze<DeviceRecord>({ v: 1 })

export function readDeviceRecord(entity: Entity | undefined): DeviceRecord {
  return entity?.v === 1 ? (entity as DeviceRecord) : empty
}

/** Returns the same object when the user was already counted in this bucket. */
export function addDeviceUser(record: DeviceRecord, at: number, userHash: string): DeviceRecord {
  const users = addToDistinct(record.users, usersOfDevice, at, userHash)
  return users === record.users ? record : { ...record, users }
}
