import type { IpFacts } from '@sallyport/engine'

/** Everything known about one address: a home connection in Auckland that no list names. Spread it to change a fact. */
export const homeAddress: IpFacts = {
  address: '198.51.100.7',
  version: 4,
  network: '198.51.100.0/24',
  isPrivate: false,
  isTor: false,
  isVpn: false,
  isProxy: false,
  isHosting: false,
  isRelay: false,
  isCrawler: false,
  isGateway: false,
  isAnonymous: false,
  anonymityConfidence: 0,
  asn: 64_500,
  asnName: 'Example Broadband',
  asnType: 'isp',
  countryCode: 'NZ',
  cityName: 'Auckland',
  latitude: -36.8512,
  longitude: 174.7654,
  accuracyKm: 20,
  timeZone: 'Pacific/Auckland',
  countryCodeInOfacList: false,
}
