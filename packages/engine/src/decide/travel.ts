import { type Circle, countryPlaceOf } from '../facts/country-places.ts'
import { type Known, NOT_APPLICABLE } from '../facts/missing.ts'
import { extentOf, farthestKm, type Span, spanBetween } from '../learning/country-distance.ts'
import type { LastPlace } from '../learning/last-place.ts'
import { distanceKm, type Located } from '../learning/places.ts'
import type { Sighting } from '../learning/sighting.ts'

export interface Travel {
  verdict: 'possible' | 'impossible' | 'unknown'
  isImpossible: Known<boolean>
  distanceKm: Known<number>
  speedKmh: Known<number>
}

/** Faster than any scheduled flight over ground, including boarding and tail wind. */
const fastestKmh = 1000
/** A shorter distance is never impossible: address locations are no more precise than this. */
const leastKm = 100

const unknown: Travel = { verdict: 'unknown', isImpossible: NOT_APPLICABLE, distanceKm: NOT_APPLICABLE, speedKmh: NOT_APPLICABLE }
const possible: Travel = { ...unknown, verdict: 'possible', isImpossible: false }

/**
 * Whether one person can have been at the place of the last located success and be here now. A private address, and an address of a VPN,
 * Tor, a relay, a hosting or a satellite network, is not a place (IP-06): it is neither judged nor remembered as one.
 *
 * Where only the country is known, the travel is impossible if nobody could make it between the nearest points of the two areas, and
 * possible if anybody could between the farthest. Everything between is unknown, which is no doubt about a data set and holds up nobody.
 */
export function judgeTravel(last: LastPlace | undefined, sighting: Sighting, at: number): Travel {
  if (!sighting.isPlace || last === undefined) return unknown
  const { latitude, longitude, accuracyKm, country } = sighting
  const hours = Math.max(1 / 60, Math.abs(at - last.at * 1000) / 3_600_000)
  if (latitude !== null && longitude !== null) {
    if ('located' in last) return judgeDistance(last.located, latitude, longitude, accuracyKm ?? 50, hours)
    return judgeSpan(spanBetween(last.circles, [[latitude, longitude, accuracyKm ?? 50]]), hours)
  }
  if (country === null) return unknown
  if (hours * fastestKmh >= farthestKm) return countryPlaceOf(country) === undefined ? unknown : possible
  const span = spanFrom(last, country)
  return span === undefined ? unknown : judgeSpan(span, hours)
}

function judgeDistance(from: Located, latitude: number, longitude: number, accuracyKm: number, hours: number): Travel {
  const distance = distanceKm(from[1], from[2], latitude, longitude)
  const surely = Math.max(0, distance - from[3] - accuracyKm)
  const isImpossible = surely > leastKm && surely / hours > fastestKmh
  return {
    verdict: isImpossible ? 'impossible' : 'possible',
    isImpossible,
    distanceKm: Math.round(distance),
    speedKmh: Math.round(surely / hours),
  }
}

/** Only of an impossible travel is so much known of distance and speed that a rule can compare it: no less than this. */
function judgeSpan({ least, most }: Span, hours: number): Travel {
  const reach = Math.max(leastKm, fastestKmh * hours)
  if (least > reach) {
    return { verdict: 'impossible', isImpossible: true, distanceKm: Math.round(least), speedKmh: Math.round(least / hours) }
  }
  return most <= reach ? possible : unknown
}

function spanFrom(last: LastPlace, country: string): Span | undefined {
  if ('countryCode' in last && last.countryCode === country) {
    const most = extentOf(country)
    return most === undefined ? undefined : { least: 0, most }
  }
  const circles = countryPlaceOf(country)?.circles
  const from: readonly Circle[] = 'circles' in last ? last.circles : [[last.located[1], last.located[2], last.located[3]]]
  return circles && spanBetween(from, circles)
}
