import type { CompiledQuery } from 'kysely'

const tables = /\b(users|authenticators|devices)\b/

/** True for a statement that may change what decisions read of users in other tables. */
export function writesUserFacts(query: CompiledQuery): boolean {
  return query.query.kind !== 'SelectQueryNode' && tables.test(query.sql)
}
