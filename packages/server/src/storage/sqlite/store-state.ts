import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

/** A few named numbers and texts of the store itself. */
export interface StoreState {
  find(name: StateName): string | undefined
  set(name: StateName, value: string | number): void
}

/**
 * - `hash_secret`: makes row hashes unpredictable from outside.
 * - `entities_through`, `keys_through`: up to this place of the log, everything is in `entities` and `instance_keys`.
 * - `last_seq`: places of the log up to this one were given out, even if their rows are erased.
 */
export type StateName = 'hash_secret' | 'entities_through' | 'keys_through' | 'last_seq'

export function createStoreState(database: DatabaseSync): StoreState {
  const select = database.prepare('SELECT value FROM store_state WHERE name = ?')
  const upsert = database.prepare(
    'INSERT INTO store_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  return {
    find(name) {
      const row = select.get(name)
      return row === undefined ? undefined : String(row.value)
    },
    set(name, value) {
      upsert.run(name, String(value))
    },
  }
}

/** The secret that row hashes are made with, drawn once for a database. */
export function loadHashSecret(state: StoreState): string {
  const known = state.find('hash_secret')
  if (known !== undefined) return known
  const secret = randomBytes(16).toString('base64url')
  state.set('hash_secret', secret)
  return secret
}
