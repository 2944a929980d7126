import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FileLock, FileLockedError, lockFile, sqliteCodeOf } from '../../file-lock.ts'

/** Another process is writing to the data directory. */
export class DataDirectoryInUseError extends Error {
  constructor(dataDir: string, pid: string | undefined) {
    const who = pid === undefined ? 'another process' : `another process (${pid})`
    super(
      `${who} is using the data directory ${dataDir}; the embedded store allows one process at a time: stop that process first, or use its HTTP API`,
    )
    this.name = 'DataDirectoryInUseError'
  }
}

export interface DataDirectory {
  databasePath: string
  release(): void
}

export function databasePathIn(dataDir: string): string {
  return join(dataDir, 'sallyport.db')
}

const lockPathIn = (dataDir: string) => join(dataDir, 'writer.lock')
const pidPathIn = (dataDir: string) => join(dataDir, 'writer.pid')

/**
 * Makes the directory (mode 700) and an empty database file (mode 600; SQLite gives its side files the same), and takes the lock that only one
 * process can have. The operating system releases it when the process ends, however it ends.
 */
export function claimDataDirectory(dataDir: string): DataDirectory {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  createPrivately(lockPathIn(dataDir))
  const lock = takeWriterLock(dataDir)
  writeFileSync(pidPathIn(dataDir), `${process.pid}\n`, { mode: 0o600 })
  createPrivately(databasePathIn(dataDir))
  return { databasePath: databasePathIn(dataDir), release: () => lock.release() }
}

/** Throws `DataDirectoryInUseError` when another process has the lock. Takes much less time than to load and open a store. */
export function refuseClaimedDirectory(dataDir: string): void {
  if (existsSync(lockPathIn(dataDir))) takeWriterLock(dataDir).release()
}

function takeWriterLock(dataDir: string): FileLock {
  const pidPath = pidPathIn(dataDir)
  try {
    return lockFile(lockPathIn(dataDir))
  } catch (error) {
    if (!(error instanceof FileLockedError)) {
      const unwritable = new Error(`the data directory ${dataDir} is not writable`, { cause: error })
      throw Object.assign(unwritable, { code: 'ERR_DATA_DIRECTORY' })
    }
    throw Object.assign(new DataDirectoryInUseError(dataDir, existsSync(pidPath) ? readFileSync(pidPath, 'utf8').trim() : undefined), {
      cause: error.cause,
    })
  }
}

/** The error for a database that cannot be opened. SQLite's own names neither the file nor a way out. */
export function toOpeningError(path: string, error: unknown): unknown {
  const code = sqliteCodeOf(error)
  if (code === undefined) return error
  const remedy = damagedCodes.has(code) ? 'it is damaged: restore a backup' : 'see to its rights and to room on its disk'
  const opening = new Error(`${path} cannot be used, ${remedy} (${error instanceof Error ? error.message : error})`, { cause: error })
  return Object.assign(opening, { code: 'ERR_DATABASE_FILE' })
}

// SQLITE_CORRUPT, SQLITE_NOTADB.
const damagedCodes: ReadonlySet<number> = new Set([11, 26])

function createPrivately(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
}
