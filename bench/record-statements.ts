import { DatabaseSync, type SQLInputValue, StatementSync } from 'node:sqlite'

type Method = 'run' | 'all' | 'get'

/** One execution of a prepared statement. */
export interface StatementCall {
  method: Method
  sql: string
  values: SQLInputValue[]
}

export interface Recording {
  /** The statements of each transaction, in order. */
  groups: StatementCall[][]
  stop(): void
}

/** Records every statement in this process's transactions until `stop`. For benchmarks only: it changes `node:sqlite` itself. */
export function recordStatements(): Recording {
  const groups: StatementCall[][] = []
  let group: StatementCall[] | undefined
  const exec = DatabaseSync.prototype.exec
  DatabaseSync.prototype.exec = function (sql) {
    if (sql.startsWith('BEGIN')) group = []
    exec.call(this, sql)
    if (sql !== 'COMMIT' || group === undefined) return
    groups.push(group)
    group = undefined
  }
  const originals = (['run', 'all', 'get'] as const).map((method) => {
    const original = StatementSync.prototype[method] as (this: StatementSync, ...values: SQLInputValue[]) => unknown
    const recorded = function (this: StatementSync, ...values: SQLInputValue[]) {
      group?.push({ method, sql: this.sourceSQL, values })
      return original.apply(this, values)
    }
    Object.assign(StatementSync.prototype, { [method]: recorded })
    return [method, original] as const
  })
  return {
    groups,
    stop() {
      DatabaseSync.prototype.exec = exec
      for (const [method, original] of originals) Object.assign(StatementSync.prototype, { [method]: original })
    },
  }
}

/** Runs recorded statements again and nothing else, each group in one transaction. Returns the milliseconds of each group. */
export function replay(database: DatabaseSync, groups: readonly (readonly StatementCall[])[]): Float64Array {
  const prepared = new Map<string, StatementSync>()
  for (const { method, sql } of groups.flat()) {
    if (prepared.has(sql)) continue
    const statement = database.prepare(sql)
    if (method !== 'run') statement.setReturnArrays(true)
    prepared.set(sql, statement)
  }
  return Float64Array.from(groups, (calls) => {
    const startedAt = performance.now()
    database.exec('BEGIN IMMEDIATE')
    for (const { method, sql, values } of calls) prepared.get(sql)?.[method](...values)
    database.exec('COMMIT')
    return performance.now() - startedAt
  })
}

/** Regroups the statements by a number of decisions; each decision appends one instance. */
export function regroup(groups: readonly (readonly StatementCall[])[], decisions: number): StatementCall[][] {
  const regrouped: StatementCall[][] = []
  let group: StatementCall[] = []
  let appended = 0
  for (const call of groups.flat()) {
    group.push(call)
    if (!call.sql.startsWith('INSERT INTO instances ')) continue
    appended++
    if (appended % decisions !== 0) continue
    regrouped.push(group)
    group = []
  }
  if (group.length > 0) regrouped.push(group)
  return regrouped
}
