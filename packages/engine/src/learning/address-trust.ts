import type { Proof } from './proof.ts'

/**
 * What one address means for one user. Times are minutes since 1970, 0 = never.
 *
 * `days` counts the UTC days with a success, `challenge` and `phishingResistant` are the times when a challenge of each kind was last
 * passed, `strength` is the trust as it was at `last`. Private, anonymous, hosting and relay addresses say nothing about who uses them:
 * they gather neither days nor strength.
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
]

const minutesPerDay = 1440
const rememberedMinutes = 180 * minutesPerDay
const halfLifeMinutes = 30 * minutesPerDay
/** Full strength is gone after six half-lives: 180 days. */
const leastStrength = 2 ** -6
const strengthOf: Record<Proof, number> = { success: 0.25, challenge: 1, phishing_resistant: 1 }
const mostTimes = 9999

/** The entry of an address, if it was seen in the last 180 days. */
export function findAddress(list: readonly AddressTrust[], key: string, minute: number): AddressTrust | undefined {
  const entry = list.find((candidate) => candidate[0] === key)
  return entry === undefined || minute - entry[2] > rememberedMinutes ? undefined : entry
}

/** True when a challenge was passed from it in the last 180 days. */
export function isRecognised(entry: AddressTrust | undefined, minute: number): boolean {
  return entry !== undefined && entry[5] > 0 && minute - entry[5] <= rememberedMinutes
}

/**
 * True when a phishing-resistant challenge was passed from it, or there were successes on two days and a challenge was passed, and the
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
export function addAddress(
  list: readonly AddressTrust[],
  key: string,
  minute: number,
  proof: Proof,
  saysWho: boolean,
  limit: number,
): AddressTrust[] {
  const known = findAddress(list, key, minute)
  const next = [strengthened(known ?? [key, minute, 0, 0, 0, 0, 0, 0], minute, proof, saysWho)]
  for (const entry of list) if (entry[0] !== key && minute - entry[2] <= rememberedMinutes) next.push(entry)
  if (next.length > limit) next.splice(leastUseful(next, limit), 1)
  return next
}

/** The list with one success from the address taken back. */
export function removeAddressOnce(list: readonly AddressTrust[], key: string): AddressTrust[] {
  return list.flatMap((entry): AddressTrust[] => {
    if (entry[0] !== key) return [entry]
    return entry[3] > 1 ? [entry.with(3, entry[3] - 1) as AddressTrust] : []
  })
}

function strengthened(entry: AddressTrust, minute: number, proof: Proof, saysWho: boolean): AddressTrust {
  const [key, first, last, times, days, challenge, phishingResistant, strength] = entry
  const now = Math.max(minute, last)
  const left = decayed(strength, now - last)
  // Trust that ran out has to be earned from nothing: a later success does not revive it.
  const ranOut = strength > 0 && left < leastStrength
  const isNewDay = times === 0 || ranOut || Math.floor(now / minutesPerDay) > Math.floor(last / minutesPerDay)
  const keptDays = ranOut ? 0 : days
  const keptChallenge = ranOut && now - challenge > rememberedMinutes ? 0 : challenge
  const keptPhishingResistant = ranOut ? 0 : phishingResistant
  return [
    key,
    first,
    now,
    Math.min(mostTimes, times + 1),
    saysWho && isNewDay ? Math.min(mostTimes, keptDays + 1) : keptDays,
    proof === 'success' ? keptChallenge : now,
    proof === 'phishing_resistant' && saysWho ? now : keptPhishingResistant,
    Math.round(Math.min(1, saysWho ? left + strengthOf[proof] : left) * 1e6) / 1e6,
  ]
}

function decayed(strength: number, minutes: number): number {
  return minutes <= 0 ? strength : strength * 2 ** (-minutes / halfLifeMinutes)
}

/**
 * The entry that a full list drops: an address without a passed challenge that is rare and not recent; only if there is none, the oldest
 * with a challenge.
 */
function leastUseful(list: readonly AddressTrust[], limit: number): number {
  let found = -1
  for (let i = list.length - 1; i >= Math.ceil(limit / 2); i--) {
    const entry = list[i] as AddressTrust
    if (entry[5] === 0 && (found === -1 || entry[3] < (list[found] as AddressTrust)[3])) found = i
  }
  if (found !== -1) return found
  const unproven = list.findLastIndex((entry, i) => i > 0 && entry[5] === 0)
  return unproven === -1 ? list.length - 1 : unproven
}
