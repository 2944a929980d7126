import assert from 'node:assert/strict'
import { test } from 'node:test'
import { abroad, createTestTenant, day, device, home, hour, linuxFirefox, noon, torExit } from '../../test/tenant.ts'
import { NOT_APPLICABLE, NOT_PROVIDED, UNAVAILABLE } from '../facts/missing.ts'
import type { WhenUnenrolled } from '../facts/outcome.ts'
import type { VerificationMethod } from '../methods/verification-method.ts'

test('the outcome of the rule that matched, else the default, gives the state', () => {
  const tenant = createTestTenant()
  assert.deepEqual(tenant.track().decision, {
    state: 'ALLOW',
    outcome: 'ALLOW',
    ruleId: null,
    isEnrolled: true,
    allowedVerificationMethods: ['PASSKEY', 'EMAIL_OTP'],
  })
  const challenged = tenant.track({ custom: { mustChallenge: true } })
  assert.equal(challenged.decision.state, 'CHALLENGE_REQUIRED')
  assert.equal(challenged.decision.ruleId, 'must-challenge')
  assert.deepEqual(challenged.instance.ruleIds, ['must-challenge'])
  assert.equal(tenant.track({ custom: { mustBlock: true } }).decision.state, 'BLOCK')
  assert.equal(createTestTenant({ defaultOutcome: 'REVIEW' }).track().decision.state, 'REVIEW_REQUIRED')
})

test('a user without an authenticator is not let through, unless the tenant says so', () => {
  const states = (whenUnenrolled: WhenUnenrolled, enrolledMethods: string[], verificationMethods: VerificationMethod[] = []) => {
    const tenant = createTestTenant({ whenUnenrolled, verificationMethods })
    tenant.user = { ...tenant.user, enrolledMethods }
    const { state, isEnrolled } = tenant.track({ custom: { mustChallenge: true } }).decision
    return [state, isEnrolled]
  }
  assert.deepEqual(states('ENROLL', []), ['CHALLENGE_REQUIRED', false])
  assert.deepEqual(states('BLOCK', []), ['BLOCK', false])
  assert.deepEqual(states('ALLOW', []), ['ALLOW', false])
  assert.deepEqual(states('BLOCK', ['PASSKEY']), ['CHALLENGE_REQUIRED', true])
  // An authenticator that this challenge does not accept is no reason to ask for nothing.
  assert.deepEqual(states('ALLOW', ['EMAIL_OTP'], ['PASSKEY']), ['CHALLENGE_REQUIRED', true])
  assert.deepEqual(states('BLOCK', ['EMAIL_OTP'], ['PASSKEY']), ['BLOCK', true])
})

test('a rule overrides what its action says of users without an authenticator', () => {
  const rule = { ruleId: 'r', name: 'r', priority: 0, outcome: 'CHALLENGE', mode: 'active', whenUnenrolled: 'BLOCK' } as const
  const tenant = createTestTenant({ rules: [rule] })
  tenant.user = { ...tenant.user, enrolledMethods: [] }
  assert.equal(tenant.track().decision.state, 'BLOCK')
})

test('TX-05: the allowed methods are the rule’s, else the action’s, as far as the tenant enabled them and they meet what the rule demands', () => {
  const rule = { ruleId: 'r', name: 'r', priority: 0, outcome: 'CHALLENGE', mode: 'active' } as const
  const methods = (ofRule: VerificationMethod[], ofAction: VerificationMethod[], challenge = {}) =>
    createTestTenant({ verificationMethods: ofAction, rules: [{ ...rule, verificationMethods: ofRule, challenge }] }).track().decision
      .allowedVerificationMethods
  assert.deepEqual(methods([], []), ['PASSKEY', 'EMAIL_OTP'])
  assert.deepEqual(methods(['PASSKEY', 'SMS'], []), ['PASSKEY'])
  assert.deepEqual(methods([], ['EMAIL_OTP']), ['EMAIL_OTP'])
  assert.deepEqual(methods(['PASSKEY'], ['EMAIL_OTP']), ['PASSKEY'])
  assert.deepEqual(methods(['EMAIL_OTP'], [], { phishingResistant: true }), [])
  for (const demand of ['phishingResistant', 'deviceBound', 'userVerification']) {
    assert.deepEqual(methods([], [], { [demand]: true }), ['PASSKEY'])
    assert.deepEqual(methods([], [], { [demand]: false }), ['PASSKEY', 'EMAIL_OTP'])
  }
})

