import type { IpFacts, TrackedEvent, UserAgentFacts } from '../facts/event.ts'
import { parseUserAgent } from '../facts/user-agent.ts'

/**
 * What the users of a tenant look like, and what is common elsewhere: everything that an attacker can choose from to look like one of them.
 */
export interface Crowd {
  /** Where users come from: one place for each provider and country. Places that hide the user are left out. */
  places: readonly IpFacts[]
  /** The browsers of the users, most common first. */
  userAgents: readonly UserAgentFacts[]
  /** Places and browsers that are common elsewhere, more of each than a profile remembers. */
  otherPlaces: readonly IpFacts[]
  otherUserAgents: readonly UserAgentFacts[]
}

/** The crowd that usual events show. Their order does not matter. */
export function crowdOf(events: readonly TrackedEvent[]): Crowd {
  const places = new Map<string, IpFacts>()
  const times = new Map<string, { facts: UserAgentFacts; times: number }>()
  for (const { ip, userAgent } of events) {
    if (ip !== null && showsPlace(ip)) {
      const kind = `${ip.countryCode} ${ip.asn}`
      const known = places.get(kind)
      if (known === undefined || ip.address < known.address) places.set(kind, ip)
    }
    if (userAgent !== null) {
      const seen = times.get(userAgent.raw)
      if (seen === undefined) times.set(userAgent.raw, { facts: userAgent, times: 1 })
      else seen.times += 1
    }
  }
  return {
    places: [...places].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ip]) => ip),
    userAgents: [...times.values()].sort((a, b) => b.times - a.times || (a.facts.raw < b.facts.raw ? -1 : 1)).map(({ facts }) => facts),
    otherPlaces: elsewhere.map(placeElsewhere),
    otherUserAgents: otherUserAgents.map(parseUserAgent),
  }
}

function showsPlace(ip: IpFacts): boolean {
  if (ip.isPrivate || typeof ip.countryCode !== 'string' || typeof ip.asn !== 'number') return false
  return [ip.isTor, ip.isVpn, ip.isProxy, ip.isHosting, ip.isRelay, ip.isAnonymous].every((flag) => flag !== true)
}

/** Countries with many people online: one more than a profile remembers. */
const elsewhere: readonly [countryCode: string, cityName: string, latitude: number, longitude: number, timeZone: string][] = [
  ['BR', 'São Paulo', -23.5505, -46.6333, 'America/Sao_Paulo'],
  ['VN', 'Hanoi', 21.0285, 105.8542, 'Asia/Ho_Chi_Minh'],
  ['ZA', 'Johannesburg', -26.2041, 28.0473, 'Africa/Johannesburg'],
  ['TR', 'Istanbul', 41.0082, 28.9784, 'Europe/Istanbul'],
  ['ID', 'Jakarta', -6.2088, 106.8456, 'Asia/Jakarta'],
  ['MX', 'Mexico City', 19.4326, -99.1332, 'America/Mexico_City'],
  ['RO', 'Bucharest', 44.4268, 26.1025, 'Europe/Bucharest'],
  ['PH', 'Manila', 14.5995, 120.9842, 'Asia/Manila'],
  ['KE', 'Nairobi', -1.2921, 36.8219, 'Africa/Nairobi'],
  ['AR', 'Buenos Aires', -34.6037, -58.3816, 'America/Argentina/Buenos_Aires'],
  ['TH', 'Bangkok', 13.7563, 100.5018, 'Asia/Bangkok'],
  ['PL', 'Warsaw', 52.2297, 21.0122, 'Europe/Warsaw'],
  ['NG', 'Lagos', 6.5244, 3.3792, 'Africa/Lagos'],
]

/** The first AS number reserved for documentation (RFC 5398). */
export const firstReservedAsn = 64496

function placeElsewhere([countryCode, cityName, latitude, longitude, timeZone]: (typeof elsewhere)[number], index: number): IpFacts {
  return {
    address: '203.0.113.1',
    version: 4,
    network: '203.0.113.0/24',
    isPrivate: false,
    isTor: false,
    isVpn: false,
    isProxy: false,
    isHosting: false,
    isRelay: false,
    isCrawler: false,
    isGateway: false,
    isAnonymous: false,
    anonymityConfidence: 0.95,
    asn: firstReservedAsn + index,
    asnName: 'A provider elsewhere',
    asnType: 'isp',
    countryCode,
    cityName,
    latitude,
    longitude,
    accuracyKm: 20,
    timeZone,
    countryCodeInOfacList: false,
  }
}

/** Common on the web: every kind of device, and more browsers than a profile remembers. */
const otherUserAgents: readonly string[] = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
  'Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 OPR/122.0.0.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 YaBrowser/25.8.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Vivaldi/7.5.3735.74',
  'Mozilla/5.0 (Linux; U; Android 13; en-US; RMX3263) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.5.0.1313 Mobile Safari/537.36',
  'Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Android 14; Tablet; rv:142.0) Gecko/142.0 Firefox/142.0',
]
