import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keptFor, listChangesDays } from './kept-for.ts'

test('how long something is kept is said in days, and 0 is for ever', () => {
  assert.equal(keptFor(180), 'for 180 days')
  assert.equal(keptFor(1), 'for 1 day')
  assert.equal(keptFor(0), 'for ever')
  assert.equal(listChangesDays(180), 211)
  assert.equal(listChangesDays(0), 0)
})
