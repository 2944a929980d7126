import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Run } from '../packages/server/src/storage/postgres/connections.ts'
import { plannerSettings } from '../packages/server/src/storage/postgres/database-url.ts'
import { execute } from '../packages/server/src/storage/postgres/migrate-postgres.ts'
import { findPostgresPrograms } from '../packages/server/test/support/postgres-programs.ts'
import { endedChildrenCpu } from './postgres-cpu.ts'
import type { Recorded, RecordedBatch } from './record-batches.ts'

/**
 * Finds pgbench, which comes with PostgreSQL (Debian: `postgresql-15`, also `postgresql-contrib`), beside the tested server or on the path.
 * `undefined`: not installed.
 */
export function findPgbench(): string | undefined {
  const programs = findPostgresPrograms(tmpdir())
  const folders = [...(typeof programs === 'string' ? [] : [programs.bin]), ...(process.env.PATH ?? '').split(path.delimiter)]
  return folders.map((folder) => path.join(folder, 'pgbench')).find((program) => existsSync(program))
}

export interface PgbenchTurn {
  /** The number of batches read and written. */
  batches: number
  /** Batches per second, without the time to connect. */
  rate: number
  /** Microseconds of processor time of pgbench itself. */
  cpu: number
}

/**
 * Makes pgbench send recorded batches, each once: the server's own two statements, prepared, in one transaction each. Only the source of the
 * values differs: pgbench cannot send arrays, so each statement reads its values from the row of its batch, in a table filled before.
 */
export async function runPgbench(
  program: string,
  databaseUrl: string,
  run: Run,
  { clients, batches, onStart }: { clients: number; batches: readonly RecordedBatch[]; onStart: () => void },
): Promise<PgbenchTurn> {
  const [first] = batches
  if (first === undefined) throw new Error('pgbench has nothing to send')
  const script = await storeBatches(run, first, batches)
  const folder = mkdtempSync(path.join(tmpdir(), 'sallyport-pgbench-'))
  try {
    const file = path.join(folder, 'batch.sql')
    writeFileSync(file, script)
    const each = Math.floor(batches.length / clients)
    onStart()
    const before = endedChildrenCpu()
    const { stdout } = await promisify(execFile)(
      program,
      [
        '-n',
        '-M',
        'prepared',
        '-c',
        String(clients),
        '-j',
        '2',
        '-t',
        String(each),
        '-f',
        file,
        '-D',
        'i=-1',
        '-D',
        `each=${each}`,
        databaseUrl,
      ],
      // The settings of the server's own connections.
      { env: { ...process.env, PGOPTIONS: plannerSettings } },
    )
    const rate = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1])
    const done = Number(/transactions actually processed: (\d+)/.exec(stdout)?.[1])
    if (!(rate > 0) || done !== each * clients) throw new Error(`pgbench did not do what it was asked to:\n${stdout}`)
    return { batches: done, rate, cpu: endedChildrenCpu() - before }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Stores the values in a table and returns the script that sends the statements. Values common to all batches are stored once. */
async function storeBatches(run: Run, first: RecordedBatch, batches: readonly RecordedBatch[]): Promise<string> {
  const columns = [...columnsOf('r', first.read), ...columnsOf('w', first.write)]
  const all = batches.map(valuesOf)
  const isShared = valuesOf(first).map((value, index) => all.every((values) => isSame(value, values[index])))
  const shared = columns.filter((_, index) => isShared[index])
  const own = columns.filter((_, index) => !isShared[index])
  await execute(run, 'DROP TABLE IF EXISTS pgbench_shared, pgbench_batches')
  // Like the server's tables: their indexes do not find texts of another collation.
  const declared = (some: readonly Column[]) =>
    some.map(({ name, type }) => `${name} ${type}${/^text/i.test(type) ? ' COLLATE "C"' : ''} NOT NULL`).join(', ')
  await execute(run, `CREATE UNLOGGED TABLE pgbench_shared (id INTEGER PRIMARY KEY, ${declared(shared)})`)
  for (const { name } of shared) await execute(run, `ALTER TABLE pgbench_shared ALTER ${name} SET STORAGE EXTERNAL`)
  await execute(run, `CREATE UNLOGGED TABLE pgbench_batches (n INTEGER PRIMARY KEY, ${declared(own)}) WITH (toast_tuple_target = 8160)`)
  const sharedValues = valuesOf(first).filter((_, index) => isShared[index])
  await insert(run, 'pgbench_shared', [{ name: 'id', type: 'INTEGER' }, ...shared], [1, ...sharedValues])
  for (const [n, batch] of batches.entries()) {
    await insert(
      run,
      'pgbench_batches',
      [{ name: 'n', type: 'INTEGER' }, ...own],
      [n, ...valuesOf(batch).filter((_, index) => !isShared[index])],
    )
  }
  await execute(run, 'ANALYZE pgbench_shared, pgbench_batches')
  return [
    '\\set i :i + 1',
    '\\set n :client_id * :each + :i',
    withStoredValues('r', first.read),
    withStoredValues('w', first.write),
    '',
  ].join('\n')
}

interface Column {
  name: string
  type: string
}

/** One column for each value, of the type that the statement declares. */
function columnsOf(prefix: string, { statement, values }: Recorded): Column[] {
  return values.map((_, index) => ({
    name: `${prefix}${index + 1}`,
    type: new RegExp(`\\$${index + 1}::(\\w+\\[\\])`).exec(statement.text)?.[1] ?? 'TEXT',
  }))
}

function valuesOf({ read, write }: RecordedBatch): unknown[] {
  return [...read.values, ...write.values]
}

function isSame(a: unknown, b: unknown): boolean {
  return Buffer.isBuffer(a) && Buffer.isBuffer(b) ? a.equals(b) : a === b
}

async function insert(run: Run, table: string, columns: readonly Column[], values: readonly unknown[]): Promise<void> {
  const places = columns.map(({ type }, index) => `$${index + 1}::${type}`)
  await run(
    { name: '', text: `INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')}) VALUES (${places.join(', ')})` },
    values,
  )
}

/** The statement on one line, with its parameters read from the row of the batch. */
function withStoredValues(prefix: string, { statement }: Recorded): string {
  const text = statement.text.replace(/\$(\d+)/g, (_, number) => `(SELECT ${prefix}${number} FROM batch)`).trim()
  const batch = 'WITH batch AS MATERIALIZED (SELECT * FROM pgbench_batches CROSS JOIN pgbench_shared WHERE n = :n AND id = 1)'
  const [, rest] = /^WITH\s+(.*)$/s.exec(text) ?? []
  return `${rest === undefined ? `${batch} ${text}` : `${batch}, ${rest}`};`.replace(/\s+/g, ' ')
}
