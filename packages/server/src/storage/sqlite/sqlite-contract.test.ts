import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { checkStoreContract, contractFolding } from '../../../test/contract/store-contract.ts'
import { databasePathIn } from './data-directory.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

checkStoreContract('sqlite', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-contract-'))
  return {
    open: () => openSqliteStore({ dataDir, clock: () => 1_000, ...contractFolding }),
    async markNewer() {
      const database = new DatabaseSync(databasePathIn(dataDir))
      database.exec("INSERT INTO schema_migrations (number, name, applied_at) VALUES (9999, 'from the future', 1)")
      database.close()
    },
    remove: async () => rmSync(dataDir, { recursive: true, force: true }),
  }
})
