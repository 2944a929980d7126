import type { IpFacts, TrackedEvent, UserAgentFacts } from '../facts/event.ts'
import { isMissing, type Known } from '../facts/missing.ts'
import { mixedBits, shortHash } from '../hash.ts'
import { addressKeyOf, networkOf } from '../learning/address-key.ts'
import { isFamiliar } from '../learning/familiar.ts'
import { readUserProfile, type UserProfile } from '../learning/user-profile.ts'
import type { Snapshot } from '../stored/snapshot.ts'
import { type Crowd, firstReservedAsn } from './crowd.ts'

/**
 * Attackers who have a user's password, by what else they know. After the models of Freeman et al., "Who Are You? A Statistical Approach to
 * Measuring User Authenticity" (2016), and Wiefling et al., "What's in Score for Website Users" (2021):
 *
 * - `naive`: knows nothing else. Comes from somewhere in the world with a common browser.
 * - `vpn`: knows the country. Comes from there through a VPN, with the most common browser.
 * - `targeted`: knows the provider and the browser. Comes from another address of that provider, with exactly that browser.
 */
export const personas = ['naive', 'vpn', 'targeted'] as const

export type Persona = (typeof personas)[number]

/**
 * The event that each attacker would send in place of the user, given the user's usual event and memory: at the same time, with the same
 * data.
 *
 * No attacker comes from an address the user is known from, and a device id is always new. What the application does not send for the user,
 * it does not send for an attacker; a fact that was unavailable for the user's address is unavailable for the attacker's. Where the user's
 * address is private, so is everybody's: the application passes on the address of its own proxy.
 */
export function personaEvents(usual: TrackedEvent, snapshot: Snapshot, crowd: Crowd): Readonly<Record<Persona, TrackedEvent>> {
  const profile = readUserProfile(snapshot.entities.user)
  const day = Math.floor(usual.at / 86_400_000)
  return {
    naive: pretend(
      'naive',
      (ip) => naivePlace(ip, profile, crowd, usual.userId, day),
      () => unlikeUserAgent(profile, crowd, day),
    ),
    vpn: pretend(
      'vpn',
      (ip) => vpnPlace(ip, profile, day),
      () => crowd.userAgents[0],
    ),
    targeted: pretend(
      'targeted',
      (ip) => ip,
      (userAgent) => userAgent,
    ),
  }

  function pretend(
    persona: Persona,
    place: (ip: IpFacts) => IpFacts,
    browse: (userAgent: UserAgentFacts) => UserAgentFacts | undefined,
  ): TrackedEvent {
    const ip =
      usual.ip === null || usual.ip.isPrivate ? usual.ip : asSeen(usual.ip, { ...place(usual.ip), ...newAddress(usual.ip, profile) })
    const userAgent = usual.userAgent === null ? null : (browse(usual.userAgent) ?? usual.userAgent)
    const deviceId = usual.deviceId === null ? null : `simulated-${persona}`
    return {
      ...usual,
      idempotencyKey: `simulated-${persona}`,
      ip,
      userAgent,
      deviceId,
      tracked: { ...usual.tracked, ipAddress: ip?.address, userAgent: userAgent?.raw, deviceId: deviceId ?? undefined },
    }
  }
}

/** The place of another user, or one elsewhere in the world: a country and a provider that this user never came from. */
function naivePlace(ip: IpFacts, profile: UserProfile, { places, otherPlaces }: Crowd, userId: string, day: number): IpFacts {
  const first = places.length === 0 ? 0 : mixedBits(userId) % places.length
  const candidates = [...places.slice(first), ...places.slice(0, first), ...otherPlaces]
  const found = candidates.find(
    ({ countryCode, asn }) => isOther(countryCode, ip.countryCode, profile.countries) && isOther(asn, ip.asn, profile.asns),
  )
  return found ?? ip

  function isOther<Key extends string | number>(
    value: Known<Key>,
    usual: Known<Key>,
    list: UserProfile['countries'] | UserProfile['asns'],
  ): boolean {
    return !isMissing(value) && value !== usual && !isFamiliar<string | number>(list, value, day)
  }
}

/** The confidence in a VPN that is on a list, and in one that is merely in a hosting network. */
const [byList, byNetwork] = [0.95, 0.7]

/** A VPN server in the user's country, at a provider that the user never came from. */
function vpnPlace(ip: IpFacts, { asns }: UserProfile, day: number): IpFacts {
  let asn = firstReservedAsn
  while (asn === ip.asn || isFamiliar(asns, asn, day)) asn += 1
  return {
    ...ip,
    isTor: false,
    isVpn: true,
    isProxy: false,
    isHosting: true,
    isRelay: false,
    isAnonymous: true,
    anonymityConfidence: isMissing(ip.isVpn) ? byNetwork : byList,
    asn,
    asnName: 'A VPN service',
    asnType: 'hosting',
  }
}

/** A common browser that the user never used; if possible with another system on another kind of device. */
function unlikeUserAgent(
  { agents = [], browsers, systems, types = [] }: UserProfile,
  crowd: Crowd,
  day: number,
): UserAgentFacts | undefined {
  const candidates = [...crowd.userAgents, ...crowd.otherUserAgents].filter(
    ({ browserName, osName, deviceType, raw }) =>
      !isMissing(browserName) &&
      !isMissing(osName) &&
      !isMissing(deviceType) &&
      deviceType !== 'bot' &&
      !isFamiliar(agents, shortHash(raw), day),
  )
  const isOther = (name: Known<string>, list: UserProfile['browsers']) => !isMissing(name) && !isFamiliar(list, name, day)
  const unlike = candidates.filter(({ browserName }) => isOther(browserName, browsers))
  return (
    unlike.find(({ osName, deviceType }) => isOther(osName, systems) && isOther(deviceType, types)) ??
    unlike.find(({ osName }) => isOther(osName, systems)) ??
    unlike[0]
  )
}

/** An address reserved for documentation (RFC 5737, RFC 3849), of the same version, that the user is not known from. */
function newAddress({ version }: IpFacts, { trust }: UserProfile): Pick<IpFacts, 'address' | 'version' | 'network'> {
  let host = 1
  while (trust.some(([key]) => key === addressKeyOf(addressOf(host)))) host += 1
  const address = addressOf(host)
  return { address, version, network: networkOf(address) }

  function addressOf(at: number): string {
    return version === 6 ? `2001:db8:${at.toString(16)}::1` : `203.0.113.${at}`
  }
}

/** The facts about an address, as far as they were known for the tracked one: a data set that was missing there is missing here. */
function asSeen(usual: IpFacts, facts: IpFacts): IpFacts {
  const seen: IpFacts = { ...facts }
  const keep = <Key extends keyof IpFacts>(key: Key) => {
    const value = usual[key]
    if (isMissing(value) && value.missing !== 'not_applicable') seen[key] = value
  }
  for (const key of Object.keys(usual) as (keyof IpFacts)[]) keep(key)
  // A server in a hosting network is anonymous for that reason alone.
  const hides = facts.isAnonymous === true && (seen.isVpn === true || seen.isHosting === true)
  return hides ? { ...seen, isAnonymous: true, anonymityConfidence: facts.anonymityConfidence } : seen
}
