import type { ParsedAddress } from '../addresses/parse-address.ts'

/** Small unsigned integers. 0 means "nothing is known here". */
export type IndexValues = Uint8Array | Uint16Array | Uint32Array

/**
 * Maps every address to a small integer. It holds the sorted boundaries where the value changes, and the value from each one to the next.
 *
 * The whole address space is covered, so a look-up is one search for the last boundary at or before the address. There are no objects: a
 * million ranges are a few arrays that load from disk unchanged.
 */
export interface RangeIndex {
  /** First addresses, ascending. The first one is 0. */
  v4Starts: Uint32Array
  v4Values: IndexValues
  /** For each value of the top 16 bits: the number of boundaries before it. It leaves a handful to search. */
  v4Directory: Uint32Array
  /** First addresses as four words each, ascending. The first one is 0. */
  v6Starts: Uint32Array
  v6Values: IndexValues
  v6Directory: Uint32Array
}

export function findValue(index: RangeIndex, address: ParsedAddress): number {
  const words = address.words
  return address.version === 4 ? findV4(index, words[0] ?? 0) : findV6(index, words)
}

function findV4(index: RangeIndex, word: number): number {
  const starts = index.v4Starts
  let low = index.v4Directory[word >>> 16] ?? 0
  let high = index.v4Directory[(word >>> 16) + 1] ?? 0
  // INVARIANT: every boundary before `low` is at or before the address, every one from `high` on is after it.
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((starts[middle] ?? 0) <= word) low = middle + 1
    else high = middle
  }
  return index.v4Values[low - 1] ?? 0
}

function findV6(index: RangeIndex, words: readonly number[]): number {
  const starts = index.v6Starts
  const a = words[0] ?? 0
  const b = words[1] ?? 0
  let low = index.v6Directory[a >>> 16] ?? 0
  let high = index.v6Directory[(a >>> 16) + 1] ?? 0
  while (low < high) {
    const middle = (low + high) >>> 1
    const at = middle * 4
    let difference = (starts[at] ?? 0) - a
    if (difference === 0) difference = (starts[at + 1] ?? 0) - b
    if (difference === 0) difference = (starts[at + 2] ?? 0) - (words[2] ?? 0) || (starts[at + 3] ?? 0) - (words[3] ?? 0)
    if (difference <= 0) low = middle + 1
    else high = middle
  }
  return index.v6Values[low - 1] ?? 0
}
