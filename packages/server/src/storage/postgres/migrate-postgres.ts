import type { Migration } from '../migrations/migration.ts'
import { migrations } from '../migrations/migrations.ts'
import { NewerSchemaError } from '../migrations/newer-schema-error.ts'
import { isUniqueViolation } from '../store-errors.ts'
import { type Connections, createConnections, type Run } from './connections.ts'
import { isConflict } from './postgres-errors.ts'

/** A migration may rewrite a large table. */
const migrationTimeoutMs = 4 * 60 * 60 * 1000
/** Processes that may start at the same moment, more or less. */
const MAX_TRIES = 50

/**
 * Brings the database to the newest schema, each step in a transaction of its own that holds the one row of `schema_lock`: of processes that start
 * together one takes a step, and the others wait for it. Refuses a schema that is newer than this release, or than the steps
 * that are given. Returns the numbers of the steps it took.
 */
export async function migratePostgres(databaseUrl: string, now: number, steps: readonly Migration[] = migrations): Promise<number[]> {
  const connections = createConnections({ databaseUrl, poolSize: 1, statementTimeoutMs: migrationTimeoutMs })
  try {
    await makeBookkeeping(connections)
    const applied: number[] = []
    for (let conflicts = 0; ; ) {
      try {
        const number = await atLeisure(connections, (run) => takeStep(run, now, steps))
        if (number === undefined) return applied
        applied.push(number)
      } catch (error) {
        // Another process took the step.
        if (!isConflict(error) || ++conflicts === MAX_TRIES) throw error
      }
    }
  } finally {
    await connections.close()
  }
}

/** As one transaction with the time that a migration may take, whatever a pooler or the role allows other statements. */
function atLeisure<T>(connections: Connections, work: (run: Run) => Promise<T>): Promise<T> {
  return connections.inTransaction(async (run) => {
    await execute(run, `SET LOCAL statement_timeout = ${migrationTimeoutMs}`)
    return work(run)
  })
}

/** Runs a statement that runs once. */
export async function execute<R>(run: Run, text: string, values: readonly unknown[] = []): Promise<R[]> {
  return (await run<R>({ name: '', text }, values)).rows
}

/** Holds off every other process that changes the schema, until the end of the transaction. */
export async function lockSchema(run: Run): Promise<void> {
  // Written, so that a database that knows SERIALIZABLE only has a conflict to find.
  await execute(run, 'UPDATE schema_lock SET id = 1 WHERE id = 1')
}

const bookkeeping = [
  'CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS schema_lock (id INTEGER NOT NULL PRIMARY KEY)',
  'INSERT INTO schema_lock (id) VALUES (1) ON CONFLICT DO NOTHING',
]

async function makeBookkeeping(connections: Connections): Promise<void> {
  for (const statement of bookkeeping) {
    for (let tries = 1; ; tries++) {
      try {
        await atLeisure(connections, (run) => execute(run, statement))
        break
      } catch (error) {
        // "IF NOT EXISTS" does not see a table that another process is making at this moment; afterwards it does.
        if (tries === MAX_TRIES || !(isMadeMeanwhile(error) || isConflict(error))) throw error
      }
    }
  }
}

// duplicate_table, duplicate_object.
const duplicateCodes: ReadonlySet<unknown> = new Set(['42P07', '42710'])

/** Also as a unique violation of the catalogue. */
function isMadeMeanwhile(error: unknown): boolean {
  return isUniqueViolation(error) || (typeof error === 'object' && error !== null && 'code' in error && duplicateCodes.has(error.code))
}

async function takeStep(run: Run, now: number, steps: readonly Migration[]): Promise<number | undefined> {
  await lockSchema(run)
  const [{ current } = { current: null }] = await execute<{ current: number | null }>(
    run,
    'SELECT max(number) AS current FROM schema_migrations',
  )
  if ((current ?? 0) > steps.length) throw new NewerSchemaError(current ?? 0, steps.length)
  const next = steps[current ?? 0]
  if (next === undefined) return undefined
  for (const statement of [...next.portable, ...next.postgres]) await execute(run, byBytes(statement))
  await execute(run, 'INSERT INTO schema_migrations (number, name, applied_at) VALUES ($1, $2, $3)', [next.number, next.name, now])
  return next.number
}

/** Texts are compared byte by byte, as in every other store: no locale decides what is equal, or in which order it comes. */
function byBytes(statement: string): string {
  return /^CREATE TABLE|^ALTER TABLE/.test(statement) ? statement.replace(/\bTEXT\b/g, 'TEXT COLLATE "C"') : statement
}
