import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** `updates`: one process at a time fetches lists that are due. `install`: one process at a time changes what is installed. */
export type UpdateLockName = 'updates' | 'install'

export interface UpdateLock {
  release(): void
}

/**
 * Takes a lock on the directory of the lists, for this machine. The operating system releases it when the process ends, however it ends, so that a killed
 * holder leaves nothing behind. `undefined`: somebody else still has it after `waitMs`.
 */
export function takeUpdateLock(directory: string, name: UpdateLockName, waitMs = 0): UpdateLock | undefined {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${name}.lock`)
  closeSync(openSync(path, 'a', 0o600))
  // A transaction that never writes, on a database of its own: file locks as SQLite has them on every platform.
  const lock = new DatabaseSync(path, { timeout: waitMs })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (isBusy(error)) return undefined
    throw error
  }
  return { release: () => lock.close() }
}

const SQLITE_BUSY = 5

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === SQLITE_BUSY
}
