import assert from 'node:assert/strict'
import { test } from 'node:test'
import { abroad, createTestTenant, day, home, noon, torExit, windowsChrome } from '../../test/tenant.ts'
import type { IpFacts } from '../facts/event.ts'
import { parseUserAgent } from '../facts/user-agent.ts'
import type { Entity } from '../stored/entity.ts'
import { learnHistory, type PastSuccess } from './learn-history.ts'

const past = (at: number, proof: PastSuccess['proof'] = 'success', ip: Partial<IpFacts> = {}): PastSuccess => ({
  proof,
  event: {
    tenantId: 'tenant',
    userId: 'jane',
    action: '',
    idempotencyKey: '',
    at,
    ip: { ...home, ...ip },
    userAgent: parseUserAgent(windowsChrome),
    deviceId: 'laptop',
    custom: {},
    tracked: { ipAddress: { ...home, ...ip }.address, userAgent: windowsChrome, deviceId: 'laptop' },
    dataVersion: 'test',
  },
})
const days = (count: number, proof?: PastSuccess['proof']) => Array.from({ length: count }, (_, at) => past(noon + at * day, proof))

test('each imported success counts at its own time, with what was proved', () => {
  const { entity, hasTaught } = learnHistory(undefined, days(10, 'challenge'))
  assert.ok(hasTaught.every((isNew) => isNew))
  const json = JSON.parse(JSON.stringify(entity)) as Entity
  const profile = json as Record<string, unknown>
  assert.equal(profile.passed, 10)
  const trust = profile.trust as unknown[][]
  assert.deepEqual([trust[0]?.[0], trust[0]?.[3], trust[0]?.[4]], [home.address, 10, 10])
})

test('it touches no window that limits count, and no time of the last action', () => {
  const { entity } = learnHistory(undefined, days(5))
  const profile = entity as Record<string, unknown>
  assert.deepEqual(
    [profile.last, profile.acts, profile.acts24h, profile.devs, profile.ips, profile.cos, profile.failed],
    [0, [], [], undefined, undefined, undefined, undefined],
  )
})

test('without a proof it earns no trust, and from an address that hides its user nothing about places', () => {
  const profile = learnHistory(undefined, [...days(5), past(noon + 5 * day, 'success', torExit)]).entity as Record<string, unknown>
  assert.equal(profile.passed, 0)
  assert.deepEqual(
    (profile.countries as unknown[][]).map(([country]) => country),
    ['NZ'],
  )
})

test('importing the same again, in any order or in part, teaches nothing', () => {
  const history = days(6, 'challenge')
  const { entity } = learnHistory(undefined, history)
  assert.deepEqual(learnHistory(entity, history), { entity: undefined, hasTaught: history.map(() => false) })
  assert.deepEqual(learnHistory(entity, history.slice(2, 4)).entity, undefined)
  const more = learnHistory(entity, [...history, past(noon + 9 * day)])
  assert.deepEqual(more.hasTaught, [...history.map(() => false), true])
})

test('in parts, oldest first, it teaches what it teaches at once, whatever the order inside a part', () => {
  const history = days(8, 'challenge')
  const once = learnHistory(undefined, history.toReversed()).entity
  const first = learnHistory(undefined, history.slice(0, 3)).entity
  assert.deepEqual(learnHistory(first, history.slice(3)).entity, once)
})

test('where the user was last stays as a later action left it, and live learning keeps what was imported', () => {
  const tenant = createTestTenant()
  tenant.track({ at: noon + 20 * day, userId: 'jane', ip: abroad })
  const live = [...tenant.entities].find(([name]) => name.includes('jane'))?.[1]
  const { entity } = learnHistory(live, days(3, 'challenge'))
  assert.deepEqual((entity as Record<string, unknown>).at, (live as Record<string, unknown>).at)
  assert.deepEqual((entity as Record<string, unknown>).acts, (live as Record<string, unknown>).acts)
  const again = learnHistory(entity, days(3, 'challenge'))
  assert.equal(again.entity, undefined)
})

test('the hour of each event counts in the time zone of its address', () => {
  const profile = learnHistory(undefined, [past(noon)]).entity as Record<string, number[]>
  // Noon UTC is one in the morning in Auckland, in its summer.
  assert.equal(profile.hours?.[1], 1)
})

test('its hour is the one that a live action would have: a satellite is nobody’s place', () => {
  const aboard = { asn: 14593, countryCode: 'US', timeZone: 'America/New_York' }
  const { entity } = learnHistory(undefined, [past(noon), past(noon + 3_600_000, 'challenge', aboard)])
  const { hours } = entity as { hours: number[] }
  // One and two in the morning in Auckland, where the user was before; not eight in New York.
  assert.deepEqual([hours[1], hours[2], hours[8]], [1, 1, 0])
})

test('where the user was last stays as a later success shows it, also where only the country is known', () => {
  const unknown = { missing: 'unavailable' } as const
  const onlyCountry = { latitude: unknown, longitude: unknown, accuracyKm: unknown }
  const tenant = createTestTenant()
  tenant.pass({ at: noon + 2 * day, userId: 'jane', ip: onlyCountry })
  const live = [...tenant.entities].find(([name]) => name.includes('jane'))?.[1]
  const { entity } = learnHistory(live, [past(noon, 'challenge', { ...onlyCountry, countryCode: 'FR' })])
  assert.deepEqual((entity as { in?: unknown }).in, (live as { in?: unknown }).in)
  assert.notEqual((entity as { in?: unknown }).in, undefined)
})
