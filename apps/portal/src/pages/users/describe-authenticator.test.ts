import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Authenticator, authenticatorName, keptWords, providerOf } from './describe-authenticator.ts'

function passkey(given: object, name?: string): Authenticator {
  return { verificationMethod: 'PASSKEY', ...(name && { name }), webauthnCredential: { name: 'Windows Hello', ...given } } as Authenticator
}

test('an authenticator is called as a person named it, else by its model, else by its method', () => {
  assert.equal(authenticatorName(passkey({}, 'office laptop')), 'office laptop')
  assert.equal(authenticatorName(passkey({})), 'Windows Hello')
  assert.equal(authenticatorName({ verificationMethod: 'EMAIL_OTP', email: 'a@b.example' } as Authenticator), 'a@b.example')
  assert.equal(authenticatorName({ verificationMethod: 'AUTHENTICATOR_APP' } as Authenticator), 'Authenticator app')
})

test('it says whether a passkey is synced, could be, or never leaves its device', () => {
  assert.equal(keptWords(passkey({ credentialDeviceType: 'multiDevice', credentialBackedUp: true })), 'synced')
  assert.equal(keptWords(passkey({ credentialDeviceType: 'multiDevice', credentialBackedUp: false })), 'can be synced, is not')
  assert.equal(keptWords(passkey({ credentialDeviceType: 'singleDevice' })), 'device-bound')
  assert.equal(keptWords(passkey({})), 'not known')
  assert.equal(keptWords({ verificationMethod: 'SMS' } as Authenticator), undefined)
  assert.equal(keptWords({ verificationMethod: 'RECOVERY_CODE', recoveryCodesLeft: 1 } as Authenticator), '1 code left')
  assert.equal(keptWords({ verificationMethod: 'RECOVERY_CODE', recoveryCodesLeft: 0 } as Authenticator), '0 codes left')
  assert.equal(providerOf(passkey({ aaguidMapping: { name: 'iCloud Keychain' } })), 'iCloud Keychain')
})
