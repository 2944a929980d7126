import { factsOf, type Network, type Spot } from './network.ts'

export interface City {
  /** Home connections, one network for each provider. */
  lines: readonly Network[]
  offices: Network
}

export interface Country {
  timeZone: string
  cities: readonly City[]
  /** Mobile carriers: many customers behind few addresses, of which data know the country only. */
  carriers: readonly Network[]
  /** Of commercial VPNs, and of iCloud Private Relay. */
  vpnExits: Network
  relayExits: Network
  /** Exits that no list has and that look like home connections. */
  missedExits: Network
}

/** Where people live, travel and hide. */
export interface Geography {
  countries: readonly Country[]
  /** Hotels, cafés and mobile carriers of other countries. */
  destinations: readonly Network[]
  torExits: Network
}

/** Where data put an address of which they know the country only: its middle, and how far the country reaches. */
const middles: Readonly<Record<string, readonly [latitude: number, longitude: number, radiusKm: number]>> = {
  GB: [54, -2.5, 550],
  DE: [51.2, 10.4, 450],
  US: [39.8, -98.6, 2300],
}

const cities: Readonly<Record<string, readonly [name: string, latitude: number, longitude: number, timeZone: string][]>> = {
  GB: [
    ['London', 51.5, -0.13, 'Europe/London'],
    ['Leeds', 53.8, -1.55, 'Europe/London'],
    ['Bristol', 51.45, -2.59, 'Europe/London'],
  ],
  DE: [
    ['Berlin', 52.52, 13.4, 'Europe/Berlin'],
    ['Cologne', 50.94, 6.96, 'Europe/Berlin'],
    ['Munich', 48.14, 11.58, 'Europe/Berlin'],
  ],
  US: [
    ['Chicago', 41.88, -87.63, 'America/Chicago'],
    ['Dallas', 32.78, -96.8, 'America/Chicago'],
    ['Minneapolis', 44.98, -93.27, 'America/Chicago'],
  ],
}

const resorts: readonly [countryCode: string, name: string, latitude: number, longitude: number, timeZone: string][] = [
  ['PT', 'Lisbon', 38.72, -9.14, 'Europe/Lisbon'],
  ['ES', 'Palma', 39.57, 2.65, 'Europe/Madrid'],
  ['IT', 'Rome', 41.9, 12.5, 'Europe/Rome'],
  ['JP', 'Tokyo', 35.68, 139.69, 'Asia/Tokyo'],
  ['MX', 'Mexico City', 19.43, -99.13, 'America/Mexico_City'],
]

/** Makes the part of the internet in which the simulation takes place. Always the same. */
export function createGeography(): Geography {
  let nextBlock = 0
  let nextAsn = 64_512
  const network = (facts: Network['facts'], blocks: number, hosts: number): Network => {
    const firstBlock = nextBlock
    nextBlock += blocks
    return { facts, firstBlock, blocks, hosts }
  }
  const newAsn = () => nextAsn++

  const countries = Object.entries(cities).map(([countryCode, places]): Country => {
    const spots = places.map(
      ([cityName, latitude, longitude, timeZone]): Spot => ({ countryCode, cityName, latitude, longitude, accuracyKm: 20, timeZone }),
    )
    const [capital] = spots as [Spot]
    const [latitude, longitude, accuracyKm] = middles[countryCode] as (typeof middles)[string]
    const middle: Spot = { ...capital, latitude, longitude, accuracyKm }
    const providers = [newAsn(), newAsn()]
    const business = newAsn()
    return {
      timeZone: capital.timeZone,
      cities: spots.map((spot) => ({
        lines: providers.map((asn) => network(factsOf(spot, asn, 'isp'), 6, 250)),
        offices: network(factsOf(spot, business, 'business'), 4, 250),
      })),
      carriers: [newAsn(), newAsn()].map((asn) => network(factsOf(middle, asn, 'mobile'), 2, 32)),
      vpnExits: network(factsOf(capital, newAsn(), 'hosting', 'vpn'), 2, 12),
      relayExits: network(factsOf(middle, newAsn(), 'hosting', 'relay'), 4, 60),
      missedExits: network(factsOf(capital, newAsn(), 'isp'), 2, 12),
    }
  })
  const destinations = resorts.flatMap(([countryCode, cityName, latitude, longitude, timeZone]) => {
    const spot: Spot = { countryCode, cityName, latitude, longitude, accuracyKm: 20, timeZone }
    return [network(factsOf(spot, newAsn(), 'isp'), 8, 250), network(factsOf(spot, newAsn(), 'mobile'), 2, 60)]
  })
  const elsewhere: Spot = {
    countryCode: 'NL',
    cityName: 'Amsterdam',
    latitude: 52.37,
    longitude: 4.9,
    accuracyKm: 20,
    timeZone: 'Europe/Amsterdam',
  }
  return { countries, destinations, torExits: network(factsOf(elsewhere, newAsn(), 'hosting', 'tor'), 8, 100) }
}
