import type { AsnType } from '@sallyport/engine'
import { describeNetwork, type NetworkKnowledge } from './asn-type.ts'
import type { CityData } from './city-data.ts'
import { type ListKind, STALE_AFTER_DAYS } from './feeds.ts'
import type { AsnTable } from './pack-asn.ts'
import type { CountryTable } from './pack-country.ts'
import type { LoadedFeed, RangeLists } from './range-lists.ts'

/** All data sets at one moment. Replaced as a whole and never changed, so that a look-up sees one state. */
export interface IpData {
  asn: AsnTable | null
  networks: NetworkTable | null
  country: CountryTable | null
  city: CityData | null
  lists: RangeLists
  /** For each combination of lists: their kinds, as bits of `KIND_BITS`. */
  combinationKinds: Uint8Array
  /** The same, without stale lists. */
  currentCombinationKinds: Uint8Array
  /** For each version of IP: the kinds for which a current list proves that an unlisted address is *not* of that kind, as bits. */
  knowsAbsence: Readonly<Record<4 | 6, number>>
  /** Kinds that have an installed list which cannot be read, as bits. Its answers are unknown. */
  lost: number
}

export const KIND_BITS: Readonly<Record<ListKind, number>> = { tor: 1, vpn: 2, proxy: 4, relay: 8, hosting: 16, crawler: 32 }

const ALL_KINDS = Object.values(KIND_BITS).reduce((bits, bit) => bits | bit, 0)

export const DAY_MS = 86_400_000

/** The networks with what the lists and their names say about them, by position in the ASN table. */
export interface NetworkTable {
  find(position: number): NetworkKnowledge
  name(position: number): string
  /** For each network: its kinds according to lists of networks, as bits. */
  listedKinds: Uint8Array
}

export function isStale(feed: LoadedFeed, now: number): boolean {
  return now - feed.dataDate > STALE_AFTER_DAYS[feed.feed.kind] * DAY_MS
}

/** Prepares for look-ups, once per change of the data, everything that does not depend on the address. */
export function createIpData(
  sources: { asn: AsnTable | null; country: CountryTable | null; city: CityData | null; lists: RangeLists; isManifestLost: boolean },
  now: number,
): IpData {
  const { feeds, combinations } = sources.lists
  const kindsOf = (positions: readonly number[], isCounted: (feed: LoadedFeed) => boolean) =>
    positions.reduce((bits, position) => {
      const feed = feeds[position]
      return feed !== undefined && isCounted(feed) ? bits | KIND_BITS[feed.feed.kind] : bits
    }, 0)
  const { asn, country, city, lists } = sources
  return {
    asn,
    country,
    city,
    lists,
    networks: sources.asn === null ? null : createNetworkTable(sources.asn, sources.lists, (positions) => kindsOf(positions, () => true)),
    combinationKinds: Uint8Array.from(combinations, (positions) => kindsOf(positions, () => true)),
    currentCombinationKinds: Uint8Array.from(combinations, (positions) => kindsOf(positions, (feed) => !isStale(feed, now))),
    knowsAbsence: { 4: absenceBits(feeds, 4, now), 6: absenceBits(feeds, 6, now) },
    lost: sources.isManifestLost ? ALL_KINDS : lostBits(feeds),
  }
}

/** A list for one version of IP says nothing about the other; a list of one provider says nothing about the rest. */
function absenceBits(feeds: readonly LoadedFeed[], version: 4 | 6, now: number): number {
  let bits = 0
  for (const loaded of feeds) {
    const { feed, entries, problem } = loaded
    if (feed.isComplete && problem === undefined && entries[version] > 0 && !isStale(loaded, now)) bits |= KIND_BITS[feed.kind]
  }
  // A list that cannot be read leaves its whole kind uncertain, even beside readable lists.
  return bits & ~lostBits(feeds)
}

function lostBits(feeds: readonly LoadedFeed[]): number {
  return feeds.reduce((bits, { feed, problem }) => (problem === undefined ? bits : bits | KIND_BITS[feed.kind]), 0)
}

function createNetworkTable(asn: AsnTable, lists: RangeLists, kindsOf: (positions: readonly number[]) => number): NetworkTable {
  const decoder = new TextDecoder()
  const names: (string | undefined)[] = []
  const known: (NetworkKnowledge | undefined)[] = []
  const listedKinds = new Uint8Array(asn.numbers.length)
  for (const [number, positions] of lists.networks) {
    const position = positionOf(asn.numbers, number)
    if (position !== -1) listedKinds[position] = kindsOf(positions)
  }
  // Filled on demand: most networks are never looked up.
  const name = (position: number): string => {
    names[position] ??= decoder.decode(asn.names.subarray(asn.nameStarts[position], asn.nameEnds[position]))
    return names[position]
  }
  return {
    name,
    find(position) {
      known[position] ??= describeNetwork(asn.numbers[position] ?? 0, name(position), asn.v4Sizes[position] ?? 0)
      return known[position]
    },
    listedKinds,
  }
}

/** The position of a network in the table. -1: it announces no address. */
export function positionOf(numbers: Uint32Array, asn: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? 0) < asn) low = middle + 1
    else high = middle
  }
  return numbers[low] === asn ? low : -1
}

/** Whether a curated table says that the network connects people. Such a network is not hosting, whatever a list says about its addresses. */
export function connectsPeople(type: AsnType, isListed: boolean): boolean {
  return isListed && (type === 'isp' || type === 'mobile')
}
