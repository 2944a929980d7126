import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CidrRange } from '../addresses/parse-cidr.ts'
import { createRangeIndexBuilder, type RangeIndexBuilder } from './build-range-index.ts'
import { type FoundFeed, findFeeds, fingerprintOf } from './data-directory.ts'
import { inferNeighbours } from './infer-neighbours.ts'
import { packIndex, unpackIndex } from './pack-index.ts'
import { type Packed, readPacked, readPackedAside, writePacked } from './packed-file.ts'
import { parseFeed } from './parse-feed.ts'
import type { RangeIndex } from './range-index.ts'

/** Several lists as one index. */
export interface RangeLists {
  /** A value is a position in `combinations`. */
  index: RangeIndex
  /** For each value: the lists (positions in `feeds`) that contain its addresses. The first combination is empty. */
  combinations: readonly (readonly number[])[]
  /** The numbers of autonomous systems in lists of networks, with the positions of those lists. */
  networks: ReadonlyMap<number, readonly number[]>
  feeds: readonly LoadedFeed[]
}

export interface LoadedFeed extends FoundFeed {
  /** Entries in use, by version of IP. A network counts for both. */
  entries: { 4: number; 6: number }
  /** Its ranges are not in the list of this name but were inferred from it (`infer-neighbours.ts`). */
  isInferred?: boolean
}

/** Layout version of the packs. A pack with another layout is made again. */
const LAYOUT = 3

/**
 * Reads all lists of a directory: from the pack of exactly these files if it exists, otherwise from the files, and then writes a pack. A file
 * that is not a list has a `problem` and counts as lost, whatever else is in the directory.
 */
export function loadRangeLists(directory: string): RangeLists {
  const fingerprint = fingerprintOf(directory)
  const found = findFeeds(directory)
  if (found.length === 0) return buildRangeLists([])
  const path = join(directory, 'lists.pack')
  const packed = unpackLists(readPacked(path), fingerprint, found)
  if (packed !== undefined) return packed
  const lists = buildRangeLists(found.map((feed) => readFeed(feed, () => readFileSync(feed.path, 'utf8'))))
  try {
    writePacked(path, packLists(lists, fingerprint))
  } catch {
    // If the directory cannot be written, the next start only takes longer.
  }
  return lists
}

/** Lists as they were found in a directory with this fingerprint. */
export interface FoundLists {
  fingerprint: string
  lists: RangeLists
}

/** The lists, if they can be had without building their index: a pack of exactly these files exists, or there are no lists. */
export async function findPackedLists(directory: string): Promise<FoundLists | undefined> {
  const fingerprint = fingerprintOf(directory)
  const found = findFeeds(directory)
  if (found.length === 0) return { fingerprint, lists: buildRangeLists([]) }
  const lists = unpackLists(await readPackedAside(join(directory, 'lists.pack')), fingerprint, found)
  return lists && { fingerprint, lists }
}

interface PackHead {
  layout: number
  fingerprint: string
  combinations: readonly (readonly number[])[]
  networks: (readonly [number, readonly number[]])[]
  feeds: { name: string; entries: { 4: number; 6: number }; problem?: string; isInferred?: boolean }[]
}

/** Lists as a packed file. `fingerprint` says what they were read from. */
export function packLists(lists: RangeLists, fingerprint: string): Packed {
  const feeds = lists.feeds.map(({ feed, entries, problem, isInferred }) => ({ name: feed.name, entries, problem, isInferred }))
  const head: PackHead = { layout: LAYOUT, fingerprint, combinations: lists.combinations, networks: [...lists.networks], feeds }
  return { head: { ...head }, arrays: packIndex(lists.index) }
}

/** Lists from a packed file. `undefined`: it was not made from these lists, or by an earlier release. */
export function unpackLists(packed: Packed | undefined, fingerprint: string, found: readonly FoundFeed[]): RangeLists | undefined {
  if (packed === undefined) return undefined
  const head = packed.head as unknown as PackHead
  if (head.layout !== LAYOUT || head.fingerprint !== fingerprint) return undefined
  const byName = new Map(found.map((feed) => [feed.feed.name, feed]))
  const feeds = head.feeds.flatMap(({ name, ...read }): LoadedFeed[] => {
    const feed = byName.get(name)
    return feed === undefined ? [] : [{ ...feed, ...read }]
  })
  if (feeds.length !== head.feeds.length) return undefined
  return { index: unpackIndex(packed.arrays), combinations: head.combinations, networks: new Map(head.networks), feeds }
}

/** A feed with the entries of its file. */
export type ReadFeed = FoundFeed & { ranges: readonly CidrRange[]; networks: readonly number[]; isInferred?: boolean }

/** Reads the entries of a list. A text that is not one becomes a `problem`. */
export function readFeed(found: FoundFeed, readText: () => string): ReadFeed {
  if (found.problem !== undefined) return { ...found, ranges: [], networks: [] }
  try {
    return { ...found, ...parseFeed(found.feed, readText()) }
  } catch (error) {
    return { ...found, ranges: [], networks: [], problem: error instanceof Error ? error.message : String(error) }
  }
}

