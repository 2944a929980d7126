import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { findAccount } from './postgres-programs.ts'
import { freePort, removeFolder } from './test-postgres.ts'

/** A real PgBouncer for tests, in transaction mode. */
export interface TestPgBouncer {
  /** The same database, through it. */
  urlOf(databaseUrl: string): string
  version: string
  /** Ends it at once, and starts it again on the same port. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface TestPgBouncerOptions {
  /** Connections to the server for each database. */
  serverConnections: number
  /** Lines of its configuration. */
  settings?: Readonly<Record<string, string | number>>
  /** Milliseconds a statement may take. */
  statementTimeoutMs?: number
}

/** As docs/operations.md has it. */
export const connectQuery = (statementTimeoutMs: number) =>
  `SET statement_timeout = ${statementTimeoutMs}; SET idle_in_transaction_session_timeout = 10000; SET jit = off; SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan`

/** Starts one in front of the server of a database. Returns a sentence that says why when there is none to be had. */
export async function openTestPgBouncer(databaseUrl: string, options: TestPgBouncerOptions): Promise<TestPgBouncer | string> {
  const program = findProgram()
  if (program === undefined) return 'no `pgbouncer` is installed'
  const account = process.getuid?.() === 0 ? findAccount() : undefined
  if (process.getuid?.() === 0 && account === undefined) return 'PgBouncer does not run as root, and there is no other account here'
  const version = /PgBouncer (\S+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1] ?? 'unknown'
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-pgbouncer-'))
  chmodSync(folder, 0o755)
  const { hostname, port, username, password } = new URL(databaseUrl)
  const listenPort = await freePort()
  const users = join(folder, 'users.txt')
  const configuration = join(folder, 'pgbouncer.ini')
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: listenPort,
    unix_socket_dir: '',
    auth_type: 'plain',
    auth_file: users,
    pool_mode: 'transaction',
    default_pool_size: options.serverConnections,
    ...options.settings,
  }
  writeFileSync(users, `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`, { mode: 0o600 })
  writeFileSync(
    configuration,
    [
      '[databases]',
      `* = host=${hostname} port=${port === '' ? 5432 : port} connect_query='${connectQuery(options.statementTimeoutMs ?? 5000)}'`,
      '[pgbouncer]',
      ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
    ].join('\n'),
    { mode: 0o600 },
  )
  if (account !== undefined) for (const path of [users, configuration]) chownSync(path, account.uid, account.gid)
  let child = await startProcess(program, configuration, account)
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.ref()
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const onExit = () => {
    child.kill('SIGKILL')
    removeFolder(folder)
  }
  process.once('exit', onExit)
  return {
    version,
    urlOf(url) {
      const through = new URL(url)
      through.hostname = '127.0.0.1'
      through.port = String(listenPort)
      return through.href
    },
    async restart() {
      await kill()
      child = await startProcess(program, configuration, account)
    },
    async close() {
      process.off('exit', onExit)
      await kill()
      removeFolder(folder)
    },
  }
}

function findProgram(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, 'pgbouncer')).find((path) => existsSync(path))
}

async function startProcess(program: string, configuration: string, account: ReturnType<typeof findAccount>): Promise<ChildProcess> {
  const child = spawn(program, [configuration], { ...account, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
  const lines: string[] = []
  const output = createInterface({ input: child.stderr })
  await new Promise<void>((resolve, reject) => {
    output.on('line', (line) => {
      if (lines.length < 200) lines.push(line)
      if (line.includes('process up')) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`PgBouncer did not start:\n${lines.join('\n')}`)))
  })
  // The process of the tests may end while it runs.
  child.unref()
  if ('unref' in child.stderr && typeof child.stderr.unref === 'function') child.stderr.unref()
  return child
}
