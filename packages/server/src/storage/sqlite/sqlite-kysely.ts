import {
  type CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Schema } from '../schema.ts'
import type { Db } from '../store.ts'

/** Runs one compiled statement somewhere. */
export type ExecuteQuery = <R>(query: CompiledQuery) => Promise<QueryResult<R>>

/**
 * A Kysely that hands each statement to `execute`. It can not begin transactions: those belong to `Store.transaction`,
 * which alone knows what else is under way on the one connection that writes.
 */
export function createKysely(execute: ExecuteQuery): Db {
  const connection: DatabaseConnection = {
    executeQuery: execute,
    async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      yield await execute<R>(query)
    },
  }
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new UnqueuedAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createDriver: () => ({
        init: async () => undefined,
        acquireConnection: async () => connection,
        releaseConnection: async () => undefined,
        beginTransaction: refuseTransaction,
        commitTransaction: refuseTransaction,
        rollbackTransaction: refuseTransaction,
        destroy: async () => undefined,
      }),
    },
  })
}

/**
 * Kysely lets one statement at a time through to SQLite and waits for its answer. Ours are queued by the group commit, where those that wait together
 * are committed together; each of them behind the one before would be a commit of its own.
 */
class UnqueuedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

async function refuseTransaction(): Promise<void> {
  throw new Error('begin a transaction with Store.transaction')
}
