import { chmodSync, closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { migrations } from '../migrations/migrations.ts'
import { NewerSchemaError } from '../migrations/newer-schema-error.ts'
import { databasePathIn } from './data-directory.ts'
import { removeSearchFile, searchPathOf } from './search/search-file.ts'

/**
 * Puts a backup of the embedded store into a data directory that has none. The store appears when it is whole and was checked. Refuses what is no such
 * backup, one of a newer release (`NewerSchemaError`), and a directory with a store in it.
 */
export function restoreDatabase(file: string, dataDir: string): void {
  if (!existsSync(file)) throw new Error(`there is no file ${file}`)
  const path = databasePathIn(dataDir)
  // A command that found no store leaves an empty file.
  if (existsSync(path) && statSync(path).size > 0) throw new Error(`${dataDir} already contains a store: use an empty directory`)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const partial = `${path}.partial`
  try {
    rmSync(partial, { force: true })
    closeSync(openSync(partial, 'wx', 0o600))
    copyFileSync(file, partial)
    chmodSync(partial, 0o600)
    checkBackup(partial, file)
    const written = openSync(partial, 'r+')
    fsyncSync(written)
    closeSync(written)
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
    // It is made from the log, and this is another one.
    removeSearchFile(searchPathOf(path))
    renameSync(partial, path)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

function checkBackup(path: string, file: string): void {
  const database = new DatabaseSync(path)
  try {
    let current: number
    try {
      const result = database.prepare('PRAGMA quick_check').get()
      if (result?.quick_check !== 'ok') throw new Error(String(result?.quick_check))
      current = Number(database.prepare('SELECT max(number) AS number FROM schema_migrations').get()?.number ?? 0)
    } catch (error) {
      throw new Error(`${file} is not a backup of the embedded store, or is damaged (${error instanceof Error ? error.message : error})`, {
        cause: error,
      })
    }
    if (current > migrations.length) throw new NewerSchemaError(current, migrations.length)
  } finally {
    database.close()
  }
}
