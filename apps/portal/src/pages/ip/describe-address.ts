import type { Answer } from '../../api/api.ts'
import { countryName } from '../../parts/country-name.ts'

export type AddressFacts = Answer<'get', '/ip/{address}'>

const kinds = [
  ['isTor', 'a Tor exit'],
  ['isVpn', 'an exit of a VPN'],
  ['isProxy', 'a public proxy'],
  ['isRelay', 'a privacy relay'],
  ['isCrawler', 'a crawler'],
  ['isGateway', 'a secure web gateway'],
  ['isHosting', 'hosting'],
] as const

/** What each fact is called. */
export const factNames: Readonly<Record<string, string>> = {
  isPrivate: 'Private',
  isAnonymous: 'Anonymous',
  isTor: 'Tor exit',
  isVpn: 'VPN',
  isProxy: 'Public proxy',
  isRelay: 'Privacy relay',
  isHosting: 'Hosting',
  isCrawler: 'Crawler',
  isGateway: 'Secure web gateway',
  anonymityConfidence: 'Evidence for anonymous',
  asn: 'Network',
  asnName: 'Name of the network',
  asnType: 'Kind of network',
  countryCode: 'Country',
  countryCodeInOfacList: 'Sanctioned country (OFAC)',
  cityName: 'City',
  latitude: 'Latitude',
  longitude: 'Longitude',
  accuracyKm: 'Accuracy',
  timeZone: 'Time zone',
}

/** The address in one sentence: what it is, where it is, and what is in doubt. */
export function addressSentence(facts: AddressFacts): string {
  if (facts.isPrivate) return 'A private or reserved address: nobody on the internet has it, so no data set says anything about it.'
  const is = kinds.flatMap(([fact, words]) => (facts[fact] === true ? [words] : []))
  const kind = is.length === 0 ? anonymityOf(facts) : capital(new Intl.ListFormat('en', { type: 'conjunction' }).format(is))
  const where = facts.countryCode === null ? ' in an unknown country' : ` in ${countryName(facts.countryCode)}`
  const network = facts.asn === null ? '' : `, in the network of ${facts.asnName ?? 'an unnamed company'} (${asnWords(facts)})`
  return `${kind}${where}${network}.${doubt(facts)}`
}

function anonymityOf({ isAnonymous }: AddressFacts): string {
  if (isAnonymous === null) return 'An address that may hide who uses it; nobody can tell'
  return isAnonymous ? 'An anonymous address' : 'An address like those of people'
}

function asnWords({ asn, asnType }: AddressFacts): string {
  return asnType === null ? `AS${asn}` : `AS${asn}, ${networkKind(asnType)}`
}

function doubt({ missing }: AddressFacts): string {
  const unknown = kinds.flatMap(([fact]) =>
    missing[fact] === 'unavailable' ? [(factNames[fact] ?? fact).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())] : [],
  )
  if (unknown.length === 0) return ''
  return ` Whether it is more than that is not known for lack of data: ${new Intl.ListFormat('en', { type: 'disjunction' }).format(unknown)}.`
}

const networkKinds: Readonly<Record<string, string>> = {
  isp: 'internet provider',
  mobile: 'mobile carrier',
  hosting: 'hosting',
  business: 'business',
  education: 'education',
  government: 'government',
}

/** A kind of network in words. */
export function networkKind(kind: string): string {
  return (Object.hasOwn(networkKinds, kind) ? networkKinds[kind] : undefined) ?? kind
}

/** A fact of the evidence in words. */
export function factWords(fact: string, value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (fact === 'asn') return `AS${value}`
  if (fact === 'asnType') return networkKind(String(value))
  if (fact === 'countryCode') return `${countryName(String(value))} (${value})`
  if (fact === 'accuracyKm') return `${value} km`
  if (fact === 'anonymityConfidence') return `${Math.round(Number(value) * 100)} of 100`
  return String(value)
}

/** What is not known, and why. */
export function missingWords(why: string): string {
  return why === 'not_applicable' ? 'does not apply' : 'not known: no data'
}

/** `5 days`, `6 months`: whole, rounded down. */
export function ageWords(days: number): string {
  const [count, unit] = days >= 365 ? [days / 365, 'year'] : days >= 60 ? [days / 30, 'month'] : [days, 'day']
  const whole = Math.floor(count)
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Ids of the users of events, each once, most recent first. */
export function usersOf(events: readonly { userId: string }[]): string[] {
  return [...new Set(events.map(({ userId }) => userId))]
}
