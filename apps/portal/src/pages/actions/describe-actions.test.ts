import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeActions } from './describe-actions.ts'

const of = (action: string, events: number, challenged: number) => ({
  action,
  events: { count: events },
  challenged: { count: challenged },
})

test('the first sentence says how often people are challenged, and where most', () => {
  assert.equal(describeActions(0, []), 'What people do, and what is decided about it.')
  assert.equal(describeActions(2, undefined), '2 actions.')
  assert.equal(describeActions(1, []), 'One action, and no events in this time.')
  assert.equal(describeActions(1, [of('a', 10, 0)]), 'One action; none of the 10 events in this time was challenged.')
  assert.equal(
    describeActions(2, [of('sign-in', 90, 1), of('transfer', 10, 4)]),
    '2 actions; of 100 events in this time one in 20 was challenged, most often transfer.',
  )
})
