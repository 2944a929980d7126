import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { type EntityRef, type UserFacts, unknownUser } from '@sallyport/engine'
import { newDevice } from '../stored-user.ts'
import { toKeptFacts } from './kept-facts.ts'
import { migrateSqlite } from './migrate-sqlite.ts'
import { createSqliteState } from './sqlite-state.ts'

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
  assert.equal(entities.dirtyCount, count)
  entities.putBack()
  assert.equal(entities.dirtyCount, count)
  for (const { key } of users) assert.deepEqual(entities.getValue(entities.loadOne(1, 'user', key)), { v: 1, key })
})

test('what was written and forgotten is read again from disk', () => {
  const { entities } = setUp()
  for (const { key } of users) {
    const record = entities.loadOne(1, 'user', key)
    entities.setValue(record, { v: 1, key })
    entities.write(record, 1)
    entities.markClean(record.no)
    entities.putBack()
  }
  const inMemory = users.filter(({ key }) => entities.findLoaded(1, 'user', key) !== undefined)
  assert.ok(inMemory.length < count, `${inMemory.length} are in memory`)
  for (const { key } of users) assert.deepEqual(entities.getValue(entities.loadOne(1, 'user', key)), { v: 1, key })
})

/** Of users with these facts, who are remembered one after the other: those that are still in memory. */
function remembered(facts: UserFacts): number {
  const { entities } = setUp()
  const some = users.slice(0, 2_000)
  for (const { key } of some) {
    const record = entities.loadOne(1, 'user', key)
    entities.setValue(record, { v: 1, key })
    entities.write(record, 1)
    entities.markClean(record.no)
    entities.setFacts(record, toKeptFacts(facts))
    entities.putBack()
  }
  return some.filter(({ key }) => entities.findLoaded(1, 'user', key) !== undefined).length
}

test('devices and custom data of users count as memory', () => {
  assert.equal(remembered(unknownUser), 2_000)
  const devices = Array.from({ length: 50 }, (_, n) => newDevice(`device-${n}`, n))
  for (const facts of [{ devices }, { custom: { note: 'x'.repeat(8_000) } }]) {
    const left = remembered({ ...unknownUser, ...facts })
    assert.ok(left < 800, `${left} users are in memory`)
  }
})

test('a record that is in hand is the one of its name, however many were loaded with it', () => {
  const { entities } = setUp()
  const records = entities.load(1, users)
  for (const record of records) entities.setValue(record, { v: 2 })
  for (const [index, { key }] of users.entries()) assert.equal(entities.loadOne(1, 'user', key), records[index])
})

test('who is asked for twice at once is one record', () => {
  const { entities } = setUp()
  const [one, other] = entities.load(1, [users[0] ?? assert.fail(), users[0] ?? assert.fail()])
  assert.equal(one, other)
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
  assert.deepEqual([...entities.dirtyInOrder()], [record.no])
})

test('a record that was put back and is loaded again says the same', () => {
  const { entities } = setUp()
  const jane = entities.loadOne(1, 'user', 'jane')
  const facts = { ...unknownUser, createdAt: 5, email: 'jane@a.example', devices: [newDevice('phone', 7)] }
  entities.setValue(jane, { v: 1, name: 'Zoë' })
  entities.setHead(jane, 12)
  entities.setFacts(jane, toKeptFacts(facts, [3]))
  entities.putBack()
  const again = entities.loadOne(1, 'user', 'jane')
  assert.notEqual(again, jane)
  assert.deepEqual([again.id, again.head, again.isStored, again.asOf], [jane.id, 12, false, 0])
  assert.deepEqual(entities.getValue(again), { v: 1, name: 'Zoë' })
  assert.deepEqual(entities.getFacts(again)?.otherDevices, [3])
  assert.equal(entities.getFacts(again)?.user.devices[0]?.deviceId, 'phone')
  entities.setFacts(again, undefined)
  entities.putBack()
  assert.equal(entities.getFacts(entities.loadOne(1, 'user', 'jane')), undefined)
})

test('a change that is undone after others were put back is undone', () => {
  const { entities, undoLog } = setUp()
  entities.setValue(entities.loadOne(1, 'user', 'jane'), { v: 1 })
  entities.putBack()
  undoLog.begin()
  entities.setValue(entities.loadOne(1, 'user', 'jane'), { v: 2 })
  entities.setValue(entities.loadOne(1, 'user', 'john'), { v: 2 })
  undoLog.undo()
  entities.putBack()
  assert.deepEqual(entities.getValue(entities.loadOne(1, 'user', 'jane')), { v: 1 })
  assert.equal(entities.getValue(entities.loadOne(1, 'user', 'john')), undefined)
  assert.equal(entities.dirtyCount, 1)
})

test('a value that is in use keeps its record in hand, until it is not in use any more', () => {
  const { entities } = setUp()
  const load = () => entities.loadOne(1, 'user', 'jane')
  entities.setValue(load(), { v: 0 })
  for (let use = 0; use < 3; use++) {
    entities.getValue(load())
    entities.putBack()
  }
  const jane = load()
  entities.setValue(jane, { v: 1 })
  entities.putBack()
  assert.equal(load(), jane)
  entities.setValue(jane, undefined)
  entities.putBack()
  assert.notEqual(load(), jane)
  assert.equal(entities.getValue(load()), undefined)
})
