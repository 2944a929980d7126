import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Authsignal, AuthsignalError, UserActionState, VerificationMethod } from '@authsignal/node'
import { encodeCBOR } from '@levischuck/tiny-cbor'
import { createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { passChallenge } from '../../test/support/test-challenge.ts'

// The client as it is published, only the URL changed, against a listening server.
const server = await createTestApp()
const { app, tenant, asServer, asManagement } = server
await app.listen({ port: 0, host: '127.0.0.1' })
const address = app.server.address()
if (address === null || typeof address === 'string') throw new Error('not listening on a port')
const apiUrl = `http://127.0.0.1:${address.port}/v1`
const client = new Authsignal({ apiSecretKey: tenant.secretKey, apiUrl })
after(server.close)

before(async () => {
  await app.inject({
    method: 'POST',
    url: '/v1/management/custom-data-points',
    headers: asManagement,
    payload: { name: 'transactionValue', dataType: 'number', modelType: 'action' },
  })
  await configureAction(server, 'adaptive-mfa-transfer', {
    defaultOutcome: 'ALLOW',
    rules: [{ name: 'High value', outcome: 'CHALLENGE', conditions: { and: [{ '>': [{ var: 'custom.transactionValue' }, 2000] }] } }],
  })
  const { credentialId, coseKey } = createSoftwareAuthenticator()
  await app.inject({
    method: 'POST',
    url: '/v1/users/ann/authenticators',
    headers: asServer,
    payload: {
      verificationMethod: 'PASSKEY',
      credentialId,
      credentialPublicKey: Buffer.from(encodeCBOR(coseKey)).toString('base64url'),
    },
  })
})

test('getUser, updateUser, queryUsers and deleteUser', async () => {
  const userId = 'auth0|kiwi'
  const unknown = await client.getUser({ userId })
  assert.equal(unknown.isEnrolled, false)
  assert.equal(unknown.email, undefined)
  assert.equal(unknown.emailVerified, false)
  const attributes = {
    email: 'kiwi@example.com',
    phoneNumber: '+64210000000',
    username: 'kiwi',
    displayName: 'Kiwi',
    custom: { age: 7, vip: true },
  }
  const updated = await client.updateUser({ userId, attributes })
  assert.equal(updated.email, attributes.email)
  const user = await client.getUser({ userId })
  assert.equal(user.phoneNumber, attributes.phoneNumber)
  assert.equal(user.displayName, attributes.displayName)
  assert.deepEqual(user.custom, attributes.custom)
  const found = await client.queryUsers({ email: attributes.email, limit: 5 })
  assert.deepEqual(
    found.users.map((one) => one.userId),
    [userId],
  )
  assert.equal(found.lastEvaluatedUserId, undefined)
  await client.deleteUser({ userId })
  assert.equal((await client.getUser({ userId })).email, undefined)
})

test('track, getAction, updateAction and queryUserActions', async () => {
  const tracked = await client.track({
    userId: 'ann',
    action: 'adaptive-mfa-transfer',
    attributes: {
      idempotencyKey: 'transfer-1',
      ipAddress: '203.0.113.9',
      userAgent: 'Mozilla/5.0',
      deviceId: 'device-1',
      redirectUrl: 'https://example.com/done',
      custom: { transactionValue: 3000 },
    },
  })
  assert.equal(tracked.state, UserActionState.CHALLENGE_REQUIRED)
  assert.equal(tracked.isEnrolled, true)
  assert.deepEqual(tracked.enrolledVerificationMethods, [VerificationMethod.PASSKEY])
  assert.ok(tracked.allowedVerificationMethods?.length)
  assert.match(tracked.url, /\?token=/)
  assert.ok(tracked.ruleIds?.length)
  const action = await client.getAction({ userId: 'ann', action: 'adaptive-mfa-transfer', idempotencyKey: 'transfer-1' })
  assert.equal(action.state, UserActionState.CHALLENGE_REQUIRED)
  assert.deepEqual(
    action.rules?.map(({ name }) => name),
    ['High value'],
  )
  assert.ok(action.output)
  const attributes = { state: UserActionState.CHALLENGE_FAILED }
  const changed = await client.updateAction({ userId: 'ann', action: 'adaptive-mfa-transfer', idempotencyKey: 'transfer-1', attributes })
  assert.equal(changed.state, UserActionState.CHALLENGE_FAILED)
  await client.track({ userId: 'ann', action: 'sign-in' })
  const failed = await client.queryUserActions({
    userId: 'ann',
    fromDate: new Date(Date.now() - 60_000).toISOString(),
    actionCodes: ['adaptive-mfa-transfer', 'sign-in'],
    state: UserActionState.CHALLENGE_FAILED,
  })
  assert.deepEqual(
    failed.map(({ actionCode, idempotencyKey }) => [actionCode, idempotencyKey]),
    [['adaptive-mfa-transfer', 'transfer-1']],
  )
})

test('getAuthenticators, enrollVerifiedAuthenticator and deleteAuthenticator', async () => {
  const [authenticator] = await client.getAuthenticators({ userId: 'ann' })
  assert.equal(authenticator?.verificationMethod, VerificationMethod.PASSKEY)
  assert.equal(authenticator?.userId, 'ann')
  const enrollment = client.enrollVerifiedAuthenticator({
    userId: 'ann',
    attributes: { verificationMethod: VerificationMethod.SMS, phoneNumber: '+64210000000' },
  })
  await assert.rejects(enrollment, (error) => {
    assert.ok(error instanceof AuthsignalError)
    assert.equal(error.statusCode, 400)
    assert.equal(error.errorCode, 'invalid_request')
    assert.equal(error.errorDescription, 'SMS is not an enabled verification method')
    return true
  })
  await enableSms()
  const { authenticator: sms } = await client.enrollVerifiedAuthenticator({
    userId: 'ann',
    attributes: { verificationMethod: VerificationMethod.SMS, phoneNumber: '+64210000000' },
  })
  assert.equal(sms.userId, 'ann')
  assert.equal(sms.phoneNumber, '+64210000000')
  await client.deleteAuthenticator({ userId: 'ann', userAuthenticatorId: sms.userAuthenticatorId })
  assert.equal((await client.getAuthenticators({ userId: 'ann' })).length, 1)
})

async function enableSms() {
  const url = '/v1/management/authenticator-configurations/sms'
  const { statusCode } = await app.inject({ method: 'POST', url, headers: asManagement, payload: { smsCountryCodes: ['NZ'] } })
  assert.equal(statusCode, 200)
}

// The package's own tests, which run against the original, expect this of a user whom the server has enrolled.
test('a user whom the server enrols for text messages or mail is enrolled, is challenged, and is gone when deleted', async () => {
  await app.inject({ method: 'POST', url: '/v1/management/authenticator-configurations/email-otp', headers: asManagement, payload: {} })
  await configureAction(server, 'Login', { defaultOutcome: 'CHALLENGE' })
  for (const attributes of [
    { verificationMethod: VerificationMethod.SMS, phoneNumber: '+6427000000' },
    { verificationMethod: VerificationMethod.EMAIL_OTP, email: 'lena@example.com' },
  ]) {
    const { verificationMethod } = attributes
    const userId = randomUUID()
    const enrolled = await client.enrollVerifiedAuthenticator({ userId, attributes })
    assert.equal(enrolled.authenticator.verificationMethod, verificationMethod)
    const user = await client.getUser({ userId })
    assert.deepEqual([user.isEnrolled, user.enrolledVerificationMethods], [true, [verificationMethod]])
    assert.equal(user.email, attributes.email)
    const [held] = await client.getAuthenticators({ userId })
    assert.equal(held?.verificationMethod, verificationMethod)

    const tracked = await client.track({ userId, action: 'Login' })
    assert.deepEqual([tracked.state, tracked.isEnrolled], [UserActionState.CHALLENGE_REQUIRED, true])
    assert.deepEqual(tracked.enrolledVerificationMethods, [verificationMethod])
    const validated = await client.validateChallenge({ token: tracked.token })
    assert.deepEqual([validated.isValid, validated.state, validated.action], [false, UserActionState.CHALLENGE_REQUIRED, 'Login'])
    const key = { userId, action: 'Login', idempotencyKey: tracked.idempotencyKey }
    await client.updateAction({ ...key, attributes: { state: UserActionState.REVIEW_REQUIRED } })
    assert.equal((await client.getAction(key))?.state, UserActionState.REVIEW_REQUIRED)

    const changes = { email: 'test@example.com', emailVerified: true, phoneNumber: '+6427123456', phoneNumberVerified: false }
    const updated = await client.updateUser({ userId, attributes: { ...changes, username: changes.email, custom: { foo: 'bar' } } })
    assert.deepEqual([updated.emailVerified, updated.phoneNumber, updated.phoneNumberVerified], [true, '+6427123456', false])
    assert.deepEqual(updated.custom, { foo: 'bar' })
    await client.deleteAuthenticator({ userId, userAuthenticatorId: held.userAuthenticatorId })
    assert.deepEqual(await client.getAuthenticators({ userId }), [])
    assert.deepEqual(await client.getChallenge({ userId, action: 'Login' }), {})
    await client.deleteUser({ userId })
    assert.equal((await client.getUser({ userId })).isEnrolled, false)
  }
})

test('validateChallenge', async () => {
  const action = 'adaptive-mfa-transfer'
  const tracked = await client.track({ userId: 'ann', action, attributes: { custom: { transactionValue: 3000 } } })
  const fresh = await client.validateChallenge({ token: tracked.token })
  assert.equal(fresh.isValid, false)
  assert.equal(fresh.state, UserActionState.CHALLENGE_REQUIRED)
  assert.equal(fresh.action, action)
  assert.equal(fresh.userId, 'ann')
  const { idempotencyKey } = tracked
  const token = await passChallenge(server, { tenantId: tenant.tenantId, userId: 'ann', action, idempotencyKey })
  assert.equal((await client.validateChallenge({ token, userId: 'ben' })).error, 'User is invalid.')
  assert.equal((await client.validateChallenge({ token, action: 'other' })).error, 'Action is invalid.')
  const valid = await client.validateChallenge({ token, userId: 'ann', action })
  assert.equal(valid.isValid, true)
  assert.equal(valid.state, UserActionState.CHALLENGE_SUCCEEDED)
  assert.equal(valid.idempotencyKey, idempotencyKey)
  assert.equal(valid.verificationMethod, VerificationMethod.PASSKEY)
  assert.equal((await client.validateChallenge({ token })).isValid, false)
  const { isValid, action: named, ...why } = await client.validateChallenge({ token: 'garbage' })
  assert.deepEqual([isValid, named], [false, undefined])
  assert.equal((why as { reason?: string }).reason, 'malformed')
})

test('a wrong key is refused with the words the clients compare', async () => {
  const stranger = new Authsignal({ apiSecretKey: 'wrong', apiUrl })
  await assert.rejects(stranger.getUser({ userId: 'ann' }), (error) => {
    assert.ok(error instanceof AuthsignalError)
    assert.equal(error.statusCode, 401)
    assert.equal(error.errorCode, 'unauthorized')
    assert.equal(
      error.errorDescription,
      'The request is unauthorized. Check that your API key and region base URL are correctly configured.',
    )
    return true
  })
})

test('a missing action is a 404', async () => {
  const missing = client.getAction({ userId: 'ann', action: 'adaptive-mfa-transfer', idempotencyKey: 'none' })
  await assert.rejects(missing, (error) => error instanceof AuthsignalError && error.statusCode === 404)
})
