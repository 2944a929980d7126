import type { AsnType } from '@sallyport/engine'
import { describeNetwork, type NetworkKnowledge } from './asn-type.ts'
import type { CityData } from './city-data.ts'
import { type ListKind, STALE_AFTER_DAYS } from './feeds.ts'
import type { AsnTable } from './pack-asn.ts'
import type { CountryTable } from './pack-country.ts'
import type { LoadedFeed, RangeLists } from './range-lists.ts'

/** Every data set in force at one moment. Replaced whole, never changed, so that one look-up sees one state. */
export interface IpData {
  asn: AsnTable | null
  networks: NetworkTable | null
  country: CountryTable | null
  city: CityData | null
  lists: RangeLists
  /** By combination of the lists: which kinds they make, as bits of `KIND_BITS`. */
  combinationKinds: Uint8Array
  /** The same with only lists that are not stale. */
  currentCombinationKinds: Uint8Array
  /** Whether a current list of a kind, for a version of the protocol, knows that an address is *not* of that kind. */
  knowsAbsence: Readonly<Record<4 | 6, number>>
  /** Kinds of which an installed list cannot be read: what it would have said is not known. */
  lost: number
}

export const KIND_BITS: Readonly<Record<ListKind, number>> = { tor: 1, vpn: 2, proxy: 4, relay: 8, hosting: 16, crawler: 32 }

const ALL_KINDS = Object.values(KIND_BITS).reduce((bits, bit) => bits | bit, 0)

export const DAY_MS = 86_400_000

/** What the lists and the names of networks come to, by position in the ASN table. */
export interface NetworkTable {
  find(position: number): NetworkKnowledge
  name(position: number): string
  /** Kinds that lists of networks give this one, as bits. */
  listedKinds: Uint8Array
}

export function isStale(feed: LoadedFeed, now: number): boolean {
  return now - feed.dataDate > STALE_AFTER_DAYS[feed.feed.kind] * DAY_MS
}

/** Works out, once for every change of the data, what a look-up would otherwise ask each time. */
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

/** A list for one version of the protocol says nothing of the other; a list of one provider says nothing of the rest. */
function absenceBits(feeds: readonly LoadedFeed[], version: 4 | 6, now: number): number {
  let bits = 0
  for (const loaded of feeds) {
    const { feed, entries, problem } = loaded
    if (feed.isComplete && problem === undefined && entries[version] > 0 && !isStale(loaded, now)) bits |= KIND_BITS[feed.kind]
  }
  // What one of several lists of a kind would have said is not known when it cannot be read.
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
  // Filled as addresses come: most networks are never seen.
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

/** Where a network is in the table; -1: it announces nothing. */
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

/** Networks that connect people are not hosting, whatever a list says of their addresses. */
export function connectsPeople(type: AsnType, isListed: boolean): boolean {
  return isListed && (type === 'isp' || type === 'mobile')
}
