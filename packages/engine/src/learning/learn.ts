import { addPassedUser, addWrong, dropPassedUser } from './address-record.ts'
import { addAddress, removeAddressOnce } from './address-trust.ts'
import { addDevice, removeDeviceOnce } from './device-trust.ts'
import { addFamiliar, removeFamiliar } from './familiar.ts'
import { addHour, removeHour } from './hours.ts'
import { forgetPlace, rememberPlace } from './last-place.ts'
import { levelValuesOf } from './level-values.ts'
import type { Memory } from './memory.ts'
import type { Proof } from './proof.ts'
import type { Sighting } from './sighting.ts'
import { countSuccess, takeBackSuccess } from './success-counts.ts'
import { limits, type UserProfile } from './user-profile.ts'

/** What an instance that ended well shows about a user. */
export interface Success {
  sighting: Sighting
  /** `time.hour` of the instance. */
  hour: number
  proof: Proof
  /** When it ended well, milliseconds UTC. */
  at: number
}

/**
 * Strengthens what is usual for the user, after an instance that ended well.
 *
 * Where the address hides its user, being allowed teaches nothing about places and networks. A passed challenge makes these familiar, but
 * the address itself is never trusted.
 */
export function learnSuccess(memory: Memory, { sighting, hour, proof, at }: Success): Memory {
  const { user } = memory
  const { address, network, asn, country, saysWho, browser, os, userHash } = sighting
  const minute = Math.floor(at / 60_000)
  const day = Math.floor(at / 86_400_000)
  const isProven = proof !== 'success'
  const learnt: UserProfile = {
    ...user,
    hours: addHour(user.hours, at, hour),
    n: countSuccess(user, levelValuesOf(sighting, hour, isProven)),
  }
  if (isProven) learnt.passed = Math.min(9999, user.passed + 1)
  if (address !== null) learnt.trust = addAddress(user.trust, address, minute, proof, saysWho, limits.trust)
  if (sighting.deviceHash !== null) {
    learnt.devices = addDevice(user.devices, sighting.deviceHash, minute, proof, browser, os, limits.devices)
  }
  if (saysWho || isProven) {
    if (network !== null) learnt.networks = addFamiliar(user.networks, network, day, limits.networks)
    if (asn !== null) learnt.asns = addFamiliar(user.asns, asn, day, limits.asns)
    if (country !== null) learnt.countries = addFamiliar(user.countries, country, day, limits.countries)
  }
  if (browser !== '') learnt.browsers = addFamiliar(user.browsers, browser, day, limits.browsers)
  if (os !== '') learnt.systems = addFamiliar(user.systems, os, day, limits.systems)
  if (sighting.userAgent !== null) learnt.agents = addFamiliar(user.agents ?? [], sighting.userAgent, day, limits.agents)
  if (sighting.deviceType !== null) learnt.types = addFamiliar(user.types ?? [], sighting.deviceType, day, limits.types)
  rememberPlace(learnt, sighting, at)
  const record = memory.address
  return { ...memory, user: learnt, address: record !== null && isProven ? addPassedUser(record, at, userHash) : record }
}

/**
 * Takes back what an instance taught. When somebody else acted as the user (`wasAnother`), the address and the device of the instance lose
 * everything that this user's successes gave them. Everything else loses this one success.
 */
export function unlearnSuccess(memory: Memory, { sighting, hour, proof, at }: Success, wasAnother: boolean): Memory {
  const { user } = memory
  const { address, deviceHash, network, asn, country, saysWho, browser, os } = sighting
  const isProven = proof !== 'success'
  const unlearnt: UserProfile = {
    ...user,
    hours: removeHour(user.hours, hour),
    n: takeBackSuccess(user, levelValuesOf(sighting, hour, isProven)),
  }
  if (isProven) unlearnt.passed = Math.max(0, user.passed - 1)
  if (address !== null) {
    unlearnt.trust = wasAnother ? user.trust.filter((entry) => entry[0] !== address) : removeAddressOnce(user.trust, address)
  }
  if (deviceHash !== null) {
    unlearnt.devices = wasAnother ? user.devices.filter((entry) => entry[0] !== deviceHash) : removeDeviceOnce(user.devices, deviceHash)
  }
  if (saysWho || isProven) {
    if (network !== null) unlearnt.networks = removeFamiliar(user.networks, network)
    if (asn !== null) unlearnt.asns = removeFamiliar(user.asns, asn)
    if (country !== null) unlearnt.countries = removeFamiliar(user.countries, country)
  }
  if (browser !== '') unlearnt.browsers = removeFamiliar(user.browsers, browser)
  if (os !== '') unlearnt.systems = removeFamiliar(user.systems, os)
  if (sighting.userAgent !== null && user.agents !== undefined) unlearnt.agents = removeFamiliar(user.agents, sighting.userAgent)
  if (sighting.deviceType !== null && user.types !== undefined) unlearnt.types = removeFamiliar(user.types, sighting.deviceType)
  forgetPlace(unlearnt, sighting, at)
  const record = memory.address
  return { ...memory, user: unlearnt, address: record !== null && isProven ? dropPassedUser(record, sighting.userHash) : record }
}

/**
 * Records that the user did wrong from the address or, with a negative weight, takes that back. Nothing else is learnt from an instance that did not end
 * well.
 */
export function learnWrong(memory: Memory, { userHash }: Sighting, at: number, weight: number): Memory {
  return memory.address === null ? memory : { ...memory, address: addWrong(memory.address, at, userHash, weight) }
}
