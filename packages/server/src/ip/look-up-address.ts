import { type IpFacts, type Known, type Missing, NOT_APPLICABLE, UNAVAILABLE } from '@sallyport/engine'
import { hidesIpv4 } from '../addresses/embedded-ipv4.ts'
import type { ParsedAddress } from '../addresses/parse-address.ts'
import { formatIpv6 } from '../addresses/parse-ipv6.ts'
import type { NetworkKnowledge } from './asn-type.ts'
import { UNKNOWN_PLACE } from './city-data.ts'
import { timeZoneOfCountry } from './country-places.ts'
import { connectsPeople, type IpData, KIND_BITS } from './ip-data.ts'
import { OFAC_COUNTRIES } from './ofac-countries.ts'
import { findValue } from './range-index.ts'
import { isSpecialPurpose } from './special-purpose.ts'

/** Looks up all facts about one address in one state of the data. Pure. */
export function lookUpAddress(data: IpData, address: ParsedAddress, treatRelayAsAnonymous: boolean): IpFacts {
  if (isSpecialPurpose(address)) return factsWithoutLookUp(address, true, NOT_APPLICABLE)
  if (hidesIpv4(address)) return factsWithoutLookUp(address, false, UNAVAILABLE)
  const position = data.asn === null ? -1 : findValue(data.asn.index, address) - 1
  const network = position === -1 || data.networks === null ? null : data.networks.find(position)
  const kinds = findKinds(data, address, position, network)
  const country = data.country === null ? undefined : data.country.codes[findValue(data.country.index, address) - 1]
  const place = data.city === null ? UNKNOWN_PLACE : data.city.find(address)
  return {
    address: address.text,
    version: address.version,
    network: networkOf(address),
    isPrivate: false,
    isTor: kinds.isTor,
    isVpn: kinds.isVpn,
    isProxy: kinds.isProxy,
    isHosting: kinds.isHosting,
    isRelay: kinds.isRelay,
    isCrawler: kinds.isCrawler,
    isAnonymous: isAnonymous(data, kinds, treatRelayAsAnonymous),
    anonymityConfidence: anonymityConfidence(data, address.version, kinds, treatRelayAsAnonymous),
    asn: data.asn?.numbers[position] ?? UNAVAILABLE,
    asnName: position === -1 || data.networks === null ? UNAVAILABLE : data.networks.name(position),
    asnType: network === null ? UNAVAILABLE : network.type,
    countryCode: country ?? UNAVAILABLE,
    cityName: place.cityName,
    latitude: place.latitude,
    longitude: place.longitude,
    accuracyKm: place.accuracyKm,
    timeZone: place.timeZone === UNAVAILABLE ? timeZoneOfCountry(country) : place.timeZone,
    countryCodeInOfacList: country === undefined ? UNAVAILABLE : OFAC_COUNTRIES.has(country),
  }
}

const ANONYMOUS_KINDS = KIND_BITS.tor | KIND_BITS.vpn | KIND_BITS.proxy | KIND_BITS.hosting

/** The kinds of an address, with the bits behind them. */
interface Kinds {
  isTor: Known<boolean>
  isVpn: Known<boolean>
  isProxy: Known<boolean>
  isHosting: Known<boolean>
  isRelay: Known<boolean>
  isCrawler: Known<boolean>
  /** Kinds according to lists. */
  listed: number
  /** Kinds according to lists that are not stale. */
  current: number
  network: NetworkKnowledge | null
}

function findKinds(data: IpData, address: ParsedAddress, position: number, network: NetworkKnowledge | null): Kinds {
  const combination = findValue(data.lists.index, address)
  let listed = (data.combinationKinds[combination] ?? 0) | (position === -1 ? 0 : (data.networks?.listedKinds[position] ?? 0))
  if (network !== null && connectsPeople(network.type, network.isListed)) listed &= ~KIND_BITS.hosting
  const absent = data.knowsAbsence[address.version]
  const purpose = network?.purpose ?? null

  const isTor = present(listed, KIND_BITS.tor, absent, purpose === 'tor' && (absent & KIND_BITS.tor) === 0)
  const isRelay = present(listed, KIND_BITS.relay, absent, purpose === 'relay' && (absent & KIND_BITS.relay) === 0)
  // The egress of a relay is in hosting networks and on VPN lists but is neither: its users are people who hide an address, not a region.
  const isToldApart = isRelay === true
  const isVpn = isToldApart ? false : present(listed, KIND_BITS.vpn, absent, purpose === 'vpn')
  const isProxy = present(listed, KIND_BITS.proxy, absent, purpose === 'proxy')
  const isHosting = isToldApart ? false : hosts(listed, network, absent, data.lost)
  const isCrawler = present(listed, KIND_BITS.crawler, absent, false)
  return { isTor, isVpn, isProxy, isHosting, isRelay, isCrawler, listed, current: data.currentCombinationKinds[combination] ?? 0, network }
}

