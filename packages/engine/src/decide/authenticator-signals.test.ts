import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestTenant, day, device, noon } from '../../test/tenant.ts'
import { NOT_APPLICABLE, NOT_PROVIDED } from '../facts/missing.ts'
import type { AuthenticatorFacts } from '../facts/user-facts.ts'

const passkey: AuthenticatorFacts = {
  verificationMethod: 'PASSKEY',
  createdAt: noon - 90 * day,
  backupEligible: true,
  backupState: true,
  name: 'iCloud Keychain',
}
const boundKey: AuthenticatorFacts = { ...passkey, createdAt: noon - 2 * day, backupEligible: false, backupState: false, name: null }

function signalsOf(
  authenticators: AuthenticatorFacts[],
  devices = [device('laptop', { hasUsedPasskey: true })],
  deviceId: string | null = 'laptop',
) {
  const tenant = createTestTenant()
  tenant.user = { ...tenant.user, authenticators, devices }
  const { signal } = tenant.track({ deviceId })
  const names = ['count', 'hasDeviceBound', 'isBackedUp', 'ageDays', 'newestAgeDays', 'name', 'isFirstUseOnDevice']
  return names.map((name) => signal(`authenticator.${name}`))
}

test('the facts are those of the passkey that was last used, the counts are of all', () => {
  assert.deepEqual(signalsOf([passkey]), [1, false, true, 90, 90, 'iCloud Keychain', false])
  assert.deepEqual(signalsOf([passkey, boundKey]), [2, true, true, 90, 2, 'iCloud Keychain', false])
  assert.deepEqual(signalsOf([boundKey, passkey]), [2, true, false, 2, 2, NOT_PROVIDED, false])
})

test('a passkey on a device that has used none is its first use there', () => {
  assert.equal(signalsOf([passkey], [device('laptop')]).at(-1), true)
  assert.equal(signalsOf([passkey], []).at(-1), true)
  assert.deepEqual(signalsOf([passkey], [], null).at(-1), NOT_PROVIDED)
})

test('without an authenticator there is nothing to say, and what an imported one is is not known yet', () => {
  assert.deepEqual(signalsOf([]), [0, NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE])
  const imported = { ...passkey, backupEligible: null, backupState: null }
  assert.deepEqual(signalsOf([imported]).slice(0, 3), [1, NOT_PROVIDED, NOT_PROVIDED])
  assert.equal(signalsOf([imported, boundKey])[1], true)
})
