import { isExactNumber } from './is-exact-number.ts'

/** What a JSON text says that a reader would silently change. `path` leads to the member, as `custom.accounts.0`. */
export interface JsonFault {
  path: string
  problem: string
}

interface Place {
  /** The names read so far; `undefined` in an array. */
  names: Set<string> | undefined
  /** The member or the index at which the reader is. */
  at: string | number
}

const QUOTE = 34
const COMMA = 44
const MINUS = 45
const ZERO = 48
const NINE = 57
const OPEN_BRACKET = 91
const BACKSLASH = 92
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

const endOfNumber = /[^\d.eE+-]|$/g

/**
 * The first of: a number that a double cannot hold, a name that occurs twice in one object, a name that would reach a prototype, and, if
 * `isStored`, a text that a store cannot keep (NUL, half of a surrogate pair). The text must be valid JSON. Takes linear time and does not
 * recurse, so depth costs nothing.
 */
export function findJsonFault(text: string, isStored: boolean): JsonFault | undefined {
  const places: Place[] = []
  let isName = false
  let index = 0
  while (index < text.length) {
    const code = text.charCodeAt(index)
    const place = places.at(-1)
    if (code === QUOTE) {
      const end = endOfText(text, index)
      const value = toText(text.slice(index, end))
      if (isStored && !isStorable(value)) return toFault(places, isName ? value : undefined, 'contains characters that cannot be stored')
      if (isName && place?.names !== undefined) {
        if (place.names.has(value)) return toFault(places, value, 'occurs twice in one object')
        if (isReserved(value, places)) return toFault(places, value, 'is not a valid name')
        place.names.add(value)
        place.at = value
        isName = false
      }
      index = end
      continue
    }
    if (code === MINUS || (code >= ZERO && code <= NINE)) {
      endOfNumber.lastIndex = index
      const end = endOfNumber.exec(text)?.index ?? text.length
      if (!isExactNumber(text.slice(index, end))) {
        return toFault(places, undefined, 'is a number that a double cannot hold exactly; send it as text')
      }
      index = end
      continue
    }
    if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      isName = code === OPEN_BRACE
      places.push({ names: isName ? new Set() : undefined, at: 0 })
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      places.pop()
      isName = false
    } else if (code === COMMA && place !== undefined) {
      if (typeof place.at === 'number' && place.names === undefined) place.at += 1
      else isName = true
    }
    index += 1
  }
  return undefined
}

function endOfText(text: string, start: number): number {
  let index = start + 1
  for (;;) {
    const code = text.charCodeAt(index)
    if (code === QUOTE) return index + 1
    index += code === BACKSLASH ? 2 : 1
  }
}

function toText(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
}

/** True for text that every store keeps as it is. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

function isReserved(name: string, places: readonly Place[]): boolean {
  return name === '__proto__' || (name === 'prototype' && places.at(-2)?.at === 'constructor')
}

function toFault(places: readonly Place[], name: string | undefined, problem: string): JsonFault {
  const path = places.map(({ at }, depth) => (name !== undefined && depth === places.length - 1 ? name : at))
  return { path: path.join('.').toWellFormed().replaceAll('\0', '\uFFFD'), problem }
}
