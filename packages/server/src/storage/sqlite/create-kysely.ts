import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Db } from '../db.ts'
import { createStraightKysely, type ExecuteQuery } from '../straight-kysely.ts'

const writer = {
  compiler: new SqliteQueryCompiler(),
  adapter: new SqliteAdapter(),
  createIntrospector: (db: Db) => new SqliteIntrospector(db),
}

/** A Kysely for SQLite that hands each statement to `execute`. */
export function createKysely(execute: ExecuteQuery): Db {
  return createStraightKysely(writer, execute)
}