test('a first event has nothing to be compared with: what is new is missing, what counts begins', () => {
  const { signal } = createTestTenant().track()
  for (const name of ['ip.isNewCountry', 'ip.isNewAsn', 'ip.isNewNetwork', 'ip.atypicalTravel', 'ip.impossibleTravel']) {
    assert.deepEqual(signal(name), NOT_APPLICABLE, name)
  }
  for (const name of ['device.browserChanged', 'device.osChanged', 'time.isUnusualHour', 'user.daysSinceLastAction']) {
    assert.deepEqual(signal(name), NOT_APPLICABLE, name)
  }
  const known = {
    'ip.isTrusted': false,
    'ip.isUnrecognized': true,
    'ip.timesSeen': 0,
    'ip.daysSinceFirstSeen': 0,
    'ip.travel.verdict': 'unknown',
    'ip.reputation': 0,
    'ip.usersLast24h': 1,
    'device.isNew': true,
    'device.ageDays': 0,
    'device.count': 1,
    'device.usersLast30d': 1,
    'user.accountAgeDays': 100,
    'user.hasPreviouslyVerified': false,
    'velocity.actions10m': 1,
    'velocity.devices1h': 1,
    'velocity.countries24h': 1,
    'velocity.failedChallenges1h': 0,
    'time.hour': 1,
    'time.dayOfWeek': 2,
  }
  for (const [name, value] of Object.entries(known)) assert.equal(signal(name), value, name)
})

test('what was not tracked is not provided', () => {
  const { signal } = createTestTenant().track({ ip: null, deviceId: null, userAgent: null })
  for (const name of [
    'ip.address',
    'ip.isAnonymous',
    'ip.isTrusted',
    'ip.isUnrecognized',
    'ip.usersLast24h',
    'device.id',
    'device.isNew',
  ]) {
    assert.deepEqual(signal(name), NOT_PROVIDED, name)
  }
  assert.deepEqual(signal('device.isBot'), NOT_PROVIDED)
  assert.equal(signal('velocity.actions1h'), 1)
  assert.equal(signal('velocity.ips1h'), 0)
})

test('what a data set should say and does not is unavailable, also where it is compared', () => {
  const unknown = { countryCode: UNAVAILABLE, asn: UNAVAILABLE, latitude: UNAVAILABLE, longitude: UNAVAILABLE, isTor: UNAVAILABLE }
  const tenant = createTestTenant()
  tenant.pass()
  const { signal } = tenant.track({ at: noon + hour, ip: unknown })
  for (const name of ['ip.isTor', 'ip.countryCode', 'ip.isNewCountry', 'ip.isNewAsn', 'ip.atypicalTravel']) {
    assert.deepEqual(signal(name), UNAVAILABLE, name)
  }
  assert.deepEqual([signal('ip.travel.verdict'), signal('ip.impossibleTravel')], ['unknown', NOT_APPLICABLE])
})

test('counts include the event, and forget what is older than their window', () => {
  const tenant = createTestTenant()
  for (let i = 0; i < 12; i++) {
    const ip = { address: `198.51.100.${i % 3}` }
    const { signal } = tenant.track({ at: noon + i * 60_000, ip, deviceId: `d${i % 4}`, custom: { mustChallenge: i % 2 === 0 } })
    assert.equal(signal('velocity.actions1h'), i + 1)
    assert.equal(signal('velocity.actions24h'), i + 1)
    assert.equal(signal('velocity.actions10m'), Math.min(i + 1, 11))
    assert.equal(signal('velocity.ips1h'), Math.min(i + 1, 3))
    assert.equal(signal('velocity.devices1h'), Math.min(i + 1, 4))
  }
  const later = tenant.track({ at: noon + 3 * hour, ip: abroad })
  assert.equal(later.signal('velocity.actions1h'), 1)
  assert.equal(later.signal('velocity.actions24h'), 13)
  assert.equal(later.signal('velocity.countries24h'), 2)
  assert.equal(tenant.track({ at: noon + 2 * day }).signal('velocity.actions24h'), 1)
})

test('an address and a device know how many users came, whatever became of it', () => {
  const tenant = createTestTenant()
  for (let i = 1; i <= 40; i++) {
    const { signal } = tenant.track({ userId: `user-${i}`, custom: { mustBlock: true } })
    assert.equal(signal('ip.usersLast24h'), i)
    assert.equal(signal('device.usersLast30d'), i)
  }
  assert.equal(tenant.track({ at: noon + 2 * day, userId: 'late' }).signal('ip.usersLast24h'), 1)
  assert.equal(tenant.track({ at: noon + 2 * day, userId: 'late' }).signal('device.usersLast30d'), 41)
})

