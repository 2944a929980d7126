import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mapDots } from './map-dots.ts'
import type { Profile } from './unlike-usual.ts'

const profile = {
  userId: '42',
  countries: [
    { countryCode: 'DE', timesSeen: 11 },
    { countryCode: 'ZZ', timesSeen: 1 },
  ],
} as Profile

test('each usual country is a dot, and an action from elsewhere is one of its own', () => {
  assert.deepEqual(
    mapDots(profile, undefined).map(({ label, tone }) => [label, tone]),
    [['Germany, 11', undefined]],
  )
  assert.deepEqual(
    mapDots(profile, 'BR').map(({ label, tone }) => [label, tone]),
    [
      ['Germany, 11', undefined],
      ['Brazil, this action', 'challenge'],
    ],
  )
})
