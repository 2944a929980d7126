import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { onceForRun } from './once-for-run.ts'
import { findPostgresPrograms, type PostgresPrograms } from './postgres-programs.ts'

/** A real PostgreSQL for tests. */
export interface TestPostgres {
  /** Makes an empty database, with clauses of its own if given, and returns its URL. */
  createDatabase(clauses?: string): Promise<string>
  /** Deletes every row of a store, so that it is as new. Nobody has it open. */
  emptyDatabase(url: string): Promise<void>
  dropDatabase(url: string): Promise<void>
  /** Stops the server at once, as a crash does, and starts it again on the same data. */
  crash(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

export interface TestPostgresOptions {
  /** Commits survive a crash of the machine, at the speed of the disk. */
  isDurable?: boolean
  /** Memory for pages, in PostgreSQL's words: little, unless somebody measures. */
  sharedBuffers?: string
}

/**
 * Starts a PostgreSQL of its own for one test process: an installed one, else the one from npm. With SALLYPORT_TEST_DATABASE_URL or DATABASE_URL set, that
 * server is used instead, in databases of its own. Returns a sentence that says why when there is none to be had.
 */
export async function openTestPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres | string> {
  const given = process.env.SALLYPORT_TEST_DATABASE_URL ?? process.env.DATABASE_URL
  return given === undefined || given === '' ? startOwn(options) : useGiven(given)
}

function useGiven(url: string): TestPostgres {
  const refuse = async () => {
    throw new Error('a server that was given is not stopped by tests')
  }
  return { ...databasesOn(url), crash: refuse, start: refuse, close: async () => undefined }
}

async function startOwn(options: TestPostgresOptions): Promise<TestPostgres | string> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-postgres-'))
  chmodSync(folder, 0o755)
  const remove = () => removeFolder(folder)
  const programs = findPostgresPrograms(folder)
  if (typeof programs === 'string') {
    remove()
    return programs
  }
  const port = await freePort()
  const initialised = await onceForRun('postgres', (into) => initialise(programs, folder, into))
  const password = readFileSync(join(initialised, 'password'), 'utf8')
  const data = copyData(initialised, folder, programs)
  let server: ChildProcess | undefined
  const stop = async (signal: 'SIGINT' | 'SIGQUIT') => {
    const stopping = server
    server = undefined
    if (stopping === undefined || stopping.exitCode !== null) return
    stopping.ref()
    stopping.kill(signal)
    await once(stopping, 'exit')
  }
  const start = async () => {
    server ??= await startServer(programs, data, port, options)
  }
  // A test process that ends early takes its server with it.
  const onExit = () => {
    server?.kill('SIGQUIT')
    remove()
  }
  process.once('exit', onExit)
  await start()
  return {
    ...databasesOn(`postgres://sallyport:${password}@127.0.0.1:${port}/postgres`),
    crash: () => stop('SIGQUIT'),
    start,
    async close() {
      process.off('exit', onExit)
      await stop('SIGQUIT')
      remove()
    },
  }
}

/** A server that was just told to stop may still write to it. */
export function removeFolder(folder: string): void {
  for (let tries = 0; tries < 50 && existsSync(folder); tries++) {
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // Not empty any more: once again.
    }
    if (existsSync(folder)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
  }
}

/** Makes the files of a server, with a password beside them. `scratch` is a folder into which its account may look. */
function initialise({ bin, account }: PostgresPrograms, scratch: string, into: string): void {
  const passwordFile = join(scratch, 'password')
  writeFileSync(passwordFile, randomBytes(12).toString('hex'), { mode: 0o600 })
  const data = mkdtempSync(join(scratch, 'first-'))
  if (account !== undefined) for (const path of [passwordFile, data]) chownSync(path, account.uid, account.gid)
  const settings = ['--username=sallyport', `--pwfile=${passwordFile}`, '--auth=password', '--encoding=UTF8', '--no-locale', '--no-sync']
  execFileSync(join(bin, 'initdb'), [`--pgdata=${data}`, ...settings], { ...account, cwd: '/', env: environment, stdio: 'pipe' })
  cpSync(passwordFile, join(into, 'password'))
  cpSync(data, join(into, 'data'), { recursive: true })
  rmSync(data, { recursive: true })
}

function copyData(initialised: string, folder: string, { account }: PostgresPrograms): string {
  const data = join(folder, 'data')
  cpSync(join(initialised, 'data'), data, { recursive: true })
  // The server refuses a folder that others may read.
  chmodSync(data, 0o700)
  if (account === undefined) return data
  chownSync(data, account.uid, account.gid)
  for (const path of readdirSync(data, { recursive: true, encoding: 'utf8' })) lchownSync(join(data, path), account.uid, account.gid)
  return data
}

const environment = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }

async function startServer(
  { bin, account }: PostgresPrograms,
  data: string,
  port: number,
  { isDurable = false, sharedBuffers = '64MB' }: TestPostgresOptions,
): Promise<ChildProcess> {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 60,
    shared_buffers: sharedBuffers,
    fsync: isDurable ? 'on' : 'off',
    full_page_writes: isDurable ? 'on' : 'off',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(join(bin, 'postgres'), ['-D', data, ...flags], {
    ...account,
    cwd: '/',
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const lines: string[] = []
  const output = createInterface({ input: child.stderr })
  await new Promise<void>((resolve, reject) => {
    output.on('line', (line) => {
      if (lines.length < 200) lines.push(line)
      if (line.includes('ready to accept connections')) resolve()
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${lines.join('\n')}`)))
  })
  // The process of the tests may end while it runs.
  child.unref()
  if ('unref' in child.stderr && typeof child.stderr.unref === 'function') child.stderr.unref()
  return child
}

export async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function databasesOn(url: string): Pick<TestPostgres, 'createDatabase' | 'emptyDatabase' | 'dropDatabase'> {
  return {
    async createDatabase(clauses = '') {
      const name = `sallyport_test_${randomBytes(6).toString('hex')}`
      // Without its pages in the write-ahead log, in half the time.
      await withClient(url, (client) => client.query(`CREATE DATABASE ${name} STRATEGY FILE_COPY ${clauses}`))
      const own = new URL(url)
      own.pathname = name
      return own.href
    },
    emptyDatabase: createEmptier(),
    async dropDatabase(own) {
      await withClient(url, (client) => client.query(`DROP DATABASE IF EXISTS ${new URL(own).pathname.slice(1)} WITH (FORCE)`))
    },
  }
}

/** Its types leave these out. */
type KeptClient = pg.Client & { ref(): void; unref(): void }

/** A connection to each database that is emptied, kept from one time to the next: a new one takes longer than most tests. */
function createEmptier(): (url: string) => Promise<void> {
  const kept = new Map<string, KeptClient>()

  async function connect(url: string): Promise<KeptClient> {
    const client = new pg.Client({ connectionString: url }) as KeptClient
    // It ends with its database or server.
    client.on('error', () => kept.delete(url))
    await client.connect()
    kept.set(url, client)
    return client
  }

  return async (url) => {
    const client = kept.get(url) ?? (await connect(url))
    client.ref()
    await deleteAll(client)
    // The process of the tests may end while it is open.
    client.unref()
  }
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The rows of partitions go with their table. */
async function deleteAll(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT quote_ident(relname) AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname NOT IN ('schema_migrations', 'schema_lock')`,
  )
  await client.query(rows.map(({ name }) => `DELETE FROM ${name}`).join('; '))
}
