import type { DeviceFacts, DeviceIndex, UserFacts } from '../facts/user-facts.ts'
import { mixedBits } from '../hash.ts'

/** So many are looked at one by one. */
const few = 8

/** The facts with an index of their devices. A caller who keeps them for many decisions makes it once. */
export function withDeviceIndex(user: UserFacts): UserFacts {
  const { devices } = user
  if (devices.length <= few) return user
  return { ...user, deviceIndex: { of: devices, hashes: devices.map(hashOf), invalidated: devices.filter(isInvalidated).length } }
}

/** The facts with one more device, the newest, and with an index of them. At most `limit` devices: the oldest is dropped. */
export function withNewestDevice(user: UserFacts, device: DeviceFacts, limit: number): UserFacts {
  return withDeviceIndex({ ...user, devices: [device, ...user.devices.slice(0, limit - 1)] })
}

/** The device with this id, if it is on record. */
export function findDeviceFacts(user: UserFacts, deviceId: string): DeviceFacts | undefined {
  const index = indexOf(user)
  const { devices } = user
  if (index === undefined) return devices.find((device) => device.deviceId === deviceId)
  const { hashes } = index
  const hash = hashOf({ deviceId })
  for (let at = hashes.indexOf(hash); at !== -1; at = hashes.indexOf(hash, at + 1)) {
    // Different ids may have one hash.
    if (devices[at]?.deviceId === deviceId) return devices[at]
  }
  return undefined
}

/** How many of the devices were not invalidated. */
export function countInUse(user: UserFacts): number {
  const index = indexOf(user)
  return user.devices.length - (index?.invalidated ?? user.devices.filter(isInvalidated).length)
}

function indexOf({ devices, deviceIndex }: UserFacts): DeviceIndex | undefined {
  return deviceIndex?.of === devices ? deviceIndex : undefined
}

function hashOf({ deviceId }: Pick<DeviceFacts, 'deviceId'>): number {
  return mixedBits(deviceId) | 0
}

function isInvalidated({ invalidatedAt }: DeviceFacts): boolean {
  return invalidatedAt !== null
}
