import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourOf, type Profile, partsThat, placeOf, type UserEvent } from './unlike-usual.ts'

const profile = {
  addresses: [
    { address: '192.0.2.1', timesSeen: 2 },
    { address: '2001:db8:1:2::/64', timesSeen: 1 },
  ],
  countries: [{ countryCode: 'DE', timesSeen: 3 }],
  devices: [{ deviceId: 'laptop', timesSeen: 3 }, { timesSeen: 1 }],
  hours: { counts: [], isUnusual: Array.from({ length: 24 }, (_, hour) => hour !== 9), timeZone: 'Europe/Berlin' },
} as unknown as Profile

function event(given: Partial<UserEvent>): UserEvent {
  return { createdAt: '2026-06-01T07:30:00.000Z', ...given } as UserEvent
}

test('an event that is like the others is as usual, also from another address of the same IPv6 network', () => {
  const usual = { country: 'DE', deviceId: 'laptop' }
  assert.deepEqual(partsThat('unlike', placeOf(event({ ...usual, ipAddress: '192.0.2.1' }), profile)), [])
  const place = placeOf(event({ ...usual, ipAddress: '2001:0DB8:1:2:aaaa::1' }), profile)
  assert.deepEqual(place.address, { value: '2001:db8:1:2::/64', standing: 'usual' })
})

test('what became usual with the event is told apart from what was usual before', () => {
  const given = { ipAddress: '2001:db8:1:2::5', country: 'DE' }
  assert.deepEqual(partsThat('first', placeOf(event({ ...given, state: 'CHALLENGE_SUCCEEDED' }), profile)), ['the address'])
  assert.deepEqual(partsThat('first', placeOf(event({ ...given, state: 'CHALLENGE_FAILED' }), profile)), [])
})

test('whatever differs is named', () => {
  const place = placeOf(
    event({ ipAddress: '2001:db8:1:3::1', country: 'BR', deviceId: 'other', createdAt: '2026-06-01T01:00:00.000Z' }),
    profile,
  )
  assert.deepEqual(partsThat('unlike', place), ['the address', 'the country', 'the device', 'the hour'])
  assert.equal(place.hour?.value, 3)
})

test('what is only seen is not usual, however often it was', () => {
  const seen = { ...profile, addresses: [{ address: '192.0.2.1', timesSeen: 40, standing: 'seen' }] } as unknown as Profile
  assert.deepEqual(partsThat('unlike', placeOf(event({ ipAddress: '192.0.2.1', state: 'ALLOW' }), seen)), ['the address'])
})

test('what an event does not say, or nobody knows yet, is not unlike anything', () => {
  const nothing = { ...profile, hours: { counts: [], isUnusual: null } } as Profile
  assert.deepEqual(partsThat('unlike', placeOf(event({}), nothing)), [])
})

test('hours are those of the zone, and of UTC where there is none', () => {
  assert.equal(hourOf('2026-01-01T23:30:00Z', 'Asia/Tokyo'), 8)
  assert.equal(hourOf('2026-01-01T23:30:00Z'), 23)
  assert.equal(hourOf('2026-01-01T00:30:00Z', 'no/zone'), 0)
  assert.equal(hourOf('never'), undefined)
})
