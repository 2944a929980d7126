import type { Store } from '../../src/storage/store.ts'
import { decideCounting, requestOf, type Tracked } from '../support/counting-decision.ts'

/** A place that stores are opened on, one after the other. */
export interface StorePlace {
  open(): Promise<Store>
  /** Pretends that a newer release had migrated it. While no store is open. */
  markNewer(): Promise<void>
  remove(): Promise<void>
}

/** Registers a test of one promise, on an empty store of its own. */
export type Contract = (title: string, check: (store: Store, place: StorePlace) => Promise<void>) => void

export const key = (idempotencyKey: string, userId = 'alice', tenantId = 'one') => ({
  tenantId,
  userId,
  action: 'transfer',
  idempotencyKey,
})

export const track = (store: Store, tracked: Tracked) => store.decide(requestOf(tracked), decideCounting(tracked))

/** How many instances an entity counts. */
export async function countOf(store: Store, tenantId: string, kind: 'user' | 'device' | 'address', entityKey: string): Promise<unknown> {
  const { entities } = await store.loadSnapshot(tenantId, 'alice', [{ kind, key: entityKey }])
  return entities[kind]?.count ?? 0
}
