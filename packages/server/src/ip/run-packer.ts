import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const script = fileURLToPath(new URL('pack-data.ts', import.meta.url))
const timeout = 60_000

/**
 * Makes missing packs in a process of its own: packing takes up to 150 MB and some seconds, and there they are given back. When that fails,
 * whoever needs the pack finds none and packs for itself.
 */
export function runPackerNow(directory: string): void {
  try {
    execFileSync(process.execPath, [script, directory], { stdio: 'ignore', timeout })
  } catch {
    // Then it is done in this one.
  }
}

/** The same while this process goes on answering. */
export async function runPacker(directory: string): Promise<void> {
  await promisify(execFile)(process.execPath, [script, directory], { timeout }).catch(() => undefined)
}
