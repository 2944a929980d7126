import { vouchers } from '../stored/vouched.ts'
import type { FamiliarList } from './familiar.ts'
import type { Proof } from './proof.ts'

/**
 * What one device id means for one user. Times are minutes since 1970, 0 = never.
 *
 * `first`, `last` and `times` are of every success, `challenge` is the time when one was last passed. `browser` and `os` are those that were
 * proven, or those of the last success while nothing is; '' = not known. `by` says what vouched for it (bits of `vouchers`), `unproven`
 * counts the successes that nothing vouched for, `lag` is how long before `last` the last proven success was, `days` counts the UTC days
 * with one. `networks` are those in which it was proven: autonomous systems, or the /24 or /48 where there is no
 * number. `companion` is the address that last vouched for it.
 *
 * An entry without `by` is of an earlier release.
 */
export type DeviceTrust = [
  id: string,
  first: number,
  last: number,
  times: number,
  challenge: number,
  browser: string,
  os: string,
  by?: number,
  unproven?: number,
  lag?: number,
  days?: number,
  networks?: NetworkKey[],
  companion?: string,
]

export type NetworkKey = number | string

/** A success with a device, and what vouches for it. */
export interface DeviceSuccess {
  minute: number
  proof: Proof
  /** Bits of `vouchers`, 0 = nothing but perhaps the proof. */
  by: number
  browser: string
  os: string
  /** `null`: the address says nothing about where the device is. */
  network: NetworkKey | null
  /** The address it came from, which is the companion where one vouched. */
  address: string | null
  /** Where the user comes from. A device of an earlier release is taken to be at home there. */
  asns: FamiliarList<number>
}

const minutesPerDay = 1440
const trustedMinutes = 180 * minutesPerDay
const rememberedMinutes = 365 * minutesPerDay
const mostTimes = 9999
const mostNetworks = 6
/** A device of an earlier release vouches for others after so many successes over so many days: a few allowed actions did not make it one. */
const earlierTimes = 5
const earlierMinutes = 3 * minutesPerDay

/** The entry of a device (by the hash of its id), if it was seen in the last year. */
export function findDevice(list: readonly DeviceTrust[], id: string, minute: number): DeviceTrust | undefined {
  const entry = list.find((candidate) => candidate[0] === id)
  return entry === undefined || minute - entry[2] > rememberedMinutes ? undefined : entry
}

/** True when something vouched for a success with it in the last year. */
export function isKnownDevice(entry: DeviceTrust, minute: number): boolean {
  return isKnownEntry(entry) && minute - provenAt(entry) <= rememberedMinutes
}

/** The minute of the last success that something vouched for; 0 = there was none. */
export function provenAt(entry: DeviceTrust): number {
  return isKnownEntry(entry) ? entry[2] - (entry[9] ?? 0) : 0
}

/** True when the device can vouch for an address: known by a challenge or by the first days. What became known by company vouches for nothing. */
export function canDeviceVouch(entry: DeviceTrust, minute: number): boolean {
  if (!isKnownEntry(entry) || minute - provenAt(entry) > trustedMinutes) return false
  const [, first, last, times, challenge, , , by = vouchers.earlier] = entry
  if (challenge > 0 || (by & vouchers.firstDays) !== 0) return true
  return (by & vouchers.earlier) !== 0 && times >= earlierTimes && last - first >= earlierMinutes
}

/** True when a challenge was passed with it in the last 180 days. */
export function isProvenDevice(entry: DeviceTrust, minute: number): boolean {
  return entry[4] > 0 && minute - entry[4] <= trustedMinutes
}

/** True when it shows the browser and the operating system that it is remembered with. What is not known does not fit. */
export function fitsClient(entry: DeviceTrust, browser: string, os: string): boolean {
  return browser !== '' && os !== '' && entry[5] === browser && entry[6] === os
}

/** True when it shows another browser or operating system than it is remembered with. */
export function contradictsClient(entry: DeviceTrust, browser: string, os: string): boolean {
  return entry[5] !== browser || entry[6] !== os
}

/**
 * True when a challenge was passed with it in the last 180 days, from the browser and operating system it shows now: an id that was copied
 * to another client is not trusted there.
 */
export function isTrustedDevice(entry: DeviceTrust | undefined, minute: number, browser: string, os: string): boolean {
  return entry !== undefined && isProvenDevice(entry, minute) && entry[5] === browser && entry[6] === os
}

