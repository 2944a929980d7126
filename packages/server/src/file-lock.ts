import { DatabaseSync } from 'node:sqlite'

export interface FileLock {
  release(): void
}

/** Somebody else has the lock. Its cause is what SQLite says. */
export class FileLockedError extends Error {}

/**
 * Takes a lock on a file that exists, for this machine, waiting up to `waitMs` for it. The operating system releases it when the process ends, however it
 * ends, so that a killed holder leaves nothing behind.
 *
 * Throws `FileLockedError` when somebody else has it, and SQLite's own error for a file that cannot be used.
 */
export function lockFile(path: string, waitMs = 0): FileLock {
  // A transaction that never writes, on a database of its own: file locks as SQLite has them on every platform.
  const lock = new DatabaseSync(path, { timeout: waitMs })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw sqliteCodeOf(error) === SQLITE_BUSY ? new FileLockedError(`${path} is locked`, { cause: error }) : error
  }
  return { release: () => lock.close() }
}

const SQLITE_BUSY = 5

/** SQLite's primary result code. `undefined`: it is not SQLite that says so. */
export function sqliteCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}
