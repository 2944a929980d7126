import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AddressRecord, addPassedUser, addWrong, readAddressRecord, reputationOf, withoutWrongUser, wrongs } from './address-record.ts'

const start = Date.UTC(2026, 10, 1)
const day = 86_400_000
const clean = readAddressRecord(undefined)

function afterFailures(users: readonly string[], record: AddressRecord = clean): AddressRecord {
  return users.reduce((before, user) => addWrong(before, start, user, wrongs.failed), record)
}

test('B12: thirteen failures of one user weigh as much as one', () => {
  const one = afterFailures(['alice'])
  const thirteen = afterFailures(new Array(13).fill('alice'))
  assert.deepEqual(thirteen, one)
  assert.equal(reputationOf(thirteen, start), 25)
})

test('B12: thirteen users with a failure each weigh as much as thirteen', () => {
  const record = afterFailures(Array.from({ length: 13 }, (_, i) => `user ${i}`))
  assert.equal(reputationOf(record, start), 81)
})

test('B12: whatever one user does, the reputation of the address stays below what one dispute makes of it', () => {
  const kinds = fc.constantFrom(wrongs.failed, wrongs.blocked, -wrongs.failed, -wrongs.blocked)
  const events = fc.array(fc.tuple(kinds, fc.integer({ min: -day, max: 3 * day })), { maxLength: 60 })
  fc.assert(
    fc.property(events, fc.boolean(), (list, isDisputed) => {
      let record = isDisputed ? addWrong(clean, start, 'mallory', wrongs.disputed) : clean
      let at = start
      for (const [weight, gap] of list) {
        at += gap
        record = addWrong(record, at, 'mallory', weight)
        assert.ok(reputationOf(record, at) <= (isDisputed ? 57 : 25))
        assert.deepEqual(JSON.parse(JSON.stringify(record)), record)
      }
    }),
  )
})

test('B12: a dispute weighs more than a failure, and also once', () => {
  const disputed = addWrong(afterFailures(['alice', 'alice']), start, 'alice', wrongs.disputed)
  assert.equal(reputationOf(disputed, start), 57)
  assert.equal(reputationOf(addWrong(disputed, start, 'alice', wrongs.disputed), start), 57)
  assert.equal(reputationOf(addWrong(disputed, start, 'alice', wrongs.failed), start), 57)
})

test('B12: what is taken back of a user no longer counts, and the rest fades by half in a week', () => {
  const record = afterFailures(['alice', 'bob'])
  assert.equal(reputationOf(record, start), 40)
  assert.equal(reputationOf(record, start + 7 * day), 25)
  const left = addWrong(record, start, 'alice', -wrongs.failed)
  assert.deepEqual(left, afterFailures(['bob']))
  assert.deepEqual(addWrong(left, start, 'bob', -wrongs.failed), clean)
})

test('B12: a record of an earlier release keeps its weight, which fades and can be taken back', () => {
  const stored = readAddressRecord({ v: 1, bad: [6, start / 60_000] })
  assert.equal(reputationOf(stored, start), 67)
  assert.equal(reputationOf(stored, start + 7 * day), 50)
  assert.equal(reputationOf(afterFailures(['alice', 'alice'], stored), start), 70)
  assert.equal(reputationOf(addWrong(stored, start, 'alice', -wrongs.failed), start), 63)
})

test('B12: many users fit in a bounded record, and none of them is forgotten', () => {
  const record = afterFailures(Array.from({ length: 1000 }, (_, i) => `user${i}`.padEnd(8, '-')))
  assert.equal(record.by?.length, 32)
  assert.ok(JSON.stringify(record).length < 1500)
  assert.equal(reputationOf(record, start), 100)
  assert.equal(record.bad?.[0], 968)
})

test('LG-03, B12: the bad behaviour of an erased user stays without their name', () => {
  const record = withoutWrongUser(addPassedUser(afterFailures(['alice', 'bob']), start, 'carol'), 'alice')
  assert.ok(!JSON.stringify(record).includes('alice'))
  assert.equal(reputationOf(record, start), reputationOf(addPassedUser(afterFailures(['alice', 'bob']), start, 'carol'), start))
})
