import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeAssurance } from './describe-assurance.ts'
import { type VerificationMethod, verificationMethods } from './verification-method.ts'

test('the assurance of a method is said as its properties are', () => {
  assert.equal(describeAssurance('PASSKEY'), 'Resists phishing. It shows that the user has a key and unlocked it with a PIN or biometrics.')
  assert.equal(describeAssurance('AUTHENTICATOR_APP'), 'Can be phished. It shows that the user has something.')
  assert.equal(
    describeAssurance('SMS'),
    'Can be phished. It shows that the user receives messages at a number, which a telephone company can redirect.',
  )
  assert.equal(describeAssurance('EMAIL_OTP'), 'Can be phished. It shows no possession: a mailbox opens from anywhere.')
  assert.equal(
    describeAssurance('RECOVERY_CODE'),
    'Gets a user back into their account. It is no proof to act with, unless a rule names it.',
  )
})

test('no method is said to resist phishing unless it does', () => {
  for (const method of Object.keys(verificationMethods) as VerificationMethod[])
    assert.equal(describeAssurance(method).startsWith('Resists phishing'), verificationMethods[method].phishingResistant, method)
})
