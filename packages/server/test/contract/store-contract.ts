import { test } from 'node:test'
import { instanceEntities, recordTracked } from '../support/counting-decision.ts'
import { checkChanging } from './check-changing.ts'
import { checkDeciding } from './check-deciding.ts'
import { checkErasing } from './check-erasing.ts'
import { checkLifecycle } from './check-lifecycle.ts'
import { checkReading } from './check-reading.ts'
import { checkSearching } from './check-searching.ts'
import type { Contract, StorePlace } from './store-place.ts'

/** The functions to open a store of the contract with. */
export const contractFolding = { instanceEntities, recordTracked }

/**
 * Registers the tests that every store passes: the promises of `Store`, each tried through the port alone.
 */
export function checkStoreContract(name: string, makePlace: () => Promise<StorePlace>): void {
  const contract: Contract = (title, check) => {
    test(`${name}: ${title}`, async () => {
      const place = await makePlace()
      try {
        const store = await place.open()
        try {
          await check(store, place)
        } finally {
          await store.close()
        }
      } finally {
        await place.remove()
      }
    })
  }
  for (const register of [checkDeciding, checkChanging, checkReading, checkErasing, checkSearching, checkLifecycle]) register(contract)
}
