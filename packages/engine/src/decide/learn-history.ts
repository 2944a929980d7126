import type { TrackedEvent } from '../facts/event.ts'
import { defaultTrustOnFirstUse, type TrustOnFirstUse } from '../facts/trust-on-first-use.ts'
import { unknownUser } from '../facts/user-facts.ts'
import { learnSuccess } from '../learning/learn.ts'
import { readMemory } from '../learning/memory.ts'
import type { Proof } from '../learning/proof.ts'
import { sightingOf } from '../learning/sighting.ts'
import { readUserProfile, type UserProfile } from '../learning/user-profile.ts'
import { userTime } from '../learning/user-time.ts'
import { vouchFor } from '../learning/vouch.ts'
import type { Entity } from '../stored/entity.ts'
import { factSignals } from './derive-signals.ts'

/** Something that a user did well before this server knew them. */
export interface PastSuccess {
  /** With its time and the facts about its address. Its action and its key mean nothing. */
  event: TrackedEvent
  /** What was proved then, on the word of whoever imports it. */
  proof: Proof
}

/** The profile, with the time of the newest success that was imported. Milliseconds UTC. */
type ImportedProfile = UserProfile & { imported?: number }

export interface LearntHistory {
  /** The profile afterwards. `undefined`: nothing was new. */
  entity: Entity | undefined
  /** For each success, in the order given: whether it taught anything. False: as old as one of an earlier import, or older. */
  hasTaught: boolean[]
}

/**
 * Teaches a profile what was usual before, each success at its own time. Importing the same again teaches nothing: a profile takes only what is newer than
 * everything it was taught so.
 *
 * What vouches for a success, such as the first days of the account, is found as for a live one (`firstUse`: the tenant's settings).
 *
 * It touches nothing but what is usual: no window that limits count, no address or device across users, and no statistics of everybody. Where the user was
 * last stays as it is known from a later success.
 */
export function learnHistory(
  entity: Entity | undefined,
  successes: readonly PastSuccess[],
  firstUse: TrustOnFirstUse = defaultTrustOnFirstUse,
): LearntHistory {
  const before: ImportedProfile = readUserProfile(entity)
  const known = before.imported ?? Number.NEGATIVE_INFINITY
  const hasTaught = successes.map(({ event }) => event.at > known)
  const fresh = successes.filter((_, at) => hasTaught[at] === true).toSorted((a, b) => a.event.at - b.event.at)
  const newest = fresh.at(-1)
  if (newest === undefined) return { entity: undefined, hasTaught }
  const after: ImportedProfile = {
    ...fresh.reduce((profile: UserProfile, success) => taught(profile, success, firstUse), before),
    imported: newest.event.at,
  }
  return { entity: after as Entity, hasTaught }
}

function taught(profile: UserProfile, { event, proof }: PastSuccess, firstUse: TrustOnFirstUse): UserProfile {
  // Whoever imports says that it was the user, so a device with a key need not prove it.
  const values = factSignals({ ...event, deviceProof: 'valid' }, unknownUser)
  const sighting = sightingOf({ values }, event.tracked.userAgent)
  const memory = readMemory({ user: profile as Entity }, sighting, [])
  const { hour } = userTime(profile, sighting, event.at)
  const vouched = vouchFor({ profile, sighting, values, isInvalidated: false, at: event.at }, firstUse)
  const { user } = learnSuccess(memory, { sighting, hour, proof, vouched, at: event.at })
  return { ...user, ...laterPlaceOf(profile, event.at) }
}

/** Where the user was last, as far as a success after this time shows it. */
function laterPlaceOf({ at, in: inCountry }: UserProfile, time: number): Pick<UserProfile, 'at' | 'in'> {
  return {
    ...(at !== undefined && at[0] * 1000 > time && { at }),
    ...(inCountry !== undefined && inCountry[0] * 1000 > time && { in: inCountry }),
  }
}
