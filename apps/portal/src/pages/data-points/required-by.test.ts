import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requiredBy, withRequired } from './required-by.ts'

test('an action requires a data point by its name, written either way', () => {
  const actions = [
    { actionCode: 'a', requires: ['ip', 'amount'] },
    { actionCode: 'b', requires: ['custom.amount'] },
    { actionCode: 'c', requires: null },
    { actionCode: 'd' },
  ]
  assert.deepEqual(requiredBy('amount', actions), ['a', 'b'])
  assert.deepEqual(withRequired(['ip', 'custom.amount'], 'amount', false), ['ip'])
  assert.deepEqual(withRequired(['ip'], 'amount', true), ['ip', 'amount'])
  assert.deepEqual(withRequired(['amount'], 'amount', true), ['amount'])
  assert.equal(withRequired(['amount'], 'amount', false), null)
})
