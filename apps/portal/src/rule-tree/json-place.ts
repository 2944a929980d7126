import type { JsonValue } from '@sallyport/engine/facts'

/** The way to a part of conditions: keys of objects, places in arrays. */
export type Path = readonly (string | number)[]

/** The part at a path. `undefined`: there is none. */
export function valueAt(json: JsonValue | undefined, path: Path): JsonValue | undefined {
  let part = json
  for (const step of path) {
    if (typeof part !== 'object' || part === null) return undefined
    if (Array.isArray(part)) part = part[Number(step)]
    else part = Object.hasOwn(part, step) ? (part as Record<string, JsonValue>)[step] : undefined
  }
  return part
}

/** The same JSON with another part at a path. Everything beside the path stays the very same, and so does the order of keys. */
export function replaceAt(json: JsonValue, path: Path, value: JsonValue): JsonValue {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map((part, place) => (place === step ? replaceAt(part, rest, value) : part))
  // `fromEntries` also keeps a key such as `__proto__` as what it is: a key.
  return Object.fromEntries(Object.entries(json).map(([key, part]) => [key, key === step ? replaceAt(part, rest, value) : part]))
}

/** Whether `inner` is the place `outer` or lies within it. */
export function isWithin(inner: Path, outer: Path): boolean {
  return outer.length <= inner.length && outer.every((step, place) => step === inner[place])
}

/** A path as one text, to compare and to use as a key. */
export function pathKey(path: Path): string {
  return JSON.stringify(path)
}
