import type { EntityRef, Instance, Snapshot, State } from '@sallyport/engine'
import type { Db } from './db.ts'
import type { HistorySource } from './instance-history.ts'
import type { InstanceKey } from './instance-key.ts'

export interface InstanceFilter {
  /** Milliseconds UTC, both included. */
  fromDate?: number
  toDate?: number
  codes?: readonly string[]
  state?: State
  limit?: number
}

/** How many of the latest instances `lastTracked` looks at: few enough for a request to wait for. */
export const recentInstances = 10_000

/** The part of a store that reads. */
export interface ReadingStore {
  /** Queries outside a transaction; each statement sees committed data only. */
  readonly db: Db

  /** What `openHistory` reads past instances from, in this thread or another. */
  readonly history: HistorySource

  findInstance(key: InstanceKey): Promise<Instance | undefined>

  /** A user's instances, newest first. */
  listInstances(tenantId: string, userId: string, filter: InstanceFilter): Promise<Instance[]>

  /** When each action of the tenant was last tracked, milliseconds UTC, as far as it is among the latest instances of the store. */
  lastTracked(tenantId: string): Promise<ReadonlyMap<string, number>>

  /** The snapshot a decision would read now, without deciding. */
  loadSnapshot(tenantId: string, userId: string, entities: readonly EntityRef[]): Promise<Snapshot>
}
