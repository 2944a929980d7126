import { instanceEntities, recordTracked } from '@sallyport/engine'
import { type Config, ConfigError } from './config.ts'
import { openSqliteStore } from './storage/sqlite/open-sqlite-store.ts'
import type { Store } from './storage/store.ts'

/** Opens the configured store, migrated to this release's schema. */
export async function openStore(config: Pick<Config, 'dataDir' | 'databaseUrl'>, clock: () => number): Promise<Store> {
  if (config.databaseUrl !== undefined) {
    throw new ConfigError(['SALLYPORT_DATABASE_URL is set, but this release has the embedded store only'])
  }
  return openSqliteStore({ dataDir: config.dataDir, clock, recordTracked, instanceEntities })
}