function present(listed: number, bit: number, absent: number, isByNetwork: boolean): Known<boolean> {
  if ((listed & bit) !== 0 || isByNetwork) return true
  return (absent & bit) !== 0 ? false : UNAVAILABLE
}

/** The network decides, and lists of prefixes can add to it. For an unknown network, only a complete list can rule hosting out. */
function hosts(listed: number, network: NetworkKnowledge | null, absent: number, lost: number): Known<boolean> {
  if ((listed & KIND_BITS.hosting) !== 0 || (network !== null && network.purpose !== null)) return true
  if ((lost & KIND_BITS.hosting) !== 0) return UNAVAILABLE
  return network !== null || (absent & KIND_BITS.hosting) !== 0 ? false : UNAVAILABLE
}

/**
 * True for Tor, VPN, public proxy or hosting; for a relay only if the tenant says so.
 *
 * The answer does not need every list. Exits are in hosting networks, which the shipped data contain, so without lists `false` is an answer,
 * with less confidence. It is `unavailable` when the shipped data are missing, or when an installed list cannot be read.
 */
function isAnonymous(data: IpData, kinds: Kinds, treatRelayAsAnonymous: boolean): Known<boolean> {
  if (kinds.isTor === true || kinds.isProxy === true) return true
  if (kinds.isRelay === true) return treatRelayAsAnonymous
  if (kinds.isVpn === true || kinds.isHosting === true) return true
  return kinds.isHosting === false && (data.lost & ANONYMOUS_KINDS) === 0 ? false : UNAVAILABLE
}

/** Ranks the trust in the sources. It is not a measured probability. */
function anonymityConfidence(data: IpData, version: 4 | 6, kinds: Kinds, treatRelayAsAnonymous: boolean): Known<number> {
  const { network } = kinds
  const anonymous = isAnonymous(data, kinds, treatRelayAsAnonymous)
  if (typeof anonymous !== 'boolean') return UNAVAILABLE
  if (kinds.isTor === true) return byList(kinds, KIND_BITS.tor, 0.99)
  if (kinds.isProxy === true) return byList(kinds, KIND_BITS.proxy, 0.85)
  if (kinds.isRelay === true) return byList(kinds, KIND_BITS.relay, 0.98)
  if (kinds.isVpn === true) return byList(kinds, KIND_BITS.vpn, 0.95)
  if (kinds.isHosting === true) {
    const isOnList = (kinds.listed & KIND_BITS.hosting) !== 0
    if (network?.purpose != null && network.isListed) return isOnList ? 0.9 : 0.8
    return isOnList ? 0.8 : 0.7
  }
  const absent = data.knowsAbsence[version]
  const weight = (bit: number, share: number) => ((absent & bit) !== 0 ? share : 0)
  return (60 + weight(KIND_BITS.vpn, 20) + weight(KIND_BITS.tor, 10) + weight(KIND_BITS.proxy, 5)) / 100
}

/** A current list earns full confidence; a stale list, or only the purpose of the network, earns a little less. */
function byList(kinds: Kinds, bit: number, confidence: number): number {
  if ((kinds.current & bit) !== 0) return confidence
  return Math.round((confidence - 0.09) * 100) / 100
}

function factsWithoutLookUp(address: ParsedAddress, isPrivate: boolean, none: Missing): IpFacts {
  return {
    address: address.text,
    version: address.version,
    network: networkOf(address),
    isPrivate,
    isTor: none,
    isVpn: none,
    isProxy: none,
    isHosting: none,
    isRelay: none,
    isCrawler: none,
    isAnonymous: none,
    anonymityConfidence: none,
    asn: none,
    asnName: none,
    asnType: none,
    countryCode: none,
    cityName: none,
    latitude: none,
    longitude: none,
    accuracyKm: none,
    timeZone: none,
    countryCodeInOfacList: none,
  }
}

/** The /24 or /48 around an address: the size one customer usually has, or one neighbourhood shares. */
function networkOf(address: ParsedAddress): string {
  if (address.version === 4) return `${address.text.slice(0, address.text.lastIndexOf('.'))}.0/24`
  const words = address.words
  const a = words[0] ?? 0
  const third = (words[1] ?? 0) >>> 16
  // The usual case is written out because every decision runs it.
  if (a >>> 16 === 0 || third === 0) return `${formatIpv6([a, third * 65_536, 0, 0])}/48`
  return `${(a >>> 16).toString(16)}:${(a & 0xffff).toString(16)}:${third.toString(16)}::/48`
}
