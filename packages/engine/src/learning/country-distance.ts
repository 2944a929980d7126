import { type Circle, countryPlaceOf } from '../facts/country-places.ts'
import { distanceKm } from './places.ts'

/** The least and the most that two areas can be apart, in kilometres: between their nearest and their farthest points. */
export interface Span {
  least: number
  most: number
}

/** Half the way around the earth. */
export const farthestKm = 20_038

/** Areas are circles. One that holds the whole of a country may be larger than it, so `least` is never too large and `most` never too small. */
export function spanBetween(from: readonly Circle[], to: readonly Circle[]): Span {
  let least = farthestKm
  let most = 0
  for (const [latitude1, longitude1, radius1] of from) {
    for (const [latitude2, longitude2, radius2] of to) {
      const distance = distanceKm(latitude1, longitude1, latitude2, longitude2)
      least = Math.min(least, distance - radius1 - radius2)
      most = Math.max(most, distance + radius1 + radius2)
    }
  }
  return { least: Math.max(0, least), most: Math.min(farthestKm, most) }
}

const extents = new Map<string, number>()

/** The most that two places of one country can be apart. `undefined`: nobody knows where it is. */
export function extentOf(countryCode: string): number | undefined {
  const known = extents.get(countryCode)
  if (known !== undefined) return known
  const circles = countryPlaceOf(countryCode)?.circles
  if (circles === undefined) return undefined
  const { most } = spanBetween(circles, circles)
  extents.set(countryCode, most)
  return most
}
