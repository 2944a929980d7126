/** Longer words are cut here: what is looked for, too. */
const MAX_LENGTH = 64
/** A longer word is an identifier that a machine drew. Nobody looks for a part of it. */
const MAX_LENGTH_WITH_PARTS = 24
/** Text behind this is not looked at. */
const MAX_TEXT = 1_000

const between = /[^\p{L}\p{N}_.:-]+/u
const joints = /[_.:-]+/u
const edges = /^[_.:-]+|[_.:-]+$/gu
const marks = /\p{M}+/gu

/**
 * The words that a text is searched for by: lower case, without accents. Letters, digits and what joins them (`-`, `_`, `.`, `:`) are one word. Each is
 * looked for at the beginning of a word (`withParts`).
 */
export function wordsOf(text: string): string[] {
  const words: string[] = []
  const plain = text.slice(0, MAX_TEXT).normalize('NFKD').replace(marks, '').toLowerCase()
  for (const piece of plain.split(between)) {
    const word = piece.replace(edges, '').slice(0, MAX_LENGTH)
    if (word !== '') words.push(word)
  }
  return words
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
