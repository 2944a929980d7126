import { shortHash } from '../hash.ts'
import type { Entity } from '../stored/entity.ts'
import { findDevice } from './device-trust.ts'
import { readUserProfile } from './user-profile.ts'

/**
 * When the user last passed a challenge of an action that came from the device, milliseconds UTC; `undefined`: never in the last year. For a
 * signed id, only actions with its proof count.
 */
export function lastChallengeOnDevice(user: Entity | undefined, deviceId: string, at: number): number | undefined {
  const entry = findDevice(readUserProfile(user).devices, shortHash(deviceId), Math.floor(at / 60_000))
  return entry === undefined || entry[4] === 0 ? undefined : entry[4] * 60_000
}
