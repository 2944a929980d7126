import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { type CreationOptions, createSoftwareAuthenticator, type RequestOptions } from '../../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'

/**
 * The requests that `@authsignal/browser` 1.16 makes, in its order, with its headers and bodies, over a real port: what the browser sends and what the
 * SDK looks at in the answers.
 */
const page = 'http://localhost:3000'
let app: TestApp
let baseUrl: string
before(async () => {
  app = await createTestApp()
  await app.app.listen({ port: 0, host: '127.0.0.1' })
  baseUrl = `http://127.0.0.1:${(app.app.server.address() as AddressInfo).port}/v1`
})
after(() => app.close())

type Json = Record<string, unknown>

/** `buildHeaders` of the SDK. */
function headersOf(token?: string): Record<string, string> {
  const authorization = token ? `Bearer ${token}` : `Basic ${btoa(encodeURIComponent(app.tenant.tenantId))}`
  return { 'Content-Type': 'application/json', Authorization: authorization, Origin: page }
}

async function post(path: string, body: unknown, token?: string): Promise<Json> {
  const response = await fetch(`${baseUrl}${path}`, { method: 'POST', headers: headersOf(token), body: JSON.stringify(body) })
  assert.equal(response.headers.get('access-control-allow-origin'), page)
  assert.equal(response.headers.get('content-type'), 'application/json')
  return (await response.json()) as Json
}

async function asServer(path: string, body: unknown): Promise<Json> {
  const headers = { ...app.asServer, 'Content-Type': 'application/json' }
  const response = await fetch(`${baseUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  assert.equal(response.status, 200)
  return (await response.json()) as Json
}

/** `@simplewebauthn/browser` adds these to what the specification asks for. */
const redundant = { publicKeyAlgorithm: -7, publicKey: 'AAAA', authenticatorData: 'AAAA' }

test('a preflight is answered for the headers the SDK sends', async () => {
  const response = await fetch(`${baseUrl}/client/verify/passkey`, {
    method: 'OPTIONS',
    headers: { Origin: page, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization,content-type' },
  })
  assert.ok(response.ok)
  assert.equal(response.headers.get('access-control-allow-origin'), page)
  assert.equal(response.headers.get('access-control-allow-credentials'), 'true')
  assert.match(String(response.headers.get('access-control-allow-headers')), /authorization/i)
})

test('signUp({ token, username }), signIn({ action }) and signIn({ token }) run as the SDK runs them', async () => {
  const authenticator = createSoftwareAuthenticator({ origin: page, backupEligible: true, backupState: true })
  const enrolment = await asServer('/users/jane/actions/enroll-passkey', { scope: 'add:authenticators' })
  const enrolmentToken = String(enrolment.token)

  const creation = await post(
    '/client/user-authenticators/passkey/registration-options',
    { username: 'jane@example.com', authenticatorAttachment: 'platform' },
    enrolmentToken,
  )
  assert.equal('error' in creation, false)
  const created = authenticator.create(creation.options as CreationOptions)
  const registrationCredential = { ...created, response: { ...created.response, ...redundant } }
  const added = await post(
    '/client/user-authenticators/passkey',
    { registrationCredential, conditionalCreate: false, challengeId: creation.challengeId },
    enrolmentToken,
  )
  assert.equal('error' in added, false, JSON.stringify(added))
  assert.equal(added.isVerified, true)
  assert.equal(added.userId, 'jane')
  assert.equal(typeof added.accessToken, 'string')
  assert.equal(typeof added.userAuthenticator, 'object')
  assert.equal((await asServer('/validate', { token: added.accessToken })).isValid, true)

  const started = await post('/client/challenge', { action: 'adaptive-mfa-transfer' })
  const request = await post('/client/user-authenticators/passkey/authentication-options', { challengeId: started.challengeId })
  const authenticationCredential = authenticator.get(request.options as RequestOptions)
  const deviceId = 'c0ffee00-0000-4000-8000-000000000000'
  const signedIn = await post('/client/verify/passkey', { authenticationCredential, deviceId, challengeId: request.challengeId })
  assert.equal('error' in signedIn, false, JSON.stringify(signedIn))
  assert.equal(signedIn.isVerified, true)
  assert.equal(signedIn.userId, 'jane')
  const validated = await asServer('/validate', { token: signedIn.accessToken, action: 'adaptive-mfa-transfer', userId: 'jane' })
  assert.equal(validated.isValid, true)

  const tracked = await asServer('/users/jane/actions/adaptive-mfa-transfer', { custom: { transactionValue: 3000 } })
  // `JSON.stringify({ challengeId: undefined })`: no `/challenge` when there is a token.
  const bound = await post('/client/user-authenticators/passkey/authentication-options', {}, String(tracked.token))
  const passed = await post(
    '/client/verify/passkey',
    { authenticationCredential: authenticator.get(bound.options as RequestOptions), deviceId, challengeId: bound.challengeId },
    String(tracked.token),
  )
  assert.equal(passed.isVerified, true, JSON.stringify(passed))
  const result = await asServer('/validate', { token: passed.accessToken })
  assert.equal(result.isValid, true)
  assert.equal(result.idempotencyKey, tracked.idempotencyKey)
})

test('isAvailableOnDevice asks with the ids it stored, and takes any refusal for no', async () => {
  const response = await fetch(`${baseUrl}/client/user-authenticators/passkey?credentialIds=abc,def`, { headers: headersOf() })
  assert.equal(response.ok, false)
  const body = (await response.json()) as Json
  assert.equal(body.errorCode, 'not_found')
})
