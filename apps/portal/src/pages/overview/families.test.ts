import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeState } from '../../parts/state.ts'
import { bucketsOf, families, stoppedOf, totalOf } from './families.ts'
import type { Overview } from './overview.ts'

const bounds = { from: '2026-03-08T12:00:00.000Z', to: '2026-03-08T13:00:00.000Z' }
const overview = {
  ...bounds,
  states: { ALLOW: { count: 7, filter: {} }, CHALLENGE_REQUIRED: { count: 1, filter: {} }, CHALLENGE_SUCCEEDED: { count: 2, filter: {} } },
  series: [
    {
      at: bounds.from,
      events: 10,
      states: { ALLOW: 7, CHALLENGE_REQUIRED: 1, CHALLENGE_SUCCEEDED: 2 },
      isRunning: true,
      usual: { low: 1, high: 4, weeks: 4 },
      filter: bounds,
    },
  ],
} as unknown as Overview

test('every state that is known belongs to one family, drawn in its colour', () => {
  const all = families.flatMap(({ states }) => states)
  assert.equal(new Set(all).size, 8)
  for (const { outcome, tone } of families) assert.equal(describeState(outcome).tone, tone)
})

test('a challenge counts as one whether it was passed or not, and the number leads to the same events', () => {
  const challenge = families.find(({ id }) => id === 'challenge') ?? assert.fail()
  const { count, href } = totalOf(overview, challenge)
  assert.equal(count, 3)
  assert.deepEqual(Object.fromEntries(new URLSearchParams(href.split('?')[1])), {
    state: 'CHALLENGE_REQUIRED,CHALLENGE_SUCCEEDED,CHALLENGE_FAILED',
    ...bounds,
  })
})

test('everything but what was allowed is one search', () => {
  const { count, filter } = stoppedOf(overview)
  assert.equal(count, 3)
  assert.equal(filter.state?.split(',').length, 7)
  assert.doesNotMatch(filter.state ?? '', /ALLOW/)
})

test('without what was allowed, a column leads to what is shown, and says nothing of what is usual for all', () => {
  const [whole] = bucketsOf(overview, true)
  assert.deepEqual(
    [whole?.counts, whole?.usual, whole?.isRunning],
    [{ block: 0, review: 0, challenge: 3, allow: 7 }, { low: 1, high: 4, weeks: 4 }, true],
  )
  assert.doesNotMatch(whole?.href ?? '', /state=/)
  const [part] = bucketsOf(overview, false)
  assert.equal(part?.usual, undefined)
  assert.match(part?.href ?? '', /state=BLOCK%2CREVIEW_REQUIRED/)
  assert.doesNotMatch(part?.href ?? '', /ALLOW/)
})
