import type { JsonValue } from '../facts/json-value.ts'

/** Something the engine remembers across events. At most one of each kind takes part in an event. */
export type EntityKind = 'user' | 'device' | 'address' | 'network' | `custom.${string}` | `user+custom.${string}`

export interface EntityRef {
  kind: EntityKind
  key: string
}

/** What is remembered about an entity: JSON data of bounded size. `learning/` owns its shape. */
export type Entity = { readonly [key: string]: JsonValue }
