import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listen, refusal } from '../test/recording-server.ts'
import { emailMagicLink, emailOtp, recoveryCode, securityKey, sms, totp, whatsapp } from './index.ts'

const enrolled = { userAuthenticatorId: 'a', userId: 'ada' }
const verified = { isVerified: true, accessToken: 'proof' }

test('each method calls the endpoints of the client API, with the token of the client or of the call', async (t) => {
  const { received, sallyport } = await listen(t, {
    'user-authenticators/totp': { body: { ...enrolled, uri: 'otpauth://totp/x', secret: 'GEZDGNBV' } },
    'verify/totp': { body: { isVerified: false, failureReason: 'CODE_INVALID_OR_EXPIRED' } },
    'user-authenticators/email-otp': { body: enrolled },
    'challenge/email-otp': { body: { challengeId: 'c' } },
    'verify/email-otp': { body: verified },
    'user-authenticators/sms': { body: enrolled },
    'challenge/sms': { body: { challengeId: 'c' } },
    'verify/sms': { body: verified },
    'user-authenticators/whatsapp': { body: enrolled },
    'challenge/whatsapp': { body: { challengeId: 'c' } },
    'verify/whatsapp': { body: verified },
    'user-authenticators/email-magic-link': { body: enrolled },
    'challenge/email-magic-link': { body: { challengeId: 'c' } },
    'verify/email-magic-link': { body: verified },
    'verify/email-magic-link/finalize': { body: verified },
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
  assert.deepEqual((await sms(sallyport).enroll({ phoneNumber: '+44', token: 'own' })).data, enrolled)
  await sms(sallyport).challenge({ token: 'own' })
  await sms(sallyport).verify({ code: '2', token: 'own' })
  assert.deepEqual((await whatsapp(sallyport).enroll({ phoneNumber: '+44', token: 'own' })).data, enrolled)
  await whatsapp(sallyport).challenge({ token: 'own' })
  await whatsapp(sallyport).verify({ code: '3', token: 'own' })
  assert.deepEqual((await emailMagicLink(sallyport).enroll({ email: 'ada@example.com', token: 'own' })).data, enrolled)
  await emailMagicLink(sallyport, { useCookies: true }).challenge({ token: 'own' })
  assert.deepEqual((await emailMagicLink(sallyport).verify({ code: '4', token: 'own' })).data, proof)
  assert.deepEqual((await emailMagicLink(sallyport).checkVerificationStatus({ token: 'own' })).data, proof)
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
      ['POST', 'user-authenticators/sms', 'Bearer own', { phoneNumber: '+44' }],
      ['POST', 'challenge/sms', 'Bearer own', {}],
      ['POST', 'verify/sms', 'Bearer own', { verificationCode: '2' }],
      ['POST', 'user-authenticators/whatsapp', 'Bearer own', { phoneNumber: '+44' }],
      ['POST', 'challenge/whatsapp', 'Bearer own', {}],
      ['POST', 'verify/whatsapp', 'Bearer own', { verificationCode: '3' }],
      ['POST', 'user-authenticators/email-magic-link', 'Bearer own', { email: 'ada@example.com' }],
      ['POST', 'challenge/email-magic-link', 'Bearer own', {}],
      ['POST', 'verify/email-magic-link', 'Bearer own', { verificationCode: '4' }],
      ['POST', 'verify/email-magic-link/finalize', 'Bearer own', {}],
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

test('a link is asked for until it was followed or its code typed in, and until the page gives up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const finalize = 'verify/email-magic-link/finalize'
  const answers: Record<string, { status?: number; body: object }> = { [finalize]: { body: { isVerified: false } } }
  const { received, sallyport } = await listen(t, answers)
  /** Lets seconds go by until the server was asked so often. */
  const asked = async (count: number) => {
    while (received.filter(({ path }) => path === finalize).length < count) {
      t.mock.timers.tick(1000)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const link = emailMagicLink(sallyport)
  sallyport.setToken('tracked')
  const followed = link.checkVerificationStatus()
  await asked(2)
  answers[finalize] = { status: 429, body: refusal('too_many_requests') }
  await asked(3)
  answers[finalize] = { body: verified }
  await asked(4)
  assert.deepEqual((await followed).data, { isVerified: true, token: 'proof' })

  answers[finalize] = { body: { isVerified: false } }
  answers['verify/email-magic-link'] = { body: { isVerified: true, accessToken: 'proof by code' } }
  sallyport.setToken('tracked')
  const typed = link.checkVerificationStatus()
  await asked(6)
  await link.verify({ code: '1' })
  answers[finalize] = { body: { isVerified: true } }
  await asked(7)
  assert.deepEqual((await typed).data, { isVerified: true, token: 'proof by code' })
  assert.ok(received.every(({ path, authorization }) => path !== finalize || authorization === 'Bearer tracked'))

  answers[finalize] = { body: { isVerified: false, failureReason: 'CODE_INVALID_OR_EXPIRED' } }
  assert.equal((await link.checkVerificationStatus()).data?.failureReason, 'CODE_INVALID_OR_EXPIRED')
  answers[finalize] = { status: 401, body: refusal('expired_token') }
  assert.equal((await link.checkVerificationStatus()).errorCode, 'expired_token')
  answers[finalize] = { body: { isVerified: false } }
  const abort = new AbortController()
  const given = link.checkVerificationStatus({ signal: abort.signal })
  abort.abort()
  assert.equal((await given).errorCode, 'aborted')
})
