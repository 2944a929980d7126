import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Attempt,
  abroad,
  createTestTenant,
  day,
  device,
  home,
  hour,
  linuxFirefox,
  noon,
  type TestTenant,
  torExit,
} from '../../test/tenant.ts'
import { NOT_APPLICABLE, UNAVAILABLE } from '../facts/missing.ts'
import type { Entity } from '../stored/entity.ts'

const android = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36'
const news = ['device.isNew', 'ip.isUnrecognized', 'ip.isNewCountry', 'ip.isNewAsn', 'ip.isNewNetwork', 'ip.atypicalTravel'] as const

/** Looks without teaching: what is blocked is not learnt. */
const look = (tenant: TestTenant, attempt: Attempt) => tenant.track({ ...attempt, custom: { mustBlock: true } })
const read = (tenant: TestTenant, attempt: Attempt, names: readonly string[] = news) => {
  const { signal } = look(tenant, attempt)
  return names.map((name) => signal(name))
}
const score = (tenant: TestTenant, attempt: Attempt) => Number(look(tenant, attempt).signal('risk.score'))
const all = (value: boolean) => news.map(() => value)

/** A user with a year of habit: one passkey in the beginning, then every third day from home. */
function established(passes = 1, actions = 60): TestTenant {
  const tenant = createTestTenant()
  for (let i = 0; i < passes; i++) tenant.pass({ at: noon + i * hour })
  for (let i = 1; i <= actions; i++) tenant.track({ at: noon + i * 3 * day })
  return tenant
}
const later = noon + 200 * day

const stranger: Attempt = { ip: abroad, deviceId: 'theirs', userAgent: linuxFirefox }

test('A2: five allowed actions from own country, device and browser leave an attacker as new as they were, and the score where it was', () => {
  for (const actions of [20, 60, 100]) {
    const tenant = established(1, actions)
    const first = later + 120 * day
    const before = score(tenant, { ...stranger, at: first })
    assert.ok(before > 80, String(before))
    for (let i = 0; i < 5; i++) assert.equal(tenant.track({ ...stranger, at: first + i * day }).decision.state, 'ALLOW')
    const at = first + 6 * day
    assert.deepEqual(read(tenant, { ...stranger, at }), all(true))
    assert.equal(look(tenant, { ...stranger, at }).signal('ip.timesSeen'), 5)
    assert.ok(score(tenant, { ...stranger, at }) >= before)
  }
})

/** Hardware and connections of an attacker: any mix of own addresses, devices and clients, also on the victim's own provider. */
const theirs = fc.record({
  ip: fc.constantFrom(
    abroad,
    { ...abroad, address: '192.0.2.99' },
    { ...abroad, address: '203.0.113.5', asn: 64511 },
    { address: '198.51.100.200' },
    { ...home, address: '203.0.113.80', cityName: 'Auckland' },
    torExit,
    { ...home, address: '203.0.113.90', asnType: 'mobile' as const },
  ),
  deviceId: fc.constantFrom('theirs', 'theirs too', null),
  userAgent: fc.constantFrom(linuxFirefox, android, null),
  hours: fc.integer({ min: 1, max: 300 }),
})

test('A2: whatever sequence of allowed actions an attacker repeats from own devices and networks, they stay new and their score never falls', () => {
  fc.assert(
    fc.property(fc.array(theirs, { minLength: 1, maxLength: 40 }), fc.boolean(), (attempts, hasPassed) => {
      const tenant = established(hasPassed ? 1 : 0, 40)
      const probes = attempts.map(({ hours: _, ...attempt }) => attempt)
      const names = [
        'device.isNew',
        'ip.isUnrecognized',
        'ip.isNewCountry',
        'ip.isNewAsn',
        'ip.isNewNetwork',
        'ip.isTrusted',
        'device.isTrusted',
        'device.isPlausible',
      ]
      const readAll = (at: number) => probes.map((probe) => read(tenant, { ...probe, at }, names))
      const scoreAll = (at: number) => probes.map((probe) => score(tenant, { ...probe, at }))
      const [before, scores] = [readAll(later), scoreAll(later)]
      let at = later
      for (const { hours, ...attempt } of attempts) {
        at += hours * hour
        tenant.track({ ...attempt, at })
      }
      // At the same hour of the day, or the hour would be compared.
      at = later + Math.ceil((at - later) / day + 1) * day
      assert.deepEqual(readAll(at), before)
      assert.deepEqual(scoreAll(at), scores)
    }),
    { numRuns: 60 },
  )
})

