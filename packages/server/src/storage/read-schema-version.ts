import { DatabaseSync } from 'node:sqlite'
import type { StoreLocation } from './open-store.ts'
import { databasePathIn } from './sqlite/data-directory.ts'

const query = 'SELECT max(number) AS number FROM schema_migrations'

/** The schema version of the store at a location, which is not migrated by this. */
export async function readSchemaVersion({ dataDir, databaseUrl }: StoreLocation): Promise<number> {
  if (databaseUrl === undefined) {
    const database = new DatabaseSync(databasePathIn(dataDir), { readOnly: true, timeout: 5000 })
    try {
      return Number(database.prepare(query).get()?.number ?? 0)
    } finally {
      database.close()
    }
  }
  const { createConnections } = await import('./postgres/connections.ts')
  const { execute } = await import('./postgres/migrate-postgres.ts')
  const connections = createConnections({ databaseUrl, poolSize: 1 })
  try {
    const [row] = await execute<{ number: number | null }>(connections.run, query)
    return row?.number ?? 0
  } finally {
    await connections.close()
  }
}
