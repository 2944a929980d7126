import type { CidrRange } from '../addresses/parse-cidr.ts'
import type { Feed } from './feeds.ts'

/** So many exits in a neighbourhood make its other addresses suspect. */
const ENOUGH_EXITS = 3

interface ListedExits {
  feed: Feed
  ranges: readonly CidrRange[]
}

/**
 * Infers where the next exits are: a /24, a /48 or a /64 with three listed exits or more. Whoever runs several exits in one place usually runs
 * the next one there too, and a list shows it a day later.
 *
 * Only lists of single exits say where exits gather; in a list of whole networks every range is its own neighbourhood. The result is a feed of
 * its own under the name of the list, or none.
 */
export function inferNeighbours<Found extends ListedExits>(found: Found): (Omit<Found, 'networks'> & { networks: []; isInferred: true })[] {
  if (found.feed.kind !== 'tor' && found.feed.kind !== 'vpn') return []
  const neighbourhoods = [gather(found.ranges, 4, 24), gather(found.ranges, 6, 48), gather(found.ranges, 6, 64)].flat()
  if (neighbourhoods.length === 0) return []
  return [{ ...found, feed: { ...found.feed, isComplete: false }, ranges: neighbourhoods, networks: [], isInferred: true }]
}

function gather(ranges: readonly CidrRange[], version: 4 | 6, prefix: 24 | 48 | 64): CidrRange[] {
  const single = version === 4 ? 32 : 128
  const exits = new Map<string, { words: number[]; addresses: Set<string> }>()
  for (const range of ranges) {
    if (range.version !== version || range.prefix !== single) continue
    const words = range.first.map((word, at) => keepBits(word, prefix - 32 * at))
    const key = words.join()
    const known = exits.get(key) ?? { words, addresses: new Set() }
    known.addresses.add(range.first.join())
    exits.set(key, known)
  }
  return [...exits.values()]
    .filter(({ addresses }) => addresses.size >= ENOUGH_EXITS)
    .map(({ words }) => ({ version, prefix, first: words, last: words.map((word, at) => word + restOf(prefix - 32 * at)) }))
}

/** The first `bits` bits of a word of 32. */
function keepBits(word: number, bits: number): number {
  return word - (word % (restOf(bits) + 1))
}

/** The greatest number in the bits of a word after the first `bits`. */
function restOf(bits: number): number {
  return 2 ** (32 - Math.min(32, Math.max(0, bits))) - 1
}
