import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestTenant, hour, noon, torExit } from '../../test/tenant.ts'
import type { IpFacts } from '../facts/event.ts'
import { NOT_APPLICABLE, UNAVAILABLE } from '../facts/missing.ts'
import type { UserProfile } from '../learning/user-profile.ts'

/** An address without data about cities. */
function inCountry(countryCode: string, facts: Partial<IpFacts> = {}): Partial<IpFacts> {
  const none = { cityName: UNAVAILABLE, latitude: UNAVAILABLE, longitude: UNAVAILABLE, accuracyKm: UNAVAILABLE, timeZone: UNAVAILABLE }
  return { ...none, address: `203.0.113.${countryCode.charCodeAt(1)}`, asn: 64_500 + countryCode.charCodeAt(0), countryCode, ...facts }
}

const auckland = { latitude: -36.8512, longitude: 174.7654, accuracyKm: 20 }

/** Where a user of one country comes up so many hours later, and what is said of the way. */
function travel(from: Partial<IpFacts>, to: Partial<IpFacts>, hours: number) {
  const tenant = createTestTenant()
  tenant.pass({ at: noon, ip: from })
  const { signal } = tenant.track({ at: noon + 1000 + hours * hour, ip: to, custom: { mustChallenge: true } })
  return {
    verdict: signal('ip.travel.verdict'),
    isImpossible: signal('ip.impossibleTravel'),
    distanceKm: signal('ip.travel.distanceKm'),
    speedKmh: signal('ip.travel.speedKmh'),
  }
}

test('IP-06: without data about cities, travel is impossible only if the nearest points of two countries are too far apart', () => {
  const far = travel(inCountry('DE'), inCountry('NZ'), 10)
  assert.deepEqual([far.verdict, far.isImpossible], ['impossible', true])
  assert.ok(Number(far.distanceKm) > 16_000 && Number(far.distanceKm) < 18_500, 'at least so far')
  assert.ok(Number(far.speedKmh) > 1600 && Number(far.speedKmh) < 1850, 'at least so fast')
  for (const [from, to, hours] of [
    ['DE', 'FR', 0.2],
    ['DE', 'GB', 0.5],
    ['US', 'RU', 0.5],
    ['FR', 'ES', 0.1],
    ['US', 'US', 1],
  ] as const)
    assert.deepEqual(
      travel(inCountry(from), inCountry(to), hours),
      { verdict: 'unknown', isImpossible: NOT_APPLICABLE, distanceKm: NOT_APPLICABLE, speedKmh: NOT_APPLICABLE },
      `${from} to ${to}`,
    )
})

test('IP-06: without data about cities, travel is possible if the farthest points of two countries are near enough', () => {
  for (const [from, to, hours] of [
    ['DE', 'DE', 2],
    ['SG', 'SG', 0.1],
    ['DE', 'FR', 4],
    ['NZ', 'DE', 21],
    ['US', 'RU', 21],
  ] as const) {
    const { verdict, isImpossible, distanceKm } = travel(inCountry(from), inCountry(to), hours)
    assert.deepEqual([verdict, isImpossible, distanceKm], ['possible', false, NOT_APPLICABLE], `${from} to ${to}`)
  }
})

test('a country and coordinates are compared too, whichever came first', () => {
  const city = { ...auckland, countryCode: 'NZ' }
  assert.equal(travel(city, inCountry('DE'), 1).verdict, 'impossible')
  assert.equal(travel(inCountry('DE'), city, 1).verdict, 'impossible')
  assert.equal(travel(city, inCountry('NZ'), 0.2).verdict, 'unknown')
  assert.equal(travel(city, inCountry('NZ'), 3).verdict, 'possible')
})

test('IP-06: nothing is judged of a country that nobody knows, nor of an address that is no place', () => {
  const unknown = { verdict: 'unknown', isImpossible: NOT_APPLICABLE, distanceKm: NOT_APPLICABLE, speedKmh: NOT_APPLICABLE }
  const starlink = { asn: 14_593 }
  for (const to of [
    inCountry('DE', { countryCode: UNAVAILABLE }),
    inCountry('ZZ'),
    inCountry('DE', { isVpn: true }),
    inCountry('DE', { isRelay: true }),
    inCountry('DE', { isHosting: true }),
    inCountry('DE', starlink),
    { ...torExit, ...starlink },
    { ...auckland, ...starlink },
  ]) {
    assert.deepEqual(travel(inCountry('NZ'), to, 1), unknown)
    assert.deepEqual(travel(to, inCountry('NZ'), 1), unknown)
  }
})

test('the centre of a country is not a usual place, and the country is forgotten with the success', () => {
  const tenant = createTestTenant()
  const instance = tenant.pass({ at: noon, ip: inCountry('DE') })
  const profile = () => [...tenant.entities].find(([id]) => id.startsWith('user '))?.[1] as unknown as UserProfile
  assert.deepEqual([profile().places, profile().at, profile().in], [[], undefined, [Math.floor(instance.stateUpdatedAt / 1000), 'DE']])
  tenant.settle(instance, { kind: 'dispute', at: noon + hour, actor: { kind: 'user' } })
  assert.equal(profile().in, undefined)
})

test('the hour is the local one of the country where a country has one time', () => {
  const tenant = createTestTenant()
  const berlin = tenant.track({ ip: inCountry('DE', { timeZone: 'Europe/Berlin' }) })
  assert.equal(berlin.signal('time.hour'), 13)
  const hidden = tenant.track({ ip: { ...torExit } })
  assert.equal(hidden.signal('time.hour'), 13, 'that of the last place')
})

test('a country far from every usual one is atypical, one that is near may or may not be', () => {
  const tenant = createTestTenant()
  for (const code of ['DE', 'SG']) tenant.pass({ at: noon, ip: inCountry(code) })
  const atypical = (ip: Partial<IpFacts>) =>
    tenant.track({ at: noon + hour, ip, custom: { mustChallenge: true } }).signal('ip.atypicalTravel')
  assert.equal(atypical(inCountry('BR')), true)
  assert.equal(atypical(inCountry('SG')), false)
  for (const ip of [inCountry('DE'), inCountry('FR'), inCountry('MY'), inCountry('ZZ'), inCountry('BR', { isVpn: true })])
    assert.deepEqual(atypical(ip), NOT_APPLICABLE)
  assert.deepEqual(atypical(inCountry('BR', { countryCode: UNAVAILABLE })), UNAVAILABLE)
})
