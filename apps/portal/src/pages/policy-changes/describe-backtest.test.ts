import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Backtest, describeBacktest, flipCells } from './describe-backtest.ts'

const row = (fields = {}) => ({ ALLOW: 0, CHALLENGE: 0, REVIEW: 0, BLOCK: 0, ...fields })
const score = { recall: 0.625, goodStopped: 0.1, stopped: { good: 8, bad: 20 } }
const result = {
  instances: 300,
  changed: 63,
  usersAffected: 15,
  usersAffectedIsAtLeast: false,
  challengesPerDay: { now: 3.3, draft: 1.97, extra: -1.33 },
  labels: { good: 77, bad: 32, unlabelled: 191 },
  now: score,
  draft: { recall: 0.6875, goodStopped: 0.05, stopped: { good: 4, bad: 22 } },
  matrix: { ALLOW: row({ ALLOW: 191, CHALLENGE: 12 }), CHALLENGE: row({ ALLOW: 51, CHALLENGE: 46 }), REVIEW: row(), BLOCK: row() },
} as unknown as Backtest

test('a backtest is said in sentences before any table', () => {
  assert.deepEqual(describeBacktest(result), [
    '63 of 300 events would have been decided otherwise, for 15 people.',
    '1.3 fewer challenges a day.',
    'Of 32 known bad events it would have stopped 22 (68.8 %), now 20 (62.5 %).',
    'Of 77 known good ones it would have stopped 4 (5 %), now 8 (10 %).',
  ])
})

test('what is not known is said to be not known', () => {
  const unknown = { ...result, now: { recall: null, goodStopped: null }, draft: { recall: null, goodStopped: null } } as unknown as Backtest
  assert.equal(describeBacktest(unknown)[2], 'No event in that time is known to be bad, so what it would catch is not known.')
  assert.equal(describeBacktest(unknown).length, 3)
  assert.deepEqual(describeBacktest({ ...result, instances: 0 }), [
    'There was no event of this action in that time, so nothing can be said.',
  ])
  assert.deepEqual(describeBacktest({ ...result, changed: 0 }), ['All 300 events would have been decided as they would be now.'])
})

test('flips are the cells off the diagonal, the largest first', () => {
  assert.deepEqual(flipCells(result), [
    { now: 'CHALLENGE', draft: 'ALLOW', count: 51 },
    { now: 'ALLOW', draft: 'CHALLENGE', count: 12 },
  ])
})
