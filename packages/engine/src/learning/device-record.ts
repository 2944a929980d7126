import { addToDistinct, type DistinctShape, type DistinctWindow } from '../features/distinct-window.ts'
import type { FeatureWindows } from '../features/feature-windows.ts'
import type { Entity } from '../stored/entity.ts'

/** What is remembered of a device id across users: who came with it in the last 30 days (by 12 hours). No more than 1,500 bytes, features aside. */
export type DeviceRecord = { v: 1; users?: DistinctWindow; x?: FeatureWindows }

export const usersOfDevice: DistinctShape = { bucketMs: 12 * 3_600_000, buckets: 60, limit: 64 }

const empty: DeviceRecord = Object.freeze<DeviceRecord>({ v: 1 })

export function readDeviceRecord(entity: Entity | undefined): DeviceRecord {
  return entity?.v === 1 ? (entity as DeviceRecord) : empty
}

/** The same value when the user was counted in this bucket already. */
export function addDeviceUser(record: DeviceRecord, at: number, userHash: string): DeviceRecord {
  const users = addToDistinct(record.users, usersOfDevice, at, userHash)
  return users === record.users ? record : { ...record, users }
}
