import assert from 'node:assert/strict'
import { test } from 'node:test'
import { methodRank } from './method-rank.ts'

test('EN-01: a key for one site is stronger than a device, a device than a mailbox or a telephone number, and a recovery code is no proof', () => {
  assert.deepEqual(['PASSKEY', 'SECURITY_KEY'].map(methodRank), [3, 3])
  assert.deepEqual(['AUTHENTICATOR_APP', 'PUSH', 'IN_APP', 'QR_CODE'].map(methodRank), [2, 2, 2, 2])
  assert.deepEqual(['SMS', 'EMAIL_OTP', 'EMAIL_MAGIC_LINK', 'OIDC_PROVIDER'].map(methodRank), [1, 1, 1, 1])
  assert.deepEqual(['RECOVERY_CODE', 'constructor', ''].map(methodRank), [0, 0, 0])
})
