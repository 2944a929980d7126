import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { CompiledQuery, QueryResult } from 'kysely'

/** Statements kept prepared for each connection; feature folders have fewer different ones. */
const MAX_STATEMENTS = 256

/** Waiting for a lock holds up everything: short. Nobody else writes, so there is nothing to wait for but a file being opened. */
export const BUSY_TIMEOUT = 200

interface Prepared {
  statement: StatementSync
  returnsRows: boolean
}

/** One connection with its prepared statements. Everything on it is synchronous. */
export interface SqliteConnection {
  readonly database: DatabaseSync
  /** Runs one statement that Kysely compiled. */
  execute<R>(query: CompiledQuery): QueryResult<R>
  close(): void
}

export function openConnection(path: string, options: { readOnly: boolean; cacheKib: number }): SqliteConnection {
  const database = new DatabaseSync(path, { readOnly: options.readOnly, timeout: BUSY_TIMEOUT })
  if (!options.readOnly) {
    database.exec('PRAGMA journal_mode = WAL')
    // Erased data is overwritten, not only unlinked.
    database.exec('PRAGMA secure_delete = ON')
    // FULL: the write-ahead log reaches the disk before a commit returns.
    database.exec('PRAGMA synchronous = FULL')
  }
  database.exec(`PRAGMA cache_size = -${options.cacheKib}`)
  database.exec('PRAGMA temp_store = MEMORY')
  const prepared = new Map<string, Prepared>()

  function prepare(sql: string): Prepared {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const statement = database.prepare(sql)
    const fresh = { statement, returnsRows: statement.columns().length > 0 }
    if (prepared.size >= MAX_STATEMENTS) prepared.clear()
    prepared.set(sql, fresh)
    return fresh
  }

  return {
    database,
    execute<R>(query: CompiledQuery): QueryResult<R> {
      const { statement, returnsRows } = prepare(query.sql)
      const parameters = query.parameters as readonly SQLInputValue[]
      if (returnsRows) return { rows: statement.all(...parameters) as R[] }
      const { changes, lastInsertRowid } = statement.run(...parameters)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    },
    close() {
      prepared.clear()
      database.close()
    },
  }
}
