import { isUnavailable, type Known, NOT_APPLICABLE, UNAVAILABLE } from '../facts/missing.ts'
import { distanceKm, type Located } from '../learning/places.ts'
import type { Sighting } from '../learning/sighting.ts'

export interface Travel {
  verdict: Known<'possible' | 'impossible' | 'unknown'>
  isImpossible: Known<boolean>
  distanceKm: Known<number>
  speedKmh: Known<number>
}

/** Faster than any scheduled flight over ground, including boarding and tail wind. */
const fastestKmh = 1000
/** A shorter distance is never impossible: address locations are no more precise than this. */
const leastKm = 100

const unknown: Travel = { verdict: 'unknown', isImpossible: NOT_APPLICABLE, distanceKm: NOT_APPLICABLE, speedKmh: NOT_APPLICABLE }
const unavailable: Travel = { verdict: UNAVAILABLE, isImpossible: UNAVAILABLE, distanceKm: UNAVAILABLE, speedKmh: UNAVAILABLE }

/**
 * Whether one person can have been at the place of the last located success and be here now. A private address, and an address of a VPN,
 * Tor, a relay or a hosting network, is not a place (IP-06): it is neither judged nor remembered as one.
 */
export function judgeTravel(last: Located | undefined, sighting: Sighting, latitude: Known<unknown>, at: number): Travel {
  if (!sighting.saysWho) return unknown
  if (isUnavailable(latitude)) return unavailable
  if (last === undefined || sighting.latitude === null || sighting.longitude === null) return unknown
  const distance = distanceKm(last[1], last[2], sighting.latitude, sighting.longitude)
  const surely = Math.max(0, distance - last[3] - (sighting.accuracyKm ?? 50))
  const hours = Math.max(1 / 60, Math.abs(at - last[0] * 1000) / 3_600_000)
  const speed = surely / hours
  const isImpossible = surely > leastKm && speed > fastestKmh
  return {
    verdict: isImpossible ? 'impossible' : 'possible',
    isImpossible,
    distanceKm: Math.round(distance),
    speedKmh: Math.round(speed),
  }
}
