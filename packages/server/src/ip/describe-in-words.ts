import { type IpFacts, isMissing } from '@sallyport/engine'
import type { Evidence } from './ip-intelligence.ts'

/** The kinds of addresses that do not belong to one home, office or phone, the most telling first. */
const kinds: readonly [fact: string, text: string][] = [
  ['isTor', 'A Tor exit'],
  ['isRelay', 'An exit of a privacy relay'],
  ['isGateway', 'An exit of a secure web gateway'],
  ['isVpn', 'A VPN exit'],
  ['isProxy', 'A public proxy'],
  ['isCrawler', 'A crawler'],
  ['isHosting', 'An address for servers'],
]

const types: Readonly<Record<string, string>> = {
  isp: 'A line of an access provider',
  mobile: 'A mobile line',
  business: 'An address of a company',
  education: 'An address of a school or university',
  government: 'An address of a public authority',
  hosting: 'An address for servers',
}

const doubts: readonly [fact: string, text: string][] = [
  ['isTor', 'a Tor exit'],
  ['isVpn', 'a VPN exit'],
  ['isProxy', 'a public proxy'],
  ['isRelay', 'a privacy relay'],
]

/** Data sets of ours, which are no lists of addresses. */
const ownDataSets = new Set(['networks', 'asn', 'country', 'city', 'places', 'iana'])

const countryNames = new Intl.DisplayNames('en', { type: 'region' })
const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
const orList = new Intl.ListFormat('en', { type: 'disjunction' })

// There are few of each, and to format one takes longer than to look an address up.
const countryInWords = kept((code) => countryNames.of(code) ?? code)
/** `2026-08-22` is 22 August 2026. */
const dateInWords = kept((day) => dates.format(new Date(`${day}T00:00:00Z`)))
const listInWords = kept((texts) => orList.format(texts.split('|')))

function kept(make: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    let made = known.get(text)
    if (made === undefined) {
      made = make(text)
      known.set(text, made)
    }
    return made
  }
}

/** What is known about an address in one sentence, or two where something cannot be told. Names the source of the main point with its day. */
export function describeInWords(facts: Readonly<IpFacts>, evidence: readonly Evidence[]): string {
  if (facts.isPrivate) return `A special-purpose address that nobody has on the internet: ${evidence[0]?.note ?? 'reserved'}.`
  const values = facts as unknown as Readonly<Record<string, unknown>>
  const kind = kinds.find(([fact]) => values[fact] === true)
  const what = kind === undefined ? ofType(facts) : [kind[1], sourceOf(evidence, kind[0])].filter((part) => part !== '').join(', ')
  const unknown = doubts.flatMap(([fact, text]) => (values[fact] !== true && isUnavailable(values[fact]) ? [text] : []))
  const doubt = kind !== undefined || unknown.length === 0 ? '' : ` No current list says whether it is ${listInWords(unknown.join('|'))}.`
  return `${what}${ofNetwork(facts)}${inCountry(facts)}.${doubt}`
}

function ofType({ asnType }: IpFacts): string {
  return isMissing(asnType) ? 'An address of a network that no data set knows' : (types[asnType] ?? 'An address')
}

function sourceOf(evidence: readonly Evidence[], fact: string): string {
  const found = evidence.filter((one) => one.fact === fact && one.value === true)
  const onList = found.find(({ dataSet }) => !ownDataSets.has(dataSet))
  if (onList !== undefined) return `on the list ${onList.dataSet} of ${dateInWords(onList.dataDate)}`
  const ofNetwork = found[0]
  if (ofNetwork === undefined) return ''
  return ofNetwork.dataSet === 'networks' ? `by our table of networks of ${dateInWords(ofNetwork.dataDate)}` : 'by the name of its network'
}

function ofNetwork({ asn, asnName }: IpFacts): string {
  if (isMissing(asn)) return ''
  return isMissing(asnName) ? `, in AS${asn}` : `, in the network of ${asnName} (AS${asn})`
}

function inCountry({ countryCode, cityName }: IpFacts): string {
  if (isMissing(countryCode)) return ''
  const country = countryInWords(countryCode)
  return isMissing(cityName) ? `, ${country}` : `, ${cityName}, ${country}`
}

function isUnavailable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'missing' in value && value.missing === 'unavailable'
}
