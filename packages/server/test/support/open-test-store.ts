import { instanceEntities, recordTracked } from '@sallyport/engine'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open-sqlite-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { openTestPostgres, type TestPostgres } from './test-postgres.ts'

export interface TestStore {
  store: Store
  /** Closes the store and removes what it kept. The directory is the caller's. */
  remove(): Promise<void>
}

let postgres: Promise<TestPostgres> | undefined
/** Databases that no store is in: to make one takes longer than most tests, to empty one does not. */
const spare = process.env.SALLYPORT_TEST_SPARE_DATABASE ? [process.env.SALLYPORT_TEST_SPARE_DATABASE] : []

/**
 * An empty store for a test: the embedded one, or with SALLYPORT_TEST_STORE=postgres one in a database of its own. The first such database is the one that
 * SALLYPORT_TEST_SPARE_DATABASE names, which loses everything that is in it.
 */
export async function openTestStore(options: { dataDir: string; clock: () => number }): Promise<TestStore> {
  if (process.env.SALLYPORT_TEST_STORE !== 'postgres') {
    const store = await openSqliteStore({ ...options, recordTracked, instanceEntities })
    return { store, remove: () => store.close() }
  }
  postgres ??= startPostgres()
  const server = await postgres
  const databaseUrl = spare.pop() ?? (await server.createDatabase())
  await server.emptyDatabase(databaseUrl)
  const store = await openPostgresStore({ databaseUrl, clock: options.clock })
  return {
    store,
    async remove() {
      await store.close()
      spare.push(databaseUrl)
    },
  }
}

/** It ends with the process. */
async function startPostgres(): Promise<TestPostgres> {
  const server = await openTestPostgres()
  if (typeof server === 'string') throw new Error(server)
  return server
}
