import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { z } from 'zod'
import { NETWORKS_DATE } from './curated-networks.ts'
import { type CuratedRangeFeed, curatedRangeFeeds, curatedRanges } from './curated-ranges.ts'
import type { FoundFeed } from './data-directory.ts'
import { findFeed } from './feeds.ts'
import { readPacked, writePacked } from './packed-file.ts'
import { buildRangeLists, packLists, type RangeLists, type ReadFeed, readFeed, unpackLists } from './range-lists.ts'
import { runPackerNow } from './run-packer.ts'

/** The lists that come with the release, or why there are none. */
export interface ShippedLists {
  lists: RangeLists
  /** A mark of exactly these lists. */
  fingerprint: string
  /** Why the snapshot cannot be read. */
  problem?: string
}

export interface LoadShippedListsOptions {
  /** Where the pack may be kept when the folder of the packages cannot be written. */
  fallbackDirectory: string
  /** The folder of the package with the lists, for tests; by default npm's resolution finds it. */
  listsPackage?: string
  /** Makes a missing pack in this process instead of a separate one. */
  isPacker?: boolean
}

const manifestSchema = z.object({
  format: z.literal(1),
  lists: z.array(z.object({ name: z.string(), date: z.iso.date(), file: z.string().regex(/^[a-z0-9-]+\.txt\.br$/), sha256: z.string() })),
})

const require = createRequire(import.meta.url)

/**
 * Loads the snapshot of public lists (`packages/ip-data`) and our own ranges: from a pack if there is one of exactly these, otherwise from the
 * files, which takes a second once after an installation or update.
 *
 * Never throws. A list whose file is damaged has a `problem`; without a manifest there are no lists.
 */
export function loadShippedLists(options: LoadShippedListsOptions): ShippedLists {
  try {
    const folder = join(options.listsPackage ?? dirname(require.resolve('@sallyport/ip-data/package.json')), 'snapshot')
    const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8')
    const fingerprint = createHash('sha256').update(manifest).update(JSON.stringify(curatedRanges)).digest('hex').slice(0, 12)
    const feeds = [...findShipped(folder, manifest), ...curatedRangeFeeds().map(toShipped)]
    const lists = options.listsPackage === undefined ? findPacked(feeds, fingerprint, options) : build(feeds)
    return { lists, fingerprint }
  } catch (error) {
    return { lists: buildRangeLists([]), fingerprint: 'none', problem: error instanceof Error ? error.message : String(error) }
  }
}

/** A list that is read only when there is no pack. */
interface ShippedFeed {
  found: FoundFeed
  read(): ReadFeed
}

function findShipped(folder: string, manifest: string): ShippedFeed[] {
  return manifestSchema.parse(JSON.parse(manifest)).lists.flatMap(({ name, date, file, sha256 }) => {
    const feed = findFeed(name)
    if (feed === undefined) return []
    const found: FoundFeed = { feed, origin: 'shipped', path: join(folder, file), dataDate: Date.parse(date), importedAt: null }
    return [{ found, read: () => readFeed(found, () => unpackText(found.path, sha256)) }]
  })
}

function unpackText(path: string, sha256: string): string {
  const packed = readFileSync(path)
  if (createHash('sha256').update(packed).digest('hex') !== sha256) throw new RangeError('the file is not the one that was shipped')
  return brotliDecompressSync(packed).toString()
}

function toShipped({ feed, ranges }: CuratedRangeFeed): ShippedFeed {
  const found: FoundFeed = { feed, origin: 'curated', path: '', dataDate: NETWORKS_DATE, importedAt: null }
  return { found, read: () => ({ ...found, ranges, networks: [] }) }
}

function findPacked(feeds: readonly ShippedFeed[], fingerprint: string, options: LoadShippedListsOptions): RangeLists {
  const cache = join(dirname(require.resolve('zod/package.json')), '..', '.cache', 'sallyport')
  const places = [cache, options.fallbackDirectory].map((directory) => join(directory, `ip-lists-${fingerprint}.pack`))
  const found = feeds.map((feed) => feed.found)
  const unpack = () => places.map((place) => unpackLists(readPacked(place), fingerprint, found)).find((lists) => lists !== undefined)
  const known = unpack()
  if (known !== undefined) return known
  if (options.isPacker !== true) runPackerNow(options.fallbackDirectory)
  return unpack() ?? writeFirst(build(feeds), fingerprint, places)
}

function build(feeds: readonly ShippedFeed[]): RangeLists {
  return buildRangeLists(feeds.map((feed) => feed.read()))
}

function writeFirst(lists: RangeLists, fingerprint: string, places: readonly string[]): RangeLists {
  for (const place of places) {
    try {
      writePacked(place, packLists(lists, fingerprint))
      break
    } catch {
      // Try the next place. If none can be written, the next start packs again.
    }
  }
  return lists
}
