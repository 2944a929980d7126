import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const made = new Map<string, Promise<string>>()
let own: string | undefined

/**
 * A folder that is filled once for all test files of a run, for each of them to copy. `npm test` names the place for it in TEST_RUN_FOLDER; without it, the
 * folder is this process's. Of two processes that fill it at the same moment one keeps its own.
 */
export function onceForRun(name: string, fill: (folder: string) => Promise<void> | void): Promise<string> {
  const known = made.get(name)
  if (known !== undefined) return known
  const folder = join(process.env.TEST_RUN_FOLDER ?? ownFolder(), name)
  const making = existsSync(folder) ? Promise.resolve(folder) : make(folder, fill)
  made.set(name, making)
  return making
}

async function make(folder: string, fill: (folder: string) => Promise<void> | void): Promise<string> {
  const unfinished = `${folder}-${process.pid}`
  mkdirSync(unfinished, { mode: 0o755 })
  await fill(unfinished)
  try {
    renameSync(unfinished, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    rmSync(unfinished, { recursive: true, force: true })
  }
  return folder
}

function ownFolder(): string {
  if (own !== undefined) return own
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-run-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  own = folder
  return folder
}
