import assert from 'node:assert/strict'
import { test } from 'node:test'
import { angleBetween } from '../great-circle.ts'
import { countryPlaceOf, sourceOfCountryPlaces } from './country-places.ts'

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const codes = letters.flatMap((first) => letters.map((second) => first + second)).filter((code) => countryPlaceOf(code) !== undefined)

/** Towns at the edges of their countries. */
const towns: [code: string, town: string, latitude: number, longitude: number][] = [
  ['US', 'Honolulu', 21.31, -157.86],
  ['US', 'Utqiagvik', 71.29, -156.79],
  ['US', 'Key West', 24.56, -81.78],
  ['US', 'Eastport', 44.91, -66.99],
  ['FR', 'Ajaccio', 41.92, 8.74],
  ['FR', 'Dunkerque', 51.04, 2.38],
  ['ES', 'Las Palmas', 28.12, -15.43],
  ['ES', 'Ceuta', 35.89, -5.31],
  ['PT', 'Ponta Delgada', 37.74, -25.67],
  ['PT', 'Funchal', 32.67, -16.92],
  ['RU', 'Kaliningrad', 54.71, 20.51],
  ['RU', 'Anadyr', 64.73, 177.51],
  ['RU', 'Vladivostok', 43.12, 131.89],
  ['CL', 'Hanga Roa', -27.15, -109.43],
  ['CL', 'Punta Arenas', -53.16, -70.92],
  ['EC', 'Puerto Ayora', -0.74, -90.31],
  ['NZ', 'Waitangi', -43.95, -176.56],
  ['UA', 'Simferopol', 44.95, 34.1],
  ['CN', 'Kashgar', 39.47, 75.99],
  ['IN', 'Port Blair', 11.62, 92.73],
  ['GB', 'Lerwick', 60.15, -1.14],
  ['NO', 'Kirkenes', 69.73, 30.05],
  ['SJ', 'Longyearbyen', 78.22, 15.64],
  ['GF', 'Cayenne', 4.92, -52.31],
  ['BQ', 'The Bottom', 17.63, -63.25],
  ['XK', 'Pristina', 42.66, 21.17],
  ['TW', 'Taipei', 25.03, 121.57],
]

function holds(code: string, latitude: number, longitude: number): boolean {
  const { circles = [] } = countryPlaceOf(code) ?? {}
  return circles.some(([y, x, radiusKm]) => 6371 * angleBetween(y, x, latitude, longitude) <= radiusKm)
}

test('every country has a place of at most ten circles, which hold its remote towns', () => {
  assert.equal(codes.length, 250)
  for (const code of codes) {
    const { circles = [] } = countryPlaceOf(code) ?? {}
    assert.ok(circles.length >= 1 && circles.length <= 10, code)
    for (const [latitude, longitude, radiusKm] of circles)
      assert.ok(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && radiusKm >= 10 && radiusKm <= 3400, code)
  }
  for (const [code, town, latitude, longitude] of towns) assert.ok(holds(code, latitude, longitude), `${town} is in ${code}`)
  assert.equal(countryPlaceOf('ZZ'), undefined)
})

test('lands with a code of their own are no part of the country that they belong to', () => {
  assert.ok(!holds('FR', 4.92, -52.31), 'Cayenne')
  assert.ok(!holds('FR', -21.1, 55.5), 'Réunion')
  assert.ok(!holds('NO', 78.22, 15.64), 'Longyearbyen')
  assert.ok(!holds('NL', 12.15, -68.27), 'Kralendijk')
  assert.ok(!holds('CN', 25.03, 121.57), 'Taipei')
})

test('a country has a time zone where all of it shows the same time, and none elsewhere', () => {
  const zoneOf = (code: string) => countryPlaceOf(code)?.timeZone
  assert.deepEqual(['DE', 'IN', 'AR', 'JP', 'GB'].map(zoneOf), [
    'Europe/Berlin',
    'Asia/Kolkata',
    'America/Argentina/Buenos_Aires',
    'Asia/Tokyo',
    'Europe/London',
  ])
  assert.deepEqual(['US', 'RU', 'BR', 'ES', 'CN', 'AU', 'AQ'].map(zoneOf), ['', '', '', '', '', '', ''])
  for (const code of codes) {
    const timeZone = zoneOf(code)
    if (timeZone !== '') assert.doesNotThrow(() => new Intl.DateTimeFormat('en', { timeZone }), code)
  }
  assert.match(sourceOfCountryPlaces(), /^Natural Earth 1:10m \(world-atlas \d[\d.]+\), IANA time zones 20\d\d[a-z]$/)
})
