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
  const said = (asked: number, people: object) => {
    const { share, before, people: who, after, filter } = describeFriction(overview(asked, 0, people))
    return { text: `${share}. ${before}${who}${after}`, filter }
  }
  const users = [{ userId: 'ann', challenges: { count: 9, filter: { userId: 'ann', from: '2026-03-08' } } }]
  assert.deepEqual(said(4, { count: 1, of: 4, isAtLeast: false, users }), {
    text: '3.7 challenges per 100 events. 1 person was asked.',
    filter: { state: 'A,B' },
  })
  assert.deepEqual(said(400, { count: 120, of: 200, isAtLeast: true, users }), {
    text: '3.7 challenges per 100 events. The latest 200 were asked of 120 people.',
    filter: { state: 'A,B', from: '2026-03-08' },
  })
})
