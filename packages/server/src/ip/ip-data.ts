import { describeNetwork, type NetworkKnowledge } from './asn-type.ts'
import type { CityData } from './city-data.ts'
import { ALL_KINDS, absenceBits, absenceTrust, createLayers, KIND_BITS, type ListLayer, lostBits, usedFeeds } from './list-layers.ts'
import type { AsnTable } from './pack-asn.ts'
import type { CountryTable } from './pack-country.ts'
import type { RangeLists } from './range-lists.ts'

/** All data sets at one moment. Replaced as a whole and never changed, so that a look-up sees one state. */
export interface IpData {
  asn: AsnTable | null
  networks: NetworkTable | null
  country: CountryTable | null
  city: CityData | null
  /** The lists of the release, then those of the data directory. */
  layers: readonly ListLayer[]
  /** For each version of IP: the kinds for which a current list proves that an unlisted address is *not* of that kind, as bits. */
  knowsAbsence: Readonly<Record<4 | 6, number>>
  /** Kinds whose lists cannot be read and are not replaced by others, as bits. Their answers are unknown. */
  lost: number
  /** For each version of IP: what absence from all lists adds to the trust that an address is not anonymous, in hundredths. */
  absenceTrust: Readonly<Record<4 | 6, number>>
}

/** The networks with what the lists and their names say about them, by position in the ASN table. */
export interface NetworkTable {
  find(position: number): NetworkKnowledge
  name(position: number): string
  /** For each network: its kinds according to lists of networks, as bits. */
  listedKinds: Uint8Array
}

export interface IpDataSources {
  asn: AsnTable | null
  country: CountryTable | null
  city: CityData | null
  shippedLists: RangeLists
  lists: RangeLists
  /** The installed lists, or those of the release, are unknown. */
  isManifestLost: boolean
}

/** Prepares for look-ups, once per change of the data, everything that does not depend on the address. */
export function createIpData({ asn, country, city, shippedLists, lists, isManifestLost }: IpDataSources, now: number): IpData {
  const layers = createLayers(shippedLists, lists, now)
  const inUse = usedFeeds(layers)
  const lost = isManifestLost ? ALL_KINDS : lostBits(inUse)
  return {
    asn,
    country,
    city,
    layers,
    networks: asn === null ? null : createNetworkTable(asn, layers),
    knowsAbsence: { 4: absenceBits(inUse, 4, now) & ~lost, 6: absenceBits(inUse, 6, now) & ~lost },
    lost,
    absenceTrust: { 4: absenceTrust(inUse, 4, now), 6: absenceTrust(inUse, 6, now) },
  }
}

function createNetworkTable(asn: AsnTable, layers: readonly ListLayer[]): NetworkTable {
  const decoder = new TextDecoder()
  const names: (string | undefined)[] = []
  const known: (NetworkKnowledge | undefined)[] = []
  const listedKinds = new Uint8Array(asn.numbers.length)
  for (const { lists, isInUse } of layers) {
    for (const [number, feeds] of lists.networks) {
      const position = positionOf(asn.numbers, number)
      if (position === -1) continue
      for (const at of feeds) {
        const kind = isInUse[at] ? lists.feeds[at]?.feed.kind : undefined
        if (kind !== undefined) listedKinds[position] = (listedKinds[position] ?? 0) | KIND_BITS[kind]
      }
    }
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
