import type { Compilable, CompiledQuery, QueryResult } from 'kysely'
import type { Db } from './db.ts'

/**
 * A query that is built once for each kind of store and then runs with other parameters. Kysely's building and compiling costs as much as SQLite's running
 * of a statement by key, so it is worth it for queries that run with every sign-in.
 *
 * `build` is shown a stand-in for each parameter. It puts each where a value goes, whole, and decides nothing by it.
 */
export function prepareQuery<P extends readonly unknown[], R>(
  build: (db: Db, ...parameters: P) => Compilable<R>,
): (db: Db, ...parameters: P) => Promise<QueryResult<R>> {
  const compiled = new Map<unknown, CompiledQuery<R>>()
  return (db, ...parameters) => {
    const executor = db.getExecutor()
    const kind = executor.adapter.constructor
    let prepared = compiled.get(kind)
    if (prepared === undefined) {
      const standIns = parameters.map((_, place) => new StandIn(place))
      prepared = build(db, ...(standIns as readonly unknown[] as P)).compile()
      compiled.set(kind, prepared)
    }
    const { query, queryId, sql } = prepared
    const values = prepared.parameters.map((value) => (value instanceof StandIn ? parameters[value.place] : value))
    return executor.executeQuery({ query, queryId, sql, parameters: values })
  }
}

class StandIn {
  readonly place: number

  constructor(place: number) {
    this.place = place
  }
}
