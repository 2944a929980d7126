import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Attempt, abroad, createTestTenant, day, hour, linuxFirefox, noon } from '../../test/tenant.ts'
import type { Instance } from '../stored/instance.ts'
import type { Settlement } from './settle.ts'

const passkey = { verificationMethod: 'PASSKEY', userAuthenticatorId: 'authenticator', phishingResistant: true }
const system = { kind: 'system' } as const
const succeeded = (at: number): Settlement => ({ kind: 'challenge_succeeded', at, ...passkey })

test('a passed challenge is put on record with what was passed and when', () => {
  const tenant = createTestTenant()
  const { instance } = tenant.track({ custom: { mustChallenge: true } })
  const settled = tenant.settle(instance, succeeded(noon + 5000))?.instance
  assert.deepEqual(settled, {
    ...instance,
    state: 'CHALLENGE_SUCCEEDED',
    stateUpdatedAt: noon + 5000,
    updatedAt: noon + 5000,
    verificationMethod: 'PASSKEY',
    verifiedByAuthenticatorId: 'authenticator',
    learnt: 'phishing_resistant',
    label: { value: 'good', at: noon + 5000, source: 'challenge', actor: { kind: 'user' } },
  })
  assert.equal(tenant.track({ at: noon + hour }).signal('user.hasPreviouslyVerified'), true)
})

test('TX-04: a challenge is passed or failed once, and only while it is required', () => {
  const tenant = createTestTenant()
  const allowed = tenant.track().instance
  assert.equal(tenant.settle(allowed, succeeded(noon)), null)
  assert.equal(tenant.settle(allowed, { kind: 'challenge_failed', at: noon }), null)
  const blocked = tenant.track({ custom: { mustBlock: true } }).instance
  assert.equal(tenant.settle(blocked, succeeded(noon)), null)
  const failed = tenant.fail()
  assert.equal(failed.state, 'CHALLENGE_FAILED')
  assert.equal(tenant.settle(failed, succeeded(noon)), null)
  const passed = tenant.pass()
  assert.equal(tenant.settle(passed, succeeded(noon)), null)
  assert.equal(tenant.settle(passed, { kind: 'challenge_failed', at: noon }), null)
})

test('a failed challenge is counted for the user and for the address', () => {
  const tenant = createTestTenant()
  tenant.fail({ ip: abroad })
  tenant.fail({ ip: abroad, userId: 'john' })
  const { signal } = tenant.track({ at: noon + 60_000, ip: abroad })
  assert.equal(signal('velocity.failedChallenges1h'), 1)
  assert.equal(signal('ip.failedChallengesLast24h'), 2)
  assert.equal(Number(signal('ip.reputation')) > 0, true)
  assert.equal(tenant.track({ at: noon + 60_000 }).signal('ip.reputation'), 0)
  const tomorrow = tenant.track({ at: noon + 2 * day, ip: abroad })
  assert.equal(tomorrow.signal('velocity.failedChallenges1h'), 0)
  assert.equal(tomorrow.signal('ip.failedChallengesLast24h'), 0)
})

test('"this was not me" takes back everything that an allowed action taught, and its address answers for it', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  const { instance } = tenant.track({ at: noon + hour, ip: abroad, deviceId: 'theirs' })
  const seen = tenant.track({ at: noon + 2 * hour, ip: abroad, deviceId: 'theirs', custom: { mustChallenge: true } })
  assert.equal(seen.signal('ip.timesSeen'), 1)
  assert.equal(seen.signal('ip.isNewCountry'), true)
  assert.equal(seen.signal('device.isNew'), true)

  const disputed = tenant.settle(instance, { kind: 'dispute', at: noon + 3 * hour, actor: system })?.instance as Instance
  assert.equal(disputed.state, 'ALLOW')
  assert.equal(disputed.disputedAt, noon + 3 * hour)
  assert.equal(disputed.learnt, null)
  const { signal } = tenant.track({ at: noon + 4 * hour, ip: abroad, deviceId: 'theirs', custom: { mustChallenge: true } })
  assert.equal(signal('ip.isNewCountry'), true)
  assert.equal(signal('ip.isNewAsn'), true)
  assert.equal(signal('ip.isNewNetwork'), true)
  assert.equal(signal('ip.timesSeen'), 0)
  assert.equal(signal('device.isNew'), true)
  assert.equal(signal('ip.travel.verdict'), 'impossible')
  assert.equal(signal('ip.reputation'), 57)
  const own = tenant.track({ at: noon + 5 * hour })
  assert.equal(own.signal('ip.isTrusted'), true)
  assert.equal(own.signal('device.isNew'), false)
  assert.equal(tenant.settle(disputed, { kind: 'dispute', at: noon + 6 * hour, actor: system }), null)
})

