/**
 * Says of the hash of a key that it was never added, or that it may have been: a Bloom filter in which all bits of a hash lie within 64 bytes, so that
 * asking takes one access to memory.
 *
 * Blocks stand in the order of hashes. So a filter can be made, and written down, piece by piece while hashes are read in their order.
 */
export interface KeyFilter {
  readonly blocks: number
  readonly pieces: number
  add(hash: number): void
  mayHave(hash: number): boolean
  /** The bytes of a piece, as they are now. */
  piece(number: number): Uint8Array
  loadPiece(number: number, bytes: Uint8Array): void
  /** Every hash of a piece is at or after `from` and before `to`. */
  rangeOf(piece: number): { from: number; to: number }
}

/** Bits for each key: one of 180 hashes that were never added is taken for one that was. */
const BITS_PER_KEY = 12
const PROBES = 6
const BITS_PER_BLOCK = 512
const WORDS_PER_BLOCK = BITS_PER_BLOCK / 32
const BYTES_PER_BLOCK = BITS_PER_BLOCK / 8
const BLOCKS_PER_PIECE = 1_024
/** Products of hashes are rounded by less. */
const ROUNDING = 8
/** Hashes are below it (`row-hash.ts`). */
export const HASHES = 2 ** 52

export function blocksFor(keys: number): number {
  return Math.ceil((keys * BITS_PER_KEY) / BITS_PER_BLOCK) || 1
}

export function createKeyFilter(blocks: number): KeyFilter {
  const bytes = new Uint8Array(blocks * BYTES_PER_BLOCK)
  const words = new Uint32Array(bytes.buffer)
  const share = blocks / HASHES
  const beginOf = (piece: number) => ((piece * BLOCKS_PER_PIECE) / blocks) * HASHES

  return {
    blocks,
    pieces: Math.ceil(blocks / BLOCKS_PER_PIECE),
    add(hash) {
      const block = Math.floor(hash * share) * WORDS_PER_BLOCK
      let bit = hash & 0xffff
      const step = ((hash >>> 0) >>> 16) | 1
      for (let probe = 0; probe < PROBES; probe++, bit += step) {
        const word = block + ((bit % BITS_PER_BLOCK) >>> 5)
        words[word] = (words[word] ?? 0) | (1 << (bit & 31))
      }
    },
    mayHave(hash) {
      const block = Math.floor(hash * share) * WORDS_PER_BLOCK
      let bit = hash & 0xffff
      const step = ((hash >>> 0) >>> 16) | 1
      for (let probe = 0; probe < PROBES; probe++, bit += step) {
        const word = words[block + ((bit % BITS_PER_BLOCK) >>> 5)] ?? 0
        if ((word & (1 << (bit & 31))) === 0) return false
      }
      return true
    },
    piece: (number) => bytes.subarray(number * BLOCKS_PER_PIECE * BYTES_PER_BLOCK, (number + 1) * BLOCKS_PER_PIECE * BYTES_PER_BLOCK),
    loadPiece(number, loaded) {
      bytes.set(loaded, number * BLOCKS_PER_PIECE * BYTES_PER_BLOCK)
    },
    rangeOf: (piece) => ({
      from: Math.max(0, Math.floor(beginOf(piece)) - ROUNDING),
      to: Math.min(HASHES, Math.ceil(beginOf(piece + 1)) + ROUNDING),
    }),
  }
}
