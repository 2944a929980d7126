import { type CompiledQuery, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type QueryResult } from 'kysely'
import type { Db } from '../db.ts'
import { createStraightKysely } from '../straight-kysely.ts'
import type { Run, Statement } from './connections.ts'

const writer = {
  compiler: new PostgresQueryCompiler(),
  adapter: new PostgresAdapter(),
  createIntrospector: (db: Db) => new PostgresIntrospector(db),
}

/** A Kysely for PostgreSQL that hands each statement to `run`. */
export function createKysely(run: Run, nameOf: (text: string) => string): Db {
  return createStraightKysely(writer, async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
    const isRead = query.query.kind === 'SelectQueryNode'
    const statement: Statement = { name: nameOf(query.sql), text: query.sql, isRead }
    const { rows, rowCount } = await run<R>(statement, query.parameters)
    return isRead ? { rows } : { rows, numAffectedRows: BigInt(rowCount) }
  })
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
