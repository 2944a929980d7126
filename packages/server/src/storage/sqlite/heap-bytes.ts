import type { JsonValue } from '@sallyport/engine'

/**
 * About how many bytes JSON data takes in V8's heap: 8 for each slot, and what hangs on it. All items of a list are taken to be like its second, as the first of a
 * tuple is its key. That is a quarter off at most for full profiles; to look at every item would cost half as much as to parse them.
 */
export function heapBytesOf(value: JsonValue | undefined): number {
  if (typeof value === 'string') return 24 + value.length
  if (typeof value !== 'object' || value === null) return 0
  if (Array.isArray(value)) return 72 + value.length * (8 + heapBytesOf(value.length > 1 ? value[1] : value[0]))
  let bytes = 56
  for (const name in value) bytes += 8 + heapBytesOf(value[name])
  return bytes
}
