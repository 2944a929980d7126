import { execFile } from 'node:child_process'
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createConnections } from './connections.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { findPooler } from './find-pooler.ts'
import { execute } from './migrate-postgres.ts'

/** The environment of a program that is started here: that of this process, and what is added. */
export type EnvironmentWith = (added: Readonly<Record<string, string>>) => NodeJS.ProcessEnv

/**
 * Writes all of a database to a file (mode 600), as it is at one moment, while servers go on, with PostgreSQL's own `pg_dump`. The file appears under its
 * name when it is whole. Refuses to replace one.
 */
export async function dumpDatabase(databaseUrl: string, target: string, environmentWith: EnvironmentWith): Promise<void> {
  if (existsSync(target)) throw new Error(`${target} is there already`)
  await refusePooler(databaseUrl)
  const partial = `${target}.partial`
  rmSync(partial, { force: true })
  closeSync(openSync(partial, 'wx', 0o600))
  try {
    await runTool('pg_dump', databaseUrl, environmentWith, ['--format=custom', '--no-owner', '--no-privileges', `--file=${partial}`])
    chmodSync(partial, 0o600)
    const written = openSync(partial, 'r+')
    fsyncSync(written)
    closeSync(written)
    renameSync(partial, target)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

/** Puts such a file into an empty database, all of it or nothing, with `pg_restore`. Refuses a database that has tables. */
export async function restoreDump(file: string, databaseUrl: string, environmentWith: EnvironmentWith): Promise<void> {
  if (!existsSync(file)) throw new Error(`there is no file ${file}`)
  await refusePooler(databaseUrl)
  const connections = createConnections({ databaseUrl, poolSize: 1 })
  try {
    const query = "SELECT 1 FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') LIMIT 1"
    if ((await execute(connections.run, query)).length > 0) throw new Error('the database already has tables: use an empty one')
  } finally {
    await connections.close()
  }
  await runTool('pg_restore', databaseUrl, environmentWith, [
    '--no-owner',
    '--no-privileges',
    '--single-transaction',
    '--exit-on-error',
    file,
  ])
}

async function refusePooler(databaseUrl: string): Promise<void> {
  if (parseDatabaseUrl(await findPooler(databaseUrl)).isPooled)
    throw new Error('the URL leads to a pooler: use the URL of the database itself')
}

/** The password goes by the environment: arguments are everybody's to read. */
async function runTool(
  name: 'pg_dump' | 'pg_restore',
  databaseUrl: string,
  environmentWith: EnvironmentWith,
  args: readonly string[],
): Promise<void> {
  const url = new URL(databaseUrl)
  for (const own of ['pool_size', 'pgbouncer']) url.searchParams.delete(own)
  const password = decodeURIComponent(url.password)
  url.password = ''
  const env = environmentWith(password === '' ? {} : { PGPASSWORD: password })
  for (const program of [name, ...debianPrograms(name)]) {
    try {
      await promisify(execFile)(program, [`--dbname=${url.href}`, ...args], { env, maxBuffer: 64 * 1024 * 1024 })
      return
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') continue
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
      throw new Error(said === '' ? `${name} failed` : said, { cause: error })
    }
  }
  throw new Error(`there is no ${name} on this machine: it comes with PostgreSQL's client programs`)
}

/** Debian's, the newest first: they are not on the path. */
function debianPrograms(name: string): string[] {
  const folder = '/usr/lib/postgresql'
  const versions = existsSync(folder) ? readdirSync(folder).sort((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => join(folder, version, 'bin', name))
}
