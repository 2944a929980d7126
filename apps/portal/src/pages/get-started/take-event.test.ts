import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LiveEvent, takeEvent } from './take-event.ts'

const event = (idempotencyKey: string, state: LiveEvent['state'] = 'ALLOW') =>
  ({ userId: 'u', action: 'a', idempotencyKey, state }) as LiveEvent

test('a new event is first, a changed one stays in its place, and what changed elsewhere does not appear', () => {
  const two = takeEvent(takeEvent([], event('1'), true), event('2'), true)
  assert.deepEqual(
    two.map(({ idempotencyKey }) => idempotencyKey),
    ['2', '1'],
  )
  assert.deepEqual(
    takeEvent(two, event('1', 'BLOCK'), false).map(({ state }) => state),
    ['ALLOW', 'BLOCK'],
  )
  assert.equal(takeEvent(two, event('3'), false), two)
})
