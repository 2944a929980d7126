import { angleBetween } from '../great-circle.ts'

/** A place where a user succeeded: degrees to one decimal, the day (UTC, since 1970) of the last success, and the number of successes. */
export type Place = [latitude: number, longitude: number, lastDay: number, times: number]

/** Where the last located success was: seconds since 1970, degrees, the radius in km, and the IANA time zone ('' = not known). */
export type Located = [at: number, latitude: number, longitude: number, accuracyKm: number, timeZone: string]

/** When and in which country the last success was of which no closer place is known: seconds since 1970, ISO 3166 code. */
export type LocatedInCountry = [at: number, countryCode: string]

/** Successes within this distance belong to one place. */
const samePlaceKm = 50
const rememberedDays = 365

export function addPlace(places: readonly Place[], latitude: number, longitude: number, day: number, limit: number): Place[] {
  const next: Place[] = [[round(latitude), round(longitude), day, 1]]
  for (const place of places) {
    if (day - place[2] > rememberedDays) continue
    if (next[0]?.[3] === 1 && distanceKm(place[0], place[1], latitude, longitude) <= samePlaceKm) {
      next[0] = [place[0], place[1], Math.max(day, place[2]), Math.min(9999, place[3] + 1)]
    } else {
      next.push(place)
    }
  }
  if (next.length > limit) {
    let rarest = next.length - 1
    for (let i = next.length - 1; i >= Math.ceil(limit / 2); i--) if ((next[i] as Place)[3] < (next[rarest] as Place)[3]) rarest = i
    next.splice(rarest, 1)
  }
  return next
}

/** Takes some successes back, but leaves a last place as it was but for one: without any, no place would be unusual. */
export function removePlace(places: readonly Place[], latitude: number, longitude: number, some: number): Place[] {
  const found = places.findIndex((place) => distanceKm(place[0], place[1], latitude, longitude) <= samePlaceKm)
  const place = places[found]
  if (place === undefined) return [...places]
  const times = places.length === 1 ? 1 : some
  return place[3] > times ? places.with(found, [place[0], place[1], place[2], place[3] - times]) : places.toSpliced(found, 1)
}

/** The distance to the nearest place. `undefined`: there is none. */
export function nearestPlaceKm(places: readonly Place[], latitude: number, longitude: number, day: number): number | undefined {
  let nearest: number | undefined
  for (const place of places) {
    if (day - place[2] > rememberedDays) continue
    const distance = distanceKm(place[0], place[1], latitude, longitude)
    if (nearest === undefined || distance < nearest) nearest = distance
  }
  return nearest
}

/** Great-circle distance in kilometres on a sphere with a diameter of 12,742 km, as remembered places have always been measured. */
export function distanceKm(latitude1: number, longitude1: number, latitude2: number, longitude2: number): number {
  return (12742 / 2) * angleBetween(latitude1, longitude1, latitude2, longitude2)
}

function round(degrees: number): number {
  return Math.round(degrees * 10) / 10 + 0
}
