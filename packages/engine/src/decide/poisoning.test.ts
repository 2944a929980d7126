import assert from 'node:assert/strict'
import { test } from 'node:test'
import { abroad, createTestTenant, day, device, hour, linuxFirefox, noon, privateAddress, torExit } from '../../test/tenant.ts'
import type { RuleDefinition } from '../policy/policy-definition.ts'

test('IP-07: being allowed never makes an address trusted or recognised, however often and on however many days', () => {
  const tenant = createTestTenant()
  for (let i = 0; i < 400; i++) {
    const { decision, signal } = tenant.track({ at: noon + i * 6 * hour, ip: abroad })
    assert.equal(decision.state, 'ALLOW')
    assert.equal(signal('ip.isTrusted'), false)
    assert.equal(signal('ip.isUnrecognized'), true)
    assert.equal(signal('ip.timesSeen'), i)
  }
})

test('IP-07: failed, abandoned and blocked attempts leave an address, a device and a country as new as they were', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  for (let i = 1; i <= 60; i++) {
    const attempt = { at: noon + i * 3 * hour, ip: abroad, deviceId: 'theirs' }
    tenant.fail(attempt)
    tenant.track({ ...attempt, custom: { mustChallenge: true } })
    tenant.track({ ...attempt, custom: { mustBlock: true } })
    const { signal } = tenant.track({ ...attempt, custom: { mustChallenge: true } })
    assert.equal(signal('ip.isTrusted'), false)
    assert.equal(signal('ip.isUnrecognized'), true)
    assert.equal(signal('ip.timesSeen'), 0)
    assert.equal(signal('ip.isNewCountry'), true)
    assert.equal(signal('ip.isNewAsn'), true)
    assert.equal(signal('device.isNew'), true)
    assert.equal(signal('device.isTrusted'), false)
  }
})

test('IP-07: one phishing-resistant challenge makes an address trusted and recognised, for this user only', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  const later = tenant.track({ at: noon + hour })
  assert.equal(later.signal('ip.isTrusted'), true)
  assert.equal(later.signal('ip.isUnrecognized'), false)
  const other = tenant.track({ at: noon + hour, userId: 'john' })
  assert.equal(other.signal('ip.isTrusted'), false)
  assert.equal(other.signal('ip.isUnrecognized'), true)
})

test('IP-07: another challenge makes an address recognised at once and trusted from a second day on', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon }, false)
  const sameDay = tenant.track({ at: noon + hour })
  assert.equal(sameDay.signal('ip.isUnrecognized'), false)
  assert.equal(sameDay.signal('ip.isTrusted'), false)
  tenant.track({ at: noon + day })
  assert.equal(tenant.track({ at: noon + day + hour }).signal('ip.isTrusted'), true)
})

test('IP-07: trust and recognition end after 180 days unseen, and being allowed does not revive them', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  assert.equal(tenant.track({ at: noon + 179 * day, ip: abroad }).signal('ip.isTrusted'), false)
  const justBefore = createTestTenant()
  justBefore.pass({ at: noon })
  assert.equal(justBefore.track({ at: noon + 179 * day }).signal('ip.isTrusted'), true)
  const after = tenant.track({ at: noon + 181 * day })
  assert.equal(after.signal('ip.isTrusted'), false)
  assert.equal(after.signal('ip.isUnrecognized'), true)
  for (let i = 0; i < 20; i++) {
    assert.equal(tenant.track({ at: noon + (182 + i) * day }).signal('ip.isTrusted'), false)
  }
})

test('IP-07: an address that stays in use stays trusted', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  for (let i = 1; i < 80; i++) assert.equal(tenant.track({ at: noon + i * 7 * day }).signal('ip.isTrusted'), true)
})

for (const [name, facts] of [
  ['Tor', torExit],
  ['VPN', { ...abroad, isVpn: true, isAnonymous: true }],
  ['public proxy', { ...abroad, isProxy: true, isAnonymous: true }],
  ['hosting', { ...abroad, isHosting: true }],
  ['relay', { ...abroad, isRelay: true }],
  ['gateway', { ...abroad, isGateway: true }],
  ['private', privateAddress],
] as const) {
  test(`IP-07: a ${name} address is recognised after a passkey, and never trusted`, () => {
    const tenant = createTestTenant()
    for (let i = 0; i < 6; i++) tenant.pass({ at: noon + i * day, ip: facts })
    const { signal } = tenant.track({ at: noon + 7 * day, ip: facts })
    assert.equal(signal('ip.isUnrecognized'), false)
    assert.equal(signal('ip.isTrusted'), false)
  })
}

