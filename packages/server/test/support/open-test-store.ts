import { closeSync, copyFileSync, existsSync, openSync } from 'node:fs'
import { instanceEntities, recordTracked } from '@sallyport/engine'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import { openConnection } from '../../src/storage/sqlite/connection.ts'
import { databasePathIn } from '../../src/storage/sqlite/data-directory.ts'
import { migrateSqlite } from '../../src/storage/sqlite/migrate-sqlite.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open-sqlite-store.ts'
import { writePlanStatistics } from '../../src/storage/sqlite/plan-statistics.ts'
import type { Store } from '../../src/storage/store.ts'
import { onceForRun } from './once-for-run.ts'
import { openTestPostgres, type TestPostgres } from './test-postgres.ts'

export interface TestStore {
  store: Store
  /** Closes the store and removes what it kept. The directory is the caller's. */
  remove(): Promise<void>
}

/** Most tests search for nothing. Who does, starts the thread that folds at once. */
const firstFoldMs = 2_000

let postgres: Promise<TestPostgres> | undefined
/** Databases that no store is in: to make one takes longer than most tests, to empty one does not. */
const spare = process.env.SALLYPORT_TEST_SPARE_DATABASE ? [process.env.SALLYPORT_TEST_SPARE_DATABASE] : []

/**
 * An empty store for a test: the embedded one, or with SALLYPORT_TEST_STORE=postgres one in a database of its own. The first such database is the one that
 * SALLYPORT_TEST_SPARE_DATABASE names, which loses everything that is in it.
 */
export async function openTestStore(options: { dataDir: string; clock: () => number }): Promise<TestStore> {
  if (process.env.SALLYPORT_TEST_STORE !== 'postgres') {
    const path = databasePathIn(options.dataDir)
    if (!existsSync(path)) copyFileSync(databasePathIn(await onceForRun('empty-store', makeEmptyStore)), path)
    const store = await openSqliteStore({ ...options, recordTracked, instanceEntities, foldAfterMs: firstFoldMs })
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

/** A database file with the newest schema, and nothing else: its steps, each on the disk for itself, take longer than most tests. */
function makeEmptyStore(folder: string): void {
  const path = databasePathIn(folder)
  closeSync(openSync(path, 'a', 0o600))
  const { database, close } = openConnection(path, { readOnly: false, cacheKib: 1_000 })
  migrateSqlite(database, 0)
  writePlanStatistics(database)
  close()
}

/** It ends with the process. */
async function startPostgres(): Promise<TestPostgres> {
  const server = await openTestPostgres()
  if (typeof server === 'string') throw new Error(server)
  return server
}