test('A2: who owns one proven thing of a user does not walk from it to a place and a device of their own', () => {
  // Either a copied device id with its client on the same provider, or a place at the user's home.
  const stolen = { deviceId: 'laptop', ip: { address: '198.51.100.200' } }
  const inside = { deviceId: 'theirs', userAgent: linuxFirefox }
  for (const owned of [stolen, inside] as Attempt[]) {
    const own = fc.record({
      isOwned: fc.boolean(),
      ip: fc.constantFrom(abroad, { ...abroad, address: '192.0.2.99' }, { address: '203.0.113.80' }),
      deviceId: fc.constantFrom('own', 'own too'),
      hours: fc.integer({ min: 1, max: 100 }),
    })
    fc.assert(
      fc.property(fc.array(own, { minLength: 1, maxLength: 30 }), (attempts) => {
        const tenant = established()
        let at = later
        for (const { isOwned, hours, ip, deviceId } of attempts) {
          at += hours * hour
          // With what they own they bring one thing of their own along at a time.
          if (isOwned) tenant.track({ ...owned, at, ...(owned === stolen ? { ip } : { deviceId }) })
          else tenant.track({ at, ip, deviceId, userAgent: linuxFirefox })
        }
        for (const { ip, deviceId } of attempts) {
          const { signal } = look(tenant, { at: at + hour, ip, deviceId, userAgent: linuxFirefox })
          const isNew = signal('device.isNew') === true || signal('ip.isUnrecognized') === true
          assert.ok(isNew, 'one of both is always new')
        }
      }),
      { numRuns: 30 },
    )
  }
})

test('A-19: a copied device id alone proves nothing: not on another client, and not in a network where the device never was', () => {
  const tenant = established()
  const copied: Attempt = { deviceId: 'laptop', ip: abroad }
  for (let i = 0; i < 30; i++) tenant.track({ ...copied, at: later + i * day })
  const at = later + 40 * day
  assert.deepEqual(read(tenant, { ...copied, at }).slice(1), all(true).slice(1))
  assert.deepEqual(read(tenant, { ...copied, at }, ['device.isPlausible', 'device.networkChanged']), [false, true])
  const client: Attempt = { deviceId: 'laptop', userAgent: linuxFirefox, ip: { address: '198.51.100.99' } }
  for (let i = 0; i < 30; i++) tenant.track({ ...client, at: at + i * day })
  const signals = ['ip.isUnrecognized', 'device.isPlausible', 'device.networkChanged', 'device.browserChanged', 'device.osChanged']
  assert.deepEqual(read(tenant, { ...client, at: at + 40 * day }, signals), [true, false, false, true, true])
  assert.deepEqual(read(tenant, { at: at + 40 * day }, signals), [false, true, false, false, false])
})

test('whether a device is plausible is missing for a new device, without a client, and where its network cannot be told', () => {
  const tenant = established()
  const plausible = (attempt: Attempt) => read(tenant, { ...attempt, at: later }, ['device.isPlausible'])[0]
  assert.deepEqual(plausible({ deviceId: 'other' }), NOT_APPLICABLE)
  assert.deepEqual(plausible({ deviceId: null }), { missing: 'not_provided' })
  assert.deepEqual(plausible({ userAgent: null }), { missing: 'not_provided' })
  assert.deepEqual(plausible({ ip: torExit }), NOT_APPLICABLE)
  assert.equal(plausible({ ip: torExit, userAgent: linuxFirefox }), false)
})

test('a traveller, a new phone and a new home are known after one proof, and their score falls', () => {
  const cases: [string, Attempt, Attempt][] = [
    ['traveller', { ip: abroad }, { ip: { ...abroad, address: '192.0.7.8' } }],
    [
      'new phone',
      { deviceId: 'phone', userAgent: android, ip: { address: '203.0.113.4', asn: 64999 } },
      { deviceId: 'phone', userAgent: android, ip: { address: '203.0.114.9', asn: 64999 } },
    ],
    ['new home', { ip: { address: '203.0.113.77', asn: 64998 } }, { ip: { address: '203.0.99.1', asn: 64998 } }],
  ]
  for (const [name, once, then] of cases) {
    const tenant = established(1, 30)
    const high = score(tenant, { ...once, at: later })
    tenant.pass({ ...once, at: later })
    assert.deepEqual(read(tenant, { ...once, at: later + hour }).slice(0, 5), all(false).slice(0, 5), name)
    // The next address of the same network comes with the device that was proven there.
    tenant.track({ ...then, at: later + 2 * day })
    assert.deepEqual(read(tenant, { ...then, at: later + 3 * day }).slice(0, 5), all(false).slice(0, 5), name)
    for (let i = 4; i < 24; i++) tenant.track({ ...then, at: later + i * day })
    const low = score(tenant, { ...then, at: later + 25 * day })
    assert.ok(low < high / 2, `${name}: ${high} → ${low}`)
  }
})

