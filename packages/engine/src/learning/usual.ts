import type { DeviceFacts, UserFacts } from '../facts/user-facts.ts'
import { shortHash } from '../hash.ts'
import type { Snapshot } from '../stored/snapshot.ts'
import { vouchers } from '../stored/vouched.ts'
import { type AddressTrust, findAddress, isTrusted, knownTimesOf, strengthAt, trustEndsAt } from './address-trust.ts'
import { type DeviceTrust, findDevice, isKnownDevice, isProvenDevice, provenAt } from './device-trust.ts'
import { type Familiar, type FamiliarList, isFamiliar, knownTimes } from './familiar.ts'
import { isUnusualHour } from './hours.ts'
import { lastTimeZoneOf } from './last-place.ts'
import { successCounts } from './success-counts.ts'
import { readUserProfile, type UserProfile } from './user-profile.ts'

/**
 * - `trusted`: an address that is trusted for this user now.
 * - `proven`: a challenge was passed with it in the last 180 days.
 * - `known`: something else vouched for it, as its `proof` says.
 * - `seen`: only actions that were allowed or approved came with it, and nothing vouched for them. It is still new to rules and to the score.
 */
export type Standing = 'trusted' | 'proven' | 'known' | 'seen'

/**
 * - `challenge`: a challenge was passed with it.
 * - `first_days`: it came in the first days of the account.
 * - `company`: it came beside something proven.
 * - `earlier`: a release remembered it that took every action that ended well for a proof.
 */
export type ProvenBy = 'challenge' | 'first_days' | 'company' | 'earlier'

/** Why an address or a device is known. */
export interface UsualProof {
  by: ProvenBy[]
  /** Actions that ended well and count: a challenge was passed, or something vouched for them. */
  times: number
  /** Days (UTC) with such an action. Of an address: while it said something about who uses it. */
  days: number
  lastAt: number
  /** What last vouched for it: the id of a device, or an address. Absent: nothing did, or it is not on record any more. */
  companion?: string
}

/** Times are milliseconds UTC. */
export interface UsualAddress {
  /** An IPv6 address is remembered as its /64. */
  address: string
  standing: Standing
  firstSeenAt: number
  lastSeenAt: number
  /** Actions that ended well from it. */
  timesSeen: number
  /** Days (UTC) with a proven action while the address said something about who uses it. */
  days: number
  /** Absent: it is only seen. */
  proof?: UsualProof
  /** Absent: no challenge was passed from it. */
  lastChallengeAt?: number
  lastPhishingResistantAt?: number
  /** The trust it has gathered, 0 to 1, faded to this moment. */
  strength: number
  /** When the trust ends if the user does not come back from it. Only of a trusted address. */
  trustedUntil?: number
  /** It was private, anonymous, of a hosting network or of a relay each time: it never becomes trusted. Not told of what was only seen. */
  hidesUser: boolean
}

export interface UsualDevice {
  /** Absent: the device has no record any more. */
  deviceId?: string
  standing: Exclude<Standing, 'trusted'>
  /** As it was proven or, while it is only seen, of the last success; absent: not known. */
  browser?: string
  os?: string
  firstSeenAt: number
  lastSeenAt: number
  timesSeen: number
  /** Absent: it is only seen. */
  proof?: UsualProof
  lastChallengeAt?: number
  /** Somebody invalidated it, and it was used again afterwards. It is not trusted. */
  isInvalidated: boolean
}

export interface UsualValue<Key extends string | number> {
  value: Key
  /** Proven actions that ended well with it. */
  timesSeen: number
  /** Day of the last success, milliseconds UTC at its start. */
  lastDay: number
}

/**
 * What is usual for a user at one moment. Every list is bounded, most recent first, without what has been forgotten by then. Addresses and
 * devices that were only seen are listed as such; of everything else only what is known is.
 */
export interface Usual {
  addresses: UsualAddress[]
  /** The /24 or /48 around addresses. */
  networks: UsualValue<string>[]
  asns: UsualValue<number>[]
  countries: UsualValue<string>[]
  devices: UsualDevice[]
  browsers: UsualValue<string>[]
  systems: UsualValue<string>[]
  /** Degrees to one decimal. Empty without city data. */
  places: { latitude: number; longitude: number; timesSeen: number; lastDay: number }[]
  hours: {
    /** How often the user was active in each hour of their day. */
    counts: number[]
    /** Whether an action in that hour would be unusual. `null`: too little is known. */
    isUnusual: boolean[] | null
  }
  /** The IANA time zone of the last place. */
  timeZone?: string
  /** At least so many actions that ended well: what was forgotten since is not counted. */
  actions: number
  challengesPassed: number
  /** The last action that was tracked, however it ended. */
  lastActionAt?: number
}

const minuteMs = 60_000
const dayMs = 86_400_000

/** Reads what is usual for the user of a snapshot, as a decision at this moment would. */
export function usualOf({ user, entities }: { user: Pick<UserFacts, 'devices'>; entities: Snapshot['entities'] }, at: number): Usual {
  const profile = readUserProfile(entities.user)
  const { networks, asns, countries, browsers, systems, places, hours, passed, last } = profile
  const minute = Math.floor(at / minuteMs)
  const day = Math.floor(at / dayMs)
  const timeZone = lastTimeZoneOf(profile)
  return {
    addresses: usualAddresses(profile, user.devices, minute),
    networks: usualValues(networks, day),
    asns: usualValues(asns, day),
    countries: usualValues(countries, day),
    devices: usualDevices(profile, user.devices, minute),
    browsers: usualValues(browsers, day),
    systems: usualValues(systems, day),
    places: places
      .filter((place) => isFamiliar([[0, place[2], place[3]]], 0, day))
      .map(([latitude, longitude, lastDay, timesSeen]) => ({ latitude, longitude, timesSeen, lastDay: lastDay * dayMs })),
    hours: usualHours(hours),
    ...(timeZone !== '' && { timeZone }),
    actions: leastActions(profile),
    challengesPassed: passed,
    ...(last > 0 && { lastActionAt: last }),
  }
}

