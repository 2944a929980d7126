import type { Decided, EntityRef, Instance, Snapshot } from '@sallyport/engine'
import type { InstanceKey } from './instance-key.ts'

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

/** The part of a store that decides. */
export interface DecidingStore {
  /**
   * Reads the snapshot, calls `decide` (pure, synchronous, may be called again after a conflict), writes its changes, and resolves once they
   * are durable. An instance that exists is returned as it is, and `decide` is not called.
   */
  decide(request: DecideRequest, decide: (snapshot: Snapshot) => Decided): Promise<DecideResult>
}
