import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Authsignal, AuthsignalError, SmsChannel, VerificationMethod } from '@authsignal/node'
import { otherThan } from '../../../test/contract/code-driver.ts'
import { followSentCodes } from '../../../test/support/sent-codes.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies } from '../../../test/support/test-ceremony.ts'

const sent = followSentCodes()
let now = 1_750_000_000_000
let app: TestApp
let client: Ceremonies
let official: Authsignal

before(async () => {
  app = sent.follow(await createTestApp({ clock: () => now }))
  client = createCeremonies(app)
  await client.send('POST', '/management/authenticator-configurations/email-otp', app.asManagement, {})
  await client.send('POST', '/management/authenticator-configurations/sms', app.asManagement, { smsCountryCodes: ['NZ'] })
  const url = await app.app.listen({ port: 0, host: '127.0.0.1' })
  official = new Authsignal({ apiSecretKey: app.tenant.secretKey, apiUrl: `${url}/v1` })
})
after(() => app.close())

const start = (body: object) => client.send('POST', '/challenge', app.asServer, body)
const verify = (challengeId: unknown, verificationCode: string) =>
  client.send('POST', '/verify', app.asServer, { challengeId, verificationCode })
const claim = (challengeId: unknown, userId: string) => client.send('POST', '/claim', app.asServer, { challengeId, userId })
const byMail = (email: string, more: object = {}) => start({ verificationMethod: 'EMAIL_OTP', action: 'sign-in', email, ...more })

test('the official client starts, replays, verifies and claims a challenge of somebody who is no user yet', async () => {
  const email = 'new@example.com'
  const started = await official.challenge({ verificationMethod: VerificationMethod.EMAIL_OTP, action: 'sign-up', email })
  assert.equal(started.expiresAt, (now + 600_000) / 1000)
  assert.ok(started.idempotencyKey)
  const first = sent.lastTo(email)
  now += 1000
  const again = await official.challenge({ challengeId: started.challengeId })
  assert.deepEqual([again.challengeId, again.idempotencyKey], [started.challengeId, started.idempotencyKey])
  const { challengeId } = started
  assert.deepEqual(await official.verify({ challengeId, verificationCode: first }), {
    isVerified: false,
    failureReason: 'CODE_INVALID_OR_EXPIRED',
  })
  const verified = await official.verify({ challengeId, verificationCode: sent.lastTo(email) })
  assert.deepEqual(verified, { isVerified: true, email, verificationMethod: 'EMAIL_OTP' })
  const open = await official.getChallenge({ challengeId })
  assert.deepEqual([open.challengeId, open.email, open.action, open.verificationMethod], [challengeId, email, 'sign-up', 'EMAIL_OTP'])
  const claimed = await official.claimChallenge({ challengeId, userId: 'new-user' })
  assert.equal(claimed.verificationMethod, 'EMAIL_OTP')
  const validated = await official.validateChallenge({ token: claimed.token, userId: 'new-user', action: 'sign-up' })
  assert.deepEqual([validated.isValid, validated.state, validated.idempotencyKey], [true, 'CHALLENGE_SUCCEEDED', started.idempotencyKey])
  const user = await official.getUser({ userId: 'new-user' })
  assert.deepEqual([user.isEnrolled, user.email, user.emailVerified], [true, email, true])
  await assert.rejects(official.claimChallenge({ challengeId, userId: 'new-user' }), AuthsignalError)
  assert.deepEqual(await official.getChallenge({ challengeId }), {})
})

test('a code by text message goes to the number of a known user', async () => {
  await official.enrollVerifiedAuthenticator({
    userId: 'ann',
    attributes: { verificationMethod: VerificationMethod.SMS, phoneNumber: '+64211000001' },
  })
  const { challengeId } = await official.challenge({
    verificationMethod: VerificationMethod.SMS,
    action: 'sign-in',
    userId: 'ann',
    smsChannel: SmsChannel.DEFAULT,
  })
  const shown = (await client.send('GET', '/users/ann/challenge', app.asServer)).body
  assert.deepEqual([shown.challengeId, shown.phoneNumber], [challengeId, '+64211000001'])
  assert.equal((await client.send('POST', '/challenges?userId=ann', app.asServer)).body.challengeId, challengeId)
  assert.deepEqual((await client.send('GET', '/users/nobody/challenge', app.asServer)).body, {})
  assert.equal((await official.verify({ challengeId, verificationCode: sent.lastTo('+64211000001') })).phoneNumber, '+64211000001')
  assert.equal((await claim(challengeId, 'bob')).body.errorCode, 'invalid_request')
  assert.equal((await claim(challengeId, 'ann')).status, 200)
})

test('a claim passes the instance that was tracked under its key', async () => {
  const tracked = await client.track('cat', 'transfer', { custom: { amount: 10 } }, 'CHALLENGE_REQUIRED')
  const { idempotencyKey } = tracked
  const { body } = await start({
    verificationMethod: 'EMAIL_OTP',
    action: 'transfer',
    email: 'cat@example.com',
    userId: 'cat',
    idempotencyKey,
  })
  await verify(body.challengeId, sent.lastTo('cat@example.com'))
  const claimed = await claim(body.challengeId, 'cat')
  assert.equal(claimed.status, 200, JSON.stringify(claimed.body))
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_SUCCEEDED')
  const validated = await client.validate(claimed.body.token, { custom: { amount: 10 } })
  assert.deepEqual([validated.isValid, validated.isTracked], [true, true])
})

