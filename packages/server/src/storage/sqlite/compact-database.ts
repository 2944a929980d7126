import { existsSync, statSync } from 'node:fs'
import { openConnection } from './connection.ts'
import { claimDataDirectory, databasePathIn } from './data-directory.ts'
import { compactSearchFile, searchPathOf } from './search/search-file.ts'

/**
 * Rewrites the embedded store without gaps. This gives back the room of erased rows. It also removes fragments that `secure_delete` does not reach: SQLite
 * may have moved a row from page to page before it was erased. Refuses while a server has the data directory. Returns the bytes
 * before and after.
 */
export function compactDatabase(dataDir: string): { before: number; after: number } {
  const path = databasePathIn(dataDir)
  if (!existsSync(path)) throw new Error(`there is no embedded store in ${dataDir}`)
  const directory = claimDataDirectory(dataDir)
  try {
    const before = statSync(path).size
    const { database, close } = openConnection(path, { readOnly: false, cacheKib: 16_000 })
    try {
      database.exec('VACUUM')
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } finally {
      close()
    }
    compactSearchFile(searchPathOf(path))
    return { before, after: statSync(path).size }
  } finally {
    directory.release()
  }
}
