import type { JsonValue } from '../facts/json-value.ts'

/** A map without entries, and without a prototype. */
export const nothing: Readonly<Record<string, never>> = Object.freeze(Object.create(null))

/** The map without a prototype, so that no name finds what every object inherits. */
export function bare(map: Readonly<Record<string, JsonValue>> | undefined): Readonly<Record<string, JsonValue>> {
  if (map === undefined) return nothing
  return Object.getPrototypeOf(map) === null ? map : Object.assign(Object.create(null), map)
}
