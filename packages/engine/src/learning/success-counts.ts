import type { LevelValues } from '../score/levels.ts'
import { type Familiar, knownTimes } from './familiar.ts'
import type { UserProfile } from './user-profile.ts'

/**
 * A user's successes are counted up to this number. Remembered values describe recent habits: after a hundred more successes of another
 * kind, that kind is as usual as it can be.
 */
export const mostCounted = 100

/** The levels that are counted one by one: all but the hour, which has its own counts. */
const counted = 7

/** The number of known successes that had a value at each level. A profile without counts answers with what its lists still hold. */
export function successCounts(profile: UserProfile): readonly number[] {
  if (profile.n !== undefined) return profile.n
  const { trust, asns, countries, agents = none, browsers, systems, types = none } = profile
  if (trust.length === 0 && asns.length === 0 && browsers.length === 0 && countries.length === 0) return zeros
  const times = (list: readonly (readonly [unknown, number, number, ...unknown[]])[]) =>
    Math.min(
      mostCounted,
      list.reduce((sum, entry) => sum + entry[2], 0),
    )
  const addresses = Math.min(
    mostCounted,
    trust.reduce((sum, entry) => sum + entry[3], 0),
  )
  return [addresses, times(asns), times(countries), times(agents), times(browsers), times(systems), times(types)]
}

const none: [] = []
const zeros: readonly number[] = Object.freeze(new Array<number>(counted).fill(0))

export function countSuccess(profile: UserProfile, values: LevelValues): number[] {
  const before = successCounts(profile)
  const after = new Array<number>(counted)
  for (let i = 0; i < counted; i++) {
    const count = before[i] ?? 0
    after[i] = values[i] == null ? count : Math.min(mostCounted, count + 1)
  }
  return after
}

/** Takes back as many successes at each level as `amounts` says, but none of those that `left` still holds. */
export function takeBackSuccess(profile: UserProfile, amounts: readonly number[], left: UserProfile): number[] {
  const { trust, asns, countries, agents = none, browsers, systems, types = none } = left
  const known = (list: readonly Familiar<string | number>[]) => list.reduce((sum, entry) => sum + knownTimes(entry), 0)
  const addresses = trust.reduce((sum, entry) => sum + entry[3] - (entry[9] ?? 0), 0)
  const held = [addresses, known(asns), known(countries), known(agents), known(browsers), known(systems), known(types)]
  return successCounts(profile).map((count, i) => {
    const amount = amounts[i] ?? 0
    return amount === 0 ? count : Math.max(count - amount, Math.min(count, held[i] ?? 0))
  })
}

/** True when nothing became known about the user so far. */
export function isFirstSuccess(profile: UserProfile): boolean {
  return successCounts(profile).every((count) => count === 0)
}
