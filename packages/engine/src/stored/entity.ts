import type { JsonValue } from '../facts/json-value.ts'

/** Something the engine remembers across events: at most one of each kind takes part in one event. */
export type EntityKind = 'user' | 'device' | 'address' | 'network' | `custom.${string}` | `user+custom.${string}`

export interface EntityRef {
  kind: EntityKind
  key: string
}

/** What is remembered of an entity. JSON data, bounded in size; its shape belongs to `learning/`. */
export type Entity = { readonly [key: string]: JsonValue }
