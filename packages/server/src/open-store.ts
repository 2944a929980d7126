import { instanceEntities, recordTracked } from '@sallyport/engine'
import type { Config } from './config.ts'
import { openSqliteStore } from './storage/sqlite/open-sqlite-store.ts'
import type { Store } from './storage/store.ts'

/** Opens the configured store, migrated to this release's schema. */
export async function openStore(config: Pick<Config, 'dataDir' | 'databaseUrl'>, clock: () => number): Promise<Store> {
  if (config.databaseUrl !== undefined) {
    const { openPostgresStore } = await import('./storage/postgres/open-postgres-store.ts')
    return openPostgresStore({ databaseUrl: config.databaseUrl, clock })
  }
  return openSqliteStore({ dataDir: config.dataDir, clock, recordTracked, instanceEntities })
}
