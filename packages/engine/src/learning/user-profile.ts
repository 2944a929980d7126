import type { CountWindow, WindowShape } from '../features/count-window.ts'
import type { DistinctShape, DistinctWindow } from '../features/distinct-window.ts'
import type { FeatureWindows } from '../features/feature-windows.ts'
import type { Entity } from '../stored/entity.ts'
import type { AddressTrust } from './address-trust.ts'
import type { DeviceTrust } from './device-trust.ts'
import type { FamiliarList } from './familiar.ts'
import type { Hours } from './hours.ts'
import type { Located, Place } from './places.ts'

/**
 * What is remembered of a user: what happened lately (everything that was tracked), and what is usual (only what ended well). An immutable value;
 * a change makes a new one that shares the unchanged parts. The names are short because a hundred thousand of these are kept.
 *
 * Bounded: see `limits` and the windows' shapes; no more than `mostProfileBytes` as JSON, whatever happened, declared features aside.
 */
export type UserProfile = {
  v: 1
  /** When the last action was tracked, milliseconds UTC; 0 = never. */
  last: number
  /** Actions by the minute, and by 24 minutes. */
  acts: CountWindow
  acts24h: CountWindow
  /** Devices, addresses, countries that came. */
  devs?: DistinctWindow
  ips?: DistinctWindow
  cos?: DistinctWindow
  /** Failed challenges. */
  failed?: CountWindow
  /** Declared features counted per user. */
  x?: FeatureWindows
  /** Challenges passed. */
  passed: number
  trust: AddressTrust[]
  devices: DeviceTrust[]
  networks: FamiliarList<string>
  asns: FamiliarList<number>
  countries: FamiliarList<string>
  browsers: FamiliarList<string>
  systems: FamiliarList<string>
  /** User agents by hash, and kinds of devices. */
  agents?: FamiliarList<string>
  types?: FamiliarList<string>
  /** How many successes had a value at each of the score's levels but the hour, at most `mostCounted`. */
  n?: number[]
  hours: Hours
  places: Place[]
  at?: Located
}

/** The most values of a kind that are remembered of a user. */
export const limits = {
  trust: 16,
  devices: 12,
  networks: 12,
  asns: 12,
  countries: 12,
  browsers: 8,
  systems: 6,
  places: 8,
  agents: 8,
  types: 5,
} as const

/** No profile is larger than this as JSON, declared features aside. A usual one has less than 1,500 bytes. */
export const mostProfileBytes = 10_000

const minute = 60_000

export const lastHour: WindowShape = { bucketMs: minute, buckets: 60 }
export const last24Hours: WindowShape = { bucketMs: 24 * minute, buckets: 60 }
export const distinctLastHour: DistinctShape = { ...lastHour, limit: 64 }
export const distinctLast24Hours: DistinctShape = { ...last24Hours, limit: 64 }

const empty: UserProfile = Object.freeze<UserProfile>({
  v: 1,
  last: 0,
  acts: [],
  acts24h: [],
  passed: 0,
  trust: [],
  devices: [],
  networks: [],
  asns: [],
  countries: [],
  browsers: [],
  systems: [],
  hours: [],
  places: [],
})

/** The stored profile, or an empty one when there is none or a release with another shape wrote it. */
export function readUserProfile(entity: Entity | undefined): UserProfile {
  return entity?.v === 1 ? (entity as UserProfile) : empty
}
