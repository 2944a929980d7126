import type { Vouched } from '../stored/vouched.ts'
import { addPassedUser, addWrong, dropPassedUser } from './address-record.ts'
import { addAddress, removeAddressOnce } from './address-trust.ts'
import { addDevice, removeDeviceOnce } from './device-trust.ts'
import { addFamiliar, doubtFamiliar, type FamiliarList, knownTimes, removeFamiliar } from './familiar.ts'
import { addFirstDay, overFirstDays } from './first-days.ts'
import { addHour, removeHour } from './hours.ts'
import { forgetPlace, rememberPlace } from './last-place.ts'
import { levelValuesOf, type Taught, teachesHour } from './level-values.ts'
import { type Amount, lostWith } from './lost-company.ts'
import type { Memory } from './memory.ts'
import type { Proof } from './proof.ts'
import type { Sighting } from './sighting.ts'
import { countSuccess, isFirstSuccess, takeBackSuccess } from './success-counts.ts'
import { limits, type UserProfile } from './user-profile.ts'

/** What an instance that ended well shows about a user. */
export interface Success {
  sighting: Sighting
  /** `time.hour` of the instance. */
  hour: number
  proof: Proof
  /** What vouched for it when it was decided. Absent: an earlier release decided. */
  vouched: Vouched | undefined
  /** When it ended well, milliseconds UTC. */
  at: number
}

/** The parts that a success makes known, or makes known better. A passed challenge proves everything. */
export function taughtBy({ proof, vouched }: Pick<Success, 'proof' | 'vouched'>): Taught {
  const isProof = proof !== 'success'
  const place = isProof || (vouched?.place ?? 0) !== 0
  return { address: place, network: place, device: isProof || (vouched?.device ?? 0) !== 0 }
}

/** What it taught when it ended well. An earlier release took every success for a proof. */
function hadTaught(success: Success): Taught {
  if (success.vouched !== undefined) return taughtBy(success)
  return { address: true, network: success.sighting.saysWho || success.proof !== 'success', device: true }
}

/**
 * Remembers what is usual for the user, after an instance that ended well: as known where a challenge was passed or something vouched for
 * it, and as seen otherwise.
 *
 * Where the address hides its user, being allowed teaches nothing about places and networks. A passed challenge makes these familiar, but
 * the address itself is never trusted.
 */
export function learnSuccess(memory: Memory, success: Success): Memory {
  const { user } = memory
  const { sighting, hour, proof, vouched, at } = success
  const { address, believedDevice, network, asn, country, saysWho, browser, os, userHash } = sighting
  const minute = Math.floor(at / 60_000)
  const day = Math.floor(at / 86_400_000)
  const isProven = proof !== 'success'
  const taught = taughtBy(success)
  const learnt: UserProfile = { ...user, n: countSuccess(user, levelValuesOf(sighting, hour, taught)) }
  if (isProven || user.first !== undefined || isNew(user)) learnt.first = isProven ? overFirstDays : addFirstDay(user.first, day)
  if (teachesHour(taught)) learnt.hours = addHour(user.hours, at, hour)
  if (isProven) learnt.passed = Math.min(9999, user.passed + 1)
  if (address !== null) {
    learnt.trust = addAddress(
      user.trust,
      address,
      { minute, proof, by: vouched?.place ?? 0, deviceHash: believedDevice, saysWho },
      limits.trust,
    )
  }
  if (believedDevice !== null) {
    const device = { minute, proof, by: vouched?.device ?? 0, browser, os, network: sighting.networkKey, address, asns: user.asns }
    learnt.devices = addDevice(user.devices, believedDevice, device, limits.devices)
  }
  if (saysWho || isProven) {
    if (network !== null) learnt.networks = addFamiliar(user.networks, network, day, limits.networks, taught.network)
    if (asn !== null) learnt.asns = addFamiliar(user.asns, asn, day, limits.asns, taught.network)
    if (country !== null) learnt.countries = addFamiliar(user.countries, country, day, limits.countries, taught.network)
  }
  if (browser !== '') learnt.browsers = addFamiliar(user.browsers, browser, day, limits.browsers, taught.device)
  if (os !== '') learnt.systems = addFamiliar(user.systems, os, day, limits.systems, taught.device)
  const { userAgent, deviceType } = sighting
  if (userAgent !== null) learnt.agents = addFamiliar(user.agents ?? [], userAgent, day, limits.agents, taught.device)
  if (deviceType !== null) learnt.types = addFamiliar(user.types ?? [], deviceType, day, limits.types, taught.device)
  if (taught.network) rememberPlace(learnt, sighting, at)
  const record = memory.address
  return { ...memory, user: learnt, address: record !== null && isProven ? addPassedUser(record, at, userHash) : record }
}

