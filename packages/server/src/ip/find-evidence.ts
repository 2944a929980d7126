import { isMissing, type Known } from '@sallyport/engine'
import { hidesIpv4 } from '../addresses/embedded-ipv4.ts'
import type { ParsedAddress } from '../addresses/parse-address.ts'
import { UNKNOWN_PLACE } from './city-data.ts'
import { countryPlaceEvidence } from './country-places.ts'
import { NETWORKS_DATE } from './curated-networks.ts'
import { dayOf } from './day-of.ts'
import { FACT_OF_KIND } from './feeds.ts'
import { connectsPeople, type IpData } from './ip-data.ts'
import type { Evidence } from './ip-intelligence.ts'
import type { IpSources } from './ip-sources.ts'
import { findValue } from './range-index.ts'
import { isSpecialPurpose, meaningOfSpecialPurpose } from './special-purpose.ts'

/** Lists what each data set says about an address, including answers that another data set overrules. */
export function findEvidence(sources: IpSources, data: IpData, address: ParsedAddress): Evidence[] {
  if (isSpecialPurpose(address)) {
    return [{ fact: 'isPrivate', value: true, dataSet: 'iana', dataDate: '2026-01-01', note: meaningOfSpecialPurpose(address) }]
  }
  if (hidesIpv4(address)) return []
  return [
    ...countryEvidence(sources, address),
    ...cityEvidence(sources, address),
    ...placeEvidence(sources, address),
    ...networkEvidence(sources, data, address),
    ...listEvidence(data, address),
  ]
}

function countryEvidence({ shipped }: IpSources, address: ParsedAddress): Evidence[] {
  if (!shipped.country.isLoaded) return []
  const { table, dataDate } = shipped.country
  const value = table.codes[findValue(table.index, address) - 1]
  return value === undefined ? [] : [{ fact: 'countryCode', value, dataSet: 'country', dataDate: dayOf(dataDate) }]
}

function cityEvidence({ city }: IpSources, address: ParsedAddress): Evidence[] {
  if (city === undefined) return []
  return Object.entries(city.find(address)).flatMap(([fact, value]: [string, Known<string | number>]) =>
    isMissing(value) ? [] : [{ fact, value, dataSet: 'city', dataDate: dayOf(city.dataDate) }],
  )
}

function placeEvidence({ shipped, city }: IpSources, address: ParsedAddress): Evidence[] {
  if (!shipped.country.isLoaded) return []
  const { table } = shipped.country
  const code = table.codes[findValue(table.index, address) - 1]
  return code === undefined ? [] : countryPlaceEvidence(code, city?.find(address) ?? UNKNOWN_PLACE)
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
  if (network.purpose !== null) {
    evidence.push({ fact: FACT_OF_KIND[network.purpose], value: true, ...by })
    if (network.purpose !== 'hosting' && network.purpose !== 'relay') evidence.push({ fact: 'isHosting', value: true, ...by })
  }
  return evidence
}

function listEvidence(data: IpData, address: ParsedAddress): Evidence[] {
  const { lists, asn, networks } = data
  const position = asn === null ? -1 : findValue(asn.index, address) - 1
  const number = asn?.numbers[position]
  const byAddress = lists.combinations[findValue(lists.index, address)] ?? []
  const byNetwork = number === undefined ? [] : (lists.networks.get(number) ?? [])
  const network = position === -1 || networks === null ? null : networks.find(position)
  return [...byAddress, ...byNetwork].flatMap((at): Evidence[] => {
    const found = lists.feeds[at]
    if (found === undefined) return []
    const isOverruled = found.feed.kind === 'hosting' && network !== null && connectsPeople(network.type, network.isListed)
    return [
      {
        fact: FACT_OF_KIND[found.feed.kind],
        value: true,
        dataSet: found.feed.name,
        dataDate: dayOf(found.dataDate),
        ...(isOverruled && { note: 'not believed: the network connects people' }),
      },
    ]
  })
}
