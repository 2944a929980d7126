import type { AsnType } from '@sallyport/engine'

/** A part of a real network, from which addresses are drawn. */
export interface Network {
  countryCode: string
  /** What the IP data say of it. An address about which they say anything else is not used. */
  asnType: AsnType
  first: string
  prefixLength: number
}

/** Where people live, with how they connect there. */
export interface Country {
  countryCode: string
  /** Of all people. */
  share: number
  timeZone: string
  homes: readonly Network[]
  phones: readonly Network[]
  offices: readonly Network[]
  campuses: readonly Network[]
}

/** The countries of the bank's customers. */
export const countries: readonly Country[] = [
  country('US', 0.34, 'America/Chicago', {
    homes: ['73.0.0.0/9', '108.192.0.0/11', '71.112.0.0/12'],
    phones: ['100.128.0.0/9', '97.176.0.0/13', '166.200.0.0/14'],
    offices: ['12.203.0.0/16', '63.0.0.0/12'],
    campuses: ['18.4.0.0/14'],
  }),
  country('GB', 0.18, 'Europe/London', {
    homes: ['86.128.0.0/10', '82.0.0.0/12', '90.192.0.0/11'],
    phones: ['188.28.0.0/14', '148.252.128.0/18'],
    offices: ['81.128.0.0/12'],
    campuses: ['138.37.0.0/16'],
  }),
  country('AU', 0.09, 'Australia/Sydney', {
    homes: ['1.128.0.0/11', '49.176.0.0/12', '14.200.0.0/14'],
    phones: ['120.16.0.0/13'],
    offices: ['101.168.0.0/14'],
    campuses: ['130.56.0.0/16'],
  }),
  country('CA', 0.08, 'America/Toronto', {
    homes: ['142.180.0.0/14', '99.224.0.0/11', '174.112.0.0/13'],
    phones: ['184.151.120.0/21', '70.28.136.0/21'],
    offices: ['70.48.0.0/13'],
    campuses: ['137.82.0.0/16'],
  }),
  country('DE', 0.08, 'Europe/Berlin', {
    homes: ['79.192.0.0/10', '88.64.0.0/12', '77.0.0.0/12'],
    // The data count this network as a provider: it carries phones as well as homes.
    phones: [{ first: '77.176.0.0', prefixLength: 12, asnType: 'isp' }],
    offices: ['84.128.0.0/10'],
    campuses: ['134.61.0.0/16'],
  }),
  country('FR', 0.06, 'Europe/Paris', {
    homes: ['86.192.0.0/11', '93.0.0.0/11', '82.224.0.0/11'],
    phones: ['37.8.160.0/19'],
    offices: ['90.40.0.0/13'],
    campuses: ['129.88.0.0/16'],
  }),
  country('NZ', 0.05, 'Pacific/Auckland', {
    homes: ['118.92.0.0/15', '49.224.0.0/14', '121.98.128.0/17'],
    phones: ['123.100.64.0/18'],
    offices: ['203.97.0.0/16'],
    campuses: ['130.216.0.0/16'],
  }),
  country('NL', 0.04, 'Europe/Amsterdam', {
    homes: ['77.160.0.0/12', '83.80.0.0/13'],
    phones: ['178.228.0.0/14'],
    offices: ['87.213.0.0/16'],
    campuses: ['130.161.0.0/16'],
  }),
  country('ES', 0.03, 'Europe/Madrid', {
    homes: ['83.32.0.0/11', '85.48.0.0/12'],
    phones: ['77.208.0.0/14'],
    offices: ['88.0.0.0/11'],
    campuses: ['158.227.0.0/16'],
  }),
  country('IE', 0.03, 'Europe/Dublin', {
    homes: ['86.40.0.0/13', '89.100.0.0/15'],
    phones: ['109.76.0.0/14'],
    offices: ['83.70.0.0/15'],
    campuses: ['137.43.0.0/16'],
  }),
  country('SG', 0.02, 'Asia/Singapore', {
    homes: ['121.6.0.0/15', '116.86.0.0/15'],
    phones: ['27.104.0.0/16', '14.100.128.0/17'],
    offices: ['203.117.128.0/18'],
    campuses: ['164.78.0.0/16'],
  }),
]

/** Where people travel. */
export const destinations: readonly Network[] = [
  network('PT', 'isp', '81.193.0.0/16'),
  network('PT', 'isp', '85.240.0.0/13'),
  network('IT', 'isp', '79.0.0.0/10'),
  network('IT', 'isp', '87.0.0.0/11'),
  network('JP', 'isp', '60.64.0.0/10'),
  network('TH', 'isp', '58.8.0.0/14'),
  network('MX', 'isp', '187.132.0.0/14'),
  network('ES', 'isp', '83.32.0.0/11'),
  network('FR', 'isp', '86.192.0.0/11'),
]

/** Exits of commercial VPNs. */
export const vpnExits: readonly Network[] = [
  network('US', 'hosting', '146.70.32.0/19'),
  network('US', 'hosting', '212.102.40.0/22'),
  network('GB', 'hosting', '37.120.128.0/19'),
  network('GB', 'hosting', '149.40.48.0/20'),
  network('DE', 'hosting', '5.157.192.0/19'),
  network('SE', 'hosting', '185.65.132.0/22'),
  network('CH', 'hosting', '95.36.96.0/22'),
]

/** Networks of Tor exit relays. */
export const torExits: readonly Network[] = [
  network('DE', 'hosting', '185.220.101.0/24'),
  network('DE', 'hosting', '185.220.100.0/24'),
  network('AT', 'hosting', '109.70.100.0/24'),
  network('SE', 'hosting', '171.25.193.0/24'),
  network('NL', 'hosting', '192.42.116.0/24'),
  network('US', 'hosting', '199.249.224.0/23'),
]

/** Servers for rent, from which stolen passwords are tried. */
export const rentedServers: readonly Network[] = [
  network('US', 'hosting', '45.55.0.0/16'),
  network('US', 'hosting', '144.202.0.0/17'),
  network('FR', 'hosting', '141.94.0.0/15'),
  network('DE', 'hosting', '78.46.0.0/15'),
  network('FI', 'hosting', '65.108.0.0/15'),
  network('DE', 'hosting', '5.189.128.0/18'),
  network('NL', 'hosting', '89.248.160.0/20'),
]

/** The exits of a privacy relay: they hide the address, but not the region. */
export const relayExits: readonly Network[] = [network('US', 'hosting', '172.224.8.0/22'), network('FR', 'hosting', '172.224.196.0/22')]

type Ranges = readonly (string | Omit<Network, 'countryCode'>)[]

function country(
  countryCode: string,
  share: number,
  timeZone: string,
  { homes, phones, offices, campuses }: { homes: Ranges; phones: Ranges; offices: Ranges; campuses: Ranges },
): Country {
  const networks = (ranges: Ranges, asnType: AsnType) =>
    ranges.map((range) => (typeof range === 'string' ? network(countryCode, asnType, range) : { countryCode, ...range }))
  return {
    countryCode,
    share,
    timeZone,
    homes: networks(homes, 'isp'),
    phones: networks(phones, 'mobile'),
    offices: networks(offices, 'isp'),
    campuses: networks(campuses, 'education'),
  }
}

function network(countryCode: string, asnType: AsnType, range: string): Network {
  const [first = '', length] = range.split('/')
  return { countryCode, asnType, first, prefixLength: Number(length) }
}