test('OT-05: a code is good for ten minutes and once, and what was not verified is not claimed', async () => {
  const { body } = await byMail('dan@example.com')
  const code = sent.lastTo('dan@example.com')
  assert.match(String((await claim(body.challengeId, 'dan')).body.errorDescription), /was not verified/)
  const skipped = await client.send('POST', '/claim', app.asServer, {
    challengeId: body.challengeId,
    userId: 'dan',
    skipVerificationCheck: true,
  })
  assert.match(String(skipped.body.errorDescription), /not supported/)
  now += 599_999
  assert.equal((await verify(body.challengeId, code)).body.isVerified, true)
  assert.equal((await verify(body.challengeId, code)).body.isVerified, false)
  const late = await byMail('dan@example.com')
  now += 600_000
  assert.equal((await verify(late.body.challengeId, sent.lastTo('dan@example.com'))).body.isVerified, false)
})

test('OT-06, RL-02: five wrong codes end a challenge, also many at once and after a new code', async () => {
  const { body } = await byMail('eve@example.com')
  for (let tries = 1; tries < 5; tries++) {
    assert.equal((await verify(body.challengeId, `00000${tries}`)).body.failureReason, 'CODE_INVALID_OR_EXPIRED')
  }
  await start({ challengeId: body.challengeId })
  const code = sent.lastTo('eve@example.com')
  assert.equal((await verify(body.challengeId, otherThan(code))).body.failureReason, 'MAX_ATTEMPTS_EXCEEDED')
  now += 31_000
  assert.equal((await verify(body.challengeId, code)).body.isVerified, false)
  assert.equal((await start({ challengeId: body.challengeId })).body.errorCode, 'invalid_request')
  const many = await byMail('eva@example.com')
  const guesses = await Promise.all(Array.from({ length: 30 }, (_, guess) => verify(many.body.challengeId, String(100_000 + guess))))
  assert.ok(guesses.filter(({ body: { failureReason } }) => failureReason === 'CODE_INVALID_OR_EXPIRED').length <= 5)
})

test('OT-07: a code is good for its own challenge, and a challenge for its own tenant', async () => {
  const first = await byMail('fay@example.com')
  const code = sent.lastTo('fay@example.com')
  const second = await byMail('fay@example.com')
  assert.equal((await verify(second.body.challengeId, code)).body.isVerified, false)
  const other = await app.addTenant()
  const abroad = await client.send('POST', '/verify', other.asServer, { challengeId: first.body.challengeId, verificationCode: code })
  assert.equal(abroad.body.isVerified, false)
  assert.equal((await verify(first.body.challengeId, code)).body.isVerified, true)
  const track = await client.track('fay', 'sign-in', { idempotencyKey: first.body.idempotencyKey }, 'CHALLENGE_REQUIRED')
  const inBrowser = await client.send('POST', '/client/verify/email-otp', app.withToken(track.token), { verificationCode: code })
  assert.equal(inBrowser.body.isVerified, false)
})

test('OT-09, TX-05: a claim is no way around a rule that asks for a passkey', async () => {
  await client.send('POST', '/management/action-configurations', app.asManagement, { actionCode: 'pay', defaultUserActionResult: 'ALLOW' })
  const rule = {
    name: 'Keys',
    priority: 1,
    type: 'CHALLENGE',
    conditions: { '==': [{ var: 'ip.isPrivate' }, true] },
    challenge: { phishingResistant: true },
  }
  const saved = await client.send('POST', '/management/action-configurations/pay/rules', app.asManagement, rule)
  assert.equal(saved.status, 200, JSON.stringify(saved.body))
  const tracked = await client.track('gus', 'pay', { ipAddress: '10.0.0.1' })
  assert.equal(tracked.state, 'CHALLENGE_REQUIRED')
  for (const idempotencyKey of [tracked.idempotencyKey, undefined]) {
    const { body } = await start({ verificationMethod: 'EMAIL_OTP', action: 'pay', email: 'gus@example.com', idempotencyKey })
    assert.equal((await verify(body.challengeId, sent.lastTo('gus@example.com'))).body.isVerified, true)
    assert.equal((await claim(body.challengeId, 'gus')).body.errorCode, 'invalid_request')
  }
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_REQUIRED')
})

test('a challenge that cannot be started says why', async () => {
  const refused = async (body: object) => String((await start(body)).body.errorDescription)
  assert.match(await refused({}), /`verificationMethod` and `action` are required/)
  assert.match(await refused({ verificationMethod: 'PASSKEY', action: 'a' }), /PASSKEY sends no codes/)
  assert.match(await refused({ verificationMethod: 'WHATSAPP', action: 'a' }), /not an enabled/)
  assert.match(await refused({ verificationMethod: 'EMAIL_OTP', action: 'a' }), /`email` is required/)
  assert.match(await refused({ verificationMethod: 'EMAIL_OTP', action: 'a', email: 'nobody' }), /not a mail address/)
  assert.match(await refused({ challengeId: 'unknown' }), /unknown, has expired/)
})

test('the React components of the official client learn what can answer a token', async () => {
  await official.enrollVerifiedAuthenticator({
    userId: 'hal',
    attributes: { verificationMethod: VerificationMethod.EMAIL_OTP, email: 'hal@example.com' },
  })
  const { token } = await client.track('hal', 'transfer', {}, 'CHALLENGE_REQUIRED')
  const { challengeOptions } = (await client.send('POST', '/client/init', app.withToken(token), {})).body as { challengeOptions: object }
  assert.deepEqual(challengeOptions, {
    token,
    defaultVerificationMethod: 'EMAIL_OTP',
    verificationMethods: ['EMAIL_OTP'],
    user: { email: 'hal@example.com' },
  })
})
