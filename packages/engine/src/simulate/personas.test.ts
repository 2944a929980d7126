import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Attempt,
  abroad,
  createTestTenant,
  day,
  home,
  hour,
  linuxFirefox,
  noon,
  privateAddress,
  type TestTenant,
  windowsChrome,
} from '../../test/tenant.ts'
import { deriveSignals } from '../decide/decide.ts'
import type { IpFacts } from '../facts/event.ts'
import { isMissing, UNAVAILABLE } from '../facts/missing.ts'
import { entitiesOf } from '../learning/entities-of.ts'
import { createPopulationCounter } from '../score/count-population.ts'
import { slot } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import { crowdOf } from './crowd.ts'
import { createPersonaCounter } from './persona-stops.ts'
import { type Persona, personaEvents, personas } from './personas.ts'
import { usualEvent } from './usual-event.ts'

const context = { context: { lists: new Map(), enabledMethods: [], configVersion: 1 } }
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1'

/** What the attackers on one user send and what is seen of it, with another user in Berlin for the crowd. */
function attack(tenant: TestTenant, last: Attempt, now: number) {
  const { event, instance } = tenant.track(last)
  const own = tenant.snapshot(entitiesOf(event))
  const usual = usualEvent(instance, own, now)
  const other = tenant.track({
    ...last,
    userId: 'otto',
    ip: last.ip === null ? null : { ...abroad },
    userAgent: last.userAgent && linuxFirefox,
  })
  const crowd = crowdOf([usual, usualEvent(other.instance, tenant.snapshot(entitiesOf(other.event)), now)])
  const events = personaEvents(usual, own, crowd)
  const seen = (persona: Persona) => deriveSignals(context, tenant.snapshot(entitiesOf(events[persona])), events[persona])
  return { usual, events, signals: { naive: seen('naive'), vpn: seen('vpn'), targeted: seen('targeted') } }
}

const seenAs = (signals: Signals, name: keyof typeof slot) => signals.values[slot[name]]

/** Twelve days of the same. */
function learnt(attempt: Attempt = {}): TestTenant {
  const tenant = createTestTenant()
  for (let i = 1; i <= 12; i++) tenant.track({ ...attempt, at: noon - i * day })
  return tenant
}

test('each attacker knows what the model says, and nothing else', () => {
  const { events, signals } = attack(learnt(), {}, noon)
  const { naive, vpn, targeted } = events
  assert.deepEqual([naive.ip?.countryCode, naive.ip?.asn, naive.userAgent?.osName === 'Windows'], ['DE', 64510, false])
  assert.deepEqual([vpn.ip?.countryCode, vpn.ip?.isVpn, vpn.ip?.isHosting, vpn.ip?.isAnonymous], ['NZ', true, true, true])
  assert.equal(seenAs(signals.vpn, 'ip.isNewAsn'), true)
  assert.deepEqual([targeted.ip?.asn, targeted.ip?.cityName, targeted.userAgent?.raw], [home.asn, 'Auckland', windowsChrome])
  for (const persona of personas) {
    assert.notEqual(events[persona].ip?.address, home.address)
    assert.deepEqual([seenAs(signals[persona], 'ip.isTrusted'), seenAs(signals[persona], 'device.isNew')], [false, true], persona)
    assert.equal(seenAs(signals[persona], 'ip.timesSeen'), 0)
    assert.deepEqual(events[persona].tracked.ipAddress, events[persona].ip?.address)
  }
  const scores = personas.map((persona) => Number(seenAs(signals[persona], 'risk.score')))
  assert.deepEqual(
    scores,
    scores.toSorted((a, b) => b - a),
    'who knows more stands out less',
  )
  assert.ok((scores[0] ?? 0) > 80 && (scores[2] ?? 100) < 30, String(scores))
})

test('what is not sent, not known or private of the user is so of the attackers', () => {
  const unsent = attack(createTestTenant(), { ip: null, userAgent: null, deviceId: null }, noon)
  for (const persona of personas) {
    const { ip, userAgent, deviceId, tracked } = unsent.events[persona]
    assert.deepEqual([ip, userAgent, deviceId], [null, null, null])
    assert.deepEqual([tracked.ipAddress, tracked.userAgent, tracked.deviceId], [undefined, undefined, undefined])
  }
  const unknown = attack(createTestTenant(), { ip: { isVpn: UNAVAILABLE, cityName: UNAVAILABLE, latitude: UNAVAILABLE } }, noon)
  for (const persona of personas) {
    const ip = unknown.events[persona].ip
    assert.deepEqual([ip?.isVpn, ip?.cityName, ip?.latitude], [UNAVAILABLE, UNAVAILABLE, UNAVAILABLE])
  }
  assert.deepEqual(
    [unknown.events.vpn.ip?.isHosting, unknown.events.vpn.ip?.isAnonymous],
    [true, true],
    'the hosting network gives it away',
  )
  const inside = attack(createTestTenant(), { ip: privateAddress }, noon)
  for (const persona of personas) assert.deepEqual(inside.events[persona].ip, inside.usual.ip)
})

