import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { migrateSqlite } from './migrate-sqlite.ts'
import { createSqliteState } from './sqlite-state.ts'
import { createUserRows } from './user-rows.ts'

const email = 'jane@a.example'

function setUp() {
  const database = new DatabaseSync(':memory:')
  migrateSqlite(database, 1)
  const state = createSqliteState(database, { cacheBytes: 0, parsedBytes: 0, keysPerCycle: 10 })
  const users = createUserRows(database, state.facts)
  const jane = state.entities.loadOne(state.dictionary.toNumber('one'), 'user', 'jane')
  const facts = () => state.facts.get(jane, 'one', 'jane')
  return {
    ...state,
    facts,
    jane,
    /** As the tables have them. */
    readFacts() {
      jane.facts = undefined
      return facts()
    },
    track(deviceId: string | null, at: number, user: { email?: string } = {}) {
      const key = { tenantId: 'one', userId: 'jane', action: 'transfer', idempotencyKey: 'k' }
      const device = deviceId === null ? undefined : state.entities.loadOne(state.dictionary.toNumber('one'), 'device', deviceId)
      users.record({ key, entities: [], user, deviceId, at }, jane, facts(), device)
      if (device !== undefined) state.entities.setValue(device, { v: 1 })
    },
    devicesOnRecord: () => database.prepare('SELECT device_id FROM devices ORDER BY created_at').all(),
    removeDevice: (deviceId: string) => database.prepare('DELETE FROM devices WHERE device_id = ?').run(deviceId),
  }
}

test('facts that are kept in step with a new device are what the tables say', () => {
  const { track, facts, readFacts, jane } = setUp()
  track('phone', 1_000, { email })
  // More than a decision sees.
  for (let n = 0; n < 60; n++) track(`device-${n}`, 2_000 + n)
  assert.ok(jane.facts, 'they were not read again')
  const kept = facts()
  assert.deepEqual(kept, readFacts())
  assert.equal(kept.devices.length, 50)
  assert.equal(kept.devices[0]?.deviceId, 'device-59')
})

test('devices of one moment, a device that is on record and a changed address are read from the tables', () => {
  const { track, facts, readFacts } = setUp()
  track('phone', 1_000)
  track('tablet', 1_000)
  track('laptop', 500)
  track('phone', 2_000)
  track('watch', 3_000, { email })
  const kept = facts()
  assert.deepEqual(kept, readFacts())
  assert.deepEqual([kept.devices.length, kept.email], [4, email])
})

test('a device whose transaction is undone is not among the facts', () => {
  const { track, facts, undoLog, jane } = setUp()
  track('phone', 1_000)
  facts()
  undoLog.begin()
  track('laptop', 2_000)
  assert.equal(facts().devices.length, 2)
  undoLog.undo()
  assert.equal(jane.facts, undefined)
})

test('a device that is not among the facts is looked for once, and again when anything of the user has changed', () => {
  const { track, facts, jane, devicesOnRecord, removeDevice } = setUp()
  for (let n = 0; n < 60; n++) track(`device-${n}`, 1_000 + n)
  const before = devicesOnRecord()
  track('device-3', 5_000)
  track('device-3', 6_000)
  assert.equal(jane.facts?.otherDevices?.length, 1)
  assert.deepEqual(devicesOnRecord(), before)
  removeDevice('device-3')
  track('device-3', 7_000)
  assert.equal(devicesOnRecord().length, 60)
  assert.equal(facts().devices[0]?.deviceId, 'device-3')
})

test('a device that was noted in a transaction that is undone is put on record', () => {
  const { track, undoLog, jane } = setUp()
  for (let n = 0; n < 60; n++) track(`device-${n}`, 1_000 + n)
  undoLog.begin()
  track('early', 500)
  track('early', 600)
  assert.equal(jane.facts?.otherDevices?.length, 1)
  undoLog.undo()
  assert.equal(jane.facts, undefined)
})
