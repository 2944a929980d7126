import type { Store } from '../../src/storage/store.ts'
import { StoreUnavailableError } from '../../src/storage/store-errors.ts'
import { wrapDb } from '../../src/storage/straight-kysely.ts'
import { wrapStore, wrapTransaction } from '../../src/storage/wrap-store.ts'
import type { FaultSwitch } from './fault-switch.ts'

/** `refused`: nothing is done. `unanswered`: it is done, and the caller is told that it failed; within a transaction that undoes it. */
export type StoreFault = 'refused' | 'unanswered'

/**
 * A store of which every call can be made to fail: every method of the port, every statement of `db`, and the beginning, each call and the commit of a
 * transaction.
 */
export function createFaultyStore(store: Store, faults: FaultSwitch<StoreFault>): Store {
  async function call<T>(work: () => Promise<T>): Promise<T> {
    const fault = faults.strike()
    if (fault === 'refused') throw failure()
    const result = await work()
    if (fault === 'unanswered') throw failure()
    return result
  }

  return wrapStore(store, (_name, _tenantId, work) => call(work), {
    db: wrapDb(store.db, (_query, execute) => call(execute)),
    async transaction(scope, work) {
      if (faults.strike() !== undefined) throw failure()
      let atCommit: StoreFault | undefined
      const value = await store.transaction(scope, async (tx) => {
        const result = await work(wrapTransaction(tx, call, { db: wrapDb(tx.db, (_query, execute) => call(execute)) }))
        atCommit = faults.strike()
        if (atCommit === 'refused') throw failure()
        return result
      })
      if (atCommit === 'unanswered') throw failure()
      return value
    },
  })
}

function failure(): Error {
  return new StoreUnavailableError(new Error('made to fail'))
}
