import type { Proof } from './proof.ts'

/**
 * What one device id means for one user. Times are minutes since 1970, 0 = never. `browser` and `os` come from the last passed challenge
 * or, before the first, from the last success; '' = not known.
 */
export type DeviceTrust = [id: string, first: number, last: number, times: number, challenge: number, browser: string, os: string]

const minutesPerDay = 1440
const trustedMinutes = 180 * minutesPerDay
const rememberedMinutes = 365 * minutesPerDay
const mostTimes = 9999

/** The entry of a device (by the hash of its id), if it was seen in the last year. */
export function findDevice(list: readonly DeviceTrust[], id: string, minute: number): DeviceTrust | undefined {
  const entry = list.find((candidate) => candidate[0] === id)
  return entry === undefined || minute - entry[2] > rememberedMinutes ? undefined : entry
}

/** True when a challenge was passed with it in the last 180 days. */
export function isProvenDevice(entry: DeviceTrust, minute: number): boolean {
  return entry[4] > 0 && minute - entry[4] <= trustedMinutes
}

/**
 * True when a challenge was passed with it in the last 180 days, from the browser and operating system it shows now: an id that was copied
 * to another client is not trusted there.
 */
export function isTrustedDevice(entry: DeviceTrust | undefined, minute: number, browser: string, os: string): boolean {
  return entry !== undefined && isProvenDevice(entry, minute) && entry[5] === browser && entry[6] === os
}

/** The list with a success of the device added, most recent first. */
export function addDevice(
  list: readonly DeviceTrust[],
  id: string,
  minute: number,
  proof: Proof,
  browser: string,
  os: string,
  limit: number,
): DeviceTrust[] {
  const known = findDevice(list, id, minute)
  const next = [seenAgain(known ?? [id, minute, 0, 0, 0, '', ''], minute, proof, browser, os)]
  for (const entry of list) if (entry[0] !== id && minute - entry[2] <= rememberedMinutes) next.push(entry)
  if (next.length > limit) {
    // Devices without a challenge go first: a burst of new devices cannot push out the proven ones.
    const unproven = next.findLastIndex((entry, i) => i > 0 && entry[4] === 0)
    next.splice(unproven === -1 ? next.length - 1 : unproven, 1)
  }
  return next
}

/** The list with one success of the device taken back. */
export function removeDeviceOnce(list: readonly DeviceTrust[], id: string): DeviceTrust[] {
  return list.flatMap((entry): DeviceTrust[] => {
    if (entry[0] !== id) return [entry]
    return entry[3] > 1 ? [entry.with(3, entry[3] - 1) as DeviceTrust] : []
  })
}

function seenAgain(entry: DeviceTrust, minute: number, proof: Proof, browser: string, os: string): DeviceTrust {
  const [id, first, last, times, challenge, provenBrowser, provenOs] = entry
  const now = Math.max(minute, last)
  const count = Math.min(mostTimes, times + 1)
  if (proof !== 'success') return [id, first, now, count, now, browser, os]
  return challenge > 0 ? [id, first, now, count, challenge, provenBrowser, provenOs] : [id, first, now, count, 0, browser, os]
}
