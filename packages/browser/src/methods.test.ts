import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listen, refusal } from '../test/recording-server.ts'
import { emailOtp, recoveryCode, securityKey, totp } from './index.ts'

const enrolled = { userAuthenticatorId: 'a', userId: 'ada' }
const verified = { isVerified: true, accessToken: 'proof' }

test('each method calls the endpoints of the client API, with the token of the client or of the call', async (t) => {
  const { received, sallyport } = await listen(t, {
    'user-authenticators/totp': { body: { ...enrolled, uri: 'otpauth://totp/x', secret: 'GEZDGNBV' } },
    'verify/totp': { body: { isVerified: false, failureReason: 'CODE_INVALID_OR_EXPIRED' } },
    'user-authenticators/email-otp': { body: enrolled },
    'challenge/email-otp': { body: { challengeId: 'c' } },
    'verify/email-otp': { body: verified },
    'user-authenticators/recovery-code': { body: { ...enrolled, recoveryCodes: ['ABCD-EFGH'] } },
    'verify/recovery-code': { body: verified },
  })
  sallyport.setToken('tracked')
  const proof = { isVerified: true, token: 'proof' }
  assert.deepEqual((await totp(sallyport).enroll()).data, { ...enrolled, uri: 'otpauth://totp/x', secret: 'GEZDGNBV' })
  assert.deepEqual((await totp(sallyport).verify({ code: '123456' })).data, {
    isVerified: false,
    failureReason: 'CODE_INVALID_OR_EXPIRED',
  })
  assert.deepEqual((await emailOtp(sallyport).enroll({ email: 'ada@example.com' })).data, enrolled)
  assert.deepEqual((await emailOtp(sallyport).challenge()).data, { challengeId: 'c' })
  assert.deepEqual((await emailOtp(sallyport).verify({ code: '1', token: 'own' })).data, proof)
  assert.deepEqual((await recoveryCode(sallyport).enroll()).data, { ...enrolled, recoveryCodes: ['ABCD-EFGH'] })
  assert.deepEqual((await recoveryCode(sallyport).verify({ code: 'abcd efgh' })).data, proof)
  assert.deepEqual(
    received.map(({ method, path, authorization, body }) => [method, path, authorization, body]),
    [
      ['POST', 'user-authenticators/totp', 'Bearer tracked', {}],
      ['POST', 'verify/totp', 'Bearer tracked', { verificationCode: '123456' }],
      ['POST', 'user-authenticators/email-otp', 'Bearer tracked', { email: 'ada@example.com' }],
      ['POST', 'challenge/email-otp', 'Bearer tracked', {}],
      ['POST', 'verify/email-otp', 'Bearer own', { verificationCode: '1' }],
      ['POST', 'user-authenticators/recovery-code', 'Bearer proof', {}],
      ['POST', 'verify/recovery-code', 'Bearer proof', { verificationCode: 'abcd efgh' }],
    ],
    'a proof is the token of the calls after it',
  )
})

test('without a token nothing is sent, and what the server refuses is told', async (t) => {
  const { received, sallyport, expirations } = await listen(t, {
    'verify/totp': { status: 401, body: refusal('expired_token') },
    'user-authenticators/security-key/authentication-options': { status: 400, body: refusal('not_enrolled') },
  })
  assert.equal((await totp(sallyport).verify({ code: '1' })).errorCode, 'token_not_set')
  assert.equal((await securityKey(sallyport).enroll()).errorCode, 'token_not_set')
  assert.equal(received.length, 0)
  sallyport.setToken('old')
  assert.equal((await totp(sallyport).verify({ code: '1' })).errorCode, 'expired_token')
  assert.equal((await securityKey(sallyport).verify()).errorCode, 'not_enrolled')
  assert.equal(expirations(), 1)
})

test('a browser without WebAuthn cannot use security keys, and says so', async (t) => {
  const { sallyport } = await listen(t, {
    'user-authenticators/security-key/registration-options': { body: { challenge: 'AAAA', user: { id: 'AAAA' } } },
    'user-authenticators/security-key/authentication-options': { body: { challenge: 'AAAA' } },
  })
  sallyport.setToken('tracked')
  assert.equal((await securityKey(sallyport).enroll()).errorCode, 'not_supported')
  assert.equal((await securityKey(sallyport).verify()).errorCode, 'not_supported')
})
