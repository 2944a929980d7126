import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { IpFacts } from '@sallyport/engine'
import type { ParsedAddress } from '../../server/src/addresses/parse-address.ts'
import { type CidrRange, parseCidr } from '../../server/src/addresses/parse-cidr.ts'
import type { IpIntelligence } from '../../server/src/ip/ip-intelligence.ts'
import { loadShippedData } from '../../server/src/ip/load-shipped-data.ts'
import { openIpIntelligence } from '../../server/src/ip/open-ip-intelligence.ts'
import { parseFeed } from '../../server/src/ip/parse-feed.ts'
import { type OfferedFeed, readFeedDirectory } from '../../server/src/ip/update-feeds.ts'
import { writeSnapshot } from '../write-snapshot.ts'
import { compareCountries } from './compare-countries.ts'
import { drawFromRanges, drawPeople, type Half, lineOf, outside, withoutShare } from './draw.ts'

// `node packages/ip-data/measure/measure.ts --from DIR [--half report|develop|all] [--seed 1] [--count 5000] [--gateways FILE]` draws addresses
// from lists and prints how many are found and named: with fresh lists, with lists that are
// 7, 31 and 90 days old, and without any. The method is in docs/ip-intelligence.md.

const { values: flags } = parseArgs({
  options: {
    from: { type: 'string' },
    half: { type: 'string', default: 'report' },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '5000' },
    gateways: { type: 'string' },
  },
})
const half = flags.half as Half
const seed = Number(flags.seed)
const count = Number(flags.count)

/** The share of the entries in use today that a list of that age does not have yet. For exits of Tor measured up to 60 days and extrapolated to 90, for VPNs an assumption. */
const NEW_SINCE = { tor: { 0: 0, 7: 0.04, 31: 0.1, 90: 0.32 }, vpn: { 0: 0, 7: 0.01, 31: 0.04, 90: 0.1 } }

type Age = 0 | 7 | 31 | 90

const day = 86_400_000
const published = Date.UTC(2026, 7, 22)
const work = mkdtempSync(join(tmpdir(), 'sallyport-measure-'))
try {
  await measure(flags.from ?? '')
} finally {
  rmSync(work, { recursive: true })
}

async function measure(from: string): Promise<void> {
  const lists = readFeedDirectory(from, Date.now(), published).filter((offer): offer is OfferedFeed => 'feed' in offer)
  const rangesOf = (names: RegExp) =>
    lists
      .filter(({ feed }) => names.test(feed.name) && feed.lists === 'addresses')
      .flatMap(({ feed, text }) => distinct(parseFeed(feed, text).ranges))
  const relay = rangesOf(/^ipranges-apple-proxy/)
  const samples = new Map<string, ParsedAddress[]>()
  const draw = (name: string, ranges: readonly CidrRange[]) => samples.set(name, drawFromRanges(ranges, half, seed, count))
  draw('Tor exits', rangesOf(/^tor-exits/))
  draw('VPN ranges (X4BNet)', outside(rangesOf(/^x4bnet-vpn/), relay))
  draw('VPN exits (Proton)', rangesOf(/^protonvpn-exit/))
  draw('relay', relay)
  draw('hosting (X4BNet)', outside(rangesOf(/^x4bnet-datacenter/), relay))
  draw('hosting (clouds)', rangesOf(/^ipranges-(?:amazon|digitalocean|google|linode|microsoft|oracle|vultr)-/))
  if (flags.gateways !== undefined)
    draw(
      'gateways',
      readFileSync(flags.gateways, 'utf8')
        .split('\n')
        .flatMap((line) => parseCidr(line) ?? []),
    )
  const { asn } = loadShippedData({ fallbackDirectory: work })
  if (!asn.isLoaded) throw new Error(asn.problem)
  const people: [string, ParsedAddress[]][] = (['known', 'likely'] as const).flatMap((access) =>
    (['isp', 'mobile'] as const).map((type): [string, ParsedAddress[]] => [
      `${access} ${type === 'isp' ? 'homes' : 'phones'}`,
      ([4, 6] as const).flatMap((version) => drawPeople(asn.table, version, access, type, seed, count)),
    ]),
  )
  for (const [name, addresses] of people) samples.set(name, addresses)
  for (const by of ['entry', 'neighbourhood'] as const) {
    for (const age of [0, 7, 31, 90] as const) {
      if (age === 0 && by === 'neighbourhood') continue
      const ip = await openAged(lists, age, by)
      print(age === 0 ? 'fresh lists' : `lists of ${age} days, new ones by ${by}`, samples, ip)
    }
  }
  const without = await openIpIntelligence({ dataDir: join(work, 'data'), clock: () => published, withoutLists: true })
  print('without any list', samples, without)
  compareCountries(
    without,
    people.flatMap(([, addresses]) => addresses),
  )
}

