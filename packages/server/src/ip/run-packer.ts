import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const script = fileURLToPath(new URL('pack-data.ts', import.meta.url))
const timeout = 60_000

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

/** Like `runPackerNow`, while this process keeps serving requests. */
export async function runPacker(directory: string): Promise<void> {
  await promisify(execFile)(process.execPath, [script, directory], { timeout }).catch(() => undefined)
}