/** The list with a success of the device added, most recent first. */
export function addDevice(list: readonly DeviceTrust[], id: string, success: DeviceSuccess, limit: number): DeviceTrust[] {
  const { minute } = success
  const next = [seenAgain(findDevice(list, id, minute) ?? [id, minute, 0, 0, 0, '', '', 0, 0, 0, 0, []], success)]
  for (const entry of list) if (entry[0] !== id && minute - entry[2] <= rememberedMinutes) next.push(entry)
  if (next.length > limit) next.splice(leastUseful(next), 1)
  return next
}

/** The list with one success of the device taken back. */
export function removeDeviceOnce(list: readonly DeviceTrust[], id: string, wasKnown: boolean): DeviceTrust[] {
  return list.flatMap((entry): DeviceTrust[] => {
    if (entry[0] !== id) return [entry]
    const [, , , times, , , , , unproven = 0] = entry
    if (times <= 1) return []
    const less = entry.with(3, times - 1) as DeviceTrust
    return [wasKnown || unproven === 0 ? less : (less.with(8, unproven - 1) as DeviceTrust)]
  })
}

/** The list without what became known only because this address vouched for it, and those entries as they were. */
export function withoutAddressCompanion(list: readonly DeviceTrust[], address: string): { list: DeviceTrust[]; doubted: DeviceTrust[] } {
  const doubted: DeviceTrust[] = []
  const left = list.map((entry): DeviceTrust => {
    if (entry[12] !== address) return entry
    const [id, first, last, times, challenge, browser, os, by = 0, unproven = 0, lag = 0, days = 0, networks = []] = entry
    const rest = by & ~(vouchers.company | vouchers.provenCompany)
    if (rest !== 0 || challenge > 0) return [id, first, last, times, challenge, browser, os, rest, unproven, lag, days, networks]
    doubted.push(entry)
    return [id, first, last, times, 0, browser, os, 0, times, 0, 0, []]
  })
  return { list: left, doubted }
}

/** True when the first days made it known. */
export function isOfFirstDays([, , , , , , , by = 0]: DeviceTrust): boolean {
  return (by & vouchers.firstDays) !== 0
}

function isKnownEntry([, , , times, challenge, , , by = vouchers.earlier, unproven = 0]: DeviceTrust): boolean {
  return times > unproven && (by !== 0 || challenge > 0)
}

function seenAgain(entry: DeviceTrust, success: DeviceSuccess): DeviceTrust {
  const { minute, proof, by, browser, os, network, address, asns } = success
  const [id, first, last, times, challenge, knownBrowser, knownOs, before = vouchers.earlier, unproven = 0, lag = 0, days = 0] = entry
  const networks = entry[11] ?? asns.slice(0, mostNetworks).map(([asn]) => asn)
  const companion = entry[12]
  const now = Math.max(minute, last)
  const isProof = proof !== 'success'
  const isKnown = isProof || by !== 0
  const wasKnown = isKnownEntry(entry)
  // What nothing vouched for in a year is only seen again.
  const isStale = !wasKnown || now - (last - lag) > rememberedMinutes
  const isNewDay = days === 0 || Math.floor(now / minutesPerDay) > Math.floor((last - lag) / minutesPerDay)
  const isShown = isProof || isStale
  const seen: DeviceTrust = [
    id,
    first,
    now,
    Math.min(mostTimes, times + 1),
    isProof ? now : isStale ? 0 : challenge,
    isShown ? browser : knownBrowser,
    isShown ? os : knownOs,
    (isStale ? 0 : before) | by,
    (isStale ? times : unproven) + (isKnown || times === mostTimes ? 0 : 1),
    isKnown || times === 0 ? 0 : now - last + lag,
    isKnown && isNewDay ? Math.min(mostTimes, days + 1) : days,
    isKnown && network !== null ? withNetwork(networks, network) : [...networks],
  ]
  const vouching = (by & vouchers.company) === 0 ? companion : (address ?? companion)
  if (vouching !== undefined) seen.push(vouching)
  return seen
}

/** Most recent first. */
function withNetwork(networks: readonly NetworkKey[], network: NetworkKey): NetworkKey[] {
  if (networks[0] === network) return [...networks]
  return [network, ...networks.filter((known) => known !== network)].slice(0, mostNetworks)
}

/** A device that is only seen goes first, then one without a challenge: a burst of new devices cannot push out the proven ones. */
function leastUseful(list: readonly DeviceTrust[]): number {
  const seenOnly = list.findLastIndex((entry, i) => i > 0 && !isKnownEntry(entry))
  if (seenOnly !== -1) return seenOnly
  if (!isKnownEntry(list[0] as DeviceTrust)) return 0
  const unproven = list.findLastIndex((entry, i) => i > 0 && entry[4] === 0)
  return unproven === -1 ? list.length - 1 : unproven
}
