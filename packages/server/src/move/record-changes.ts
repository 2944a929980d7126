import { sql } from 'kysely'
import type { Db } from '../storage/store.ts'
import { type ColumnRow, selectColumns, tableShapes } from './table-shapes.ts'

/**
 * Has the embedded store keep a list of the rows that change: triggers, so that each entry is committed with its change and outlives a
 * restart. New instances need none, as they are at the end of the log. Within a transaction.
 */
export async function recordChanges(db: Db): Promise<void> {
  await run(db, 'CREATE TABLE move_changes (n INTEGER PRIMARY KEY AUTOINCREMENT, table_name TEXT NOT NULL, row_key TEXT NOT NULL)')
  const { rows } = await sql<ColumnRow>`${sql.raw(selectColumns)}`.execute(db)
  for (const { name, key } of tableShapes(rows).first) {
    await addTriggers(db, name, ['INSERT', 'UPDATE', 'DELETE'], key)
  }
  await addTriggers(db, 'entities', ['INSERT', 'UPDATE', 'DELETE'], ['id', 'name'])
  await addTriggers(db, 'instances', ['UPDATE', 'DELETE'], ['seq', 'tenant_no', 'user_id', 'action_no', 'idempotency_key', 'created_at'])
}

/** Ends it, and forgets what was recorded. Within a transaction. */
export async function stopRecordingChanges(db: Db): Promise<void> {
  const { rows } = await sql<{
    name: string
  }>`SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'move\\_changes\\_%' ESCAPE '\\'`.execute(db)
  for (const { name } of rows) await run(db, `DROP TRIGGER ${name}`)
  await run(db, 'DROP TABLE IF EXISTS move_changes')
}

/** Forgets up to so many of the changes up to a place. Resolves with how many they were. */
export async function forgetChanges(db: Db, through: number, limit: number): Promise<number> {
  const { numAffectedRows = 0n } =
    await sql`DELETE FROM move_changes WHERE n IN (SELECT n FROM move_changes WHERE n <= ${through} ORDER BY n LIMIT ${limit})`.execute(db)
  return Number(numAffectedRows)
}

type Operation = 'INSERT' | 'UPDATE' | 'DELETE'

async function addTriggers(db: Db, table: string, operations: readonly Operation[], key: readonly string[]): Promise<void> {
  const add = (name: string, event: string, row: 'old' | 'new') => {
    const columns = key.map((column) => `${row}.${column}`).join(', ')
    const record = `INSERT INTO move_changes (table_name, row_key) VALUES ('${table}', json_array(${columns}));`
    return run(db, `CREATE TRIGGER move_changes_${table}_${name} AFTER ${event} ON ${table} BEGIN ${record} END`)
  }
  for (const operation of operations) await add(operation.toLowerCase(), operation, operation === 'DELETE' ? 'old' : 'new')
  // A row that gets another key counts as two: the old one went, the new one came.
  await add('key', `UPDATE OF ${key.join(', ')}`, 'old')
}

async function run(db: Db, text: string): Promise<void> {
  await sql.raw(text).execute(db)
}
