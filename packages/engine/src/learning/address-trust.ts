import { vouchers } from '../stored/vouched.ts'
import type { Proof } from './proof.ts'

/**
 * What one address means for one user. Times are minutes since 1970, 0 = never.
 *
 * `first`, `last` and `times` are of every success, `challenge` and `phishingResistant` are the times when a challenge of each kind was last
 * passed. The rest is of what was proven: `days` counts the UTC days with a proven success, `strength` is the trust as it was at `last`, `by`
 * says what vouched for it (bits of `vouchers`), `unproven` counts the successes that nothing vouched for, `lag` is how long before `last`
 * the last proven success was, `accompanied` is when a device with a passed challenge last vouched for it, and `companion` is the hash of
 * the device that did last.
 *
 * Private, anonymous, hosting and relay addresses say nothing about who uses them: they gather neither days nor strength. An entry without
 * `by` is of an earlier release.
 */
export type AddressTrust = [
  key: string,
  first: number,
  last: number,
  times: number,
  days: number,
  challenge: number,
  phishingResistant: number,
  strength: number,
  by?: number,
  unproven?: number,
  lag?: number,
  accompanied?: number,
  companion?: string,
]

/** A success from an address, and what vouches for it. */
export interface AddressSuccess {
  minute: number
  proof: Proof
  /** Bits of `vouchers`, 0 = nothing but perhaps the proof. */
  by: number
  /** The device it came with, which is the companion where one vouched. */
  deviceHash: string | null
  saysWho: boolean
}

const minutesPerDay = 1440
const rememberedMinutes = 180 * minutesPerDay
const halfLifeMinutes = 30 * minutesPerDay
/** Full strength is gone after six half-lives: 180 days. */
const leastStrength = 2 ** -6
const strengthOf: Record<Proof, number> = { success: 0.25, challenge: 1, phishing_resistant: 1 }
const mostTimes = 9999
/** An address of an earlier release vouches for others after successes on so many days: a few allowed actions did not make it one. */
const earlierDays = 3

/** The entry of an address, if it was seen in the last 180 days. */
export function findAddress(list: readonly AddressTrust[], key: string, minute: number): AddressTrust | undefined {
  const entry = list.find((candidate) => candidate[0] === key)
  return entry === undefined || minute - entry[2] > rememberedMinutes ? undefined : entry
}

/** The successes from it that something vouched for; 0 when that was more than 180 days ago, or nothing ever did. */
export function knownTimesOf(entry: AddressTrust | undefined, minute: number): number {
  if (entry === undefined || !isKnownEntry(entry)) return 0
  const [, , last, times, , , , , , unproven = 0, lag = 0] = entry
  return minute - (last - lag) > rememberedMinutes ? 0 : times - unproven
}

/** True when the address can vouch for a device: known by a challenge or by the first days. What became known by company vouches for nothing. */
export function canAddressVouch(entry: AddressTrust | undefined, minute: number): boolean {
  if (entry === undefined || knownTimesOf(entry, minute) === 0) return false
  const [, , , , days, challenge, , , by = vouchers.earlier] = entry
  return challenge > 0 || (by & vouchers.firstDays) !== 0 || ((by & vouchers.earlier) !== 0 && days >= earlierDays)
}

/** True when a challenge was passed from it in the last 180 days, or a device with a passed challenge vouched for it. */
export function isRecognised(entry: AddressTrust | undefined, minute: number): boolean {
  return entry !== undefined && (isWithin(entry[5], minute) || isWithin(entry[11] ?? 0, minute))
}

function isWithin(time: number, minute: number): boolean {
  return time > 0 && minute - time <= rememberedMinutes
}

/**
 * True when a phishing-resistant challenge was passed from it, or there were proven successes on two days and a challenge was passed, and the
 * strength that these gave has not run out. Being allowed alone never makes an address trusted, however often (IP-07).
 */
export function isTrusted(entry: AddressTrust | undefined, minute: number): boolean {
  if (entry === undefined) return false
  const [, , last, , days, challenge, phishingResistant, strength] = entry
  const isProven = phishingResistant > 0 || (days >= 2 && challenge > 0)
  return isProven && decayed(strength, minute - last) >= leastStrength
}

/** The strength of the trust at a minute, whether or not it is enough. */
export function strengthAt([, , last, , , , , strength]: AddressTrust, minute: number): number {
  return decayed(strength, minute - last)
}

/** The minute at which the trust of an address runs out when the user does not come back from it. */
export function trustEndsAt([, , last, , , , , strength]: AddressTrust): number {
  return strength <= leastStrength ? last : Math.floor(last + halfLifeMinutes * Math.log2(strength / leastStrength))
}

/** The list with a success from the address added, most recent first. */
export function addAddress(list: readonly AddressTrust[], key: string, success: AddressSuccess, limit: number): AddressTrust[] {
  const { minute } = success
  const next = [strengthened(findAddress(list, key, minute) ?? [key, minute, 0, 0, 0, 0, 0, 0, 0], success)]
  for (const entry of list) if (entry[0] !== key && minute - entry[2] <= rememberedMinutes) next.push(entry)
  if (next.length > limit) next.splice(leastUseful(next, limit), 1)
  return next
}

