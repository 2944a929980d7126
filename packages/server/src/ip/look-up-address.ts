import { type IpFacts, type Known, type Missing, NOT_APPLICABLE, UNAVAILABLE } from '@sallyport/engine'
import { hidesIpv4 } from '../addresses/embedded-ipv4.ts'
import type { ParsedAddress } from '../addresses/parse-address.ts'
import { formatIpv6 } from '../addresses/parse-ipv6.ts'
import { type NetworkKnowledge, trustInPurpose } from './asn-type.ts'
import { UNKNOWN_PLACE } from './city-data.ts'
import { timeZoneOfCountry } from './country-places.ts'
import type { ListKind } from './feeds.ts'
import type { IpData } from './ip-data.ts'
import { KIND_BITS, trustInListed } from './list-layers.ts'
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
  const anonymous = isAnonymous(data, kinds, treatRelayAsAnonymous)
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
    isGateway: kinds.isGateway,
    isAnonymous: anonymous,
    anonymityConfidence: anonymityConfidence(data, address, kinds, anonymous),
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

/** The kinds of an address, with what is behind them. */
interface Kinds {
  isTor: Known<boolean>
  isVpn: Known<boolean>
  isProxy: Known<boolean>
  isHosting: Known<boolean>
  isRelay: Known<boolean>
  isCrawler: Known<boolean>
  isGateway: Known<boolean>
  /** Kinds according to lists, as bits. */
  listed: number
  network: NetworkKnowledge | null
}

/**
 * Without a list that is current, an address that is on none is of no kind only if its network, a relay or a gateway rules it out. About an address in a
 * hosting or unknown network nobody knows.
 */
function findKinds(data: IpData, address: ParsedAddress, position: number, network: NetworkKnowledge | null): Kinds {
  let listed = position === -1 ? 0 : (data.networks?.listedKinds[position] ?? 0)
  let inferred = 0
  for (const layer of data.layers) {
    const combination = findValue(layer.lists.index, address)
    listed |= layer.kinds[combination] ?? 0
    inferred |= layer.inferred[combination] ?? 0
  }
  // Homes have neighbours too, and lists of hosting contain some of their networks.
  if (network?.access === 'known') listed &= ~KIND_BITS.hosting
  else listed |= inferred

  const absent = data.knowsAbsence[address.version]
  const purpose = network?.purpose ?? null
  const connectsPeople = network !== null && network.access !== null
  const present = listed | (purpose === null ? 0 : KIND_BITS[purpose])
  const isRelay = isOfKind(KIND_BITS.relay, present, data.lost, absent, connectsPeople)
  const isGateway = isOfKind(KIND_BITS.gateway, present, data.lost, absent, connectsPeople)
  // The exits of relays and gateways are in hosting networks and on VPN lists but are neither: nobody uses them to hide where they are.
  const isToldApart = isRelay === true || isGateway === true
  // Nobody else has the address of a home, a phone, a relay or a gateway, so that a list need not say so, however old it is.
  const isRuledOut = connectsPeople || isToldApart
  return {
    isTor: isOfKind(KIND_BITS.tor, present, data.lost, absent, isRuledOut),
    isVpn: isToldApart ? false : isOfKind(KIND_BITS.vpn, present, data.lost, absent, isRuledOut),
    isProxy: isOfKind(KIND_BITS.proxy, present, data.lost, absent, isRuledOut),
    isHosting: isToldApart ? false : hosts(listed, network, absent, data.lost),
    isRelay,
    isCrawler: isOfKind(KIND_BITS.crawler, present, data.lost, absent, isRuledOut),
    isGateway,
    listed,
    network,
  }
}

function isOfKind(bit: number, present: number, lost: number, absent: number, isRuledOut: boolean): Known<boolean> {
  if ((present & bit) !== 0) return true
  if ((lost & bit) !== 0) return UNAVAILABLE
  return (absent & bit) !== 0 || isRuledOut ? false : UNAVAILABLE
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
  if (kinds.isGateway === true) return false
  if (kinds.isVpn === true || kinds.isHosting === true) return true
  return kinds.isHosting === false && (data.lost & ANONYMOUS_KINDS) === 0 ? false : UNAVAILABLE
}

/** What trust in `false` begins with, for an address that no list contains: by what is known of its network. */
const UNLISTED_TRUST = { known: 65, likely: 60, none: 55 }

/** Ranks the trust in the sources. It is not a measured probability. */
function anonymityConfidence(data: IpData, address: ParsedAddress, kinds: Kinds, anonymous: Known<boolean>): Known<number> {
  if (typeof anonymous !== 'boolean') return UNAVAILABLE
  const { network, listed } = kinds
  if (kinds.isTor === true) return trustOf(data, address, 'tor', kinds)
  if (kinds.isProxy === true) return trustOf(data, address, 'proxy', kinds)
  if (kinds.isRelay === true) return trustOf(data, address, 'relay', kinds)
  if (kinds.isGateway === true) return trustOf(data, address, 'gateway', kinds)
  if (kinds.isVpn === true) return trustOf(data, address, 'vpn', kinds)
  if (kinds.isHosting === true) {
    const isOnList = (listed & KIND_BITS.hosting) !== 0
    if (network?.purpose != null && network.isListed) return isOnList ? 0.9 : 0.8
    return isOnList ? 0.8 : 0.7
  }
  return Math.round(UNLISTED_TRUST[network?.access ?? 'none'] + data.absenceTrust[address.version]) / 100
}

/** The best of what lists of ranges, lists of networks and the purpose of the network say. */
function trustOf(data: IpData, address: ParsedAddress, kind: ListKind, { network, listed }: Kinds): number {
  const byRanges = trustInListed(data.layers, address, kind)
  if (network?.purpose === kind) return Math.max(byRanges, trustInPurpose(network))
  return byRanges === 0 && (listed & KIND_BITS[kind]) !== 0 ? TRUST_IN_LISTED_NETWORKS : byRanges
}

/** Lists of networks describe a whole network by most of it. */
const TRUST_IN_LISTED_NETWORKS = 0.8

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
    isGateway: none,
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
