import { shortHash } from '../hash.ts'
import type { LevelValues } from '../score/levels.ts'
import type { AcceptedSample } from '../score/population.ts'
import type { Sighting } from './sighting.ts'

/** The parts of a sighting that an instance teaches about. */
export interface Taught {
  address: boolean
  /** Network and country. */
  network: boolean
  /** Everything of the device and its user agent. */
  device: boolean
}

/** What a success teaches at each of the score's levels, in their order: what became known by it. What was only seen is left out. */
export function levelValuesOf(sighting: Sighting, hour: number, taught: Taught): LevelValues {
  const { address, asn, country, userAgent, browser, os, deviceType } = sighting
  return [
    taught.address ? address : null,
    taught.network ? asn : null,
    taught.network ? country : null,
    taught.device ? userAgent : null,
    taught.device && browser !== '' ? browser : null,
    taught.device && os !== '' ? os : null,
    taught.device ? deviceType : null,
    teachesHour(taught) ? hour : null,
  ]
}

/** An hour is a habit when the address or the device is the user's. */
export function teachesHour({ address, device }: Taught): boolean {
  return address || device
}

/** The same for the population statistics, without the address in clear. `undefined`: nothing became known. */
export function sampleOf(sighting: Sighting, hour: number, taught: Taught, isFirst: boolean): AcceptedSample | undefined {
  if (!teachesHour(taught)) return undefined
  const [address = null, ...others] = levelValuesOf(sighting, hour, taught)
  return { values: [address === null ? null : shortHash(String(address)), ...others], isFirst }
}