/** Nothing is remembered of what ended well. A profile of an earlier release that has something is past its first days. */
function isNew(user: UserProfile): boolean {
  return user.trust.length === 0 && user.devices.length === 0 && isFirstSuccess(user)
}

/**
 * Takes back what an instance taught. When somebody else acted as the user (`wasAnother`), the address and the device of the instance lose
 * everything that this user's successes gave them, with what became known by their company, and their networks, country, browser and
 * operating system lose as many successes, as long as others are left to compare with. Everything else loses this one success.
 */
export function unlearnSuccess(memory: Memory, success: Success, wasAnother: boolean): Memory {
  const { user } = memory
  const { sighting, hour, proof, at } = success
  const { address, believedDevice, network, asn, country, saysWho, browser, os, userAgent, deviceType } = sighting
  const isProven = proof !== 'success'
  const taught = hadTaught(success)
  const ofPlace: Amount = { times: 1, known: Number(taught.network) }
  const ofDevice: Amount = { times: 1, known: Number(taught.device) }
  const lost = wasAnother ? lostWith(user, sighting) : undefined

  const unlearnt: UserProfile = { ...user }
  if (teachesHour(taught)) unlearnt.hours = removeHour(user.hours, hour)
  if (isProven) unlearnt.passed = Math.max(0, user.passed - 1)
  if (lost !== undefined) {
    unlearnt.trust = lost.trust
    unlearnt.devices = lost.devices
  } else {
    if (address !== null) unlearnt.trust = removeAddressOnce(user.trust, address, taught.address)
    if (believedDevice !== null) unlearnt.devices = removeDeviceOnce(user.devices, believedDevice, taught.device)
  }
  if (saysWho || isProven) {
    if (network !== null) unlearnt.networks = takeBack(user.networks, network, ofPlace, lost?.ofAddress)
    if (asn !== null) unlearnt.asns = takeBack(user.asns, asn, ofPlace, lost?.ofPlace)
    if (country !== null) unlearnt.countries = takeBack(user.countries, country, ofPlace, lost?.ofPlace)
  }
  for (const doubted of lost?.networks ?? []) unlearnt.networks = doubtFamiliar(unlearnt.networks, doubted)
  if (browser !== '') unlearnt.browsers = takeBack(user.browsers, browser, ofDevice, lost?.ofClient)
  if (os !== '') unlearnt.systems = takeBack(user.systems, os, ofDevice, lost?.ofClient)
  if (userAgent !== null && user.agents !== undefined) unlearnt.agents = takeBack(user.agents, userAgent, ofDevice, undefined)
  if (deviceType !== null && user.types !== undefined) unlearnt.types = takeBack(user.types, deviceType, ofDevice, lost?.ofClient)
  if (taught.network) forgetPlace(unlearnt, sighting, at, lost?.ofPlace?.known ?? 1)
  const { ofAddress, ofPlace: all, ofClient } = lost ?? {}
  const amounts = [ofAddress, all, all, undefined, ofClient, ofClient, ofClient].map((amount) => Math.max(1, amount?.known ?? 1))
  const values = levelValuesOf(sighting, hour, taught)
  const taken = amounts.map((amount, level) => (values[level] == null ? 0 : amount))
  unlearnt.n = takeBackSuccess(user, taken, unlearnt)
  const record = memory.address
  return { ...memory, user: unlearnt, address: record !== null && isProven ? dropPassedUser(record, sighting.userHash) : record }
}

/** Without the last known value everything would be new, so nothing would stand out: then it loses one success only. */
function takeBack<Key extends string | number>(list: FamiliarList<Key>, key: Key, one: Amount, all: Amount | undefined): FamiliarList<Key> {
  const hasOthers = list.some((entry) => entry[0] !== key && knownTimes(entry) > 0)
  return removeFamiliar(list, key, all !== undefined && hasOthers ? all : one)
}

/**
 * Records that the user did wrong from the address or, with a negative weight, takes that back. Nothing else is learnt from an instance that did not end
 * well.
 */
export function learnWrong(memory: Memory, { userHash }: Sighting, at: number, weight: number): Memory {
  return memory.address === null ? memory : { ...memory, address: addWrong(memory.address, at, userHash, weight) }
}
