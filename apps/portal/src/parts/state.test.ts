import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeState } from './state.ts'

test('a state that the page does not know is unknown, and never looks like a yes or a no', () => {
  for (const state of [undefined, 'FROZEN', 'constructor']) assert.equal(describeState(state).tone, 'unknown')
  assert.equal(describeState('SOME_STATE').word, 'some state')
})

test('what waits for somebody does not look settled', () => {
  for (const state of ['CHALLENGE_REQUIRED', 'REVIEW_REQUIRED']) assert.equal(describeState(state).shape, 'hollow')
})
