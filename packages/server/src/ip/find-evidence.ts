import { isMissing, type Known } from '@sallyport/engine'
import { hidesIpv4 } from '../addresses/embedded-ipv4.ts'
import type { ParsedAddress } from '../addresses/parse-address.ts'
import { contains } from '../addresses/parse-cidr.ts'
import { type NetworkKnowledge, trustInPurpose } from './asn-type.ts'
import { UNKNOWN_PLACE } from './city-data.ts'
import { countryPlaceEvidence } from './country-places.ts'
import { NETWORKS_DATE } from './curated-networks.ts'
import { curatedRanges } from './curated-ranges.ts'
import { dayOf } from './day-of.ts'
import { FACT_OF_KIND } from './feeds.ts'
import type { IpData } from './ip-data.ts'
import type { Evidence } from './ip-intelligence.ts'
import type { IpSources } from './ip-sources.ts'
import { trustIn } from './list-layers.ts'
import { findValue } from './range-index.ts'
import type { LoadedFeed } from './range-lists.ts'
import { isSpecialPurpose, meaningOfSpecialPurpose } from './special-purpose.ts'

/** Lists what each data set says about an address, including answers that another data set overrules. */
export function findEvidence(sources: IpSources, data: IpData, address: ParsedAddress, now: number): Evidence[] {
  if (isSpecialPurpose(address)) {
    return [{ fact: 'isPrivate', value: true, dataSet: 'iana', dataDate: '2026-01-01', note: meaningOfSpecialPurpose(address) }]
  }
  if (hidesIpv4(address)) return []
  return [
    ...countryEvidence(sources, address),
    ...networkEvidence(sources, data, address),
    ...listEvidence(data, address, now),
    ...resolverEvidence(address),
  ]
}

/** Of countries without city data. There are few, and a million addresses are looked up at once. */
const ofCountries = new Map<string, readonly Evidence[]>()

/** The country with all that says where in it the address is. */
function countryEvidence(sources: IpSources, address: ParsedAddress): readonly Evidence[] {
  const { shipped, city } = sources
  if (!shipped.country.isLoaded) return cityEvidence(city, address)
  const { table, dataDate } = shipped.country
  const code = table.codes[findValue(table.index, address) - 1]
  if (code === undefined) return cityEvidence(city, address)
  const country: Evidence = { fact: 'countryCode', value: code, dataSet: 'country', dataDate: dayOf(dataDate) }
  if (city !== undefined) return [country, ...cityEvidence(city, address), ...countryPlaceEvidence(code, city.find(address))]
  const key = `${code} ${country.dataDate}`
  let known = ofCountries.get(key)
  if (known === undefined) {
    known = [country, ...countryPlaceEvidence(code, UNKNOWN_PLACE)]
    ofCountries.set(key, known)
  }
  return known
}

function cityEvidence(city: IpSources['city'], address: ParsedAddress): Evidence[] {
  if (city === undefined) return []
  return Object.entries(city.find(address)).flatMap(([fact, value]: [string, Known<string | number>]) =>
    isMissing(value) ? [] : [{ fact, value, dataSet: 'city', dataDate: dayOf(city.dataDate) }],
  )
}

function networkEvidence({ shipped }: IpSources, data: IpData, address: ParsedAddress): Evidence[] {
  if (!shipped.asn.isLoaded || data.networks === null) return []
  const { table, dataDate } = shipped.asn
  const position = findValue(table.index, address) - 1
  const asn = table.numbers[position]
  if (asn === undefined) return []
  const network = data.networks.find(position)
  const evidence: Evidence[] = [{ fact: 'asn', value: asn, dataSet: 'asn', dataDate: dayOf(dataDate), note: data.networks.name(position) }]
  const by = {
    dataSet: network.isListed ? 'networks' : 'asn',
    dataDate: dayOf(network.isListed ? NETWORKS_DATE : dataDate),
    note: network.note,
  }
  evidence.push({ fact: 'asnType', value: network.type, ...by })
  if (network.isSatellite === true) evidence.push({ fact: 'isSatellite', value: true, ...by })
  if (network.purpose !== null) {
    const confidence = trustInPurpose(network)
    evidence.push({ fact: FACT_OF_KIND[network.purpose], value: true, ...by, confidence })
    const isServers = network.purpose === 'vpn' || network.purpose === 'proxy' || network.purpose === 'tor'
    if (isServers) evidence.push({ fact: 'isHosting', value: true, ...by, confidence })
  }
  return evidence
}

function listEvidence(data: IpData, address: ParsedAddress, now: number): Evidence[] {
  const { asn, networks } = data
  const position = asn === null ? -1 : findValue(asn.index, address) - 1
  const number = asn?.numbers[position]
  const network = position === -1 || networks === null ? null : networks.find(position)
  return data.layers.flatMap(({ lists, isInUse }) => {
    const byAddress = lists.combinations[findValue(lists.index, address)] ?? []
    const byNetwork = number === undefined ? [] : (lists.networks.get(number) ?? [])
    return [...byAddress, ...byNetwork].flatMap((at): Evidence[] => {
      const found = lists.feeds[at]
      if (found === undefined || isInUse[at] !== true) return []
      const { kind, name } = found.feed
      return [
        {
          fact: FACT_OF_KIND[kind],
          value: true,
          dataSet: name,
          dataDate: dayOf(found.dataDate),
          confidence: trustIn(found, now),
          ...noteOf(found, network, address),
        },
      ]
    })
  })
}

function noteOf({ feed, origin, isInferred }: LoadedFeed, network: NetworkKnowledge | null, address: ParsedAddress): { note?: string } {
  const connectsPeople = network?.access === 'known'
  if (connectsPeople && (feed.kind === 'hosting' || isInferred === true)) return { note: 'not believed: the network connects people' }
  if (isInferred === true) return { note: 'inferred: three or more exits of the list are in its neighbourhood' }
  const range = origin === 'curated' ? curatedRanges.find((one) => one.purpose === feed.kind && contains(one.range, address)) : undefined
  return range === undefined ? {} : { note: range.comment }
}

const resolvers = curatedRanges.filter(({ purpose }) => purpose === 'resolver')
/** The first words of their ranges begin with one of these bytes. Hardly any other address does. */
const bytesOfResolvers = new Set(resolvers.map(({ range }) => (range.first[0] ?? 0) >>> 24))

/** A public resolver is at the same address in many places. */
function resolverEvidence(address: ParsedAddress): Evidence[] {
  if (!bytesOfResolvers.has((address.words[0] ?? 0) >>> 24)) return []
  return resolvers
    .filter(({ range }) => contains(range, address))
    .map(({ comment }) => ({ fact: 'isResolver', value: true, dataSet: 'networks', dataDate: dayOf(NETWORKS_DATE), note: comment }))
}
