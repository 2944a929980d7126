import type { AcceptedSample } from '@sallyport/engine'
import type { Store, Transaction } from '../storage/store.ts'
import type { TenantPopulations } from './tenant-populations.ts'

/**
 * The store, with what is usual for everybody in its snapshots, and with every instance that is accepted, by a decision or afterwards, counted in that once
 * it is on disk.
 */
export function withPopulations(store: Store, populations: TenantPopulations): Store {
  return {
    ...store,
    async decide(request, decide) {
      const { tenantId } = request.key
      const population = populations.get(tenantId)
      const result = await store.decide(request, (snapshot) => decide({ ...snapshot, population }))
      const accepted = result.isNew ? result.decided.changes.accepted : undefined
      if (accepted !== undefined) populations.add(tenantId, accepted)
      return result
    },
    async transaction(scope, work) {
      let samples: AcceptedSample[] = []
      const value = await store.transaction(scope, (tx) => {
        // Work that is done again after a conflict counts as done once.
        samples = []
        return work(counting(tx, samples))
      })
      for (const sample of samples) populations.add(scope.tenantId, sample)
      return value
    },
    async loadSnapshot(tenantId, userId, entities) {
      return { ...(await store.loadSnapshot(tenantId, userId, entities)), population: populations.get(tenantId) }
    },
  }
}

function counting(tx: Transaction, samples: AcceptedSample[]): Transaction {
  return {
    ...tx,
    async settle(key, entities, settle) {
      let accepted: AcceptedSample | undefined
      const instance = await tx.settle(key, entities, (found, snapshot) => {
        const changes = settle(found, snapshot)
        accepted = changes?.accepted
        return changes
      })
      if (accepted !== undefined) samples.push(accepted)
      return instance
    },
  }
}
