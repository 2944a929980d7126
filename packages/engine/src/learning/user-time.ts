import { type LocalTime, localTime } from '../signals/local-time.ts'
import { lastTimeZoneOf } from './last-place.ts'
import type { Sighting } from './sighting.ts'
import type { UserProfile } from './user-profile.ts'

/** The hour and day of a user: where the action is or, when that says nothing, where the last success was. UTC when neither is known. */
export function userTime(
  profile: Pick<UserProfile, 'at' | 'in'>,
  { isPlace, timeZone }: Pick<Sighting, 'isPlace' | 'timeZone'>,
  at: number,
): LocalTime {
  const known = isPlace && timeZone !== null ? timeZone : lastTimeZoneOf(profile)
  return localTime(at, known === '' ? null : known)
}
