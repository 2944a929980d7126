import {
  type CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Schema } from '../../src/storage/schema.ts'
import type { Db, Store, Transaction } from '../../src/storage/store.ts'
import { StoreUnavailableError } from '../../src/storage/store-errors.ts'
import type { FaultSwitch } from './fault-switch.ts'

/** `refused`: nothing is done. `unanswered`: it is done, and whoever asked is told that it failed; within a transaction that undoes it. */
export type StoreFault = 'refused' | 'unanswered'

/**
 * A store each of whose calls can be made to fail: every method of the port, every statement of `db`, and of a transaction its beginning, each call in it and
 * its commit.
 */
export function createFaultyStore(store: Store, faults: FaultSwitch<StoreFault>): Store {
  async function call<T>(work: () => Promise<T>): Promise<T> {
    const fault = faults.strike()
    if (fault === 'refused') throw failure()
    const result = await work()
    if (fault === 'unanswered') throw failure()
    return result
  }

  function faultyTransaction(tx: Transaction): Transaction {
    return {
      db: createFaultyDb(store.kind, tx.db, call),
      findInstance: (key) => call(() => tx.findInstance(key)),
      settle: (key, entities, settle) => call(() => tx.settle(key, entities, settle)),
      insertInstance: (instance, entities) => call(() => tx.insertInstance(instance, entities)),
      changeEntities: (tenantId, refs, change) => call(() => tx.changeEntities(tenantId, refs, change)),
      forgetUser: (tenantId, userId, traces) => call(() => tx.forgetUser(tenantId, userId, traces)),
    }
  }

  return {
    kind: store.kind,
    db: createFaultyDb(store.kind, store.db, call),
    history: store.history,
    decide: (request, decide) => call(() => store.decide(request, decide)),
    async transaction(scope, work) {
      if (faults.strike() !== undefined) throw failure()
      let atCommit: StoreFault | undefined
      const value = await store.transaction(scope, async (tx) => {
        const result = await work(faultyTransaction(tx))
        atCommit = faults.strike()
        if (atCommit === 'refused') throw failure()
        return result
      })
      if (atCommit === 'unanswered') throw failure()
      return value
    },
    findInstance: (key) => call(() => store.findInstance(key)),
    listInstances: (tenantId, userId, filter) => call(() => store.listInstances(tenantId, userId, filter)),
    loadSnapshot: (tenantId, userId, entities) => call(() => store.loadSnapshot(tenantId, userId, entities)),
    forgetBefore: (at, signal) => call(() => store.forgetBefore(at, signal)),
    checkReady: () => call(() => store.checkReady()),
    close: () => store.close(),
  }
}

function failure(): Error {
  return new StoreUnavailableError(new Error('made to fail'))
}

type Call = <T>(work: () => Promise<T>) => Promise<T>

/** Compiles as the store does, and hands each statement on. */
function createFaultyDb(kind: Store['kind'], db: Db, call: Call): Db {
  const connection: DatabaseConnection = {
    executeQuery: <R>(query: CompiledQuery) => call(() => db.executeQuery(query as CompiledQuery<R>)),
    async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      yield await call(() => db.executeQuery(query as CompiledQuery<R>))
    },
  }
  const isSqlite = kind === 'sqlite'
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => (isSqlite ? new SqliteAdapter() : new PostgresAdapter()),
      createQueryCompiler: () => (isSqlite ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
      createIntrospector: (of) => (isSqlite ? new SqliteIntrospector(of) : new PostgresIntrospector(of)),
      createDriver: () => ({
        init: async () => undefined,
        acquireConnection: async () => connection,
        releaseConnection: async () => undefined,
        beginTransaction: refuse,
        commitTransaction: refuse,
        rollbackTransaction: refuse,
        destroy: async () => undefined,
      }),
    },
  })
}

async function refuse(): Promise<void> {
  throw new Error('begin a transaction with Store.transaction')
}
