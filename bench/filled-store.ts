import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { keys } from './bank.ts'

/** Increase it when a store filled earlier would no longer be filled the same way. */
const version = 2

const cache = path.join(import.meta.dirname, '../node_modules/.cache/sallyport-bench')

/**
 * A data directory with at least the given numbers of stored instances and users. It is filled once, through the server's own code, and kept:
 * five million instances take some minutes and 3.3 GB.
 */
export function filledStore(instances: number, users: number): string {
  const folder = path.join(cache, `v${version}-${instances}-${users}`)
  mkdirSync(folder, { recursive: true })
  const script = path.join(import.meta.dirname, 'peers/fill-store.ts')
  const args = ['--disable-warning=ExperimentalWarning', script, folder, String(instances), String(users)]
  const { status, signal } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...keys },
  })
  if (status !== 0)
    throw new Error(`the store in ${folder} could not be filled: ${signal ?? `code ${status}`}; the next run continues from there`)
  return folder
}