test('"this was not me" about a passed challenge ends the trust and the recognition it gave', () => {
  const tenant = createTestTenant()
  const passed = tenant.pass({ at: noon })
  tenant.track({ at: noon + day })
  tenant.settle(passed, { kind: 'dispute', at: noon + 2 * day, actor: system })
  const { signal } = tenant.track({ at: noon + 2 * day, custom: { mustChallenge: true } })
  assert.equal(signal('ip.isTrusted'), false)
  assert.equal(signal('ip.isUnrecognized'), true)
  assert.equal(signal('device.isTrusted'), false)
  assert.equal(signal('user.hasPreviouslyVerified'), false)
})

test('"this was not me" about an open challenge ends it: it cannot be passed any more', () => {
  const tenant = createTestTenant()
  const { instance } = tenant.track({ custom: { mustChallenge: true } })
  const disputed = tenant.settle(instance, { kind: 'dispute', at: noon + 1000, actor: system })?.instance as Instance
  assert.equal(disputed.state, 'CHALLENGE_FAILED')
  assert.equal(tenant.settle(disputed, succeeded(noon + 2000)), null)
  // Nor by way of a state set by hand.
  const reopened = tenant.settle(disputed, { kind: 'set_state', at: noon + 3000, state: 'CHALLENGE_REQUIRED' })?.instance as Instance
  assert.equal(tenant.settle(reopened, succeeded(noon + 4000)), null)
})

test('a challenge that the tenant says has succeeded teaches no more than being allowed', () => {
  const tenant = createTestTenant()
  const { instance } = tenant.track({ custom: { mustChallenge: true } })
  const settled = tenant.settle(instance, { kind: 'set_state', at: noon + 1000, state: 'CHALLENGE_SUCCEEDED' })?.instance
  assert.equal(settled?.learnt, 'success')
  const { signal } = tenant.track({ at: noon + 2 * day })
  assert.equal(signal('ip.isUnrecognized'), true)
  assert.equal(signal('ip.isTrusted'), false)
  assert.equal(signal('ip.timesSeen'), 1)
})

test('a state set by hand to a bad end unlearns, to a good end after a bad one forgives', () => {
  const tenant = createTestTenant()
  const { instance } = tenant.track({ ip: abroad })
  const refused = tenant.settle(instance, { kind: 'set_state', at: noon + 1000, state: 'REVIEW_FAILED' })?.instance as Instance
  assert.equal(refused.learnt, 'failure')
  const after = tenant.track({ at: noon + 2000, ip: abroad, custom: { mustChallenge: true } })
  assert.equal(after.signal('ip.timesSeen'), 0)
  assert.equal(after.signal('ip.reputation'), 25)
  const forgiven = tenant.settle(refused, { kind: 'set_state', at: noon + 3000, state: 'ALLOW' })?.instance as Instance
  assert.equal(forgiven.learnt, 'success')
  const again = tenant.track({ at: noon + 4000, ip: abroad, custom: { mustChallenge: true } })
  assert.equal(again.signal('ip.timesSeen'), 1)
  assert.equal(again.signal('ip.reputation'), 0)
})

test('a state that is set to what it is, and an instance that was reopened, change nothing of what was learnt', () => {
  const tenant = createTestTenant()
  const passed = tenant.pass()
  assert.equal(tenant.settle(passed, { kind: 'set_state', at: noon + hour, state: 'CHALLENGE_SUCCEEDED' }), null)
  const reopened = tenant.settle(passed, { kind: 'set_state', at: noon + hour, state: 'REVIEW_REQUIRED' })?.instance as Instance
  assert.equal(reopened.learnt, 'phishing_resistant')
  assert.equal(tenant.track({ at: noon + 2 * hour }).signal('ip.isTrusted'), true)
  tenant.settle(reopened, { kind: 'set_state', at: noon + 3 * hour, state: 'REVIEW_FAILED' })
  assert.equal(tenant.track({ at: noon + 4 * hour }).signal('ip.isTrusted'), false)
})

const analyst = { kind: 'management_key', id: 'k1', name: 'Ana' } as const
const labelOf = (value: 'good' | 'fraud', source: 'person' | 'chargeback' | 'challenge', at: number, reason?: string): Settlement => ({
  kind: 'label',
  at,
  label: { value, at, source, actor: analyst, ...(reason !== undefined && { reason }) },
})

