import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { recordStatements, regroup, replay } from './record-statements.ts'

function openLog(): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  database.exec('CREATE TABLE instances (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)')
  return database
}

test('what transactions ran is recorded, regrouped and run again with the same result', () => {
  const database = openLog()
  const insert = database.prepare('INSERT INTO instances (seq, body) VALUES (?, ?)')
  const recording = recordStatements()
  for (const first of [1, 4]) {
    database.exec('BEGIN IMMEDIATE')
    for (let seq = first; seq < first + 3; seq++) insert.run(seq, `body ${seq}`)
    database.exec('COMMIT')
  }
  recording.stop()
  assert.deepEqual(
    recording.groups.map((calls) => calls.length),
    [3, 3],
  )

  const groups = regroup(recording.groups, 4)
  assert.deepEqual(
    groups.map((calls) => calls.length),
    [4, 2],
  )
  const copy = openLog()
  assert.equal(replay(copy, groups).length, 2)
  const all = 'SELECT seq, body FROM instances ORDER BY seq'
  assert.deepEqual(copy.prepare(all).all(), database.prepare(all).all())
})

test('nothing is recorded any more after the end', () => {
  const recording = recordStatements()
  recording.stop()
  const database = openLog()
  database.exec('BEGIN IMMEDIATE')
  database.prepare("INSERT INTO instances (body) VALUES ('x')").run()
  database.exec('COMMIT')
  assert.deepEqual(recording.groups, [])
})
