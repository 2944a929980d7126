import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSoftwareAuthenticator } from '../../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Answer, type Ceremonies, createCeremonies, origin } from '../../../test/support/test-ceremony.ts'
import { exportUsers } from '../../user-archive/export-users.ts'

let app: TestApp
let client: Ceremonies
let users = 0
const newUser = () => `user-${++users}`
const code = ({ status, body }: Answer) => [status, body.errorCode]
const withoutVerification = (flags: number) => flags & ~0x04

const configure = (userVerificationRequirement: string) =>
  client.send('PATCH', '/management/authenticator-configurations/passkey', app.asManagement, { userVerificationRequirement })

before(async () => {
  app = await createTestApp()
  client = createCeremonies(app)
  assert.equal((await configure('preferred')).status, 200)
})
after(() => app.close())

/** A user whose passkey was made with a touch alone. */
async function touched() {
  const userId = newUser()
  const authenticator = createSoftwareAuthenticator({ origin })
  const { token } = await client.track(userId, 'enrol', { scope: 'add:authenticators' })
  const bound = await client.register(token, authenticator, { flags: withoutVerification })
  assert.equal(bound.status, 200, JSON.stringify(bound.body))
  return { userId, authenticator, userAuthenticatorId: String(bound.body.userAuthenticatorId) }
}

async function signInAnonymously(
  { authenticator }: Pick<Awaited<ReturnType<typeof touched>>, 'authenticator'>,
  action = 'login',
  key?: string,
) {
  const body = { action, ...(key !== undefined && { idempotencyKey: key }) }
  const started = await client.send('POST', '/client/challenge', app.asBrowser, body)
  const options = await client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId })
  return client.verify(app.asBrowser, options, authenticator)
}

test('A12: a passkey that was made without verifying its user passes no challenge when it verifies somebody for the first time', async () => {
  const user = await touched()
  const tracked = await client.track(user.userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
  const options = await client.authenticationOptions(app.withToken(tracked.token))
  assert.deepEqual(code(options), [400, 'not_enrolled'])
  assert.match(String(options.body.errorDescription), /user verification/)
  const named = await signInAnonymously(user, 'transfer', tracked.idempotencyKey)
  assert.deepEqual(code(named), [400, 'invalid_credential'])
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_REQUIRED')
  const again = await signInAnonymously(user, 'transfer', tracked.idempotencyKey)
  assert.deepEqual(code(again), [400, 'invalid_credential'], 'nor the second time')
})

test('A12: it signs in where a touch is enough, and the audit log does not call its user verified', async () => {
  const user = await touched()
  assert.equal((await signInAnonymously(user)).status, 200)
  const entries = await app.deps.store.db.selectFrom('audit_log').selectAll().where('user_id', '=', user.userId).execute()
  const passed = entries.find(({ event }) => event === 'challenge.passed')
  assert.equal(JSON.parse(passed?.details ?? '{}').userVerified, false)
})

test('A12: it does not sign in once the tenant requires verification, and the answer says what to do', async () => {
  const user = await touched()
  const verified = await client.enrol(newUser())
  await configure('required')
  try {
    const refused = await signInAnonymously(user)
    assert.deepEqual(code(refused), [400, 'invalid_credential'])
    assert.match(String(refused.body.errorDescription), /create another/)
    assert.equal((await signInAnonymously(verified)).status, 200)
  } finally {
    await configure('preferred')
  }
})

test('A12: its user can make it again with verification, which the old one does not exclude', async () => {
  const user = await touched()
  const { token } = await client.track(user.userId, 'settings', { scope: 'add:authenticators' })
  const options = await client.registrationOptions(token)
  assert.deepEqual((options.body.options as { excludeCredentials: unknown[] }).excludeCredentials, [])
  const better = createSoftwareAuthenticator({ origin })
  assert.equal((await client.register(token, better)).status, 200)
  const tracked = await client.track(user.userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
  const asked = await client.authenticationOptions(app.withToken(tracked.token))
  const { allowCredentials } = asked.body.options as { allowCredentials: { id: string }[] }
  assert.deepEqual(
    allowCredentials.map(({ id }) => id),
    [better.credentialId],
  )
  assert.equal((await client.verify(app.withToken(tracked.token), asked, better)).status, 200)
})

test('A12: a passkey bound by an earlier release, of which it is not known, goes on working and is known from its first verification on', async () => {
  const user = await touched()
  const at = app.deps.store.db.updateTable('authenticators').set({ details: '{}' })
  await at.where('user_authenticator_id', '=', user.userAuthenticatorId).execute()
  const tracked = await client.track(user.userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
  assert.equal((await client.signIn(tracked.token, user.authenticator)).status, 200)
  const { users: exported } = await exportUsers(app.deps.store.db, app.tenant.tenantId, undefined, 500)
  const [passkey] = exported.find(({ userId }) => userId === user.userId)?.authenticators ?? []
  assert.equal(passkey?.details?.uvInitialized, true)
})
