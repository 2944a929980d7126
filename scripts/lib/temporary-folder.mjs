import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import path from 'node:path'

/** A disk in memory, as Linux has it. */
const memory = '/dev/shm'
/** What all tests together have on it at a time is less than a gigabyte. */
const neededBytes = 4 * 1024 ** 3

/**
 * Puts the temporary files of this process and its children on a disk in memory, if there is one with room: the tests write many small files, and none of
 * them is about a disk. Somebody who sets TMPDIR has chosen. The folder is removed when the process ends.
 */
export function useMemoryForTemporaryFiles() {
  if (process.env.TMPDIR !== undefined || freeBytes(memory) < neededBytes) return
  const folder = mkdtempSync(path.join(memory, 'sallyport-test-'))
  // PostgreSQL runs under an account of its own when root runs the tests.
  chmodSync(folder, 0o755)
  process.env.TMPDIR = folder
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  // What ends a process by a signal does not end it with `exit`, and memory would stay in use.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))
}

function freeBytes(folder) {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return 0
  }
}
