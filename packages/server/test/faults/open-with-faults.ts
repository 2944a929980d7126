import type { TestContext } from 'node:test'
import { instanceEntities, recordTracked } from '@sallyport/engine'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open-sqlite-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

/** A server under test, the store beneath it, and its clock. */
export interface Opened {
  made: TestApp
  store: Store
  clock: { now: number }
}

/** Opens a server on a store: the embedded one, or with a URL one on PostgreSQL. `wrap` comes between the two. */
export async function openWithFaults(
  t: TestContext,
  databaseUrl?: string,
  wrap: (store: Store) => Store = (store) => store,
): Promise<Opened> {
  // Later than every date of shipped data, so that no date in an answer is taken for a time of the scene.
  const clock = { now: Date.UTC(2026, 11, 1) }
  let store: Store | undefined
  const made = await createTestApp({
    portalLimit: { points: 100_000, windowSeconds: 60 },
    clock: () => clock.now,
    async openStore(options) {
      const opened =
        databaseUrl === undefined
          ? // Erased data stays in the log while calls are counted: emptying it is a call too.
            await openSqliteStore({ ...options, recordTracked, instanceEntities, emptyLogAfterMs: 600_000 })
          : await openPostgresStore({ databaseUrl, clock: options.clock })
      store = opened
      return { store: wrap(opened), remove: () => opened.close() }
    },
  })
  t.after(made.close)
  if (store === undefined) throw new Error('no store was opened')
  return { made, store, clock }
}
