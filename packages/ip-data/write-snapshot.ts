import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { type CidrRange, compareWords } from '../server/src/addresses/parse-cidr.ts'
import { formatIpv6 } from '../server/src/addresses/parse-ipv6.ts'
import type { Feed } from '../server/src/ip/feeds.ts'
import { parseFeed } from '../server/src/ip/parse-feed.ts'
import type { OfferedFeed } from '../server/src/ip/update-feeds.ts'
import { describeTables } from './describe-tables.ts'

/** Only licences that let anybody pass the data on. */
const LICENCES: ReadonlySet<string> = new Set(['MIT', 'CC0-1.0', 'Apache-2.0', 'CC-BY-4.0'])

/** A public proxy lives for hours: in a release the list would name mostly people who have the address now. */
const NOT_SHIPPED: ReadonlySet<string> = new Set(['proxy'])

const LARGEST_SNAPSHOT = 1_500_000

/**
 * Writes lists as a snapshot: each as one text, compressed with brotli, and a manifest that says where each comes from and what our own tables
 * hold. The same lists give the same bytes: entries are sorted, and repeated or contained ones are left out.
 *
 * Throws a `RangeError` for a list whose licence does not let us ship it, and for a snapshot that is too large. Lists of an operator's own, and
 * of kinds that are not shipped, are left out.
 */
export function writeSnapshot(folder: string, offers: readonly OfferedFeed[], quality = 11): { lists: number; bytes: number } {
  const packed = offers
    .filter(({ feed }) => feed.url !== null && !NOT_SHIPPED.has(feed.kind))
    .sort((a, b) => (a.feed.name < b.feed.name ? -1 : 1))
    .map((offer) => packList(offer, quality))
  const bytes = packed.reduce((sum, { file }) => sum + file.length, 0)
  if (bytes > LARGEST_SNAPSHOT) throw new RangeError(`the snapshot has ${bytes} bytes where ${LARGEST_SNAPSHOT} are allowed`)
  mkdirSync(folder, { recursive: true })
  for (const file of readdirSync(folder)) rmSync(join(folder, file))
  for (const { about, file } of packed) writeFileSync(join(folder, about.file), file)
  const manifest = { format: 1, lists: packed.map(({ about }) => about), tables: describeTables() }
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  return { lists: packed.length, bytes }
}

function packList({ feed, text, dataDate }: OfferedFeed, quality: number) {
  if (!LICENCES.has(feed.licence)) throw new RangeError(`${feed.name}: the licence ${feed.licence} does not let us ship the list`)
  const { ranges, networks } = parseFeed(feed, text)
  const lines = feed.lists === 'networks' ? networkLines(networks) : rangeLines(ranges)
  const plain = Buffer.from(`${lines.join('\n')}\n`)
  const file = brotliCompressSync(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  })
  return { about: aboutOf(feed, dataDate, lines.length, file), file }
}

function aboutOf(feed: Feed, dataDate: number, entries: number, file: Buffer) {
  return {
    name: feed.name,
    kind: feed.kind,
    source: feed.source,
    url: feed.url,
    licence: feed.licence,
    date: new Date(dataDate).toISOString().slice(0, 10),
    entries,
    file: `${feed.name}.txt.br`,
    sha256: createHash('sha256').update(file).digest('hex'),
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
