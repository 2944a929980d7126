import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { type EntityRef, type UserFacts, unknownUser } from '@sallyport/engine'
import { newDevice } from '../stored-user.ts'
import { migrateSqlite } from './migrate-sqlite.ts'
import { createSqliteState } from './sqlite-state.ts'
import { toKeptFacts } from './user-facts.ts'

/** More than a cache of the smallest size holds. */
const count = 9000
const users: readonly EntityRef[] = Array.from({ length: count }, (_, i) => ({ kind: 'user', key: `u${i}` }))

function setUp() {
  const database = new DatabaseSync(':memory:')
  migrateSqlite(database, 1)
  return createSqliteState(database, { cacheBytes: 0, parsedBytes: 0, keysPerCycle: 10 })
}

test('what changed and is not written yet is there, however much was loaded since', () => {
  const { entities } = setUp()
  for (const { key } of users) entities.setValue(entities.loadOne(1, 'user', key), { v: 1, key })
  assert.equal(entities.dirty.size, count)
  for (const { key } of users) assert.deepEqual(entities.getValue(entities.loadOne(1, 'user', key)), { v: 1, key })
})

test('what was written and forgotten is read again from disk', () => {
  const { entities } = setUp()
  for (const { key } of users) {
    const record = entities.loadOne(1, 'user', key)
    entities.setValue(record, { v: 1, key })
    entities.write(record, 1)
    entities.markClean(record)
  }
  const inMemory = users.filter(({ key }) => entities.findLoaded(1, 'user', key) !== undefined)
  assert.ok(inMemory.length < count, `${inMemory.length} are in memory`)
  for (const { key } of users) assert.deepEqual(entities.getValue(entities.loadOne(1, 'user', key)), { v: 1, key })
})

/** Of users with these facts, who are remembered one after the other: those that are still in memory. */
function remembered(facts: UserFacts): number {
  const { entities } = setUp()
  const some = users.slice(0, 500)
  for (const { key } of some) {
    const record = entities.loadOne(1, 'user', key)
    entities.setValue(record, { v: 1, key })
    entities.write(record, 1)
    entities.markClean(record)
    entities.setFacts(record, toKeptFacts(facts))
  }
  return some.filter(({ key }) => entities.findLoaded(1, 'user', key) !== undefined).length
}

test('devices and custom data of users count as memory', () => {
  assert.equal(remembered(unknownUser), 500)
  const devices = Array.from({ length: 50 }, (_, n) => newDevice(`device-${n}`, n))
  for (const facts of [{ devices }, { custom: { note: 'x'.repeat(8_000) } }]) {
    const left = remembered({ ...unknownUser, ...facts })
    assert.ok(left < 200, `${left} users are in memory`)
  }
})

test('a record that was forgotten while it was in hand is the one of its name when it changes', () => {
  const { entities } = setUp()
  const records = entities.load(1, users)
  for (const record of records) entities.setValue(record, { v: 2 })
  for (const [index, { key }] of users.entries()) assert.equal(entities.loadOne(1, 'user', key), records[index])
})

test('an undone change is undone in memory', () => {
  const { entities, undoLog } = setUp()
  const record = entities.loadOne(1, 'user', 'jane')
  entities.setValue(record, { v: 0 })
  // Needed often enough to stay as the engine reads it.
  for (let use = 0; use < 3; use++) entities.getValue(record)
  entities.setValue(record, { v: 1 })
  undoLog.begin()
  entities.setValue(record, { v: 2 })
  const other = entities.loadOne(1, 'user', 'john')
  entities.setValue(other, { v: 3 })
  undoLog.undo()
  assert.deepEqual(entities.getValue(record), { v: 1 })
  assert.equal(entities.getValue(other), undefined)
  assert.deepEqual([...entities.dirty], [record])
})
