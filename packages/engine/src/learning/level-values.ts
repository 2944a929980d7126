import { shortHash } from '../hash.ts'
import type { LevelValues } from '../score/levels.ts'
import type { AcceptedSample } from '../score/population.ts'
import type { Sighting } from './sighting.ts'

/**
 * What a success teaches at each of the score's levels, in their order. Where the address hides its user, network and country are left out
 * unless a challenge was passed.
 */
export function levelValuesOf(sighting: Sighting, hour: number, isProven: boolean): LevelValues {
  const { address, asn, country, saysWho, userAgent, browser, os, deviceType } = sighting
  const hasPlace = saysWho || isProven
  return [
    address,
    hasPlace ? asn : null,
    hasPlace ? country : null,
    userAgent,
    browser === '' ? null : browser,
    os === '' ? null : os,
    deviceType,
    hour,
  ]
}

/** The same for the population statistics: without the address in clear. */
export function sampleOf(sighting: Sighting, hour: number, isProven: boolean, isFirst: boolean): AcceptedSample {
  const [address = null, ...others] = levelValuesOf(sighting, hour, isProven)
  return { values: [address === null ? null : shortHash(String(address)), ...others], isFirst }
}
