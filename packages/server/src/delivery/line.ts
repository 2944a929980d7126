/** A text that a person or another machine chose, such as a name. */
export interface Foreign {
  foreign: string
}

/** A sentence in which pieces may come from outside. The writers of mails show those pieces as text and nothing else. */
export type Line = readonly (string | Foreign)[]

/** What a `say` template takes. */
export type Piece = string | number | Foreign | Line

/** Marks a text from outside. Every name, message and other text that is not ours goes through it. */
export function foreign(text: string): Foreign {
  return { foreign: text }
}

/** Writes a line: say`${foreign(name)} invites you.` */
export function say(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Line {
  return texts.flatMap((text, place) => {
    const piece = pieces[place]
    if (piece === undefined) return [text]
    return [text, ...(Array.isArray(piece) ? (piece as Line) : [typeof piece === 'number' ? String(piece) : (piece as string | Foreign)])]
  })
}

const longest = 300
// Marks that turn the reading direction of what follows, and characters that nobody sees.
const invisible = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g

/**
 * A text from outside as it may stand in a mail: one line without control characters, without marks that change the reading direction (AD-05), and without
 * anything that a mail program makes a link of.
 */
export function inertText(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(invisible, '')
    .trim()
  const short =
    line.length > longest
      ? `${line
          .slice(0, longest)
          .toWellFormed()
          .replace(/\ufffd$/, '')}…`
      : line
  // A space without width, after which no program goes on with an address.
  return short.replace(/(?<=[\p{L}\p{N}])([.:@/])(?=[\p{L}/])/gu, '$1\u200b')
}
