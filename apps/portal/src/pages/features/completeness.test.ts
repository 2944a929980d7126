import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completeness } from './completeness.ts'

const backfill = { progress: 0.459, instances: 1, entities: 1 }

test('a feature says whether rules can rely on it', () => {
  assert.deepEqual(completeness({ isComplete: true }), { words: 'complete', isWaiting: false })
  assert.deepEqual(completeness({ isComplete: false }), { words: 'still counting up', isWaiting: true })
  assert.deepEqual(completeness({ isComplete: false, backfill: { ...backfill, status: 'running' } }), {
    words: 'filling, 45 %',
    isWaiting: true,
  })
  assert.deepEqual(completeness({ isComplete: true, backfill: { ...backfill, status: 'running' } }), {
    words: 'filling, 45 %',
    isWaiting: false,
  })
  assert.deepEqual(completeness({ isComplete: false, backfill: { ...backfill, status: 'failed' } }), {
    words: 'filling failed',
    isWaiting: true,
  })
})
