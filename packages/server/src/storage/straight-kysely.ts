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

/** What writes a store's kind of SQL. One for all its handles: a compiler is costly to make, and done with a query before it takes the next. */
export interface SqlWriter {
  compiler: QueryCompiler
  adapter: DialectAdapter
  createIntrospector: Dialect['createIntrospector']
}

/**
 * A Kysely that hands each statement straight to `execute`: without its connection provider, which would wrap every one of them in a handful of promises.
 * It can not begin transactions: those belong to `Store.transaction`, which alone knows what else is under way.
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

/**
 * A handle that runs what `db` does, except for statements that `refusalOf` has a reason to refuse when they come: also those that were compiled before
 * there was one (`prepare-query.ts`), which a plugin of Kysely does not see.
 */
export function guardStatements(db: Db, refusalOf: (query: CompiledQuery) => Error | undefined): Db {
  const executor = db.getExecutor()
  const writer: SqlWriter = { compiler: executor, adapter: executor.adapter, createIntrospector: () => db.introspection }
  return createStraightKysely(writer, <R>(query: CompiledQuery) => {
    const refusal = refusalOf(query)
    return refusal === undefined ? executor.executeQuery(query as CompiledQuery<R>) : Promise.reject(refusal)
  })
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