test('a dispute keeps who said it and why, and says what it took back', () => {
  const tenant = createTestTenant()
  const passed = tenant.pass({ at: noon, ip: abroad, deviceId: 'theirs' })
  const at = noon + hour
  const disputed = tenant.settle(passed, { kind: 'dispute', at, reason: 'was at home', actor: analyst })?.instance as Instance
  const { effect, ...said } = disputed.dispute ?? assert.fail()
  assert.deepEqual(said, { reason: 'was at home', actor: analyst })
  assert.deepEqual(disputed.label, { value: 'fraud', at, source: 'person', reason: 'was at home', actor: analyst })
  assert.equal(effect.learnt, 'phishing_resistant')
  const { address, network, device } = effect
  assert.deepEqual(
    [address?.address, address?.isTrusted, address?.timesSeen],
    [abroad.address, { before: true, after: false }, { before: 1, after: 0 }],
  )
  assert.equal(address?.reputation.before, 0)
  assert.equal(address?.reputation.after, tenant.track({ at, ip: abroad }).signal('ip.reputation'))
  assert.ok((address?.reputation.after ?? 0) > 50)
  assert.deepEqual(network?.timesSeen, { before: 1, after: 0 })
  assert.deepEqual(device, { deviceId: 'theirs', isTrusted: { before: true, after: false }, timesSeen: { before: 1, after: 0 } })
})

test('a label is replaced by what knows as much or more: a person, then a chargeback, then how a challenge ended', () => {
  const sources = ['challenge', 'chargeback', 'person'] as const
  for (const [known, first] of sources.entries())
    for (const [weight, second] of sources.entries()) {
      const tenant = createTestTenant()
      const { instance } = tenant.track()
      const labelled = tenant.settle(instance, labelOf('good', first, noon + 1))?.instance ?? assert.fail()
      const again = tenant.settle(labelled, labelOf('fraud', second, noon + 2))
      assert.equal(again?.instance.label?.value, weight >= known ? 'fraud' : undefined, `${first}, then ${second}`)
    }
})

test('a label teaches nothing about the user, changes no state, can be said twice, and can be taken away', () => {
  const tenant = createTestTenant()
  const { instance } = tenant.track()
  const changes = tenant.settle(instance, labelOf('fraud', 'person', noon + 1, 'stolen card')) ?? assert.fail()
  assert.deepEqual(Object.keys(changes.entities), ['address'])
  const { label, updatedAt, ...rest } = changes.instance
  const { updatedAt: _, ...asTracked } = instance
  assert.deepEqual(rest, asTracked)
  assert.deepEqual([updatedAt, label?.value, label?.reason], [noon + 1, 'fraud', 'stolen card'])
  assert.equal(tenant.settle(changes.instance, labelOf('fraud', 'person', noon + 2, 'stolen card')), null)
  const removed = tenant.settle(changes.instance, { kind: 'label', at: noon + 3, label: null })?.instance ?? assert.fail()
  assert.ok(!('label' in removed))
  assert.equal(tenant.settle(removed, { kind: 'label', at: noon + 4, label: null }), null)
})

test('a review implies a label, which goes with the state that implied it; what a person said stays', () => {
  const tenant = createTestTenant()
  const { instance } = tenant.track()
  const waiting =
    tenant.settle(instance, { kind: 'set_state', at: noon + 1, state: 'REVIEW_REQUIRED', actor: analyst })?.instance ?? assert.fail()
  assert.ok(!('label' in waiting))
  const review = { kind: 'review', at: noon + 2, state: 'REVIEW_FAILED', reason: 'no', actor: analyst } as const
  const rejected = tenant.settle(waiting, review)?.instance ?? assert.fail()
  assert.deepEqual(rejected.label, { value: 'fraud', at: noon + 2, source: 'challenge', actor: analyst })
  const back: Settlement = { kind: 'set_state', at: noon + 3, state: 'REVIEW_REQUIRED', actor: analyst }
  assert.ok(!('label' in (tenant.settle(rejected, back)?.instance ?? assert.fail())))
  const known = tenant.settle(rejected, labelOf('good', 'person', noon + 3))?.instance ?? assert.fail()
  assert.equal(tenant.settle(known, back)?.instance.label?.value, 'good')
})

