import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scorePoints, scoreSentence, thinPoints } from './score-points.ts'
import type { UserEvent } from './unlike-usual.ts'

const event = (createdAt: string, score?: number) => ({ createdAt, score }) as UserEvent

test('scores stand in the order of time, from the first to the last', () => {
  const points = scorePoints([
    event('2026-01-03T00:00:00Z', 53),
    event('2026-01-02T12:00:00Z'),
    event('2026-01-02T00:00:00Z', 4),
    event('2026-01-01T00:00:00Z', 0),
  ])
  assert.deepEqual(
    points.map(({ x, score }) => [x, score]),
    [
      [0, 0],
      [0.5, 4],
      [1, 53],
    ],
  )
  assert.match(scoreSentence(points), /of 3 events was between 0 and 53, last 53/)
})

test('one score stands in the middle, and none says so', () => {
  assert.equal(scorePoints([event('2026-01-03T00:00:00Z', 53)])[0]?.x, 0.5)
  assert.equal(scoreSentence([]), 'No event has a score.')
  assert.equal(
    scoreSentence(scorePoints([event('2026-01-03T00:00:00Z', 0), event('2026-01-04T00:00:00Z', 0)])),
    'The score of 2 events was always 0. 0 is as usual, 100 as unlike as can be.',
  )
})

test('of many scores the lowest and the highest of each part of the time are drawn', () => {
  const many = scorePoints(
    Array.from({ length: 1000 }, (_, n) => event(new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString(), n === 500 ? 97 : n % 7)),
  )
  const thin = thinPoints(many, 100)
  assert.ok(thin.length <= 200)
  assert.equal(Math.max(...thin.map(({ score }) => score)), 97)
  assert.deepEqual(
    thin,
    [...thin].sort((a, b) => a.x - b.x),
  )
  assert.deepEqual(thinPoints(many.slice(0, 3), 100), many.slice(0, 3))
})
