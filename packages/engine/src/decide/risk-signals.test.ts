import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Attempt, abroad, createTestTenant, day, home, linuxFirefox, noon, type TestTenant, windowsChrome } from '../../test/tenant.ts'
import { NOT_APPLICABLE, UNAVAILABLE } from '../facts/missing.ts'
import { createPopulationCounter } from '../score/count-population.ts'

const android = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36'

/** A tenant of many: a third of them on the same provider, half with the same browser. */
function crowded(tenant: TestTenant = createTestTenant()): TestTenant {
  const counter = createPopulationCounter()
  for (let i = 0; i < 300; i++) {
    const { changes } = tenant.track({
      userId: `user-${i}`,
      at: noon - (i % 24) * 3_600_000,
      ip:
        i % 3 === 0
          ? { address: `198.51.100.${i % 250}` }
          : { address: `203.0.113.${i % 250}`, asn: 64_600 + (i % 20), countryCode: i % 2 ? 'NZ' : 'AU' },
      userAgent: i % 2 === 0 ? windowsChrome : android,
    })
    if (changes.accepted !== undefined) counter.add(changes.accepted)
  }
  tenant.population = counter.statistics()
  return tenant
}

/** Looks without teaching: what is blocked is not learnt. */
const look = (tenant: TestTenant, attempt: Attempt) => tenant.track({ ...attempt, custom: { mustBlock: true } })
const score = (tenant: TestTenant, attempt: Attempt) => look(tenant, attempt).signal('risk.score') as number

test('a first action has no score: there is nothing to be like', () => {
  const { signal } = createTestTenant().track()
  for (const name of ['risk.score', 'risk.level', 'risk.reasons']) assert.deepEqual(signal(name), NOT_APPLICABLE)
})

test('what is usual scores 0 from the second action on, and a stranger more with every action of the user', () => {
  const tenant = crowded()
  let before = 0
  for (let i = 0; i < 20; i++) {
    const at = noon + i * day
    const stranger = look(tenant, { at, ip: abroad, userAgent: linuxFirefox })
    if (i > 0) assert.ok((stranger.signal('risk.score') as number) >= before)
    before = i > 0 ? (stranger.signal('risk.score') as number) : 0
    const usual = tenant.track({ at })
    if (i > 0) assert.deepEqual([usual.signal('risk.score'), usual.signal('risk.level'), usual.signal('risk.reasons')], [0, 'LOW', []])
  }
  assert.ok(before > 80, String(before))
})

test('the parts are named, the most important first', () => {
  const tenant = crowded()
  for (let i = 0; i < 10; i++) tenant.track({ at: noon + i * day })
  const stranger = look(tenant, { at: noon + 10 * day, ip: abroad, userAgent: android })
  assert.equal(stranger.signal('risk.level'), 'HIGH')
  assert.deepEqual(stranger.signal('risk.reasons'), ['new_country', 'new_network', 'new_os', 'new_device_type', 'new_address'])
  const phone = look(tenant, { at: noon + 10 * day, userAgent: android })
  assert.equal(phone.signal('risk.level'), 'LOW')
  const moved = look(tenant, { at: noon + 10 * day, ip: abroad })
  assert.equal(moved.signal('risk.level'), 'MEDIUM')
})

test('what is rare in the crowd and usual for the user makes up for something new, what everybody has does not', () => {
  const rare = { asn: 65_000, address: '192.0.2.1', countryCode: 'FJ' }
  const [common, unusual] = [{}, rare].map((ip) => {
    const tenant = crowded()
    for (let i = 0; i < 10; i++) tenant.track({ at: noon + i * day, ip })
    return score(tenant, { at: noon + 11 * day, ip: { ...ip, address: '203.0.113.99' }, userAgent: linuxFirefox })
  })
  assert.ok((unusual as number) < (common as number), `${unusual} < ${common}`)
})

test('a value that is not there counts as one that does not match: nobody gets a better score by sending less', () => {
  const tenant = crowded()
  for (let i = 0; i < 10; i++) tenant.track({ at: noon + i * day })
  const at = noon + 11 * day
  const wrong = score(tenant, { at, userAgent: linuxFirefox })
  assert.ok(score(tenant, { at, userAgent: null }) >= wrong)
  const blind = look(tenant, { at, ip: { countryCode: UNAVAILABLE, asn: UNAVAILABLE } })
  assert.deepEqual(blind.signal('risk.reasons'), ['missing_country', 'missing_network'])
})

test('history never lowers the score of a stranger, whatever the history is', () => {
  const attempt = fc.record({
    asn: fc.integer({ min: 1, max: 30 }),
    countryCode: fc.constantFrom('NZ', 'AU', 'FJ'),
    host: fc.nat(200),
    userAgent: fc.constantFrom(windowsChrome, android, null),
    hours: fc.integer({ min: 0, max: 400 }),
  })
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 1, maxLength: 60 }), (history) => {
      const tenant = createTestTenant()
      let at = noon
      let before = 0
      for (const { asn, countryCode, host, userAgent, hours } of history) {
        // Whole days: the hour of the day stays strange to the stranger, who comes half a day later.
        at += (1 + (hours % 3)) * day
        tenant.track({ at, ip: { ...home, address: `198.51.100.${host}`, asn, countryCode }, userAgent })
        const stranger = { at: at + day / 2, ip: { ...abroad, asn: 99 }, userAgent: linuxFirefox }
        const now = score(tenant, stranger)
        assert.ok(now >= before, `${now} after ${before}`)
        before = now
      }
    }),
    { numRuns: 60 },
  )
})

test('the reference mode scores as published: from 0 without a limit, and nothing for a first login', () => {
  const tenant = crowded(createTestTenant({}, undefined, { scoreMode: 'freeman-reference' }))
  assert.deepEqual(tenant.track().signal('risk.score'), NOT_APPLICABLE)
  for (let i = 1; i < 10; i++) tenant.track({ at: noon + i * day })
  const usual = tenant.track({ at: noon + 10 * day })
  assert.ok((usual.signal('risk.score') as number) < 0.4)
  assert.equal(usual.signal('risk.level'), 'LOW')
  const stranger = look(tenant, { at: noon + 10 * day, ip: { ...abroad, asn: 64_601 }, userAgent: linuxFirefox })
  assert.ok((stranger.signal('risk.score') as number) > (usual.signal('risk.score') as number))
  assert.deepEqual(stranger.signal('risk.reasons'), ['unusual_address'])
})