const unlearn = (at: number, wasAnother: boolean): Settlement => ({
  kind: 'unlearn',
  at,
  unlearningId: 'u1',
  reason: 'breach',
  actor: system,
  wasAnother,
})

test('unlearning takes back one lesson: what was known before it stays, and so do state, label and reputation', () => {
  const tenant = createTestTenant()
  for (const days of [0, 1, 2]) tenant.track({ at: noon + days * day })
  const { instance } = tenant.track({ at: noon + 3 * day, ip: abroad, deviceId: 'theirs' })
  const home = tenant.track({ at: noon + 3 * day + hour }).instance
  const unlearnt = tenant.settle(instance, unlearn(noon + 4 * day, false))?.instance as Instance
  tenant.settle(home, unlearn(noon + 4 * day, false))
  assert.deepEqual(unlearnt, {
    ...instance,
    updatedAt: noon + 4 * day,
    learnt: null,
    unlearnt: { at: noon + 4 * day, unlearningId: 'u1', reason: 'breach', actor: system, learnt: 'success' },
  })
  const theirs = tenant.track({ at: noon + 5 * day, ip: abroad, deviceId: 'theirs', custom: { mustChallenge: true } })
  const seen = ['ip.isNewCountry', 'ip.timesSeen', 'device.isNew', 'ip.reputation'].map((name) => theirs.signal(name))
  assert.deepEqual(seen, [true, 0, true, 0])
  const own = tenant.track({ at: noon + 5 * day })
  assert.deepEqual([own.signal('ip.timesSeen'), own.signal('device.isNew')], [3, false])
})

test('unlearning is done once, and there is nothing to take back from what taught nothing good', () => {
  const tenant = createTestTenant()
  const { instance } = tenant.track()
  const unlearnt = tenant.settle(instance, unlearn(noon + hour, false))?.instance as Instance
  assert.equal(tenant.settle(unlearnt, unlearn(noon + 2 * hour, false)), null)
  assert.equal(tenant.settle(tenant.fail(), unlearn(noon + hour, false)), null)
  assert.equal(tenant.settle(tenant.track({ custom: { mustChallenge: true } }).instance, unlearn(noon, false)), null)
})

test('unlearning what somebody else did takes all that their address and device had earned', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon, ip: abroad, deviceId: 'theirs' })
  const { instance } = tenant.track({ at: noon + day, ip: abroad, deviceId: 'theirs' })
  tenant.settle(instance, unlearn(noon + 2 * day, true))
  const { signal } = tenant.track({ at: noon + 2 * day, ip: abroad, deviceId: 'theirs', custom: { mustChallenge: true } })
  assert.deepEqual([signal('ip.timesSeen'), signal('ip.isTrusted'), signal('device.isNew')], [0, false, true])
})

test('"this was not me" about a challenge takes back what became known in its company, and what only hung on it', () => {
  const tenant = createTestTenant()
  tenant.pass({ at: noon })
  const theirs = { deviceId: 'theirs', ip: abroad, userAgent: linuxFirefox }
  const talkedOut = tenant.pass({ ...theirs, at: noon + hour }, false)
  const moved = { ...abroad, address: '192.0.3.9' }
  tenant.track({ ...theirs, at: noon + 2 * hour, ip: moved })
  tenant.track({ ...theirs, at: noon + 3 * hour, deviceId: 'second' })
  const look = (attempt: Attempt, at: number) => tenant.track({ ...attempt, at, custom: { mustBlock: true } })
  assert.equal(look({ ...theirs, ip: moved }, noon + 4 * hour).signal('ip.isUnrecognized'), false)
  assert.equal(look({ ...theirs, deviceId: 'second' }, noon + 4 * hour).signal('device.isNew'), false)
  tenant.settle(talkedOut, { kind: 'dispute', at: noon + 5 * hour, actor: system })
  for (const ip of [abroad, moved]) {
    for (const deviceId of ['theirs', 'second']) {
      const { signal } = look({ ...theirs, ip, deviceId }, noon + 6 * hour)
      for (const name of ['device.isNew', 'ip.isUnrecognized', 'ip.isNewCountry', 'ip.isNewAsn', 'ip.isNewNetwork', 'ip.atypicalTravel'])
        assert.equal(signal(name), true, name)
    }
  }
  const { signal } = look({}, noon + 7 * hour)
  for (const name of ['device.isNew', 'ip.isUnrecognized', 'ip.isNewCountry', 'ip.isNewAsn', 'ip.isNewNetwork'])
    assert.equal(signal(name), false, name)
})