function usualAddresses({ trust }: UserProfile, facts: readonly DeviceFacts[], minute: number): UsualAddress[] {
  return trust.flatMap((entry): UsualAddress[] => {
    const [address, first, last, timesSeen, days, challenge, phishingResistant, strength] = entry
    if (findAddress([entry], address, minute) === undefined) return []
    const isTrustedNow = isTrusted(entry, minute)
    const proof = proofOfAddress(entry, facts, minute)
    return [
      {
        address,
        standing: isTrustedNow ? 'trusted' : standingOf(challenge, minute, proof),
        firstSeenAt: first * minuteMs,
        lastSeenAt: last * minuteMs,
        timesSeen,
        days,
        ...(proof !== undefined && { proof }),
        ...(challenge > 0 && { lastChallengeAt: challenge * minuteMs }),
        ...(phishingResistant > 0 && { lastPhishingResistantAt: phishingResistant * minuteMs }),
        strength: Math.round(strengthAt(entry, minute) * 1000) / 1000,
        ...(isTrustedNow && { trustedUntil: trustEndsAt(entry) * minuteMs }),
        hidesUser: (proof !== undefined || challenge > 0) && days === 0 && strength === 0 && phishingResistant === 0,
      },
    ]
  })
}

function usualDevices({ devices }: UserProfile, facts: readonly DeviceFacts[], minute: number): UsualDevice[] {
  const byHash = new Map(facts.map((device) => [shortHash(device.deviceId), device]))
  return devices.flatMap((entry): UsualDevice[] => {
    const [hash, first, last, timesSeen, challenge, browser, os] = entry
    const { deviceId, invalidatedAt = null } = byHash.get(hash) ?? {}
    // A decision takes no notice of what was learnt before the device was invalidated.
    if (invalidatedAt !== null && last * minuteMs <= invalidatedAt) return []
    if (findDevice([entry], hash, minute) === undefined) return []
    const proof = proofOfDevice(entry, minute)
    return [
      {
        ...(deviceId !== undefined && { deviceId }),
        standing: invalidatedAt !== null ? 'seen' : isProvenDevice(entry, minute) ? 'proven' : proof === undefined ? 'seen' : 'known',
        ...(browser !== '' && { browser }),
        ...(os !== '' && { os }),
        firstSeenAt: first * minuteMs,
        lastSeenAt: last * minuteMs,
        timesSeen,
        ...(proof !== undefined && { proof }),
        ...(challenge > 0 && { lastChallengeAt: challenge * minuteMs }),
        isInvalidated: invalidatedAt !== null,
      },
    ]
  })
}

function standingOf(challenge: number, minute: number, proof: UsualProof | undefined): Standing {
  if (challenge > 0 && minute - challenge <= recognisedMinutes) return 'proven'
  return proof === undefined ? 'seen' : 'known'
}

const recognisedMinutes = 180 * 1440

function proofOfAddress(entry: AddressTrust, facts: readonly DeviceFacts[], minute: number): UsualProof | undefined {
  const times = knownTimesOf(entry, minute)
  if (times === 0) return undefined
  const [, , last, , days, challenge, , , by = vouchers.earlier, , lag = 0, , companion] = entry
  const device = companion === undefined ? undefined : facts.find(({ deviceId }) => shortHash(deviceId) === companion)
  return {
    by: provenBy(challenge, by),
    times,
    days,
    lastAt: (last - lag) * minuteMs,
    ...(device !== undefined && { companion: device.deviceId }),
  }
}

function proofOfDevice(entry: DeviceTrust, minute: number): UsualProof | undefined {
  if (!isKnownDevice(entry, minute)) return undefined
  const [, , , times, challenge, , , by = vouchers.earlier, unproven = 0, , days = 0, , companion] = entry
  return {
    by: provenBy(challenge, by),
    times: times - unproven,
    days,
    lastAt: provenAt(entry) * minuteMs,
    ...(companion !== undefined && { companion }),
  }
}

function provenBy(challenge: number, by: number): ProvenBy[] {
  const found: ProvenBy[] = []
  if (challenge > 0) found.push('challenge')
  if ((by & vouchers.firstDays) !== 0) found.push('first_days')
  if ((by & vouchers.company) !== 0) found.push('company')
  if ((by & vouchers.earlier) !== 0) found.push('earlier')
  return found
}

function usualValues<Key extends string | number>(list: readonly Familiar<Key>[], day: number): UsualValue<Key>[] {
  return list
    .filter((entry) => isFamiliar([entry], entry[0], day))
    .map((entry) => ({ value: entry[0], timesSeen: knownTimes(entry), lastDay: entry[1] * dayMs }))
}

function usualHours(hours: readonly number[]): Usual['hours'] {
  const counts = Array.from({ length: 24 }, (_, hour) => hours[hour] ?? 0)
  const isUnusual = counts.map((_, hour) => isUnusualHour(hours, hour))
  return { counts, isUnusual: isUnusual.every((answer) => answer !== undefined) ? isUnusual : null }
}

function leastActions(profile: UserProfile): number {
  const { trust, devices, networks, asns, countries, browsers, systems } = profile
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
  const times = (list: FamiliarList<string | number>) => sum(list.map((entry) => entry[2]))
  return Math.max(
    ...successCounts(profile),
    sum(trust.map((entry) => entry[3])),
    sum(devices.map((entry) => entry[3])),
    times(networks),
    times(asns),
    times(countries),
    times(browsers),
    times(systems),
  )
}