/** The list with one success from the address taken back. */
export function removeAddressOnce(list: readonly AddressTrust[], key: string, wasKnown: boolean): AddressTrust[] {
  return list.flatMap((entry): AddressTrust[] => {
    if (entry[0] !== key) return [entry]
    const [, , , times, , , , , , unproven = 0] = entry
    if (times <= 1) return []
    const less = entry.with(3, times - 1) as AddressTrust
    return [wasKnown || unproven === 0 ? less : (less.with(9, unproven - 1) as AddressTrust)]
  })
}

/** The list without what became known only because this device vouched for it, and those entries as they were. */
export function withoutCompanion(list: readonly AddressTrust[], deviceHash: string): { list: AddressTrust[]; doubted: AddressTrust[] } {
  const doubted: AddressTrust[] = []
  const left = list.map((entry): AddressTrust => {
    if (entry[12] !== deviceHash) return entry
    const [key, first, last, times, days, challenge, phishingResistant, strength, by = 0, unproven = 0, lag = 0] = entry
    const rest = by & ~(vouchers.company | vouchers.provenCompany)
    if (rest !== 0 || challenge > 0) return [key, first, last, times, days, challenge, phishingResistant, strength, rest, unproven, lag]
    doubted.push(entry)
    return [key, first, last, times, 0, 0, 0, 0, 0, times, 0]
  })
  return { list: left, doubted }
}

/** True when the first days made it known. */
export function isOfFirstDays([, , , , , , , , by = 0]: AddressTrust): boolean {
  return (by & vouchers.firstDays) !== 0
}

function isKnownEntry([, , , times, , challenge, , , by = vouchers.earlier, unproven = 0]: AddressTrust): boolean {
  return times > unproven && (by !== 0 || challenge > 0)
}

function strengthened(entry: AddressTrust, { minute, proof, by, deviceHash, saysWho }: AddressSuccess): AddressTrust {
  const [key, first, last, times, days, challenge, phishingResistant, strength] = entry
  const [, , , , , , , , before = vouchers.earlier, unproven = 0, lag = 0, accompanied = 0, companion] = entry
  const now = Math.max(minute, last)
  const isProof = proof !== 'success'
  const isKnown = isProof || by !== 0
  const left = decayed(strength, now - last)
  // Trust that ran out has to be earned from nothing: a later success does not revive it.
  const ranOut = strength > 0 && left < leastStrength
  // What nothing vouched for in so long is only seen again.
  const isStale = now - (last - lag) > rememberedMinutes
  const isNewDay = times === 0 || ranOut || Math.floor(now / minutesPerDay) > Math.floor((last - lag) / minutesPerDay) || days === 0
  const keptDays = ranOut ? 0 : days
  const keptChallenge = (ranOut || isStale) && now - challenge > rememberedMinutes ? 0 : challenge
  const keptPhishingResistant = ranOut ? 0 : phishingResistant
  const strengthened: AddressTrust = [
    key,
    first,
    now,
    Math.min(mostTimes, times + 1),
    isKnown && saysWho && isNewDay ? Math.min(mostTimes, keptDays + 1) : keptDays,
    isProof ? now : keptChallenge,
    proof === 'phishing_resistant' && saysWho ? now : keptPhishingResistant,
    Math.round(Math.min(1, isKnown && saysWho ? left + strengthOf[proof] : left) * 1e6) / 1e6,
    (isStale ? 0 : before) | by,
    (isStale ? times : unproven) + (isKnown || times === mostTimes ? 0 : 1),
    isKnown || times === 0 ? 0 : now - last + lag,
    (by & vouchers.provenCompany) === 0 ? accompanied : now,
  ]
  const vouching = (by & vouchers.company) === 0 ? companion : (deviceHash ?? companion)
  if (vouching !== undefined) strengthened.push(vouching)
  return strengthened
}

function decayed(strength: number, minutes: number): number {
  return minutes <= 0 ? strength : strength * 2 ** (-minutes / halfLifeMinutes)
}

/**
 * The entry that a full list drops: an address that is only seen; if there is none, one without a passed challenge that is rare and not
 * recent; only if there is none either, the oldest with a challenge.
 */
function leastUseful(list: readonly AddressTrust[], limit: number): number {
  const seenOnly = list.findLastIndex((entry, i) => i > 0 && !isKnownEntry(entry))
  if (seenOnly !== -1) return seenOnly
  if (!isKnownEntry(list[0] as AddressTrust)) return 0
  let found = -1
  for (let i = list.length - 1; i >= Math.ceil(limit / 2); i--) {
    const entry = list[i] as AddressTrust
    if (entry[5] === 0 && (found === -1 || entry[3] < (list[found] as AddressTrust)[3])) found = i
  }
  if (found !== -1) return found
  const unproven = list.findLastIndex((entry, i) => i > 0 && entry[5] === 0)
  return unproven === -1 ? list.length - 1 : unproven
}
