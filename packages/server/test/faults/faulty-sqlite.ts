import { DatabaseSync, StatementSync } from 'node:sqlite'
import type { FaultSwitch } from './fault-switch.ts'

/** `failed`: the statement is not run. `undone`: nor is it, and SQLite undoes the transaction, as it may when the disk is full or cannot be read. */
export type SqliteFault = 'failed' | 'undone'

const failed = { message: 'disk I/O error', errcode: 10 }
const undone = { message: 'database or disk is full', errcode: 13 }

/**
 * Puts a switch beneath every store of this thread: whatever `node:sqlite` is told to run can be made to fail, `BEGIN` and `COMMIT` too, but not what looks
 * after the write-ahead log between groups: that is no part of any request. Returns what takes it out again.
 */
export function breakSqlite(faults: FaultSwitch<SqliteFault>): () => void {
  const database = DatabaseSync.prototype
  const statement = StatementSync.prototype as unknown as Record<'all' | 'get' | 'run', Run>
  const original = { exec: database.exec, prepare: database.prepare }
  const { all, get, run } = statement
  const databases = new WeakMap<StatementSync, DatabaseSync>()

  function mayFail(on: DatabaseSync): void {
    const fault = faults.strike()
    if (fault === undefined) return
    if (fault === 'undone' && on.isTransaction) original.exec.call(on, 'ROLLBACK')
    const { message, errcode } = fault === 'failed' ? failed : undone
    throw Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode, errstr: message })
  }

  function mayFailFirst(work: Run): Run {
    return function (...values) {
      const database = databases.get(this)
      if (database !== undefined) mayFail(database)
      return work.apply(this, values)
    }
  }

  database.exec = function (sql) {
    mayFail(this)
    return original.exec.call(this, sql)
  }
  database.prepare = function (...given) {
    mayFail(this)
    const made = original.prepare.apply(this, given)
    if (!given[0].startsWith('PRAGMA wal_checkpoint')) databases.set(made, this)
    return made
  }
  Object.assign(statement, { all: mayFailFirst(all), get: mayFailFirst(get), run: mayFailFirst(run) })
  return () => {
    Object.assign(database, original)
    Object.assign(statement, { all, get, run })
  }
}

type Run = (this: StatementSync, ...values: unknown[]) => unknown
