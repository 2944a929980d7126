import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { keys } from './bank.ts'

/** Increase it when a store filled earlier would no longer be filled the same way. */
const version = 1

const cache = path.join(import.meta.dirname, '../node_modules/.cache/sallyport-bench')

/** A data directory for searches with so many events of the last ninety days and so many users, all of which can be found. Filled once, and kept. */
export function filledEvents(instances: number, users: number): string {
  const folder = keptFolder(`${instances}-${users}`)
  fill(folder, instances, users, {})
  return folder
}

/** The same in a database. `folder` is for what a server keeps beside it. */
export function fillDatabase(databaseUrl: string, folder: string, instances: number, users: number): void {
  fill(folder, instances, users, { BENCH_DATABASE_URL: databaseUrl })
}

/** Fills a database that stays, unless it is filled. Returns the folder of what a server keeps beside it. */
export function filledDatabase(databaseUrl: string, instances: number, users: number): string {
  const { host, pathname } = new URL(databaseUrl)
  const name = `${host}${pathname}`.replace(/[^\w]+/g, '-')
  const folder = keptFolder(`${instances}-${users}-${name}`)
  fillDatabase(databaseUrl, folder, instances, users)
  return folder
}

function keptFolder(name: string): string {
  const folder = path.join(cache, `events-v${version}-${name}`)
  mkdirSync(folder, { recursive: true })
  return folder
}

function fill(folder: string, instances: number, users: number, env: Record<string, string>): void {
  const script = path.join(import.meta.dirname, 'peers/fill-events.ts')
  const { status, signal } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', script, folder, String(instances), String(users)],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...keys, ...env },
    },
  )
  if (status !== 0) throw new Error(`the store in ${folder} could not be filled: ${signal ?? `code ${status}`}; remove the folder`)
}