test('a user who was everywhere with every browser still has strangers', () => {
  const tenant = createTestTenant()
  const countries = ['BR', 'VN', 'ZA', 'TR', 'ID', 'MX', 'RO', 'PH', 'KE', 'AR', 'TH', 'PL']
  countries.forEach((countryCode, i) => {
    tenant.track({
      at: noon - (20 - i) * day,
      ip: { countryCode, asn: 64496 + i, address: `203.0.113.${i + 1}` },
      userAgent: i % 2 === 0 ? iphone : linuxFirefox,
    })
  })
  const { signals } = attack(tenant, { ip: { countryCode: 'DE', asn: 64510 } }, noon)
  for (const persona of personas) assert.equal(seenAs(signals[persona], 'ip.timesSeen'), 0, persona)
  assert.deepEqual([seenAs(signals.naive, 'ip.isNewCountry'), seenAs(signals.naive, 'ip.isNewAsn')], [true, true])
  assert.equal(seenAs(signals.vpn, 'ip.isNewAsn'), true)
})

const places: readonly Partial<IpFacts>[] = [
  {},
  { address: '198.51.100.99', cityName: 'Hamilton' },
  { address: '198.51.200.4', network: '198.51.200.0/24', asn: 64501, cityName: 'Wellington' },
  { address: '192.0.2.9', network: '192.0.2.0/24', asn: 64502, countryCode: 'AU', timeZone: 'Australia/Sydney' },
]
const habit = fc.record({
  place: fc.constantFrom(...places),
  userAgent: fc.constantFrom(windowsChrome, linuxFirefox, iphone),
  hours: fc.nat(23),
})

test('whatever the user did before, whoever knows nothing has no lower score than whoever knows more', () => {
  fc.assert(
    fc.property(fc.array(habit, { minLength: 1, maxLength: 25 }), (habits) => {
      const tenant = createTestTenant()
      const population = createPopulationCounter()
      habits.forEach(({ place, userAgent, hours }, i) => {
        const { changes } = tenant.track({ at: noon + i * day + hours * hour, ip: place, userAgent })
        if (changes.accepted) population.add(changes.accepted)
      })
      tenant.population = population.statistics()
      const now = noon + 30 * day
      const { signals } = attack(tenant, { at: now, ip: habits[0]?.place, userAgent: habits[0]?.userAgent }, now)
      const score = (persona: Persona) => Number(seenAs(signals[persona], 'risk.score'))
      assert.ok(score('naive') >= score('vpn') && score('naive') >= score('targeted'), personas.map(score).join())
    }),
  )
})

test('at every threshold the more an attacker of a user of settled habits knows, the fewer are stopped', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ habit, times: fc.integer({ min: 1, max: 15 }) }), { minLength: 1, maxLength: 6 }), (victims) => {
      const counter = createPersonaCounter({ signal: 'risk.score', direction: 'above' })
      for (const { habit: settled, times } of victims) {
        const attempt = { ip: settled.place, userAgent: settled.userAgent }
        const tenant = createTestTenant()
        for (let i = 1; i <= times; i++) tenant.track({ ...attempt, at: noon - i * day + settled.hours * hour })
        const { signals } = attack(tenant, { ...attempt, at: noon }, noon)
        for (const persona of personas) counter.add(persona, signals[persona])
      }
      const { missing, stopped } = counter.result([0, 10, 20, 30, 50, 70, 80, 90])
      assert.deepEqual(missing, { naive: 0, vpn: 0, targeted: 0 })
      let before = { naive: 1, vpn: 1, targeted: 1 }
      for (const { naive, vpn, targeted } of stopped) {
        assert.ok(naive !== null && vpn !== null && targeted !== null && naive >= vpn && vpn >= targeted, JSON.stringify(stopped))
        assert.ok(naive <= before.naive && vpn <= before.vpn && targeted <= before.targeted, 'a stricter limit stops no more')
        before = { naive, vpn, targeted }
      }
    }),
    { numRuns: 40 },
  )
})

test('an attack without a number is never counted as stopped', () => {
  const above = createPersonaCounter({ signal: 'risk.score', direction: 'above' })
  assert.deepEqual(above.result([1]), { missing: { naive: 0, vpn: 0, targeted: 0 }, stopped: [{ naive: null, vpn: null, targeted: null }] })
  // The user's first action: there is no score yet.
  const { signals } = attack(createTestTenant(), { custom: { mustChallenge: true } }, noon)
  const below = createPersonaCounter({ signal: 'risk.score', direction: 'below' })
  assert.ok(isMissing(seenAs(signals.naive, 'risk.score')))
  for (const counter of [above, below]) {
    counter.add('naive', signals.naive)
    const { missing, stopped } = counter.result([-1, 101])
    assert.equal(missing.naive, 1)
    assert.deepEqual(
      stopped.map(({ naive }) => naive),
      [0, 0],
    )
  }
})

test('nothing is remembered of a simulated attack', () => {
  const tenant = learnt()
  const { event, instance } = tenant.track()
  const own = frozen(tenant.snapshot(entitiesOf(event)))
  const before = JSON.stringify([...tenant.entities])
  const usual = frozen(usualEvent(instance, own, noon))
  const events = personaEvents(usual, own, frozen(crowdOf([usual])))
  for (const persona of personas) deriveSignals(context, frozen(tenant.snapshot(entitiesOf(events[persona]))), frozen(events[persona]))
  assert.equal(JSON.stringify([...tenant.entities]), before)
})

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) frozen(inner)
  }
  return value
}
