import type { CountWindow, WindowShape } from '../features/count-window.ts'
import type { DistinctShape, DistinctWindow } from '../features/distinct-window.ts'
import type { FeatureWindows } from '../features/feature-windows.ts'
import type { Entity } from '../stored/entity.ts'
import type { AddressTrust } from './address-trust.ts'
import type { DeviceTrust } from './device-trust.ts'
import type { FamiliarList } from './familiar.ts'
import type { FirstDays } from './first-days.ts'
import type { Hours } from './hours.ts'
import type { Located, LocatedInCountry, Place } from './places.ts'

/**
 * What is remembered about a user: recent activity (everything that was tracked), and what is usual (only what ended well). Immutable: a
 * change makes a new object that shares the unchanged parts. The names are short because a hundred thousand profiles are kept in memory.
 *
 * Lists hold what is known, and apart from it what was only seen. Hours, places and `n` hold only what is known. A list entry of an earlier
 * release has no mark and counts as known.
 *
 * Bounded by `limits` and the shapes of the windows: at most `mostProfileBytes` as JSON, apart from declared features.
 */
export type UserProfile = {
  v: 1
  /** When the last action was tracked, milliseconds UTC; 0 = never. */
  last: number
  /** Actions in buckets of one minute and of 24 minutes. */
  acts: CountWindow
  acts24h: CountWindow
  /** Different devices, addresses and countries. */
  devs?: DistinctWindow
  ips?: DistinctWindow
  cos?: DistinctWindow
  /** Failed challenges. */
  failed?: CountWindow
  /** Declared features counted per user. */
  x?: FeatureWindows
  /** Challenges passed. */
  passed: number
  /** Absent: nothing ended well, or it began before this was counted. */
  first?: FirstDays
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
  /** The number of known successes that had a value at each of the score's levels except the hour, at most `mostCounted`. */
  n?: number[]
  hours: Hours
  places: Place[]
  at?: Located
  in?: LocatedInCountry
}

/** The most values of each kind that a profile keeps. */
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

/** The size limit of a profile as JSON, apart from declared features. A typical profile has less than 1,500 bytes. */
export const mostProfileBytes = 12_000

const minute = 60_000

export const lastHour: WindowShape = { bucketMs: minute, buckets: 60 }
export const last24Hours: WindowShape = { bucketMs: 24 * minute, buckets: 60 }
export const distinctLastHour: DistinctShape = { ...lastHour, limit: 64 }
export const distinctLast24Hours: DistinctShape = { ...last24Hours, limit: 64 }

/** Of a user of whom nothing is known. */
export const emptyUserProfile: UserProfile = Object.freeze<UserProfile>({
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

/** The stored profile, or an empty one when there is none or another release wrote it in another shape. */
export function readUserProfile(entity: Entity | undefined): UserProfile {
  return entity?.v === 1 ? (entity as UserProfile) : emptyUserProfile
}
