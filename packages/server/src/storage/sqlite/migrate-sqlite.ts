import type { DatabaseSync } from 'node:sqlite'
import type { Migration } from '../migrations/migration.ts'
import { migrations } from '../migrations/migrations.ts'
import { NewerSchemaError } from '../migrations/newer-schema-error.ts'

/**
 * Brings the database to the newest schema, each step in a transaction of its own that holds the write lock. Refuses a schema
 * that is newer than this release, or than the steps that are given. Returns the numbers of the steps it took.
 */
export function migrateSqlite(database: DatabaseSync, now: number, steps: readonly Migration[] = migrations): number[] {
  database.exec(
    'CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)',
  )
  const newest = steps.length
  const applied: number[] = []
  for (;;) {
    database.exec('BEGIN IMMEDIATE')
    try {
      const current = currentVersion(database)
      if (current > newest) throw new NewerSchemaError(current, newest)
      const next = steps[current]
      if (next === undefined) {
        database.exec('COMMIT')
        return applied
      }
      for (const statement of [...next.portable.map(clustered), ...next.sqlite]) database.exec(statement)
      database.prepare('INSERT INTO schema_migrations (number, name, applied_at) VALUES (?, ?, ?)').run(next.number, next.name, now)
      database.exec('COMMIT')
      applied.push(next.number)
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }
}

/** Portable tables are found by their text keys alone: their rows lie in the order of the key. */
function clustered(statement: string): string {
  return statement.startsWith('CREATE TABLE') ? `${statement} WITHOUT ROWID` : statement
}

function currentVersion(database: DatabaseSync): number {
  const row = database.prepare('SELECT max(number) AS number FROM schema_migrations').get()
  return Number(row?.number ?? 0)
}
