import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { type FileLock, FileLockedError, lockFile } from '../file-lock.ts'

/** `updates`: one process at a time fetches lists that are due. `install`: one process at a time changes what is installed. */
export type UpdateLockName = 'updates' | 'install'

/** Takes a lock on the directory of the lists, for this machine. `undefined`: somebody else still has it after `waitMs`. */
export function takeUpdateLock(directory: string, name: UpdateLockName, waitMs = 0): FileLock | undefined {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${name}.lock`)
  closeSync(openSync(path, 'a', 0o600))
  try {
    return lockFile(path, waitMs)
  } catch (error) {
    if (error instanceof FileLockedError) return undefined
    throw error
  }
}
