import pg from 'pg'
import { parseDatabaseUrl } from './database-url.ts'
import { CommitInDoubtError, ConnectionError, OutdatedPlanError, toQueryError } from './postgres-errors.ts'

/** A statement that runs often: parsed and planned once a connection, under its name. */
export interface Statement {
  name: string
  text: string
  /** Rows as arrays of their columns, not as objects. */
  rowMode?: 'array'
  /** It only reads, and may be run again whatever became of the first time. */
  isRead?: boolean
}

export interface Answer<R> {
  rows: R[]
  rowCount: number
}

/** Runs one statement. Parameters are text, numbers, `null`, or a `Buffer` in binary format. */
export type Run = <R = unknown>(statement: Statement, values: readonly unknown[]) => Promise<Answer<R>>

export interface Connections {
  /** On any connection, as a transaction of its own. */
  run: Run
  /** On one connection, as one transaction. Commits when `work` resolves, undoes it when it rejects. */
  inTransaction<T>(work: (run: Run) => Promise<T>): Promise<T>
  /** Waits for what is under way. */
  close(): Promise<void>
}

export interface ConnectionsOptions {
  databaseUrl: string
  /** Milliseconds until a statement is given up. */
  statementTimeoutMs?: number
  /** Milliseconds to wait for a connection. */
  connectTimeoutMs?: number
  /** Overrides the URL. */
  poolSize?: number
  /** As PostgreSQL lists the connections. Default `sallyport`. */
  applicationName?: string
}

// Whatever the database's default is: each statement sees what the locks before it waited for.
const begin = 'BEGIN ISOLATION LEVEL READ COMMITTED'
const INT8 = 20
const NUMERIC = 1700
/** The server gives up first; this is for a server that does not answer any more. */
const graceMs = 1000
/** Connections with old plans that one call may meet, each of which is dropped: more than a pool has. */
export const MAX_REPLANS = 1000

/** Opens connections to PostgreSQL as they are needed. Nothing is connected yet when it returns. */
export function createConnections(options: ConnectionsOptions): Connections {
  const { connectionString, poolSize, isPooled } = parseDatabaseUrl(options.databaseUrl)
  const statementTimeoutMs = options.statementTimeoutMs ?? 5000
  const pool = new pg.Pool({
    connectionString,
    max: options.poolSize ?? poolSize,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 3000,
    idleTimeoutMillis: 60_000,
    // Frees the memory that a backend has gathered, and follows the name to another server.
    maxLifetimeSeconds: 3600,
    query_timeout: statementTimeoutMs + graceMs,
    keepAlive: true,
    // A pooler refuses what it does not know of these.
    ...(isPooled
      ? {}
      : {
          application_name: options.applicationName ?? 'sallyport',
          statement_timeout: statementTimeoutMs,
          idle_in_transaction_session_timeout: 2 * statementTimeoutMs,
        }),
    types: { getTypeParser },
  })
  // A connection that breaks while nobody uses it is dropped from the pool; the next statement opens another.
  pool.on('error', () => undefined)
  // And of one in use, the statement that runs or the next one tells.
  pool.on('connect', (client) => client.on('error', () => undefined))

  async function acquire(): Promise<pg.PoolClient> {
    try {
      return await pool.connect()
    } catch (error) {
      // Also refusals by the server: what is wrong with the password or the database may be put right while this process runs.
      throw new ConnectionError(error)
    }
  }

  async function runOn<R>(client: pg.PoolClient, { name, text, rowMode }: Statement, values: readonly unknown[]): Promise<Answer<R>> {
    try {
      const query = { name: isPooled ? undefined : name, text, values: [...values] }
      const { rows, rowCount } = await (rowMode === undefined ? client.query(query) : client.query({ ...query, rowMode }))
      return { rows: rows as R[], rowCount: rowCount ?? 0 }
    } catch (error) {
      throw toQueryError(error)
    }
  }

  async function control(client: pg.PoolClient, command: typeof begin | 'COMMIT' | 'ROLLBACK'): Promise<string> {
    try {
      return (await client.query(command)).command
    } catch (error) {
      throw toQueryError(error)
    }
  }

  async function commit(client: pg.PoolClient): Promise<void> {
    try {
      // A transaction in which a statement failed is undone by COMMIT, which says so and nothing else.
      const done = await control(client, 'COMMIT')
      if (done !== 'COMMIT') throw new Error('a failed statement of the transaction was passed over')
    } catch (error) {
      throw error instanceof ConnectionError ? new CommitInDoubtError(error.cause) : error
    }
  }

  return {
    async run(statement, values) {
      for (let replans = 0; ; replans++) {
        const client = await acquire()
        let isUseless = false
        try {
          return await runOn(client, statement, values)
        } catch (error) {
          isUseless = isUselessAfter(error)
          if (error instanceof OutdatedPlanError && replans < MAX_REPLANS) continue
          throw error
        } finally {
          client.release(isUseless)
        }
      }
    },
    async inTransaction(work) {
      const client = await acquire()
      let isUseless = false
      let isOver = false
      try {
        await control(client, begin)
        const value = await work((statement, values) => {
          if (isOver) throw new Error('the transaction is over')
          return runOn(client, statement, values)
        })
        await commit(client)
        return value
      } catch (error) {
        isUseless = isUselessAfter(error) || !(await tryRollback(client))
        throw error
      } finally {
        isOver = true
        client.release(isUseless)
      }
    },
    close: () => pool.end(),
  }

  async function tryRollback(client: pg.PoolClient): Promise<boolean> {
    try {
      await control(client, 'ROLLBACK')
      return true
    } catch {
      return false
    }
  }
}

/** The connection is not worth keeping. */
function isUselessAfter(error: unknown): boolean {
  return error instanceof ConnectionError || error instanceof OutdatedPlanError
}

/** Numbers as numbers: times and counts are safe integers. */
function getTypeParser(type: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return type === INT8 || type === NUMERIC ? Number : pg.types.getTypeParser(type, format)
}
