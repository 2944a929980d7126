import { after, test } from 'node:test'
import pg from 'pg'
import { checkStoreContract } from '../../../test/contract/store-contract.ts'
import { openTestPostgres } from '../../../test/support/test-postgres.ts'
import { openPostgresStore } from './open-postgres-store.ts'

const postgres = await openTestPostgres()

if (typeof postgres === 'string') test('postgres: the contract of every store', { skip: postgres }, () => undefined)
else {
  after(() => postgres.close())
  checkStoreContract('postgres', async () => {
    const databaseUrl = await postgres.createDatabase()
    return {
      open: () => openPostgresStore({ databaseUrl, clock: () => 1_000 }),
      async markNewer() {
        const client = new pg.Client({ connectionString: databaseUrl })
        await client.connect()
        await client.query("INSERT INTO schema_migrations (number, name, applied_at) VALUES (9999, 'from the future', 1)")
        await client.end()
      },
      remove: () => postgres.dropDatabase(databaseUrl),
    }
  })
}
