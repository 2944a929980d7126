import { type Circle, countryPlaceOf } from '../facts/country-places.ts'
import { addPlace, type Located, removePlace } from './places.ts'
import type { Sighting } from './sighting.ts'
import { limits, type UserProfile } from './user-profile.ts'

type Places = Pick<UserProfile, 'places' | 'at' | 'in'>
type Whereabouts = Pick<Sighting, 'isPlace' | 'latitude' | 'longitude' | 'accuracyKm' | 'timeZone' | 'country'>

/**
 * Remembers where a success was: its coordinates, or else its country. The centre of a country is nobody's place, so it is never among the
 * usual ones.
 */
export function rememberPlace(
  learnt: Places,
  { isPlace, latitude, longitude, accuracyKm, timeZone, country }: Whereabouts,
  at: number,
): void {
  if (!isPlace) return
  const seconds = Math.floor(at / 1000)
  if (latitude !== null && longitude !== null) {
    learnt.places = addPlace(learnt.places, latitude, longitude, Math.floor(at / 86_400_000), limits.places)
    learnt.at = [seconds, latitude, longitude, accuracyKm ?? 50, (timeZone ?? '').slice(0, 40)]
  } else if (country !== null) {
    learnt.in = [seconds, country]
  }
}

/** Takes back what `rememberPlace` remembered of a success at that time, and of so many successes at the place. */
export function forgetPlace(unlearnt: Places, { isPlace, latitude, longitude }: Whereabouts, at: number, some: number): void {
  if (!isPlace) return
  const seconds = Math.floor(at / 1000)
  if (latitude !== null && longitude !== null) {
    unlearnt.places = removePlace(unlearnt.places, latitude, longitude, some)
    if (unlearnt.at?.[0] === seconds) delete unlearnt.at
  } else if (unlearnt.in?.[0] === seconds) {
    delete unlearnt.in
  }
}

/** Where the last success was whose place is known: by its coordinates, or by its country. */
export type LastPlace = { at: number; located: Located } | { at: number; countryCode: string; circles: readonly Circle[] }

export function lastPlaceOf({ at, in: inCountry }: Pick<UserProfile, 'at' | 'in'>): LastPlace | undefined {
  if (inCountry !== undefined && (at === undefined || inCountry[0] > at[0])) {
    const place = countryPlaceOf(inCountry[1])
    if (place !== undefined) return { at: inCountry[0], countryCode: inCountry[1], circles: place.circles }
  }
  return at && { at: at[0], located: at }
}

/** The time zone where the last success was. '' = not known. */
export function lastTimeZoneOf({ at, in: inCountry }: Pick<UserProfile, 'at' | 'in'>): string {
  const ofCountry = inCountry === undefined ? '' : (countryPlaceOf(inCountry[1])?.timeZone ?? '')
  const ofPlace = at?.[4] ?? ''
  if (ofCountry === '' || ofPlace === '') return ofCountry || ofPlace
  return (inCountry?.[0] ?? 0) > (at?.[0] ?? 0) ? ofCountry : ofPlace
}
