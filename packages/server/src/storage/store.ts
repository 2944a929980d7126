import type { Changes, Decided, Entity, EntityRef, Instance, Snapshot, State } from '@sallyport/engine'
import type { Kysely } from 'kysely'
import type { HistorySource } from './instance-history.ts'
import type { Schema } from './schema.ts'

/** A handle for queries: the store itself, or one transaction of it. Feature folders write their SQL against it. */
export type Db = Kysely<Schema>

export interface InstanceKey {
  tenantId: string
  userId: string
  action: string
  idempotencyKey: string
}

export interface DecideRequest {
  key: InstanceKey
  /** The entities the decision reads and may change, at most one of each kind. */
  entities: readonly EntityRef[]
  /** What to store of a user who is seen for the first time, or to update (`email`, `phoneNumber`, `username` as tracked). */
  user: { email?: string; phoneNumber?: string; username?: string }
  /** Device to put on record if the user has none of that id. */
  deviceId: string | null
  at: number
}

/** `decided` is absent when the instance was there already: the same key never decides twice. */
export type DecideResult =
  | { isNew: true; instance: Instance; decided: Decided; snapshot: Snapshot }
  | { isNew: false; instance: Instance; snapshot: Snapshot }

export interface InstanceFilter {
  fromDate?: number
  codes?: readonly string[]
  state?: State
  limit?: number
}

/**
 * The port that every store stands behind. Promises, held by the contract suite (`contract.ts`):
 *
 * - What a call resolved with is on disk: a crash afterwards loses nothing of it.
 * - A call that rejects has changed nothing, visible or stored. Of a database across a network that went away while it was told to commit, and did not
 *   come back to tell, nobody can know: that call rejects as unavailable. `decide` with the same key again finds out.
 * - Every method that takes a `tenantId` sees and changes rows of that tenant only.
 * - `decide` calls of one user happen one after the other, and so do those that change one entity: no update is lost.
 */
export interface Store {
  readonly kind: 'sqlite' | 'postgres'

  /** Queries outside a transaction; each statement sees committed data only. */
  readonly db: Db

  /** What `openHistory` reads past instances from, in this thread or another. */
  readonly history: HistorySource

  /**
   * Reads the snapshot, calls `decide` (pure, synchronous, may be called again after a conflict), writes its changes, and resolves once they
   * are durable. An instance that exists is returned as it is, and `decide` is not called.
   */
  decide(request: DecideRequest, decide: (snapshot: Snapshot) => Decided): Promise<DecideResult>

  /**
   * Runs `work` as one transaction: all or nothing. Scope names the user whose stored facts may change, so that nobody decides on stale ones.
   * `work` awaits nothing but the transaction's own queries. It may be run again after a conflict, on what there is then: it keeps nothing of the first time.
   */
  transaction<T>(scope: TransactionScope, work: (tx: Transaction) => Promise<T>): Promise<T>

  findInstance(key: InstanceKey): Promise<Instance | undefined>

  /** A user's instances, newest first. */
  listInstances(tenantId: string, userId: string, filter: InstanceFilter): Promise<Instance[]>

  /** The snapshot a decision would read now, without deciding. */
  loadSnapshot(tenantId: string, userId: string, entities: readonly EntityRef[]): Promise<Snapshot>

  /**
   * Erases instances that were decided before a time, of all tenants, until none is left or `signal` says stop. In small steps, between which others
   * have their turn; what was erased by then stays erased. Resolves with how many it were.
   *
   * What was learnt from them stays, and fades by itself. Nothing is erased that was decided since; where a clock was set back, or where a store erases
   * whole months only, something older may stay for a while.
   */
  forgetBefore(at: number, signal?: AbortSignal): Promise<number>

  /** Resolves when the store can read and write; rejects with the reason otherwise. */
  checkReady(): Promise<void>

  /** Finishes what was accepted, then releases everything. */
  close(): Promise<void>
}

export interface TransactionScope {
  tenantId: string
  userId?: string
}

export interface Transaction {
  readonly db: Db

  findInstance(key: InstanceKey): Promise<Instance | undefined>

  /**
   * Changes one instance and what was learnt from it: reads the instance and `entities`, calls `settle` (pure), writes what it returns.
   * `undefined` when there is no such instance; nothing is written when `settle` returns `null`.
   */
  settle(
    key: InstanceKey,
    entities: (instance: Instance) => readonly EntityRef[],
    settle: (instance: Instance, snapshot: Snapshot) => Changes | null,
  ): Promise<Instance | undefined>

  /** Puts an instance on record that no decision made (a passkey sign-in that was not tracked first). */
  insertInstance(instance: Instance, entities: Readonly<Record<string, { ref: EntityRef; value: Entity }>>): Promise<void>

  /**
   * Changes entities outside of any instance: reads each, calls `change` (pure), writes what it returns. As with `settle`, nobody decides in between on
   * what was read.
   */
  changeEntities(
    tenantId: string,
    refs: readonly EntityRef[],
    change: (ref: EntityRef, entity: Entity | undefined) => Entity,
  ): Promise<void>

  /**
   * Erases instances and entities of the user, and the user's part in other entities. The caller erases the rows of its own tables.
   */
  forgetUser(tenantId: string, userId: string, traces: UserTraces): Promise<void>
}

/** Where a user has left traces besides their own entity, and what is left of such an entity without them. */
export interface UserTraces {
  entitiesOf(instance: Instance): readonly EntityRef[]
  /** `undefined`: it is erased. */
  withoutUser(ref: EntityRef, entity: Entity): Entity | undefined
}
