import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type VerificationMethod, verificationMethods } from '../methods/verification-method.ts'
import { challengeMethods, challengeStrength } from './challenge-strength.ts'
import { unmetDemand } from './unmet-demand.ts'

const methods = Object.keys(verificationMethods) as VerificationMethod[]
const best = { userVerified: true, isDeviceBound: true }
const demands = [{ phishingResistant: true }, { userVerification: true }, { deviceBound: true }]

test('OT-09, RC-05: only a key for one site meets a demand on the proof, whatever another method claims', () => {
  for (const challenge of demands) {
    const strength = challengeStrength({ challenge })
    assert.deepEqual(
      methods.filter((method) => unmetDemand(method, best, strength) === undefined),
      ['PASSKEY', 'SECURITY_KEY'],
    )
  }
})

test('what is offered for a challenge is what is accepted for it', () => {
  for (const challenge of [undefined, {}, { maxAgeSeconds: 60 }, ...demands]) {
    const rule = challenge === undefined ? null : { challenge }
    const offered = challengeMethods(rule, { verificationMethods: [] }, methods)
    const accepted = methods.filter((method) => unmetDemand(method, best, challengeStrength(rule)) === undefined)
    assert.deepEqual(
      offered,
      accepted.filter((method) => method !== 'RECOVERY_CODE'),
    )
  }
})

test('RC-05: a recovery code answers only where an action or its rule names it', () => {
  const enabled = ['PASSKEY', 'RECOVERY_CODE']
  assert.deepEqual(challengeMethods(null, { verificationMethods: [] }, enabled), ['PASSKEY'])
  assert.deepEqual(challengeMethods(null, { verificationMethods: ['RECOVERY_CODE'] }, enabled), ['RECOVERY_CODE'])
  const rule = { verificationMethods: ['PASSKEY' as const, 'RECOVERY_CODE' as const], challenge: { phishingResistant: true } }
  assert.deepEqual(challengeMethods(rule, { verificationMethods: [] }, enabled), ['PASSKEY'])
})

test('WA-09: a touch alone meets no challenge, and a method that cannot verify its user is not asked to', () => {
  const touch = { userVerified: false, isDeviceBound: true }
  const plain = challengeStrength(null)
  assert.equal(unmetDemand('PASSKEY', touch, plain), 'user_not_verified')
  assert.equal(unmetDemand('SECURITY_KEY', touch, plain), 'user_not_verified')
  assert.equal(unmetDemand('AUTHENTICATOR_APP', { userVerified: false, isDeviceBound: false }, plain), undefined)
})

test('a synced passkey is refused where the key may not leave its device', () => {
  const strength = challengeStrength({ challenge: { deviceBound: true } })
  assert.equal(unmetDemand('PASSKEY', { userVerified: true, isDeviceBound: false }, strength), 'not_device_bound')
})