test('an IPv6 address is known by its /64', () => {
  const tenant = createTestTenant()
  tenant.pass({ ip: { address: '2001:db8:1:2:aaaa::1', version: 6 } })
  assert.equal(tenant.track({ at: noon + hour, ip: { address: '2001:db8:1:2:bbbb::9' } }).signal('ip.isTrusted'), true)
  assert.equal(tenant.track({ at: noon + hour, ip: { address: '2001:db8:1:3:aaaa::1' } }).signal('ip.isTrusted'), false)
})

test('IP-06: within one metropolis nothing is impossible, two continents in ten minutes are, by relay or VPN nothing is judged', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  const at = noon + 600_000
  const custom = { mustChallenge: true }
  const near = tenant.track({ at, custom, ip: { latitude: -37.01, longitude: 174.9 } })
  assert.equal(near.signal('ip.travel.verdict'), 'possible')
  assert.equal(near.signal('ip.impossibleTravel'), false)
  assert.equal(near.signal('ip.atypicalTravel'), false)
  const far = tenant.track({ at, custom, ip: abroad })
  assert.equal(far.signal('ip.travel.verdict'), 'impossible')
  assert.equal(far.signal('ip.impossibleTravel'), true)
  assert.equal(far.signal('ip.atypicalTravel'), true)
  assert.ok(Math.abs(Number(far.signal('ip.travel.distanceKm')) - 17_700) < 200)
  for (const facts of [torExit, { ...abroad, isVpn: true }, { ...abroad, isRelay: true }, { ...abroad, isHosting: true }]) {
    const hidden = tenant.track({ at, custom, ip: facts })
    assert.equal(hidden.signal('ip.travel.verdict'), 'unknown')
    assert.deepEqual(hidden.signal('ip.impossibleTravel'), NOT_APPLICABLE)
    assert.deepEqual(hidden.signal('ip.travel.speedKmh'), NOT_APPLICABLE)
  }
  const flown = tenant.track({ at: noon + 30 * hour, custom, ip: abroad })
  assert.equal(flown.signal('ip.impossibleTravel'), false)
  assert.equal(flown.signal('ip.atypicalTravel'), true)
})

test('a device tells its age, whether it is remembered, and how many there are', () => {
  const tenant = createTestTenant()
  tenant.user = {
    ...tenant.user,
    devices: [
      device('laptop', { rememberedUntil: noon + 5 * day }),
      device('phone', { rememberedUntil: noon + 5 * day, invalidatedAt: noon - day }),
    ],
  }
  const first = tenant.track()
  assert.equal(first.signal('device.isRemembered'), true)
  assert.equal(first.signal('device.count'), 1)
  assert.equal(tenant.track({ deviceId: 'phone' }).signal('device.isRemembered'), false)
  assert.equal(tenant.track({ deviceId: 'tablet' }).signal('device.count'), 2)
  const later = tenant.track({ at: noon + 6 * day })
  assert.equal(later.signal('device.isRemembered'), false)
  assert.equal(later.signal('device.isNew'), false)
  assert.equal(later.signal('device.ageDays'), 6)
})

test('without a device id a browser and a system are compared with those of the user', () => {
  const tenant = createTestTenant()
  tenant.track({ deviceId: null })
  assert.equal(tenant.track({ at: noon + hour, deviceId: null }).signal('device.browserChanged'), false)
  const other = tenant.track({ at: noon + hour, deviceId: null, userAgent: linuxFirefox })
  assert.equal(other.signal('device.browserChanged'), true)
  assert.equal(other.signal('device.osChanged'), true)
})

test('an hour is unusual when the user is hardly ever active around it, and repetition within an hour is no habit', () => {
  const tenant = createTestTenant()
  for (let i = 0; i < 40; i++) tenant.track({ at: noon + i * day })
  assert.equal(tenant.track({ at: noon + 40 * day }).signal('time.isUnusualHour'), false)
  const night = noon + 40 * day + 14 * hour
  for (let i = 0; i < 50; i++) assert.equal(tenant.track({ at: night + i * 30_000 }).signal('time.isUnusualHour'), true)
  assert.equal(tenant.track({ at: night + day }).signal('time.isUnusualHour'), true)
})

test('a hidden address does not move the user to another time zone', () => {
  const tenant = createTestTenant()
  tenant.track({ ip: home })
  assert.equal(tenant.track({ at: noon + hour, ip: { ...torExit } }).signal('time.hour'), 2)
})
