import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayFrom, endOfDay } from './snooze-day.ts'

test('a day ends with its last second, and a day that is over is refused', () => {
  const now = new Date(2026, 5, 1, 12).getTime()
  assert.equal(endOfDay('2026-06-01', now), new Date(2026, 5, 1, 23, 59, 59).toISOString())
  assert.equal(endOfDay('2026-05-31', now), undefined)
  assert.equal(endOfDay('soon', now), undefined)
  assert.equal(dayFrom(now, 30), '2026-07-01')
})
