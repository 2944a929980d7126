/** Longer words are cut here: what is looked for, too. */
const MAX_LENGTH = 64
/** A longer word is an identifier that a machine drew. Nobody looks for a part of it. */
const MAX_LENGTH_WITH_PARTS = 24
/** Text behind this is not looked at. */
const MAX_TEXT = 1_000

const between = /[^\p{L}\p{N}_.:-]+/u
const plainText = /^[\x20-\x7e]*$/
const betweenPlain = /[^A-Za-z0-9_.:-]+/
const joints = /[_.:-]+/
const edges = /^[_.:-]+|[_.:-]+$/g
const marks = /\p{M}+/gu

/**
 * The words that a text is searched for by: lower case, without accents. Letters, digits and what joins them (`-`, `_`, `.`, `:`) are one word. Each is
 * looked for at the beginning of a word (`withParts`).
 */
export function wordsOf(text: string): string[] {
  const words: string[] = []
  const short = text.slice(0, MAX_TEXT)
  // Most texts are, and are taken apart in a third of the time.
  const isPlain = plainText.test(short)
  const pieces = isPlain ? short.toLowerCase().split(betweenPlain) : short.normalize('NFKD').replace(marks, '').toLowerCase().split(between)
  for (const piece of pieces) {
    const word = (isJoint(piece, 0) || isJoint(piece, piece.length - 1) ? piece.replace(edges, '') : piece).slice(0, MAX_LENGTH)
    if (word !== '') words.push(word)
  }
  return words
}

function isJoint(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 45 || code === 46 || code === 58 || code === 95
}

/** The word, and what it is behind each of its joints: `order-17` is found by `order`, by `order-17`, and by `17`. */
export function withParts(word: string): string[] {
  const found = [word]
  if (word.length > MAX_LENGTH_WITH_PARTS) return found
  for (let rest = word; ; ) {
    const joint = joints.exec(rest)
    if (joint === null) return found
    rest = rest.slice(joint.index + joint[0].length)
    found.push(rest)
  }
}
