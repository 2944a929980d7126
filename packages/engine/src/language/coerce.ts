/**
 * JavaScript's conversions as JsonLogic relies on them, written out for JSON data. They give the same answer for objects with and without a
 * prototype and never call a `toString` from the data.
 */

/** As `String(value)`. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return joined(value, ',')
  return typeof value === 'object' && value !== null ? '[object Object]' : String(value)
}

/** As `Array.prototype.join`: absent values add nothing. */
export function joined(values: readonly unknown[], separator: string): string {
  let text = ''
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (i > 0) text += separator
    if (value !== null && value !== undefined) text += toText(value)
  }
  return text
}

/** As `Number(value)`. */
export function toNumber(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'object' && value !== null ? Number(toText(value)) : Number(value)
}

/** As `parseFloat(value)`, which goes through text and so turns negative zero into zero. */
export function toFloat(value: unknown): number {
  return typeof value === 'number' ? value + 0 : Number.parseFloat(toText(value))
}

/** As `a == b`. */
export function looselyEqual(a: unknown, b: unknown): boolean {
  const aIsObject = typeof a === 'object' && a !== null
  const bIsObject = typeof b === 'object' && b !== null
  if (aIsObject && bIsObject) return a === b
  // biome-ignore lint/suspicious/noDoubleEquals: the loose comparison is JsonLogic's.
  return (aIsObject ? toText(a) : a) == (bIsObject ? toText(b) : b)
}

/** As `a < b`. `undefined` when the two cannot be compared as texts or as numbers. */
export function isLess(a: unknown, b: unknown): boolean | undefined {
  const left = typeof a === 'object' && a !== null ? toText(a) : a
  const right = typeof b === 'object' && b !== null ? toText(b) : b
  if (typeof left === 'string' && typeof right === 'string') return left < right
  const x = Number(left)
  const y = Number(right)
  return Number.isNaN(x) || Number.isNaN(y) ? undefined : x < y
}

/** As `a <= b`, with `undefined` as in `isLess`. */
export function isAtMost(a: unknown, b: unknown): boolean | undefined {
  const greater = isLess(b, a)
  return greater === undefined ? undefined : !greater
}
