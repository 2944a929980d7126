import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Overview } from './overview.ts'
import { dotsOf, placesOf } from './places.ts'

test('events of no known country are counted apart, and a code without a place is on no map', () => {
  const overview = {
    events: { count: 20 },
    countries: [
      { country: 'DE', count: 9 },
      { country: null, count: 6 },
      { country: 'ZZ', count: 3 },
    ],
  } as unknown as Overview
  const { known, unknown } = placesOf(overview)
  assert.deepEqual(
    known.map(({ name, count }) => [name, count]),
    [
      ['Germany', 9],
      ['Unknown Region', 3],
    ],
  )
  assert.equal(unknown, 8, 'with those of countries that are not listed')
  assert.deepEqual(
    dotsOf(known).map(({ id, label }) => [id, label]),
    [['DE', 'Germany, 9']],
  )
})
