import type { PastInstance } from '@sallyport/engine'
import type { Db } from './db.ts'

/** Where a store keeps its instances, as plain data: it is handed to a worker thread, which opens a connection of its own. */
export type HistorySource = { kind: 'sqlite'; path: string } | { kind: 'postgres'; databaseUrl: string }

export interface HistoryQuery {
  tenantId: string
  /** Absent: every action. */
  actions?: readonly string[]
  /** Milliseconds UTC, inclusive and exclusive. */
  from: number
  to: number
  /** The places among the stored signals that are needed (`storedPlacesOf`). The others may be left out. Absent: all. */
  signals?: readonly number[]
  /** With `signals`: the members of the tracked custom data that are needed (`storedCustomOf`). Absent: all. */
  custom?: readonly string[]
}

export interface HistoryBatch {
  instances: readonly PastInstance[]
  /** The part that was read so far, 0 to 1. */
  done: number
}

/**
 * Past instances in great numbers, read beside live traffic and never in its way. Promises, as the store's:
 *
 * - Instances come in the order of their decisions, each once, as they stood when they were read.
 * - What was decided before `read` was called is there; what comes in meanwhile may be.
 * - A batch is a read of its own: nothing is held back from being written or cleaned up while the caller works on it.
 */
export interface InstanceHistory {
  /** Queries that only read. */
  readonly db: Db
  read(query: HistoryQuery): AsyncIterable<HistoryBatch>
  close(): Promise<void>
}
