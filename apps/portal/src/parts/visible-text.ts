/** A piece of a text: shown as it is, or as the name of a character that would not be seen. */
export interface Piece {
  text: string
  isHidden: boolean
}

const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/u

/** Splits a text at the characters that nobody sees or that turn what follows: control characters, marks of direction, joiners of nothing. */
export function visiblePieces(text: string): Piece[] {
  const pieces: Piece[] = []
  for (const [place, character] of [...text].entries()) {
    const isHidden = hidden.test(character) && !isEmojiJoiner(text, place, character)
    const last = pieces.at(-1)
    const shown = isHidden ? nameOf(character) : character
    if (last !== undefined && !last.isHidden && !isHidden) last.text += shown
    else pieces.push({ text: shown, isHidden })
  }
  return pieces
}

/** U+200D between two pictures makes one picture, and hides nothing. */
function isEmojiJoiner(text: string, place: number, character: string): boolean {
  if (character !== '\u200d') return false
  const characters = [...text]
  const isPicture = (one = '') => /\p{Extended_Pictographic}|\u{fe0f}|[\u{1f3fb}-\u{1f3ff}]/u.test(one)
  return isPicture(characters[place - 1]) && isPicture(characters[place + 1])
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const names: Readonly<Record<number, string>> = { 9: 'tab', 10: 'line end', 13: 'return', 27: 'escape', 0: 'null' }
  return names[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

/** A text without a character that nobody sees: for titles, and for what has to be typed as it is read. */
export function typeable(text: string): string {
  return visiblePieces(text)
    .map((piece) => piece.text)
    .join('')
    .trim()
}
