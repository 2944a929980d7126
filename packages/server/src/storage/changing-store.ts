import type { Changes, Entity, EntityRef, Instance, Snapshot } from '@sallyport/engine'
import type { Db } from './db.ts'
import type { InstanceKey } from './instance-key.ts'

/** The part of a store that changes what decisions have left, and every other row. */
export interface ChangingStore {
  /** Queries outside a transaction; each statement sees committed data only. */
  readonly db: Db

  /**
   * Runs `work` as one transaction: all or nothing. Scope names the user whose stored facts may change, so that nobody decides on stale ones.
   * `work` awaits nothing but the transaction's own queries. It may run again after a conflict, on the data of that moment: it keeps nothing of the first run.
   */
  transaction<T>(scope: TransactionScope, work: (tx: Transaction) => Promise<T>): Promise<T>

  /**
   * Erases instances that were decided before a time, of all tenants or of the one that is named, until none is left or `signal` says stop. It works in small steps and lets others in
   * between; what a step has erased stays erased. Resolves with the number of erased instances.
   *
   * The profiles that learnt from them stay, and fade by themselves. Later decisions stay; where a clock was set back, or where a store erases
   * whole months only, something older may stay for a while.
   */
  forgetBefore(at: number, signal?: AbortSignal, tenantId?: string): Promise<number>

  /**
   * Erases all instances and entities of a tenant, until none is left or `signal` says stop, in small steps as `forgetBefore` does. Nobody decides for the
   * tenant meanwhile. Resolves with the number of instances that this call erased. The caller erases the rows of its own tables.
   *
   * The numbers that stand for repeated texts (the tenant's id, its actions, ids of its rules) stay: other tenants may share them.
   */
  forgetTenant(tenantId: string, signal?: AbortSignal): Promise<number>
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
   * Changes entities outside of any instance: reads each, calls `change` (pure), writes what it returns; `undefined` leaves the entity as it is. As with
   * `settle`, nobody decides in between on what was read. A crash does not bring back what was there before.
   */
  changeEntities(
    tenantId: string,
    refs: readonly EntityRef[],
    change: (ref: EntityRef, entity: Entity | undefined) => Entity | undefined,
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
