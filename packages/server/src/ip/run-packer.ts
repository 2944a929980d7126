import { execFile, execFileSync } from 'node:child_process'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const script = fileURLToPath(new URL('pack-data.ts', import.meta.url))
const timeout = 60_000
/** While nobody waits: with what live traffic leaves over, packing may take a minute. */
const patientTimeout = 600_000
/** As that of the process that fetches lists (`run-feed-updates.ts`). */
const priority = 10

/**
 * Makes missing packs in a separate process: packing takes a few seconds and up to 150 MB, which the system gets back when that process ends.
 * If it fails, the caller finds no pack and packs in its own process.
 */
export function runPackerNow(directory: string): void {
  try {
    execFileSync(process.execPath, [script, directory], { stdio: 'ignore', timeout })
  } catch {
    // The caller then packs in this process.
  }
}

/** Like `runPackerNow`, while this process keeps serving requests: the other one takes what they leave over. */
export async function runPacker(directory: string): Promise<void> {
  const packing = promisify(execFile)(process.execPath, [script, directory], { timeout: patientTimeout })
  try {
    if (packing.child.pid !== undefined) setPriority(packing.child.pid, priority)
  } catch {
    // It has ended, or a sandbox forbids it.
  }
  await packing.catch(() => undefined)
}
