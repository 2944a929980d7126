import {
  type CompiledQuery,
  type ConnectionProvider,
  DefaultQueryExecutor,
  type Dialect,
  type DialectAdapter,
  type Driver,
  Kysely,
  type QueryCompiler,
  type QueryResult,
} from 'kysely'
import type { Db } from './db.ts'
import type { Schema } from './schema.ts'

/** Runs one compiled statement somewhere. */
export type ExecuteQuery = <R>(query: CompiledQuery) => Promise<QueryResult<R>>

/** Writes a store's kind of SQL. One for all its handles: a compiler is costly to make, and done with a query before it takes the next. */
export interface SqlWriter {
  compiler: QueryCompiler
  adapter: DialectAdapter
  createIntrospector: Dialect['createIntrospector']
}

/**
 * A Kysely that hands each statement straight to `execute`: without its connection provider, which would wrap every one of them in a handful of promises.
 * It cannot begin transactions: those belong to `Store.transaction`, which alone knows what else is under way.
 */
export function createStraightKysely({ compiler, adapter, createIntrospector }: SqlWriter, execute: ExecuteQuery): Db {
  const dialect: Dialect = {
    createAdapter: () => adapter,
    createQueryCompiler: () => compiler,
    createIntrospector,
    createDriver: () => driver,
  }
  return new Kysely<Schema>({ config: { dialect }, dialect, driver, executor: new StraightExecutor(compiler, adapter, execute) })
}

/** Runs a statement, or does not. */
export type AroundStatement = <R>(query: CompiledQuery, execute: () => Promise<QueryResult<R>>) => Promise<QueryResult<R>>

/**
 * A handle that runs what `db` does, with `around` around each statement. That includes statements that were compiled before there was such a handle
 * (`prepare-query.ts`), which a plugin of Kysely does not see.
 */
export function wrapDb(db: Db, around: AroundStatement): Db {
  const executor = db.getExecutor()
  const writer: SqlWriter = { compiler: executor, adapter: executor.adapter, createIntrospector: () => db.introspection }
  return createStraightKysely(writer, <R>(query: CompiledQuery) => around<R>(query, () => executor.executeQuery(query as CompiledQuery<R>)))
}

class StraightExecutor extends DefaultQueryExecutor {
  readonly #execute: ExecuteQuery

  constructor(compiler: QueryCompiler, adapter: DialectAdapter, execute: ExecuteQuery) {
    super(compiler, adapter, provideConnectionTo(execute))
    this.#execute = execute
  }

  override executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#execute<R>(query)
  }
}

/** For what does not go through `executeQuery`: streams, and handles with plugins. */
function provideConnectionTo(execute: ExecuteQuery): ConnectionProvider {
  return {
    provideConnection: (consumer) =>
      consumer({
        executeQuery: execute,
        async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
          yield await execute<R>(query)
        },
      }),
  }
}

const driver: Driver = {
  init: async () => undefined,
  acquireConnection: refuseTransaction,
  releaseConnection: async () => undefined,
  beginTransaction: refuseTransaction,
  commitTransaction: refuseTransaction,
  rollbackTransaction: refuseTransaction,
  destroy: async () => undefined,
}

async function refuseTransaction(): Promise<never> {
  throw new Error('begin a transaction with Store.transaction')
}
