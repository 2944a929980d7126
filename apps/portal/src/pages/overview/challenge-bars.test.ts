import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeBars, describeFriction } from './challenge-bars.ts'
import type { Overview } from './overview.ts'

function overview(asked: number, waiting: number, people: object): Overview {
  const counted = (count: number, state: string) => ({ count, filter: { state } })
  const challenges = {
    asked: counted(asked, 'A,B'),
    passed: counted(3, 'B'),
    failed: counted(1, 'C'),
    abandoned: counted(0, 'A'),
    waiting: { ...counted(waiting, 'A'), isAtLeast: false },
    per100: 3.7,
    people,
  }
  return { challenges } as unknown as Overview
}

test('each end of a challenge has its share of those asked, and its events', () => {
  const bars = challengeBars(overview(4, 0, {}))
  assert.deepEqual(
    bars.map(({ name, count, note }) => [name, count, note]),
    [
      ['Asked', 4, ''],
      ['Passed', 3, '75 %'],
      ['Failed', 1, '25 %'],
      ['Given up', 0, '0 %'],
    ],
  )
  assert.equal(bars[0]?.href, '/events?state=A%2CB')
  assert.equal(challengeBars(overview(5, 1, {})).at(-1)?.name, 'Open now')
})

test('friction is said with people, and what was not counted to the end is not claimed', () => {
  assert.equal(
    describeFriction(overview(4, 0, { count: 1, of: 4, isAtLeast: false })),
    '3.7 challenges per 100 events. 1 person was asked.',
  )
  assert.equal(
    describeFriction(overview(400, 0, { count: 120, of: 200, isAtLeast: true })),
    '3.7 challenges per 100 events. The latest 200 were asked of 120 people.',
  )
  assert.equal(describeFriction(overview(0, 0, { count: 0, of: 0, isAtLeast: false })), 'Nobody was challenged.')
})