test('the first days make a few addresses and devices known, and no more than these', () => {
  const tenant = createTestTenant()
  const attempt = (i: number): Attempt => ({ deviceId: `d${i}`, ip: { address: `203.0.${i}.1`, asn: 64_600 + i } })
  for (let i = 0; i < 8; i++) tenant.track({ ...attempt(i), at: noon + i * hour })
  const known = Array.from({ length: 8 }, (_, i) =>
    read(tenant, { ...attempt(i), at: noon + 10 * hour }, ['device.isNew', 'ip.isNewAsn', 'ip.isUnrecognized']),
  )
  assert.deepEqual(
    known.map(([isNew]) => isNew),
    [false, false, false, true, true, true, true, true],
  )
  assert.deepEqual(
    known.map(([, isNew]) => isNew),
    [false, false, false, false, false, true, true, true],
  )
  assert.ok(
    known.every(([, , isUnrecognized]) => isUnrecognized === true),
    'only a challenge makes an address recognised',
  )
})

test('the first days end after three days with a success, after two weeks, and with the first passed challenge', () => {
  const ends: ((tenant: TestTenant) => number)[] = [
    (tenant) => {
      for (let i = 0; i < 3; i++) tenant.track({ at: noon + i * day })
      return noon + 3 * day
    },
    (tenant) => {
      tenant.track({ at: noon })
      return noon + 15 * day
    },
    (tenant) => {
      tenant.pass({ at: noon })
      return noon + hour
    },
  ]
  for (const [i, end] of ends.entries()) {
    const tenant = createTestTenant()
    const at = end(tenant)
    tenant.track({ ...stranger, at })
    assert.deepEqual(
      read(tenant, { ...stranger, at: at + hour }, ['device.isNew', 'ip.isNewCountry', 'ip.isNewAsn']),
      [true, true, true],
      String(i),
    )
    assert.equal(look(tenant, { at: at + hour }).signal('device.isNew'), false)
  }
  const still = createTestTenant()
  for (let i = 0; i < 3; i++) still.track({ at: noon + i * day })
  still.track({ ...stranger, at: noon + 2 * day + hour })
  assert.equal(look(still, { ...stranger, at: noon + 3 * day }).signal('ip.isNewCountry'), false)
})

test('the first days vouch for no address that hides its user or may do so, and not at all when they are turned off', () => {
  for (const ip of [torExit, { ...abroad, isVpn: true, isAnonymous: true }, { ...abroad, isHosting: true }, { isHosting: UNAVAILABLE }]) {
    const tenant = createTestTenant()
    for (let i = 0; i < 3; i++) tenant.track({ ...stranger, ip, at: noon + i * hour })
    assert.equal(look(tenant, { ...stranger, ip, at: noon + day }).signal('device.isNew'), true)
    assert.notEqual(look(tenant, { ...stranger, at: noon + day }).signal('ip.isNewCountry'), false)
  }
  const off = createTestTenant({}, undefined, { trustOnFirstUse: { days: 0, addresses: 5, devices: 3 } })
  for (let i = 0; i < 3; i++) off.track({ at: noon + i * day })
  assert.deepEqual(read(off, { at: noon + 3 * day }, ['device.isNew', 'ip.isNewCountry', 'risk.score']), [true, true, NOT_APPLICABLE])
})

test('a proven address vouches for a new device at home, not where many people share it, nor on a mobile network', () => {
  const phone: Attempt = { deviceId: 'phone', userAgent: android }
  const bring = (prepare: (tenant: TestTenant) => void, ip: Attempt['ip'] = {}) => {
    const tenant = createTestTenant()
    tenant.pass({ at: noon, ip })
    prepare(tenant)
    tenant.track({ ...phone, ip, at: noon + hour })
    return look(tenant, { ...phone, ip, at: noon + 2 * hour }).signal('device.isNew')
  }
  assert.equal(
    bring(() => {}),
    false,
  )
  const crowd = (tenant: TestTenant) => {
    for (let i = 0; i < 8; i++) tenant.track({ userId: `colleague ${i}`, deviceId: `c${i}`, at: noon })
  }
  assert.equal(bring(crowd), true)
  assert.equal(
    bring(() => {}, { asnType: 'mobile' }),
    true,
  )
  assert.equal(
    bring(() => {}, { isVpn: true, isAnonymous: true }),
    true,
  )
})

