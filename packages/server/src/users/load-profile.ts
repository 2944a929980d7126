import {
  addressSentence,
  deviceSentence,
  isMissing,
  type Known,
  type UsualAddress,
  type UsualProof,
  type UsualValue,
  usualOf,
  usualSentence,
} from '@sallyport/engine'
import { parseAddress } from '../addresses/parse-address.ts'
import { toIso } from '../http/iso-time.ts'
import type { ExplainedIpIntelligence } from '../ip/ip-intelligence.ts'
import type { Store } from '../storage/store.ts'
import type { UserProfile } from './profile-json.ts'

export interface LoadProfileDeps {
  store: Pick<Store, 'loadSnapshot'>
  ip: Pick<ExplainedIpIntelligence, 'lookUp' | 'networkName'>
  clock: () => number
}

/** What is usual for a user at this moment, and why. For an unknown user nothing is. */
export async function loadProfile(
  { store, ip, clock }: LoadProfileDeps,
  { tenantId, settings }: { tenantId: string; settings: { treatRelayAsAnonymous: boolean } },
  userId: string,
): Promise<UserProfile> {
  const snapshot = await store.loadSnapshot(tenantId, userId, [{ kind: 'user', key: userId }])
  const at = clock()
  const usual = usualOf(snapshot, at)
  const { addresses, networks, asns, countries, places, devices, browsers, systems, hours, timeZone, lastActionAt } = usual
  return {
    userId,
    at: toIso(at),
    sentence: usualSentence(usual, at),
    restsOn: { actions: usual.actions, challengesPassed: usual.challengesPassed },
    lastActionAt: lastActionAt === undefined ? undefined : toIso(lastActionAt),
    addresses: addresses.map((address) => ({
      ...withTimes(address),
      sentence: addressSentence(address, at),
      trustedUntil: address.trustedUntil === undefined ? undefined : toIso(address.trustedUntil),
      lastPhishingResistantAt: address.lastPhishingResistantAt === undefined ? undefined : toIso(address.lastPhishingResistantAt),
      now: factsNow(ip, address, settings.treatRelayAsAnonymous),
    })),
    networks: networks.map((network) => ({ network: network.value, ...counts(network) })),
    asns: asns.map((asn) => ({ asn: asn.value, name: ip.networkName(asn.value), ...counts(asn) })),
    countries: countries.map((country) => ({ countryCode: country.value, ...counts(country) })),
    places: places.map(({ latitude, longitude, ...place }) => ({ latitude, longitude, ...counts(place) })),
    devices: devices.map((device) => ({ ...withTimes(device), sentence: deviceSentence(device, at) })),
    browsers: browsers.map((browser) => ({ name: browser.value, ...counts(browser) })),
    systems: systems.map((system) => ({ name: system.value, ...counts(system) })),
    hours: { ...hours, timeZone },
  }
}

function withTimes<T extends { firstSeenAt: number; lastSeenAt: number; lastChallengeAt?: number; proof?: UsualProof }>(entry: T) {
  const { firstSeenAt, lastSeenAt, lastChallengeAt, proof } = entry
  return {
    ...entry,
    firstSeenAt: toIso(firstSeenAt),
    lastSeenAt: toIso(lastSeenAt),
    lastChallengeAt: lastChallengeAt === undefined ? undefined : toIso(lastChallengeAt),
    proof: proof && { ...proof, lastAt: toIso(proof.lastAt) },
  }
}

function counts({ timesSeen, lastDay }: Pick<UsualValue<string>, 'timesSeen' | 'lastDay'>) {
  return { timesSeen, lastSeenOn: toIso(lastDay).slice(0, 10) }
}

/** Of an IPv6 /64, what is said about its first address. */
function factsNow(ip: LoadProfileDeps['ip'], { address }: UsualAddress, treatRelayAsAnonymous: boolean) {
  const parsed = parseAddress(address.replace(/\/64$/, ''))
  if (parsed === null) return {}
  const { countryCode, asn, asnName, isPrivate, isAnonymous } = ip.lookUp(parsed, { treatRelayAsAnonymous })
  return { countryCode: known(countryCode), asn: known(asn), asnName: known(asnName), isPrivate, isAnonymous: known(isAnonymous) }
}

function known<T>(value: Known<T>): T | undefined {
  return isMissing(value) ? undefined : value
}
