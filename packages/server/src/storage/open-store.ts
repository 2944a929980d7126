import { instanceEntities, recordTracked } from '@sallyport/engine'
import type { Config } from '../config.ts'
import { refuseMovedStore, refuseUnfinishedMove } from '../move/move-marks.ts'
import { openSqliteStore, type SqliteStore } from './sqlite/open-sqlite-store.ts'
import type { Store } from './store.ts'

/**
 * Opens the configured store, migrated to this release's schema. Refuses one that was moved away, and one into which a move has begun and not ended.
 */
export async function openStore(config: Pick<Config, 'dataDir' | 'databaseUrl'>, clock: () => number): Promise<Store | SqliteStore> {
  const store = await openUnchecked(config, clock)
  try {
    await refuseMovedStore(store.db)
    if (store.kind === 'postgres') await refuseUnfinishedMove(store.db)
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

async function openUnchecked(config: Pick<Config, 'dataDir' | 'databaseUrl'>, clock: () => number): Promise<Store | SqliteStore> {
  if (config.databaseUrl !== undefined) {
    const { openPostgresStore } = await import('./postgres/open-postgres-store.ts')
    return openPostgresStore({ databaseUrl: config.databaseUrl, clock })
  }
  return openSqliteStore({ dataDir: config.dataDir, clock, recordTracked, instanceEntities })
}
