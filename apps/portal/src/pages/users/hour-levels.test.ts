import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourLevels, hourWords } from './hour-levels.ts'

test('the busiest hour is darkest, a rare one is still seen, and an hour without an action is empty', () => {
  const levels = hourLevels([0, 100, 1])
  assert.equal(levels.length, 24)
  assert.deepEqual(levels.slice(0, 3), [0, 1, 0.1])
  assert.ok(hourLevels([]).every((level) => level === 0))
  assert.equal(hourWords(7), '07:00')
})
