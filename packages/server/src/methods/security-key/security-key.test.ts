import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type CreationOptions,
  createSoftwareAuthenticator,
  type RequestOptions,
  type SoftwareAuthenticator,
} from '../../../test/support/software-authenticator.ts'
import { configureAction } from '../../../test/support/test-action.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies, origin } from '../../../test/support/test-ceremony.ts'

let app: TestApp
let client: Ceremonies
const path = '/client/user-authenticators/security-key'
const settings = { relyingParty: 'localhost', expectedOrigins: [origin] }

before(async () => {
  app = await createTestApp()
  client = createCeremonies(app)
  const made = await client.send('POST', '/management/authenticator-configurations/security-key', app.asManagement, settings)
  assert.equal(made.status, 200, JSON.stringify(made.body))
})
after(() => app.close())

const registrationOptions = async (token: string) => (await client.send('POST', `${path}/registration-options`, app.withToken(token))).body
const requestOptions = (token: string) => client.send('POST', `${path}/authentication-options`, app.withToken(token))
const verify = (token: string, answer: object) => client.send('POST', '/client/verify/security-key', app.withToken(token), answer)
const optionsOf = (body: object) => body as RequestOptions

async function enrol(userId: string, userVerified = true): Promise<SoftwareAuthenticator> {
  const { token } = await client.track(userId, 'enrol', { scope: 'add:authenticators' })
  const device = createSoftwareAuthenticator({ origin, userVerified })
  const created = device.create((await registrationOptions(token)) as unknown as CreationOptions)
  const { status, body } = await client.send('POST', path, app.withToken(token), created)
  assert.equal(status, 200, JSON.stringify(body))
  return device
}

test('the options are bare, ask for a key that is carried, and exclude the keys that the user has', async () => {
  const device = await enrol('ann')
  const { token } = await client.track('ann', 'enrol', { scope: 'add:authenticators' })
  const created = await registrationOptions(token)
  assert.deepEqual(created.authenticatorSelection, {
    authenticatorAttachment: 'cross-platform',
    residentKey: 'discouraged',
    requireResidentKey: false,
    userVerification: 'required',
  })
  assert.deepEqual([created.hints, created.attestation], [['security-key'], 'none'])
  assert.deepEqual(
    (created.excludeCredentials as { id: string }[]).map(({ id }) => id),
    [device.credentialId],
  )
  const tracked = await client.track('ann', 'pay', {}, 'CHALLENGE_REQUIRED')
  const { body: asked } = await requestOptions(tracked.token)
  assert.equal(asked.rpId, 'localhost')
  assert.deepEqual(
    (asked.allowCredentials as { id: string }[]).map(({ id }) => id),
    [device.credentialId],
  )
})

test('WA-09, WA-10: a key that only wants a touch is not bound, or where the tenant settles for that, passes no challenge', async () => {
  const { token } = await client.track('bob', 'enrol', { scope: 'add:authenticators' })
  const touched = createSoftwareAuthenticator({ origin, userVerified: false })
  const created = touched.create((await registrationOptions(token)) as unknown as CreationOptions)
  assert.equal((await client.send('POST', path, app.withToken(token), created)).body.errorCode, 'invalid_credential')
  const set = (userVerificationRequirement: string | null) =>
    client.send('PATCH', '/management/authenticator-configurations/security-key', app.asManagement, { userVerificationRequirement })
  assert.equal((await set('discouraged')).status, 200)
  await enrol('bob', false)
  const tracked = await client.track('bob', 'pay', {}, 'CHALLENGE_REQUIRED')
  assert.equal((await requestOptions(tracked.token)).body.errorCode, 'not_enrolled')

  const verified = await enrol('cid')
  const asked = await client.track('cid', 'pay', {}, 'CHALLENGE_REQUIRED')
  const options = async () => optionsOf((await requestOptions(asked.token)).body)
  const untouched = await verify(asked.token, verified.get(await options(), { flags: (flags) => flags & ~0x04 }))
  assert.equal(untouched.body.errorCode, 'invalid_credential')
  assert.equal((await verify(asked.token, verified.get(await options()))).status, 200)
  await set(null)
})

test('WA-02, TK-03: a passkey does not answer for a security key, nor a security key for a passkey', async () => {
  const key = await enrol('dan')
  const { authenticator: passkey } = await client.enrol('eve')
  const ofDan = await client.track('dan', 'pay', {}, 'CHALLENGE_REQUIRED')
  const asked = optionsOf((await requestOptions(ofDan.token)).body)
  const asPasskey = { authenticationCredential: key.get(asked) }
  assert.equal((await client.send('POST', '/client/verify/passkey', app.withToken(ofDan.token), asPasskey)).status, 400)
  assert.equal((await verify(ofDan.token, passkey.get(asked))).status, 400)
  const ofEve = await client.track('eve', 'pay', {}, 'CHALLENGE_REQUIRED')
  const { body } = await client.authenticationOptions(app.withToken(ofEve.token))
  assert.equal((await verify(ofEve.token, passkey.get(body.options as RequestOptions))).status, 400)
  assert.equal(await client.stateOf(ofEve), 'CHALLENGE_REQUIRED')
})

test('TX-05: a rule that names only passkeys takes no security key', async () => {
  await configureAction(app, 'passkey-only', {
    defaultOutcome: 'ALLOW',
    rules: [{ name: 'Passkey', outcome: 'CHALLENGE', verificationMethods: ['PASSKEY'] }],
  })
  await enrol('fay')
  const { token } = await client.track('fay', 'passkey-only')
  assert.equal((await requestOptions(token)).body.errorCode, 'invalid_request')
})

test('settings that security keys do not have are refused', async () => {
  const url = '/management/authenticator-configurations/security-key'
  for (const setting of [{ authenticatorAttachment: 'platform' }, { residentKey: 'required' }, { passkeyRegistrationHints: [] }]) {
    assert.equal((await client.send('PATCH', url, app.asManagement, setting)).body.errorCode, 'invalid_request')
  }
})