/** Overlays all ranges, those in the lists and those inferred from them: each stretch of addresses gets the set of lists that contain it. */
export function buildRangeLists(read: readonly ReadFeed[]): RangeLists {
  const feeds = [...read, ...read.flatMap(inferNeighbours)]
  const builder = createRangeIndexBuilder()
  const combinations: number[][] = [[]]
  const valueByLists = new Map<string, number>([['', 0]])
  const networks = new Map<number, number[]>()
  const intern = (lists: number[]): number => {
    const key = lists.join()
    const known = valueByLists.get(key)
    if (known !== undefined) return known
    valueByLists.set(key, combinations.length)
    return combinations.push(lists) - 1
  }
  sweepV4(feeds, builder, intern)
  sweepV6(feeds, builder, intern)
  feeds.forEach((feed, at) => {
    for (const asn of new Set(feed.networks)) networks.set(asn, [...(networks.get(asn) ?? []), at])
  })
  const loaded = feeds.map(({ ranges, networks: asns, ...found }) => {
    const v6 = ranges.reduce((count, range) => count + (range.version === 6 ? 1 : 0), 0)
    return { ...found, entries: { 4: ranges.length - v6 + asns.length, 6: v6 + asns.length } }
  })
  return { index: builder.build(), combinations, networks, feeds: loaded }
}

/** The same without lists that age: only our own ranges. */
export function onlyCurated({ index, combinations, feeds }: RangeLists): RangeLists {
  const kept = feeds.flatMap(({ origin }, at) => (origin === 'curated' ? [at] : []))
  return {
    index,
    combinations: combinations.map((lists) => lists.flatMap((at) => (kept.includes(at) ? [kept.indexOf(at)] : []))),
    networks: new Map(),
    feeds: feeds.filter(({ origin }) => origin === 'curated'),
  }
}

/** The bits beside an address in a sortable number: for the position of the list, and for "begins" or "ends". */
const LIST_BITS = 12

function sweepV4(feeds: readonly ReadFeed[], builder: RangeIndexBuilder, intern: (lists: number[]) => number): void {
  const scale = 2 ** LIST_BITS
  const events: number[] = []
  feeds.forEach((feed, at) => {
    for (const { version, first, last } of feed.ranges) {
      if (version !== 4) continue
      events.push((first[0] ?? 0) * scale + at * 2 + 1, ((last[0] ?? 0) + 1) * scale + at * 2)
    }
  })
  const sorted = Float64Array.from(events).sort()
  const open = createOpenLists(feeds.length)
  for (let at = 0; at < sorted.length; at += 1) {
    const event = sorted[at] ?? 0
    const start = Math.floor(event / scale)
    open.change(event % scale)
    const next = sorted[at + 1]
    const isLastOfPlace = next === undefined || Math.floor(next / scale) !== start
    if (isLastOfPlace && start < 2 ** 32) builder.setV4(start, intern(open.list()))
  }
}

function sweepV6(feeds: readonly ReadFeed[], builder: RangeIndexBuilder, intern: (lists: number[]) => number): void {
  const shift = BigInt(LIST_BITS)
  const mask = (1n << shift) - 1n
  const events: bigint[] = []
  feeds.forEach((feed, at) => {
    for (const { version, first, last } of feed.ranges) {
      if (version !== 6) continue
      events.push((toBigInt(first) << shift) | BigInt(at * 2 + 1), ((toBigInt(last) + 1n) << shift) | BigInt(at * 2))
    }
  })
  events.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const open = createOpenLists(feeds.length)
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at] ?? 0n
    const start = event >> shift
    open.change(Number(event & mask))
    const next = events[at + 1]
    const isLastOfPlace = next === undefined || next >> shift !== start
    if (isLastOfPlace && start < 1n << 128n) {
      const word = (bits: bigint) => Number((start >> bits) & 0xffff_ffffn)
      builder.setV6(word(96n), word(64n), word(32n), word(0n), intern(open.list()))
    }
  }
}

/** Tracks the lists whose ranges are open at a point of the sweep. Ranges of one list may overlap, so open ranges are counted. */
function createOpenLists(count: number) {
  const depths = new Int32Array(count)
  return {
    /** `2 × list + 1`: a range of it begins; `2 × list`: one ends. */
    change(event: number): void {
      const list = event >>> 1
      depths[list] = (depths[list] ?? 0) + (event & 1 ? 1 : -1)
    },
    list(): number[] {
      const lists: number[] = []
      for (let at = 0; at < count; at += 1) if ((depths[at] ?? 0) > 0) lists.push(at)
      return lists
    },
  }
}

function toBigInt([a = 0, b = 0, c = 0, d = 0]: readonly number[]): bigint {
  return (BigInt(a) << 96n) | (BigInt(b) << 64n) | (BigInt(c) << 32n) | BigInt(d)
}
