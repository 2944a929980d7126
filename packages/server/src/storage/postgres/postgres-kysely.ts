import {
  type CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { Schema } from '../schema.ts'
import type { Db } from '../store.ts'
import type { Run, Statement } from './connections.ts'

/** A Kysely that hands each statement to `run`. It can not begin transactions: those belong to `Store.transaction`. */
export function createPostgresKysely(run: Run, nameOf: (text: string) => string): Db {
  async function execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const statement: Statement = { name: nameOf(query.sql), text: query.sql }
    const { rows, rowCount } = await run<R>(statement, query.parameters)
    return query.query.kind === 'SelectQueryNode' ? { rows } : { rows, numAffectedRows: BigInt(rowCount) }
  }
  const connection: DatabaseConnection = {
    executeQuery: execute,
    async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      yield await execute<R>(query)
    },
  }
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
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

async function refuseTransaction(): Promise<void> {
  throw new Error('begin a transaction with Store.transaction')
}

/** Statements that get a name at most: each takes memory on every connection. */
const maxNames = 500

/** Names statements by their text. The empty name is parsed every time: for lists of a length that varies. */
export function createStatementNames(): (text: string) => string {
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known !== undefined) return known
    if (names.size >= maxNames) return ''
    const name = `query_${names.size + 1}`
    names.set(text, name)
    return name
  }
}
