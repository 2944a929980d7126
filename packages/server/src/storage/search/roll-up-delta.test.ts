import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CountedEntry, rollUpDelta } from './roll-up-delta.ts'

const hour = 60 * 60 * 1000

test('what an instance was counted as is taken back, and what it is now is added', () => {
  const before: CountedEntry = {
    action: 'transfer',
    at: 5 * hour + 7,
    outcome: 'CHALLENGE',
    state: 'CHALLENGE_REQUIRED',
    ruleIds: ['first', 'second'],
    undeterminedRuleIds: ['second'],
    shadowRuleIds: [],
    country: 'NL',
    label: null,
  }
  const after: CountedEntry = { ...before, state: 'CHALLENGE_SUCCEEDED', label: 'good' }
  const { rollUps, ruleRollUps } = rollUpDelta(before, after, 'hour')
  const common = { at: 5 * hour, action: 'transfer', outcome: 'CHALLENGE', ruleId: 'first', country: 'NL' }
  assert.deepEqual(rollUps, [
    { ...common, state: 'CHALLENGE_REQUIRED', label: null, change: -1 },
    { ...common, state: 'CHALLENGE_SUCCEEDED', label: 'good', change: 1 },
  ])
  assert.deepEqual(
    ruleRollUps.map(({ ruleId, part, change }) => [ruleId, part, change]),
    [
      ['first', 'matched', -1],
      ['second', 'matched', -1],
      ['second', 'undetermined', -1],
      ['first', 'matched', 1],
      ['second', 'matched', 1],
      ['second', 'undetermined', 1],
    ],
  )
  assert.deepEqual(rollUpDelta(undefined, undefined, 'day'), { rollUps: [], ruleRollUps: [] })
  assert.equal(rollUpDelta(before, undefined, 'day').rollUps[0]?.at, 0)
})
