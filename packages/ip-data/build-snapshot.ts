import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { brotliCompressSync, constants } from 'node:zlib'
import { type CidrRange, compareWords } from '../server/src/addresses/parse-cidr.ts'
import { formatIpv6 } from '../server/src/addresses/parse-ipv6.ts'
import type { Feed } from '../server/src/ip/feeds.ts'
import { parseFeed } from '../server/src/ip/parse-feed.ts'
import { fetchFeeds, type OfferedFeed, publicSources, readFeedDirectory } from '../server/src/ip/update-feeds.ts'

// `npm run ip-data -- --from DIR [--date YYYY-MM-DD]` builds the snapshot from files, `npm run ip-data` from the public sources.
//
// The same lists give the same bytes: entries are sorted, repeated and contained ones are left out, and each list is one text file, compressed
// with brotli. `manifest.json` says where each list comes from.

/** Only licences that let anybody pass the data on. */
const LICENCES: ReadonlySet<string> = new Set(['MIT', 'CC0-1.0', 'Apache-2.0', 'CC-BY-4.0'])

/** A public proxy lives for hours: in a release the list would name mostly people who have the address now. */
const NOT_SHIPPED: ReadonlySet<string> = new Set(['proxy'])

const LARGEST_SNAPSHOT = 1_500_000

const folder = fileURLToPath(new URL('snapshot/', import.meta.url))

const { values: flags } = parseArgs({ options: { from: { type: 'string' }, date: { type: 'string' } } })
await buildSnapshot(flags)

async function buildSnapshot({ from, date }: { from?: string; date?: string }): Promise<void> {
  const now = Date.now()
  const dataDate = date === undefined ? undefined : Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(dataDate)) throw new RangeError(`\`${date}\` is not a day (YYYY-MM-DD)`)
  const offers = from === undefined ? await fetchFeeds(publicSources(), now) : readFeedDirectory(from, now, dataDate)
  const lists = offers
    .map((offer) => {
      if (!('feed' in offer)) throw new RangeError(offer.reason ?? `${offer.name} was refused`)
      return offer
    })
    .filter(({ feed }) => feed.url !== null && !NOT_SHIPPED.has(feed.kind))
    .sort((a, b) => (a.feed.name < b.feed.name ? -1 : 1))
    .map(packList)
  const bytes = lists.reduce((sum, { packed }) => sum + packed.length, 0)
  if (bytes > LARGEST_SNAPSHOT) throw new RangeError(`the snapshot has ${bytes} bytes where ${LARGEST_SNAPSHOT} are allowed`)
  mkdirSync(folder, { recursive: true })
  for (const file of readdirSync(folder)) rmSync(`${folder}${file}`)
  for (const { about, packed } of lists) writeFileSync(`${folder}${about.file}`, packed)
  const manifest = { format: 1, lists: lists.map(({ about }) => about) }
  writeFileSync(`${folder}manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`)
  console.log(`${lists.length} lists, ${bytes} bytes`)
}

function packList({ feed, text, dataDate }: OfferedFeed) {
  if (!LICENCES.has(feed.licence)) throw new RangeError(`${feed.name}: the licence ${feed.licence} does not let us ship the list`)
  const { ranges, networks } = parseFeed(feed, text)
  const lines = feed.lists === 'networks' ? networkLines(networks) : rangeLines(ranges)
  const plain = Buffer.from(`${lines.join('\n')}\n`)
  const packed = brotliCompressSync(plain, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
  })
  return { about: aboutOf(feed, dataDate, lines.length, packed), packed }
}

function aboutOf(feed: Feed, dataDate: number, entries: number, packed: Buffer) {
  return {
    name: feed.name,
    kind: feed.kind,
    source: feed.source,
    url: feed.url,
    licence: feed.licence,
    date: new Date(dataDate).toISOString().slice(0, 10),
    entries,
    file: `${feed.name}.txt.br`,
    sha256: createHash('sha256').update(packed).digest('hex'),
  }
}

function networkLines(networks: readonly number[]): string[] {
  return [...new Set(networks)].sort((a, b) => a - b).map((asn) => `AS${asn}`)
}

/** In ascending order, without ranges that lie in another one. */
function rangeLines(ranges: readonly CidrRange[]): string[] {
  const sorted = [...ranges].sort((a, b) => a.version - b.version || compareWords(a.first, b.first) || a.prefix - b.prefix)
  const lines: string[] = []
  let last: CidrRange | undefined
  for (const range of sorted) {
    if (last !== undefined && last.version === range.version && compareWords(range.last, last.last) <= 0) continue
    lines.push(lineOf(range))
    last = range
  }
  return lines
}

function lineOf({ version, first, prefix }: CidrRange): string {
  const [a = 0] = first
  const text = version === 4 ? `${a >>> 24}.${(a >>> 16) & 255}.${(a >>> 8) & 255}.${a & 255}` : formatIpv6(first)
  return prefix === (version === 4 ? 32 : 128) ? text : `${text}/${prefix}`
}