test('IP-07: trust earned at an address does not hold while that address is anonymous', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  assert.equal(tenant.track({ at: noon + day, ip: { isVpn: true, isAnonymous: true } }).signal('ip.isTrusted'), false)
  assert.equal(tenant.track({ at: noon + day }).signal('ip.isTrusted'), true)
})

test('IP-07: trust is unavailable, not given, while nobody can tell whether an address is hosting', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  const unknown = { missing: 'unavailable' } as const
  assert.deepEqual(tenant.track({ at: noon + day, ip: { isHosting: unknown } }).signal('ip.isTrusted'), unknown)
  assert.equal(tenant.track({ at: noon + day, ip: { ...abroad, isHosting: unknown } }).signal('ip.isTrusted'), false)
})

test('IP-07: a stolen session that does small things from its own address buys nothing for a large one', () => {
  const large: RuleDefinition = {
    ruleId: 'large',
    name: 'Unrecognised and large',
    priority: 0,
    outcome: 'CHALLENGE',
    mode: 'active',
    conditions: { and: [{ '==': [{ var: 'ip.isUnrecognized' }, true] }, { '>': [{ var: 'custom.amount' }, 1000] }] },
  }
  const tenant = createTestTenant({ rules: [large] })
  const first = tenant.track({ at: noon, custom: { amount: 5000 } })
  assert.equal(first.decision.state, 'CHALLENGE_REQUIRED')
  tenant.settle(first.instance, {
    kind: 'challenge_succeeded',
    at: noon + 1000,
    verificationMethod: 'PASSKEY',
    userAuthenticatorId: 'a',
    phishingResistant: true,
  })
  assert.equal(tenant.track({ at: noon + hour, custom: { amount: 5000 } }).decision.state, 'ALLOW')
  for (let i = 0; i < 300; i++) {
    assert.equal(tenant.track({ at: noon + i * 8 * hour, ip: abroad, custom: { amount: 5 } }).decision.state, 'ALLOW')
  }
  assert.equal(tenant.track({ at: noon + 101 * day, ip: abroad, custom: { amount: 5000 } }).decision.state, 'CHALLENGE_REQUIRED')
})

test('IP-07: a flood of new addresses and devices does not push out the proven ones', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  for (let i = 0; i < 300; i++) {
    tenant.track({ at: noon + (i + 1) * 60_000, deviceId: `theirs-${i}`, ip: { ...abroad, address: `203.0.113.${i % 256}` } })
  }
  const { signal } = tenant.track({ at: noon + day })
  assert.equal(signal('ip.isTrusted'), true)
  assert.equal(signal('device.isTrusted'), true)
})

test('IP-07: an action that was let through only for want of an authenticator teaches nothing', () => {
  const tenant = createTestTenant({ whenUnenrolled: 'ALLOW' })
  tenant.user = { ...tenant.user, enrolledMethods: [] }
  const { decision, instance } = tenant.track({ custom: { mustChallenge: true } })
  assert.equal(decision.state, 'ALLOW')
  assert.equal(instance.learnt, null)
  assert.equal(tenant.track({ at: noon + hour }).signal('device.isNew'), true)
})

test('IP-07: allowed actions through a VPN make no country, network or place familiar', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  for (let i = 1; i < 20; i++) tenant.track({ at: noon + i * hour, ip: { ...abroad, isVpn: true, isAnonymous: true } })
  const { signal } = tenant.track({ at: noon + 2 * day, ip: abroad })
  assert.equal(signal('ip.isNewCountry'), true)
  assert.equal(signal('ip.isNewAsn'), true)
  assert.equal(signal('ip.isNewNetwork'), true)
  assert.equal(signal('ip.atypicalTravel'), true)
})

