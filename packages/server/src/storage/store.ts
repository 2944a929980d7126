import type { ChangingStore } from './changing-store.ts'
import type { DecidingStore } from './deciding-store.ts'
import type { ReadingStore } from './reading-store.ts'
import type { SearchingStore } from './searching-store.ts'

// The port in one place, for the folders above. Files of the store itself import its parts.
export type { ChangingStore, Transaction, UserTraces } from './changing-store.ts'
export type { Db } from './db.ts'
export type { DecideRequest, DecidingStore } from './deciding-store.ts'
export type { InstanceKey } from './instance-key.ts'
export type { ReadingStore } from './reading-store.ts'
export type { SearchingStore } from './searching-store.ts'

/**
 * The port that every store stands behind: what decides, what changes, what reads, what searches. A function takes the smallest part it needs. Promises, held by the
 * contract suite (`test/contract`):
 *
 * - What a call resolved with is on disk: a crash afterwards loses nothing of it.
 * - A call that rejects has changed nothing, visible or stored. There is one exception. When the network to a database breaks during a commit and does not
 *   come back, nobody can know whether the commit happened: the call rejects as unavailable. `decide` with the same key again finds out.
 * - Every method that takes a `tenantId` sees and changes rows of that tenant only.
 * - `decide` calls of one user happen one after the other, and so do those that change one entity: no update is lost.
 *
 * Refusals of its own are in `store-errors.ts`.
 */
export interface Store extends DecidingStore, ChangingStore, ReadingStore, SearchingStore {
  readonly kind: 'sqlite' | 'postgres'

  /** Resolves when the store can read and write; rejects with the reason otherwise. */
  checkReady(): Promise<void>

  /** Finishes what was accepted, then releases everything. */
  close(): Promise<void>
}
