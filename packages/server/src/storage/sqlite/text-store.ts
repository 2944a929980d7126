import { copyInto } from './copy-into.ts'

/** Bytes of a block. On average a text leaves half of one empty. */
const BLOCK = 128
const BLOCKS_PER_CHUNK = 8_192
/** UTF-8 takes up to so many bytes for a unit of a text. */
const MOST_PER_UNIT = 3

/**
 * Texts outside V8's heap, where many that stay for long and change often cost its collector nothing. A text lies in a chain of blocks, so what one has left serves
 * any other. Memory for them is never given back.
 */
export interface TextStore {
  /** Returns the text's place. */
  put(text: string): number
  get(place: number): string
  /** Its blocks serve others. */
  remove(place: number): void
  /** Bytes that the text there takes. */
  bytesAt(place: number): number
}

/** No block follows. */
const NONE = -1

export function createTextStore(): TextStore {
  const chunks: Buffer[] = []
  /** The block after each. */
  let next = new Int32Array(BLOCKS_PER_CHUNK)
  /** The bytes of the text that begins with a block. */
  let lengths = new Int32Array(BLOCKS_PER_CHUNK)
  /** The first of those that no text has. */
  let free = NONE
  /** One text as a whole. */
  let scratch = Buffer.allocUnsafeSlow(64 * 1024)

  function addChunk(): void {
    const first = chunks.length * BLOCKS_PER_CHUNK
    const end = first + BLOCKS_PER_CHUNK
    chunks.push(Buffer.allocUnsafeSlow(BLOCKS_PER_CHUNK * BLOCK))
    if (end > next.length) {
      next = copyInto(new Int32Array(2 * next.length), next)
      lengths = copyInto(new Int32Array(2 * lengths.length), lengths)
    }
    for (let block = first; block < end; block++) next[block] = block + 1
    next[end - 1] = free
    free = first
  }

  function takeFree(): number {
    if (free === NONE) addChunk()
    const block = free
    free = after(block)
    next[block] = NONE
    return block
  }

  function after(block: number): number {
    return next[block] as number
  }

  function chunkOf(block: number): Buffer {
    return chunks[Math.floor(block / BLOCKS_PER_CHUNK)] as Buffer
  }

  function makeRoom(bytes: number): void {
    if (bytes > scratch.length) scratch = Buffer.allocUnsafeSlow(2 * bytes)
  }

  return {
    put(text) {
      makeRoom(text.length * MOST_PER_UNIT)
      const length = scratch.write(text)
      const first = takeFree()
      lengths[first] = length
      for (let block = first, from = 0; ; from += BLOCK) {
        scratch.copy(chunkOf(block), offsetOf(block), from, Math.min(from + BLOCK, length))
        if (from + BLOCK >= length) return first
        const following = takeFree()
        next[block] = following
        block = following
      }
    },
    get(place) {
      const length = lengths[place] as number
      if (length <= BLOCK) return chunkOf(place).toString('utf8', offsetOf(place), offsetOf(place) + length)
      makeRoom(length)
      for (let block = place, at = 0; at < length; block = after(block), at += BLOCK) {
        const from = offsetOf(block)
        chunkOf(block).copy(scratch, at, from, from + Math.min(BLOCK, length - at))
      }
      return scratch.toString('utf8', 0, length)
    },
    remove(place) {
      let last = place
      while (after(last) !== NONE) last = after(last)
      next[last] = free
      free = place
    },
    bytesAt: (place) => Math.ceil((lengths[place] as number) / BLOCK) * BLOCK,
  }
}

function offsetOf(block: number): number {
  return (block % BLOCKS_PER_CHUNK) * BLOCK
}