test('IP-07: nobody talks an address clean: passed challenges of one user count once, being allowed not at all', () => {
  const tenant = createTestTenant()
  for (let i = 0; i < 5; i++) tenant.fail({ at: noon + i * 60_000, userId: `victim-${i}`, ip: abroad })
  const before = Number(tenant.track({ at: noon + hour, userId: 'mallory', ip: abroad }).signal('ip.reputation'))
  for (let i = 0; i < 50; i++) {
    tenant.pass({ at: noon + hour, userId: 'mallory', ip: abroad })
    tenant.track({ at: noon + hour, userId: 'mallory', ip: abroad })
  }
  const after = Number(tenant.track({ at: noon + hour, userId: 'mallory', ip: abroad }).signal('ip.reputation'))
  assert.equal(before, 62)
  assert.equal(after, 55)
})

test('B12: one account that fails challenge after challenge does not ruin an address that others use', () => {
  const tenant = createTestTenant()
  for (let i = 0; i < 13; i++) tenant.fail({ at: noon + i * 60_000, userId: 'mallory', ip: abroad })
  assert.equal(tenant.track({ at: noon + hour, userId: 'colleague', ip: abroad }).signal('ip.reputation'), 25)
  for (let i = 0; i < 5; i++) tenant.pass({ at: noon + hour, userId: `colleague ${i}`, ip: abroad })
  assert.equal(tenant.track({ at: noon + 2 * hour, userId: 'colleague', ip: abroad }).signal('ip.reputation'), 11)
})

test('A-19: a device is no longer trusted on another browser or system, also after being allowed there', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  assert.equal(tenant.track({ at: noon + hour }).signal('device.isTrusted'), true)
  for (let i = 2; i < 12; i++) {
    const copied = tenant.track({ at: noon + i * hour, userAgent: linuxFirefox })
    assert.equal(copied.signal('device.isTrusted'), false)
    assert.equal(copied.signal('device.browserChanged'), true)
    assert.equal(copied.signal('device.osChanged'), true)
  }
  assert.equal(tenant.track({ at: noon + day }).signal('device.isTrusted'), true)
})

test('A-19: a forged device id is new and trusted by nobody, and one trusted by a user is nothing to another', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  const forged = tenant.track({ at: noon + hour, deviceId: 'laptoq' })
  assert.equal(forged.signal('device.isNew'), true)
  assert.equal(forged.signal('device.isTrusted'), false)
  const other = tenant.track({ at: noon + hour, userId: 'john' })
  assert.equal(other.signal('device.isNew'), true)
  assert.equal(other.signal('device.isTrusted'), false)
  assert.equal(other.signal('device.usersLast30d'), 2)
})

test('A-19: an invalidated device is new, untrusted and not remembered, until it succeeds again', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  tenant.user = { ...tenant.user, devices: [device('laptop', { rememberedUntil: noon + 90 * day, invalidatedAt: noon + hour })] }
  const after = tenant.track({ at: noon + 2 * hour, custom: { mustChallenge: true } })
  assert.equal(after.signal('device.isNew'), true)
  assert.equal(after.signal('device.isTrusted'), false)
  assert.equal(after.signal('device.isRemembered'), false)
  tenant.pass({ at: noon + 3 * hour })
  assert.equal(tenant.track({ at: noon + 4 * hour }).signal('device.isNew'), false)
})

test('IP-03: a private address has no country, is never a new one, and is no place to travel from', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  const { signal } = tenant.track({ at: noon + 60_000, ip: privateAddress })
  const notApplicable = { missing: 'not_applicable' }
  for (const name of ['ip.countryCode', 'ip.isNewCountry', 'ip.isNewAsn', 'ip.isNewNetwork', 'ip.impossibleTravel', 'ip.atypicalTravel']) {
    assert.deepEqual(signal(name), notApplicable, name)
  }
  // Whatever a look-up says of it.
  const located = tenant.track({ at: noon + 120_000, ip: { ...abroad, address: '192.168.1.5', isPrivate: true } })
  assert.deepEqual(located.signal('ip.countryCode'), notApplicable)
  assert.deepEqual(located.signal('ip.isNewCountry'), notApplicable)
  assert.equal(located.signal('ip.travel.verdict'), 'unknown')
})
