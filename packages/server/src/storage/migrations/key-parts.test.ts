import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { migrateSqlite } from '../sqlite/migrate-sqlite.ts'
import { migrations } from './migrations.ts'

/** A store of version 28 whose keys are written through a place, with one row of the log. */
function upgraded(keysThrough: number, row: number): unknown[] {
  const database = new DatabaseSync(':memory:')
  migrateSqlite(database, 1, migrations.slice(0, 28))
  database.exec(`INSERT INTO store_state (name, value) VALUES ('keys_through', '${keysThrough}')`)
  database.exec(`INSERT INTO instances VALUES (${row}, 0, 1, 1, 'alice', 1, 'k', 1, '[]')`)
  migrateSqlite(database, 1)
  return database
    .prepare('SELECT part, through FROM key_parts')
    .all()
    .map((part) => ({ ...part }))
}

test('what a long store knew becomes the first closed part', () => {
  assert.deepEqual(upgraded(8_000_000, 8_000_000), [{ part: 0, through: 8_000_000 }])
})

test('a short store goes on with the part it has', () => {
  assert.deepEqual(upgraded(10_000, 10_000), [])
})

test('a store that was killed first writes what is missing into the part it belongs to', () => {
  assert.deepEqual(upgraded(8_000_000, 8_030_000), [])
})
