import { instanceEntities, recordTracked } from '@sallyport/engine'
import { refuseClosedStore, refuseHalfFilledStore } from './closures.ts'
import { openSqliteStore, type SqliteStore } from './sqlite/open-sqlite-store.ts'
import type { Store } from './store.ts'

/** Where a store is. */
export interface StoreLocation {
  /** Directory of the embedded store. */
  dataDir: string
  /** PostgreSQL, instead of the embedded store. */
  databaseUrl?: string | undefined
}

/** Opens the store at a location, migrated to this release's schema. Refuses one that is closed or half filled (`StoreClosedError`). */
export async function openStore(location: StoreLocation, clock: () => number): Promise<Store | SqliteStore> {
  const store = await openUnchecked(location, clock)
  try {
    await refuseClosedStore(store.db)
    if (store.kind === 'postgres') await refuseHalfFilledStore(store.db)
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

async function openUnchecked(location: StoreLocation, clock: () => number): Promise<Store | SqliteStore> {
  if (location.databaseUrl !== undefined) {
    const { openPostgresStore } = await import('./postgres/open-postgres-store.ts')
    return openPostgresStore({ databaseUrl: location.databaseUrl, clock })
  }
  return openSqliteStore({ dataDir: location.dataDir, clock, recordTracked, instanceEntities })
}
