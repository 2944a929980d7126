import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VerificationMethod } from '@sallyport/engine'
import { strengthObstacle } from './strength-obstacle.ts'

const basis = { createdAt: 1, state: 'CHALLENGE_SUCCEEDED' as const, isEnrolled: true }

function mayBind(proved: VerificationMethod | null, bound: string[], method: string, kind: 'result' | 'challenge' = 'result'): boolean {
  const rows = bound.map((verification_method) => ({ verification_method }))
  return strengthObstacle({ token: { kind, basis }, instance: { verificationMethod: proved }, bound: rows, method }) === undefined
}

test('EN-01: adding a factor takes the strongest proof that the account has, or one as strong as what is added', () => {
  const account = ['PASSKEY', 'AUTHENTICATOR_APP', 'EMAIL_OTP']
  const allowed = (proved: VerificationMethod) =>
    ['PASSKEY', 'AUTHENTICATOR_APP', 'SMS', 'RECOVERY_CODE'].filter((method) => mayBind(proved, account, method))
  assert.deepEqual(allowed('PASSKEY'), ['PASSKEY', 'AUTHENTICATOR_APP', 'SMS', 'RECOVERY_CODE'])
  assert.deepEqual(allowed('AUTHENTICATOR_APP'), ['AUTHENTICATOR_APP', 'SMS'])
  assert.deepEqual(allowed('EMAIL_OTP'), ['SMS'])
  assert.deepEqual(allowed('RECOVERY_CODE'), [])
})

test('EN-01: an account that has nothing stronger is raised by what it has', () => {
  assert.ok(mayBind('EMAIL_OTP', ['EMAIL_OTP'], 'PASSKEY'))
  assert.ok(mayBind('AUTHENTICATOR_APP', ['AUTHENTICATOR_APP', 'RECOVERY_CODE'], 'PASSKEY'))
  assert.ok(mayBind('AUTHENTICATOR_APP', ['AUTHENTICATOR_APP'], 'RECOVERY_CODE'))
})

test('RC-05: a recovery code alone binds nothing, whatever else the account has', () => {
  for (const bound of [['PASSKEY', 'RECOVERY_CODE'], ['EMAIL_OTP', 'RECOVERY_CODE'], ['RECOVERY_CODE']]) {
    for (const method of ['PASSKEY', 'EMAIL_OTP', 'RECOVERY_CODE'])
      assert.ok(!mayBind('RECOVERY_CODE', bound, method), `${bound} ${method}`)
  }
})

test('EN-01: the word of the application stands for itself: a token with the scope, or a state that it set', () => {
  assert.ok(mayBind('EMAIL_OTP', ['PASSKEY'], 'PASSKEY', 'challenge'))
  assert.ok(mayBind(null, ['PASSKEY'], 'PASSKEY'))
})
