import { countryPlaceOf } from '../facts/country-places.ts'
import { isUnavailable, type Known, NOT_APPLICABLE, UNAVAILABLE } from '../facts/missing.ts'
import { extentOf, spanBetween } from '../learning/country-distance.ts'
import { isFamiliar } from '../learning/familiar.ts'
import { nearestPlaceKm } from '../learning/places.ts'
import type { Sighting } from '../learning/sighting.ts'
import type { UserProfile } from '../learning/user-profile.ts'

/** A location farther than this from every usual place is unusual. */
const usualKm = 300

/**
 * Whether the location is far from every place where the user succeeded. Where only the country is known, it is when its nearest point is
 * far from all countries and places that are usual, and it is not when its farthest point is near one; otherwise that cannot be told.
 */
export function isAtypicalPlace(
  user: Pick<UserProfile, 'places' | 'countries'>,
  { isPlace, latitude, longitude, accuracyKm, country }: Sighting,
  knownLatitude: Known<unknown>,
  day: number,
): Known<boolean> {
  if (!isPlace) return NOT_APPLICABLE
  if (latitude !== null && longitude !== null) {
    const nearest = nearestPlaceKm(user.places, latitude, longitude, day)
    return nearest === undefined ? NOT_APPLICABLE : nearest - (accuracyKm ?? 50) > usualKm
  }
  if (country !== null) return isAtypicalCountry(user, country, day)
  return isUnavailable(knownLatitude) ? UNAVAILABLE : NOT_APPLICABLE
}

function isAtypicalCountry({ places, countries }: Pick<UserProfile, 'places' | 'countries'>, country: string, day: number): Known<boolean> {
  if (isFamiliar(countries, country, day)) return (extentOf(country) ?? usualKm + 1) <= usualKm ? false : NOT_APPLICABLE
  const circles = countryPlaceOf(country)?.circles
  if (circles === undefined) return NOT_APPLICABLE
  let isAny = false
  for (const [code] of countries) {
    const usual = isFamiliar(countries, code, day) ? countryPlaceOf(code)?.circles : undefined
    if (usual === undefined) continue
    if (spanBetween(usual, circles).least <= usualKm) return NOT_APPLICABLE
    isAny = true
  }
  for (const [latitude, longitude, radiusKm] of circles) {
    const nearest = nearestPlaceKm(places, latitude, longitude, day)
    if (nearest !== undefined && nearest - radiusKm <= usualKm) return NOT_APPLICABLE
  }
  return isAny ? true : NOT_APPLICABLE
}
