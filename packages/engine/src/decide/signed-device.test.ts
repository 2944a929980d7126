import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Attempt, createTestTenant, day, device, home, hour, isTrue, linuxFirefox, noon, type TestTenant } from '../../test/tenant.ts'
import { NOT_APPLICABLE, NOT_PROVIDED } from '../facts/missing.ts'
import { readUserProfile } from '../learning/user-profile.ts'
import type { RuleSnooze } from '../policy/snoozes.ts'

const signed = `dk_${'k'.repeat(43)}`
const own: Attempt = { deviceId: signed, deviceProof: 'valid' }
/** Whoever copied the id has the browser of the user, too, and is with the same provider. */
const copied: Attempt = { deviceId: signed, ip: { address: '198.51.100.200' } }

const known = ['device.isNew', 'device.isTrusted', 'device.isPlausible', 'device.ageDays'] as const
const read = (tenant: TestTenant, attempt: Attempt, names: readonly string[] = known) => {
  const { signal } = tenant.track({ ...attempt, custom: { mustBlock: true } })
  return names.map((name) => signal(name))
}

function established(): TestTenant {
  const tenant = createTestTenant()
  tenant.pass({ ...own, at: noon }, true)
  for (let i = 1; i < 20; i++) tenant.track({ ...own, at: noon + i * day })
  return tenant
}
const later = noon + 20 * day

test('device.isProven says whether the device signed; an id without a key has nothing to prove', () => {
  const tenant = createTestTenant()
  const isProven = (attempt: Attempt) => read(tenant, attempt, ['device.isProven'])[0]
  assert.equal(isProven(own), true)
  assert.equal(isProven({ ...own, deviceProof: 'refused' }), false)
  assert.equal(isProven({ deviceId: signed }), false)
  assert.equal(isProven({ deviceId: 'laptop' }), NOT_APPLICABLE)
  assert.equal(isProven({ deviceId: 'laptop', deviceProof: 'refused' }), false)
  assert.equal(isProven({ deviceId: null }), NOT_PROVIDED)
  for (const almost of [`dk_${'k'.repeat(42)}`, `dk_${'k'.repeat(44)}`, `dk_${'k'.repeat(42)}=`, `xdk_${'k'.repeat(43)}`]) {
    assert.equal(isProven({ deviceId: almost }), NOT_APPLICABLE, almost)
  }
})

test('A-19: a signed device id is known with its proof, and never without', () => {
  const tenant = established()
  assert.deepEqual(read(tenant, { ...own, at: later }), [false, true, true, 20])
  for (const deviceProof of [undefined, 'refused'] as const) {
    assert.deepEqual(read(tenant, { ...own, deviceProof, at: later }), [true, false, false, 0])
    assert.deepEqual(read(tenant, { ...copied, deviceProof, at: later }), [true, false, false, 0])
  }
})

test('A-19: a copied signed id vouches for no address, and no address makes it known', () => {
  const tenant = established()
  for (let i = 0; i < 30; i++) {
    assert.equal(tenant.track({ ...copied, at: later + i * hour }).instance.vouched?.place, 0)
    // At home, where the address is proven: a housemate with the copied id.
    assert.deepEqual(tenant.track({ deviceId: signed, at: later + i * hour }).instance.vouched, { place: 0, device: 0 })
  }
  const at = later + 2 * day
  assert.deepEqual(read(tenant, { ...copied, at }, ['device.isNew', 'ip.isUnrecognized', 'ip.isTrusted']), [true, true, false])
  // The device itself is what it was.
  assert.deepEqual(read(tenant, { ...own, at }), [false, true, true, 22])
})

test('A-19: a challenge that is passed with an unproven signed id makes the address known, and not the device', () => {
  const tenant = established()
  tenant.pass({ ...copied, at: later }, true)
  const names = ['device.isNew', 'device.isTrusted', 'ip.isTrusted']
  assert.deepEqual(read(tenant, { ...copied, at: later + hour }, names), [true, false, true])
  const fresh = createTestTenant()
  fresh.pass({ deviceId: signed }, true)
  assert.deepEqual(read(fresh, { ...own, at: noon + hour }, names), [true, false, true])
})

test('the first days make a signed id known only with its proof', () => {
  const tenant = createTestTenant()
  for (let i = 0; i < 3; i++) tenant.track({ deviceId: signed, at: noon + i * day })
  assert.deepEqual(read(tenant, { ...own, at: noon + 3 * day }, ['device.isNew']), [true])
  const other = createTestTenant()
  other.track({ ...own, at: noon })
  assert.deepEqual(read(other, { ...own, at: noon + day }, ['device.isNew']), [false])
})

test('a dispute of an action with a copied id takes nothing from the device', () => {
  const tenant = established()
  const theirs = tenant.track({ ...copied, at: later }).instance
  tenant.settle(theirs, { kind: 'dispute', at: later + hour, actor: { kind: 'user', id: 'jane' } })
  assert.deepEqual(read(tenant, { ...own, at: later + 2 * hour }), [false, true, true, 20])
  const profile = readUserProfile(tenant.entities.get('user jane'))
  assert.equal(profile.devices.length, 1)
})

test('a device is remembered only with its proof, where it has a key', () => {
  const tenant = createTestTenant()
  const facts = { rememberedUntil: noon + 90 * day, hasUsedPasskey: true }
  tenant.user = { ...tenant.user, devices: [device(signed, facts), device('laptop', facts)] }
  tenant.user = { ...tenant.user, authenticators: [authenticator] }
  const names = ['device.isRemembered', 'authenticator.isFirstUseOnDevice']
  assert.deepEqual(read(tenant, own, names), [true, false])
  assert.deepEqual(read(tenant, { deviceId: signed }, names), [false, true])
  assert.deepEqual(read(tenant, { deviceId: 'laptop' }, names), [true, false])
})

test('a rule that is snoozed for a device is not snoozed for a copy of its id', () => {
  const snooze: RuleSnooze = { deviceId: signed, until: noon + day, reason: 'a screen reader' }
  const rule = {
    ruleId: 'r',
    name: 'R',
    priority: 0,
    outcome: 'CHALLENGE',
    mode: 'active',
    conditions: isTrue('custom.mustChallenge'),
  } as const
  const tenant = createTestTenant({ rules: [{ ...rule, snoozes: [snooze] }] })
  const stateOf = (attempt: Attempt) => tenant.track({ ...attempt, custom: { mustChallenge: true } }).decision.state
  assert.equal(stateOf(own), 'ALLOW')
  assert.equal(stateOf({ deviceId: signed }), 'CHALLENGE_REQUIRED')
})

test('another browser with the proof of a device does not fit, as with any id', () => {
  const tenant = established()
  assert.deepEqual(read(tenant, { ...own, userAgent: linuxFirefox, at: later }), [false, false, false, 20])
  assert.deepEqual(read(tenant, { ...own, ip: { ...home, asn: 64999, address: '203.0.113.4' }, at: later }, ['device.networkChanged']), [
    true,
  ])
})

const authenticator = {
  verificationMethod: 'PASSKEY',
  createdAt: noon,
  backupEligible: false,
  backupState: false,
  name: null,
}
