import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ActionRules, rulesToSnooze, snoozesOf } from './find-snoozes.ts'

const rule = (name: string, given: object) => ({ name, mode: 'active', type: 'CHALLENGE', ...given })
const actions = [
  {
    action: { actionCode: 'transfer' },
    rules: [
      rule('Large', { snoozes: [{ userId: 'ann', until: '2026-07-01T00:00:00Z', reason: 'moves house', by: 'Ada' }] }),
      rule('Known office', { type: 'ALLOW' }),
      rule('Old', { mode: 'off' }),
    ],
  },
  {
    action: { actionCode: 'sign-in' },
    rules: [
      rule('Tor', {
        snoozes: [
          { userId: 'ben', until: '2026-06-01T00:00:00Z', reason: 'x' },
          { userId: 'ann', until: '2026-06-02T00:00:00Z', reason: 'journalist' },
        ],
      }),
    ],
  },
] as unknown as ActionRules[]

test('the snoozes of one user are found in every action, the first to end first', () => {
  assert.deepEqual(
    snoozesOf('ann', actions).map(({ action, rule: { name }, reason }) => [action.actionCode, name, reason]),
    [
      ['sign-in', 'Tor', 'journalist'],
      ['transfer', 'Large', 'moves house'],
    ],
  )
  assert.deepEqual(snoozesOf('nobody', actions), [])
})

test('a rule that allows, or is off, cannot be snoozed', () => {
  assert.deepEqual(
    rulesToSnooze(actions).map(({ rule: { name } }) => name),
    ['Large', 'Tor'],
  )
})
