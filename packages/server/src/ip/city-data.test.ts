import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { UNAVAILABLE } from '@sallyport/engine'
import { createMmdb } from '../../test/support/test-mmdb.ts'
import { parseAddress } from '../addresses/parse-address.ts'
import { openCityData } from './city-data.ts'

const builtAt = Date.UTC(2026, 9, 1)

const layouts: [name: string, record: object, accuracyKm: number | typeof UNAVAILABLE][] = [
  ['DB-IP', { city: 'Wellington', latitude: -41.29, longitude: 174.78, timezone: 'Pacific/Auckland' }, UNAVAILABLE],
  [
    'MaxMind',
    {
      city: { names: { en: 'Wellington' } },
      location: { latitude: -41.29, longitude: 174.78, time_zone: 'Pacific/Auckland', accuracy_radius: 20 },
    },
    20,
  ],
]

for (const [name, record, accuracyKm] of layouts) {
  test(`a city file in the layout of ${name} answers both versions of the protocol`, () => {
    const directory = withFile(createMmdb(6, record, builtAt))
    const data = openCityData(directory)
    assert.equal(data?.dataDate, builtAt)
    for (const text of ['203.1.2.3', '2400:1::1']) {
      const address = parseAddress(text)
      assert.ok(address)
      assert.deepEqual(data?.find(address), {
        cityName: 'Wellington',
        latitude: -41.29,
        longitude: 174.78,
        accuracyKm,
        timeZone: 'Pacific/Auckland',
      })
    }
    rmSync(directory, { recursive: true })
  })
}

test('what a record does not say is unavailable, never zero', () => {
  const directory = withFile(createMmdb(6, { city: '', latitude: '', timezone: '' }, builtAt))
  const address = parseAddress('203.1.2.3')
  assert.ok(address)
  assert.deepEqual(Object.values(openCityData(directory)?.find(address) ?? {}), Array(5).fill(UNAVAILABLE))
  rmSync(directory, { recursive: true })
})

test('RE-06: a city file that is damaged or of one version only is refused', () => {
  const v4 = withFile(createMmdb(4, { city: 'Wellington' }, builtAt))
  assert.throws(() => openCityData(v4), /is an IPv4 file/)
  const damaged = withFile(createMmdb(6, { city: 'Wellington' }, builtAt).subarray(0, 30))
  assert.throws(() => openCityData(damaged))
  for (const directory of [v4, damaged]) rmSync(directory, { recursive: true })
})

function withFile(file: Buffer): string {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-city-'))
  writeFileSync(join(directory, 'city.mmdb'), file)
  return directory
}
