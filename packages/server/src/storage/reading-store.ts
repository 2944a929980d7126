import type { EntityRef, Instance, Snapshot, State } from '@sallyport/engine'
import type { Db } from './db.ts'
import type { HistorySource } from './instance-history.ts'
import type { InstanceKey } from './instance-key.ts'

export interface InstanceFilter {
  fromDate?: number
  codes?: readonly string[]
  state?: State
  limit?: number
}

/** The part of a store that reads. */
export interface ReadingStore {
  /** Queries outside a transaction; each statement sees committed data only. */
  readonly db: Db

  /** What `openHistory` reads past instances from, in this thread or another. */
  readonly history: HistorySource

  findInstance(key: InstanceKey): Promise<Instance | undefined>

  /** A user's instances, newest first. */
  listInstances(tenantId: string, userId: string, filter: InstanceFilter): Promise<Instance[]>

  /** The snapshot a decision would read now, without deciding. */
  loadSnapshot(tenantId: string, userId: string, entities: readonly EntityRef[]): Promise<Snapshot>
}