/** Opens a release whose lists were made `age` days ago. */
async function openAged(lists: readonly OfferedFeed[], age: Age, by: 'entry' | 'neighbourhood'): Promise<IpIntelligence> {
  const old = lists.map((offer): OfferedFeed => {
    const { kind, lists: what } = offer.feed
    if (what !== 'addresses' || (kind !== 'tor' && kind !== 'vpn') || age === 0) return offer
    const kept = withoutShare(parseFeed(offer.feed, offer.text).ranges, NEW_SINCE[kind][age], by, seed)
    return { ...offer, text: kept.map(lineOf).join('\n') }
  })
  const listsPackage = join(work, `${by}-${age}`)
  writeSnapshot(join(listsPackage, 'snapshot'), old, 1)
  return openIpIntelligence({ dataDir: join(work, 'data'), clock: () => published + age * day, listsPackage })
}

/** For each kind: what counts as found (nobody takes it for a home), and as named. */
function judge(name: string): [found: (facts: IpFacts) => boolean, named: (facts: IpFacts) => boolean] {
  const isAnonymous = (facts: IpFacts) => facts.isAnonymous === true
  if (name.startsWith('Tor')) return [isAnonymous, ({ isTor }) => isTor === true]
  if (name.startsWith('VPN')) return [isAnonymous, ({ isVpn }) => isVpn === true]
  if (name === 'relay')
    return [
      ({ isAnonymous, isRelay }) => isAnonymous === true || isRelay === true,
      ({ isRelay, isVpn }) => isRelay === true && isVpn === false,
    ]
  if (name === 'gateways')
    return [({ isGateway }) => isGateway === true, ({ isGateway, isAnonymous }) => isGateway === true && isAnonymous === false]
  if (name.startsWith('hosting'))
    return [
      ({ isHosting, isRelay, isGateway }) => isHosting === true || isRelay === true || isGateway === true,
      ({ isHosting }) => isHosting === true,
    ]
  return [isAnonymous, ({ isTor, isVpn, isProxy }) => isTor === true || isVpn === true || isProxy === true]
}

function print(title: string, samples: ReadonlyMap<string, readonly ParsedAddress[]>, ip: IpIntelligence): void {
  console.log(`\n| ${title} | drawn | found | named | unknown |\n|---|---|---|---|---|`)
  for (const [name, addresses] of samples) {
    const facts = addresses.map((address) => ip.lookUp(address))
    const [found, named] = judge(name)
    const percent = (holds: (one: IpFacts) => boolean) => `${((100 * facts.filter(holds).length) / facts.length).toFixed(2)} %`
    const isUnknown = ({ isAnonymous, isTor }: IpFacts) =>
      typeof isAnonymous !== 'boolean' || (isAnonymous === false && typeof isTor !== 'boolean')
    console.log(`| ${name} | ${facts.length} | ${percent(found)} | ${percent(named)} | ${percent(isUnknown)} |`)
  }
}

function distinct(ranges: readonly CidrRange[]): CidrRange[] {
  return [...new Map(ranges.map((range) => [lineOf(range), range])).values()]
}
