import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saidMessage } from './said-message.ts'

test('the name of an event is no reason', () => {
  assert.equal(saidMessage({ message: 'policy.replaced' }), undefined)
  assert.equal(saidMessage({}), undefined)
  assert.equal(saidMessage({ message: 'start careful' }), 'start careful')
})
