import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeMethods } from './describe-methods.ts'
import type { Method } from './use-methods.ts'

const method = (verificationMethod: string, rank: number, state: Method['state']) => ({ verificationMethod, rank, state }) as Method

test('the sentence says what a challenge is passed with, and what is on and cannot be used', () => {
  assert.equal(describeMethods([]), 'No method is ready: nobody can pass a challenge.')
  assert.equal(
    describeMethods([method('PASSKEY', 3, 'READY'), method('SMS', 1, 'INCOMPLETE'), method('RECOVERY_CODE', 0, 'READY')]),
    'Challenges can be passed by passkey. Text message is on, but cannot be used yet.',
  )
  assert.equal(
    describeMethods([method('EMAIL_OTP', 1, 'READY'), method('AUTHENTICATOR_APP', 2, 'READY'), method('PASSKEY', 3, 'OFF')]),
    'Challenges can be passed by e-mail code and authenticator app. None of them resists phishing.',
  )
})
