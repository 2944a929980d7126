import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CidrRange } from '../addresses/parse-cidr.ts'
import { createRangeIndexBuilder, type RangeIndexBuilder } from './build-range-index.ts'
import { type FoundFeed, findFeeds, fingerprintOf } from './data-directory.ts'
import { packIndex, unpackIndex } from './pack-index.ts'
import { readPacked, writePacked } from './packed-file.ts'
import { parseFeed } from './parse-feed.ts'
import type { RangeIndex } from './range-index.ts'

/** All lists of the data directory as one index. */
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
}

/** Layout version of the pack. A pack with another layout is made again. */
const LAYOUT = 2

/**
 * Reads all lists: from the pack of exactly these files if it exists, otherwise from the files, and then writes a pack. A file that is not a
 * list has a `problem` and counts as lost, whatever else is in the directory.
 */
export function loadRangeLists(directory: string): RangeLists {
  const fingerprint = fingerprintOf(directory)
  const found = findFeeds(directory)
  if (found.length === 0) return buildRangeLists([])
  const path = join(directory, 'lists.pack')
  const packed = fromPack(path, fingerprint, found)
  if (packed !== undefined) return packed
  const lists = buildRangeLists(found.map(readFeed))
  try {
    writePacked(path, {
      head: {
        layout: LAYOUT,
        fingerprint,
        combinations: lists.combinations,
        networks: [...lists.networks],
        feeds: lists.feeds.map(({ feed, entries, problem }) => ({ name: feed.name, entries, problem })),
      },
      arrays: packIndex(lists.index),
    })
  } catch {
    // If the directory cannot be written, the next start only takes longer.
  }
  return lists
}

/** Whether the lists can be read without building their index: a pack of exactly these files exists, or there are no lists. */
export function isPacked(directory: string): boolean {
  const found = findFeeds(directory)
  return found.length === 0 || fromPack(join(directory, 'lists.pack'), fingerprintOf(directory), found) !== undefined
}

interface PackHead {
  layout: number
  fingerprint: string
  combinations: number[][]
  networks: [number, number[]][]
  feeds: { name: string; entries: { 4: number; 6: number }; problem?: string }[]
}

function fromPack(path: string, fingerprint: string, found: readonly FoundFeed[]): RangeLists | undefined {
  const packed = readPacked(path)
  if (packed === undefined) return undefined
  const head = packed.head as unknown as PackHead
  if (head.layout !== LAYOUT || head.fingerprint !== fingerprint) return undefined
  const feeds = found.map((feed, at) => {
    const { entries, problem } = head.feeds[at] ?? { entries: { 4: 0, 6: 0 }, problem: 'not in the pack' }
    return { ...feed, entries, ...(problem && { problem }) }
  })
  return { index: unpackIndex(packed.arrays), combinations: head.combinations, networks: new Map(head.networks), feeds }
}

/** A feed with the entries of its file. */
export type ReadFeed = FoundFeed & { ranges: readonly CidrRange[]; networks: readonly number[] }

function readFeed(found: FoundFeed): ReadFeed {
  if (found.problem !== undefined) return { ...found, ranges: [], networks: [] }
  try {
    return { ...found, ...parseFeed(found.feed, readFileSync(found.path, 'utf8')) }
  } catch (error) {
    return { ...found, ranges: [], networks: [], problem: error instanceof Error ? error.message : String(error) }
  }
}

/** Overlays all ranges: each stretch of addresses gets the set of lists that contain it. */
export function buildRangeLists(feeds: readonly ReadFeed[]): RangeLists {
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
