import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventId } from '../../url/event-id.ts'
import { heldBy, nextReview, recentReasons, type Waiting } from './review-queue.ts'

const now = Date.parse('2026-03-08T12:00:00Z')
const waiting = (idempotencyKey: string, holder?: string, expiresAt = '2026-03-08T12:05:00.000Z'): Waiting => ({
  userId: 'u',
  action: 'a',
  idempotencyKey,
  createdAt: '2026-03-08T11:00:00.000Z',
  state: 'REVIEW_REQUIRED',
  stateUpdatedAt: '2026-03-08T11:00:00.000Z',
  outcome: 'REVIEW',
  sentence: '',
  ...(holder !== undefined && { claim: { actor: { kind: 'admin', id: holder }, claimedAt: '2026-03-08T11:55:00.000Z', expiresAt } }),
})
const [a, mine, others, d] = [waiting('a'), waiting('b', 'me'), waiting('c', 'bob'), waiting('d')]

test('only what somebody else holds now is held', () => {
  assert.equal(heldBy(mine, 'me', now), undefined)
  assert.equal(heldBy(others, 'me', now)?.actor.id, 'bob')
  assert.equal(heldBy(waiting('c', 'bob', '2026-03-08T12:00:00.000Z'), 'me', now), undefined)
})

test('next passes over what others hold, begins again at the end, and never is the present one', () => {
  const queue = [a, mine, others, d]
  assert.equal(nextReview(queue, undefined, 'me', now), a)
  assert.equal(nextReview(queue, eventId(a), 'me', now), mine)
  assert.equal(nextReview(queue, eventId(mine), 'me', now), d)
  assert.equal(nextReview(queue, eventId(d), 'me', now), a)
  assert.equal(nextReview([a], eventId(a), 'me', now), undefined)
  assert.equal(nextReview([others], 'gone', 'me', now), undefined)
})

test('a reason that was given often is offered once', () => {
  assert.deepEqual(
    recentReasons(
      [{ details: { reason: 'known' } }, { details: {} }, { details: { reason: 'mule' } }, { details: { reason: 'known' } }],
      5,
    ),
    ['known', 'mule'],
  )
})
