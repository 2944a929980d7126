import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Overview } from './overview.ts'
import { dotsOf, placesOf, togetherOf } from './places.ts'

test('events of no known country are counted apart, and a code without a place is on no map', () => {
  const of = (country: string | null, count: number) => ({ country, count, filter: { country: country ?? 'none' } })
  const overview = { from: '1', to: '2', countries: [of('DE', 9), of(null, 6), of('ZZ', 3)] } as unknown as Overview
  const { known, unknown } = placesOf(overview)
  assert.deepEqual(
    known.map(({ name, count, href }) => [name, count, href]),
    [
      ['Germany', 9, '/events?country=DE'],
      ['Unknown Region', 3, '/events?country=ZZ'],
    ],
  )
  assert.deepEqual([unknown?.count, unknown?.href], [6, '/events?country=none'])
  const together = togetherOf(known, overview)
  assert.deepEqual([together?.count, together?.href], [12, '/events?country=DE%2CZZ&from=1&to=2'])
  assert.equal(togetherOf([], overview), undefined)
  assert.deepEqual(
    dotsOf(known).map(({ id, label, href }) => [id, label, href]),
    [['DE', 'Germany, 9', '/events?country=DE']],
  )
})
