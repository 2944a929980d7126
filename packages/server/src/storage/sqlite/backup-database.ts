import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import { databasePathIn } from './data-directory.ts'

/** All pages in one step. It is one read transaction, so a server that goes on writing cannot make the copy start again. */
const allPages = 2 ** 31 - 1

/**
 * Copies the embedded store to a file (mode 600) while a server may be writing to it: everything that was committed when the copy began, and
 * nothing half. The file appears under its name when it is whole and was checked. Refuses to replace a file.
 */
export async function backupDatabase(dataDir: string, target: string): Promise<void> {
  const source = databasePathIn(dataDir)
  if (!existsSync(source)) throw new Error(`there is no embedded store in ${dataDir}`)
  if (existsSync(target)) throw new Error(`${target} already exists`)
  const partial = `${target}.partial`
  rmSync(partial, { force: true })
  closeSync(openSync(partial, 'wx', 0o600))
  try {
    const database = new DatabaseSync(source, { readOnly: true, timeout: 5000 })
    try {
      await backup(database, partial, { rate: allPages })
    } finally {
      database.close()
    }
    checkCopy(partial)
    chmodSync(partial, 0o600)
    flush(partial)
    renameSync(partial, target)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

function checkCopy(path: string): void {
  const copy = new DatabaseSync(path)
  try {
    // One file, to be moved about: no write-ahead log beside it.
    copy.exec('PRAGMA journal_mode = DELETE')
    const result = copy.prepare('PRAGMA quick_check').get()
    if (result?.quick_check !== 'ok') throw new Error(`the copy is damaged: ${String(result?.quick_check)}`)
  } finally {
    copy.close()
  }
}

function flush(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
