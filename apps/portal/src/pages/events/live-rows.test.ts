import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ListedEvent, noLiveRows, received, released, rowsOf } from './live-rows.ts'

const event = (idempotencyKey: string, minute: number, state: ListedEvent['state'] = 'ALLOW'): ListedEvent => ({
  userId: 'u',
  action: 'a',
  idempotencyKey,
  createdAt: `2026-03-08T12:${String(minute).padStart(2, '0')}:00.000Z`,
  state,
  stateUpdatedAt: '2026-03-08T12:00:00.000Z',
  outcome: 'ALLOW',
  sentence: '',
})
const keys = (rows: readonly ListedEvent[]) => rows.map(({ idempotencyKey }) => idempotencyKey)
const listed = [event('b', 2), event('a', 1)]

test('while a hand is over the list, new events wait; then they come in, newest first', () => {
  const held = received(received(noLiveRows, listed, event('c', 3), true), listed, event('d', 4), true)
  assert.deepEqual([keys(rowsOf(listed, held)), held.waiting.length], [['b', 'a'], 2])
  assert.deepEqual(keys(rowsOf(listed, released(held))), ['d', 'c', 'b', 'a'])
  assert.deepEqual(keys(rowsOf(listed, received(noLiveRows, listed, event('c', 3), false))), ['c', 'b', 'a'])
})

test('a change is seen in its row, and an event that the list already has stays one row', () => {
  const changed = received(noLiveRows, listed, event('a', 1, 'BLOCK'), true)
  assert.equal(rowsOf(listed, changed)[1]?.state, 'BLOCK')
  const twice = received(received(noLiveRows, [], event('b', 2), false), [], event('b', 2, 'BLOCK'), false)
  assert.deepEqual(keys(rowsOf(listed, twice)), ['b', 'a'])
  assert.equal(rowsOf(listed, twice)[0]?.state, 'BLOCK')
  const waiting = received(received(noLiveRows, listed, event('c', 3), true), listed, event('c', 3, 'BLOCK'), true)
  assert.deepEqual([waiting.waiting.length, waiting.waiting[0]?.state], [1, 'BLOCK'])
})
