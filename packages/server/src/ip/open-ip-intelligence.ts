import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type ParsedAddress, parseAddress } from '../addresses/parse-address.ts'
import { openCityData } from './city-data.ts'
import { fingerprintOf } from './data-directory.ts'
import { describeDataSets } from './describe-data-sets.ts'
import { findEvidence } from './find-evidence.ts'
import { createIpData, type IpData, positionOf } from './ip-data.ts'
import type { ExplainedIpIntelligence } from './ip-intelligence.ts'
import type { IpSources } from './ip-sources.ts'
import { DAY_MS } from './list-layers.ts'
import { loadShippedData } from './load-shipped-data.ts'
import { loadShippedLists } from './load-shipped-lists.ts'
import { lookUpAddress } from './look-up-address.ts'
import { buildRangeLists, type FoundLists, findPackedLists, loadRangeLists, onlyCurated, type RangeLists } from './range-lists.ts'
import { runPacker } from './run-packer.ts'

export interface OpenIpOptions {
  /** The server's data directory. Lists are in its folder `ip`, which may be absent. */
  dataDir: string
  /** Milliseconds UTC. */
  clock: () => number
  /** Folders of the data packages, for tests; by default npm's resolution finds them. */
  asnPackage?: string
  countryPackage?: string
  listsPackage?: string
  /** Leaves out every list, to see how much is known without them. What the release says of networks and ranges stays. */
  withoutLists?: boolean
  /** Takes every list for so many days old, to see what age does to the answers. */
  listsAgeDays?: number
}

/**
 * Loads all IP data into memory.
 *
 * Does not fail when data are missing or damaged: their facts are `unavailable`, and `dataSets()` says why.
 */
export async function openIpIntelligence(options: OpenIpOptions): Promise<ExplainedIpIntelligence> {
  const { clock } = options
  const directory = join(options.dataDir, 'ip')
  const shipped = loadShippedData({ ...options, fallbackDirectory: directory })
  const shippedLists = asAsked(loadShippedLists({ ...options, fallbackDirectory: directory }))
  // INVARIANT: `current` is replaced, never changed; a look-up reads it once and sees one state of all data sets.
  let current = read()

  return {
    lookUp(address, lookUpOptions) {
      return lookUpAddress(current.data, toParsed(address), lookUpOptions?.treatRelayAsAnonymous ?? false)
    },
    evidence(address) {
      return findEvidence(current.sources, current.data, toParsed(address), clock())
    },
    networkName(asn) {
      const { networks, asn: table } = current.data
      const position = table === null ? -1 : positionOf(table.numbers, asn)
      return networks === null || position === -1 ? undefined : networks.name(position)
    },
    get dataVersion() {
      return current.version
    },
    dataSets() {
      return describeDataSets(current.sources, clock())
    },
    async refresh() {
      if (fingerprintOf(directory) === current.fingerprint) {
        // Lists become stale without a change on disk.
        current = { ...current, data: toData(current.sources) }
        return
      }
      // Building the index without a pack would block every request for half a second.
      const packed = await findPacked()
      if (packed === 'none') await runPacker(directory)
      current = read(current.sources, packed === 'none' ? await findPacked() : packed)
    },
  }

  /** `none`: the lists have to be packed first. `undefined`: without a readable manifest there is nothing to pack. */
  async function findPacked(): Promise<FoundLists | 'none' | undefined> {
    try {
      return (await findPackedLists(directory)) ?? 'none'
    } catch {
      return undefined
    }
  }

  /** `packed`: the lists, if they have been read already. */
  function read(before?: IpSources, packed?: FoundLists | 'none') {
    for (let attempt = 1; ; attempt += 1) {
      const fingerprint = fingerprintOf(directory)
      const sources: IpSources = { shipped, shippedLists, ...readInstalled(fingerprint, packed), ...readCity(directory, before) }
      // An update may have removed a file while it was being read.
      if (fingerprintOf(directory) !== fingerprint && attempt < 3) continue
      return { fingerprint, sources, data: toData(sources), version: versionOf(sources, fingerprint) }
    }
  }

  function toData({ lists, listsProblem, city }: IpSources): IpData {
    const asn = shipped.asn.isLoaded ? shipped.asn.table : null
    const country = shipped.country.isLoaded ? shipped.country.table : null
    const isManifestLost = listsProblem !== undefined || shippedLists.problem !== undefined
    return createIpData({ asn, country, city: city ?? null, shippedLists: shippedLists.lists, lists, isManifestLost }, clock())
  }

  function readInstalled(fingerprint: string, packed?: FoundLists | 'none'): Pick<IpSources, 'lists' | 'listsProblem'> {
    const isRead = packed !== undefined && packed !== 'none' && packed.fingerprint === fingerprint
    const installed = isRead ? { lists: packed.lists } : readLists(directory)
    return { ...installed, ...asAsked(installed) }
  }

  /** The lists with the age that was asked for, or without those that age. */
  function asAsked<Loaded extends { lists: RangeLists }>(loaded: Loaded): Loaded {
    const { withoutLists, listsAgeDays } = options
    if (withoutLists === true) return { ...loaded, lists: onlyCurated(loaded.lists) }
    return listsAgeDays === undefined ? loaded : { ...loaded, lists: withDate(loaded.lists, clock() - listsAgeDays * DAY_MS) }
  }
}

function withDate(lists: RangeLists, dataDate: number): RangeLists {
  return { ...lists, feeds: lists.feeds.map((feed) => (feed.origin === 'curated' ? feed : { ...feed, dataDate })) }
}

function readLists(directory: string): Pick<IpSources, 'lists' | 'listsProblem'> {
  try {
    return { lists: loadRangeLists(directory) }
  } catch (error) {
    return { lists: buildRangeLists([]), listsProblem: error instanceof Error ? error.message : String(error) }
  }
}

function readCity(directory: string, before?: IpSources): Pick<IpSources, 'city' | 'cityProblem'> {
  // The city data are a hundred megabytes: a changed list is no reason to read them again.
  if (before?.city !== undefined) return { city: before.city }
  try {
    return { city: openCityData(directory) }
  } catch (error) {
    return { city: undefined, cityProblem: error instanceof Error ? error.message : String(error) }
  }
}

/** Short, because every decision stores it: the days of the country and ASN data, and a mark for the lists. */
function versionOf({ shipped, shippedLists, lists }: IpSources, fingerprint: string): string {
  const day = (dataDate: number) => new Date(dataDate).toISOString().slice(2, 10).replaceAll('-', '')
  const country = shipped.country.isLoaded ? day(shipped.country.dataDate) : 'none'
  const asn = shipped.asn.isLoaded ? day(shipped.asn.dataDate) : 'none'
  const mark = createHash('sha256')
    .update(lists.feeds.length === 0 ? 'none' : fingerprint)
    .update(shippedLists.fingerprint)
    .update(lists.feeds.map(({ feed, dataDate }) => `${feed.name} ${dataDate}`).join())
  return `${country}.${asn}.${mark.digest('hex').slice(0, 8)}`
}

function toParsed(address: ParsedAddress | string): ParsedAddress {
  if (typeof address !== 'string') return address
  const parsed = parseAddress(address)
  if (parsed === null) throw new RangeError('not an IP address')
  return parsed
}
