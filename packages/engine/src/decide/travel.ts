import { isUnavailable, type Known, NOT_APPLICABLE, UNAVAILABLE } from '../facts/missing.ts'
import { distanceKm, type Located } from '../learning/places.ts'
import type { Sighting } from '../learning/sighting.ts'

export interface Travel {
  verdict: Known<'possible' | 'impossible' | 'unknown'>
  isImpossible: Known<boolean>
  distanceKm: Known<number>
  speedKmh: Known<number>
}

/** Faster than a scheduled flight over ground, boarding and tail wind included. */
const fastestKmh = 1000
/** Nearer is never impossible: locations of addresses are not better than this. */
const leastKm = 100

const unknown: Travel = { verdict: 'unknown', isImpossible: NOT_APPLICABLE, distanceKm: NOT_APPLICABLE, speedKmh: NOT_APPLICABLE }
const unavailable: Travel = { verdict: UNAVAILABLE, isImpossible: UNAVAILABLE, distanceKm: UNAVAILABLE, speedKmh: UNAVAILABLE }

/**
 * Whether one person can have been at the last located success and be here now. An address that is private, or belongs to a VPN, Tor, a relay or
 * a hosting network, is no place (IP-06): it is neither judged nor remembered as one.
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
