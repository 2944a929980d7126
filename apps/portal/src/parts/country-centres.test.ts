import assert from 'node:assert/strict'
import { test } from 'node:test'
import { centreOf } from './country-centres.ts'
import { countryName } from './country-name.ts'

test('every country has a centre on the map', () => {
  assert.deepEqual(centreOf('DE'), { latitude: 51, longitude: 10.4 })
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  const codes = [...letters].flatMap((first) => [...letters].map((second) => first + second)).filter((code) => centreOf(code) !== undefined)
  assert.equal(codes.length, 250)
  for (const code of codes) {
    const { latitude = Number.NaN, longitude = Number.NaN } = centreOf(code) ?? {}
    assert.ok(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180, code)
    assert.notEqual(countryName(code), code, 'it has a name')
  }
  assert.equal(centreOf('ZZ'), undefined)
})

test('a country is named, and what is no code stays as it is', () => {
  assert.deepEqual(['DE', 'T1', '', 'constructor'].map(countryName), ['Germany', 'T1', '', 'constructor'])
})