test('company vouches for nothing in a new country, after impossible travel, or with an invalidated device', () => {
  const signals = ['ip.isUnrecognized', 'ip.isNewCountry']
  const abroadAtHome = { ...abroad, asn: 64500 }
  const country = established()
  for (let i = 0; i < 9; i++) country.track({ at: later + i * day, ip: abroadAtHome })
  assert.deepEqual(read(country, { at: later + 9 * day, ip: abroadAtHome }, signals), [true, true])

  const far = { address: '198.51.100.60', latitude: -46.4, longitude: 168.3 }
  const travel = established()
  travel.track({ at: later })
  travel.track({ at: later + 20 * 60_000, ip: far })
  assert.deepEqual(read(travel, { at: later + 30 * 60_000, ip: far }, signals), [true, false])

  const stolen = established()
  stolen.user = { ...stolen.user, devices: [device('laptop', { invalidatedAt: later })] }
  for (let i = 1; i < 9; i++) stolen.track({ at: later + i * day })
  assert.equal(look(stolen, { at: later + 10 * day }).signal('device.isNew'), true)
})

test('an unproven success at a trusted address neither renews its trust nor moves the last known place', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon, ip: { asnType: 'mobile' } })
  for (let i = 1; i <= 20; i++) tenant.track({ ...stranger, ip: { asnType: 'mobile' }, at: noon + i * 10 * day })
  const { signal } = look(tenant, { at: noon + 201 * day })
  assert.equal(signal('ip.isTrusted'), false)
  assert.equal(signal('ip.timesSeen'), 21)
})

test('a profile of an earlier release counts as known, and what it holds vouches for others only after days of use', () => {
  const tenant = createTestTenant()
  const minute = Math.floor((noon - day) / 60_000)
  const today = Math.floor(noon / day)
  const earlier: Record<string, Entity[string]> = {
    v: 1,
    last: noon - day,
    acts: [],
    acts24h: [],
    passed: 0,
    trust: [
      ['198.51.100.7', minute - 90 * 1440, minute, 40, 30, 0, 0, 0.9],
      ['192.0.2.66', minute - 10, minute, 5, 1, 0, 0, 0.5],
    ],
    devices: [['0', minute - 90 * 1440, minute, 40, 0, 'Chrome', 'Windows']],
    networks: [['198.51.100.0/24', today - 1, 40]],
    asns: [[64500, today - 1, 40]],
    countries: [['NZ', today - 1, 40]],
    browsers: [['Chrome', today - 1, 40]],
    systems: [['Windows', today - 1, 40]],
    agents: [],
    types: [['desktop', today - 1, 40]],
    n: [45, 40, 40, 40, 40, 40, 40],
    hours: [],
    places: [[-36.9, 174.8, today - 1, 40]],
  }
  // The hash of the id as this release makes it.
  const probe = createTestTenant()
  probe.track({ at: noon })
  const own = probe.entities.get('user jane')?.devices as Entity[string][][]
  ;(earlier.devices as Entity[string][][])[0]?.splice(0, 1, own[0]?.[0] ?? '')
  ;(tenant.entities as Map<string, Entity>).set('user jane', earlier)
  assert.deepEqual(read(tenant, { at: noon }, ['device.isNew', 'ip.isNewCountry', 'ip.isNewAsn', 'device.isPlausible', 'risk.level']), [
    false,
    false,
    false,
    true,
    'LOW',
  ])
  // Home vouches for a new phone; where somebody was let through on one day does not.
  tenant.track({ deviceId: 'phone', userAgent: android, at: noon })
  tenant.track({ deviceId: 'theirs', userAgent: linuxFirefox, ip: { ...abroad, asn: 64500, countryCode: 'NZ' }, at: noon })
  assert.equal(look(tenant, { deviceId: 'phone', userAgent: android, at: noon + hour }).signal('device.isNew'), false)
  assert.equal(look(tenant, { deviceId: 'theirs', userAgent: linuxFirefox, at: noon + hour }).signal('device.isNew'), true)
  // Its first days are over.
  tenant.track({ ...stranger, at: noon + hour })
  assert.equal(look(tenant, { ...stranger, at: noon + 2 * hour }).signal('ip.isNewCountry'), true)
})
