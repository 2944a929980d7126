import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Authsignal, UserActionState, VerificationMethod } from '@authsignal/node'
import { followSentCodes } from '../../test/support/sent-codes.ts'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies } from '../../test/support/test-ceremony.ts'

const sent = followSentCodes()
let now = 1_750_000_000_000
let app: TestApp
let client: Ceremonies
let official: Authsignal

before(async () => {
  app = sent.follow(await createTestApp({ clock: () => now }))
  client = createCeremonies(app)
  await client.send('POST', '/management/authenticator-configurations/email-otp', app.asManagement, {})
  const url = await app.app.listen({ port: 0, host: '127.0.0.1' })
  official = new Authsignal({ apiSecretKey: app.tenant.secretKey, apiUrl: `${url}/v1` })
})
after(() => app.close())

/** A challenge of somebody who is no user yet, answered with the code that was sent. */
async function verified(email: string, more: object = {}) {
  const { body } = await client.send('POST', '/challenge', app.asServer, {
    verificationMethod: 'EMAIL_OTP',
    action: 'join',
    email,
    ...more,
  })
  const { challengeId, idempotencyKey } = body as { challengeId: string; idempotencyKey: string }
  const verificationCode = sent.lastTo(email)
  assert.equal((await client.send('POST', '/verify', app.asServer, { challengeId, verificationCode })).body.isVerified, true)
  return { challengeId, idempotencyKey }
}

const track = (userId: string, attributes: object, action = 'join') =>
  client.send('POST', `/users/${userId}/actions/${action}`, app.asServer, attributes)
const outcome = async (actionCode: string, defaultUserActionResult: string, more: object = {}) => {
  const made = await client.send('POST', '/management/action-configurations', app.asManagement, {
    actionCode,
    defaultUserActionResult,
    ...more,
  })
  assert.equal(made.status, 200, JSON.stringify(made.body))
}

test('the official client tracks with the challenge that somebody answered before they were known, and the action is passed', async () => {
  await outcome('sign-up', 'CHALLENGE')
  const email = 'new@example.com'
  const { challengeId } = await official.challenge({ verificationMethod: VerificationMethod.EMAIL_OTP, action: 'sign-up', email })
  await official.verify({ challengeId, verificationCode: sent.lastTo(email) })
  assert.equal((await official.getChallenge({ challengeId })).challengeId, challengeId)
  const tracked = await official.track({ userId: 'new-user', action: 'sign-up', attributes: { challengeId, custom: { plan: 'free' } } })
  assert.equal(tracked.state, UserActionState.CHALLENGE_SUCCEEDED)
  assert.deepEqual([tracked.isEnrolled, tracked.enrolledVerificationMethods], [true, ['EMAIL_OTP']])
  const validated = await official.validateChallenge({ token: tracked.token, userId: 'new-user', action: 'sign-up' })
  assert.deepEqual([validated.isValid, validated.idempotencyKey], [true, tracked.idempotencyKey])
  assert.equal((await official.validateChallenge({ token: tracked.token })).isValid, false, 'once')
  const user = await official.getUser({ userId: 'new-user' })
  assert.deepEqual([user.email, user.emailVerified], [email, true])
  assert.deepEqual(await official.getChallenge({ challengeId }), {})
})

test('TX-01: a challenge is claimed once, for its own user, action, key and tenant, and as long as it lasts', async () => {
  const { challengeId, idempotencyKey } = await verified('ann@example.com')
  const refused = async (userId: string, attributes: object, action?: string) => {
    const { status, body } = await track(userId, attributes, action)
    return [status, body.errorCode]
  }
  assert.deepEqual(await refused('ann', { challengeId }, 'transfer'), [401, 'expired_token'], 'another action')
  assert.deepEqual(await refused('ann', { challengeId, idempotencyKey: 'other' }), [400, 'invalid_request'], 'another key')
  assert.deepEqual(await refused('ann', { challengeId: 'none' }), [401, 'expired_token'])
  const other = await app.addTenant()
  const abroad = await client.send('POST', '/users/ann/actions/join', other.asServer, { challengeId })
  assert.equal(abroad.status, 401, 'another tenant')
  assert.deepEqual((await client.send('GET', '/users/ann/actions', app.asServer)).body, [], 'nothing was decided')

  const first = await track('ann', { challengeId, idempotencyKey })
  assert.equal(first.body.state, 'CHALLENGE_SUCCEEDED', JSON.stringify(first.body))
  assert.deepEqual(await refused('bob', { challengeId }), [401, 'expired_token'], 'another user')
  const claimed = await client.send('POST', '/claim', app.asServer, { challengeId, userId: 'ann' })
  assert.equal(claimed.status, 400)

  const known = await verified('cat@example.com', { userId: 'cat' })
  assert.deepEqual(await refused('dan', { challengeId: known.challengeId }), [401, 'expired_token'], 'asked for a user')
  now += 600_000
  assert.deepEqual(await refused('cat', { challengeId: known.challengeId }), [401, 'expired_token'], 'too late')
})

test('ID-01: a track that is sent again is answered as the first time, also at the same moment, and approves once', async () => {
  const { challengeId, idempotencyKey } = await verified('eve@example.com')
  const answers = await Promise.all(Array.from({ length: 5 }, () => track('eve', { challengeId })))
  answers.push(await track('eve', { challengeId, idempotencyKey }))
  for (const { status, body } of answers) assert.deepEqual([status, body.state], [200, 'CHALLENGE_SUCCEEDED'], JSON.stringify(body))
  const valid = []
  for (const { body } of answers) valid.push((await client.validate(body.token)).isValid)
  assert.equal(valid.filter(Boolean).length, 1)
  const bound = await client.send('GET', '/users/eve/authenticators', app.asServer)
  assert.equal((bound.body as unknown as unknown[]).length, 1)
})

test('TX-05: a track that claims is decided by the rules, and a code passes nothing that asks for more', async () => {
  await outcome('blocked', 'BLOCK')
  await outcome('reviewed', 'REVIEW')
  await outcome('strong', 'CHALLENGE', { verificationMethods: ['PASSKEY'] })
  for (const [action, state] of [
    ['blocked', 'BLOCK'],
    ['reviewed', 'REVIEW_REQUIRED'],
    ['strong', 'CHALLENGE_REQUIRED'],
  ] as const) {
    const { challengeId } = await verified(`${action}@example.com`, { action })
    const { status, body } = await track('fay', { challengeId }, action)
    assert.deepEqual([status, body.state], [200, state], JSON.stringify(body))
    assert.equal((await client.validate(body.token)).isValid, false)
  }
  assert.deepEqual((await client.send('GET', '/users/fay/authenticators', app.asServer)).body, [], 'nothing is bound')
})

test('a challenge that was not verified is not claimed by a track', async () => {
  const email = 'gus@example.com'
  const { body } = await client.send('POST', '/challenge', app.asServer, { verificationMethod: 'EMAIL_OTP', action: 'join', email })
  const { status, body: refused } = await track('gus', { challengeId: body.challengeId })
  assert.deepEqual([status, refused.errorCode], [400, 'invalid_request'])
  assert.match(String(refused.errorDescription), /was not verified/)
})

test('a challenge that a browser started is claimed by nobody: its sign-in has a token of its own', async () => {
  const { body } = await client.send('POST', '/client/challenge', app.asBrowser, { action: 'join' })
  assert.equal((await track('hal', { challengeId: body.challengeId })).status, 401)
})
