import type { JsonValue } from '../facts/json-value.ts'

export const maxConditionDepth = 32
export const maxConditionLeaves = 500
export const maxConditionBytes = 65_536

/**
 * Checks the size of conditions before anything walks them: depth, number of leaves, length as JSON. Works without recursion and stops at
 * the first limit it passes, so that it answers at once for any input. `undefined`: within the limits.
 */
export function findPassedLimit(conditions: JsonValue): string | undefined {
  const waiting: { part: JsonValue; depth: number }[] = [{ part: conditions, depth: 0 }]
  let leaves = 0
  let bytes = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { part, depth } = next
    if (typeof part === 'object' && part !== null) {
      const isArray = Array.isArray(part)
      // An operator and the array of its arguments are one level.
      const level = isArray ? depth : depth + 1
      if (level > maxConditionDepth) return `conditions nest at most ${maxConditionDepth} deep`
      const parts = isArray ? part : Object.values(part)
      bytes += 2 + parts.length
      if (!isArray) for (const key of Object.keys(part)) bytes += jsonLength(key) + 1
      if (parts.length + leaves > maxConditionLeaves * 4) return tooManyLeaves
      if (parts.length === 0) leaves++
      for (const inner of parts) waiting.push({ part: inner, depth: isArray && isNestedArray(inner) ? level + 1 : level })
    } else {
      leaves++
      bytes += typeof part === 'string' ? jsonLength(part) : String(part).length
    }
    if (leaves > maxConditionLeaves) return tooManyLeaves
    if (bytes > maxConditionBytes) return `conditions are at most ${maxConditionBytes / 1024} KB of JSON`
  }
  return undefined
}

const tooManyLeaves = `conditions have at most ${maxConditionLeaves} values in them`

function isNestedArray(part: JsonValue): boolean {
  return Array.isArray(part)
}

/** Length of a text in UTF-8 with its quotes; escapes are not counted. */
function jsonLength(text: string): number {
  let length = 2
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : 3
  }
  return length
}
