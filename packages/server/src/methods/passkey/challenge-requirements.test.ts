import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { PolicyDefinition, RuleDefinition } from '@sallyport/engine'
import { createSoftwareAuthenticator } from '../../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies } from '../../../test/support/test-ceremony.ts'

let app: TestApp
let client: Ceremonies
let users = 0
let now = Date.UTC(2026, 10, 24, 12)
before(async () => {
  app = await createTestApp({ clock: () => now })
  client = createCeremonies(app)
})
after(() => app.close())

const newUser = () => `user-${++users}`

/** Puts a policy in force whose one rule always challenges. */
async function challengeBy(action: string, rule: Partial<RuleDefinition>, policy: Partial<PolicyDefinition> = {}): Promise<void> {
  await client.track('first-contact', action)
  const definition: PolicyDefinition = {
    action,
    version: 1,
    defaultOutcome: 'ALLOW',
    whenUnenrolled: 'ENROLL',
    verificationMethods: [],
    rules: [{ ruleId: 'always', name: 'Always', priority: 0, outcome: 'CHALLENGE', mode: 'active', ...rule }],
    ...policy,
  }
  const { tenantId } = app.tenant
  const { db } = app.deps.store
  const current = await db
    .selectFrom('action_configurations')
    .select('policy_version')
    .where('tenant_id', '=', tenantId)
    .where('action_code', '=', action)
    .executeTakeFirstOrThrow()
  await db
    .updateTable('policy_versions')
    .set({ definition: JSON.stringify({ ...definition, version: current.policy_version }) })
    .where('tenant_id', '=', tenantId)
    .where('action_code', '=', action)
    .where('version', '=', current.policy_version)
    .execute()
  app.deps.tenants.invalidate(tenantId)
}

test('a rule that challenges an enrolled user is passed with a passkey, an unenrolled one may not enrol in answer', async () => {
  await challengeBy('plain', {})
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const tracked = await client.track(userId, 'plain')
  assert.equal(tracked.state, 'CHALLENGE_REQUIRED')
  assert.equal((await client.signIn(tracked.token, authenticator)).status, 200)
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_SUCCEEDED')

  const unenrolled = await client.track(newUser(), 'plain')
  assert.equal(unenrolled.state, 'CHALLENGE_REQUIRED')
  assert.equal((await client.registrationOptions(unenrolled.token)).status, 403)
})

test('EN-02: the application’s scope lets a user without a factor enrol where a challenge is required, and the challenge stays', async () => {
  await challengeBy('vouched', {})
  const userId = newUser()
  const tracked = await client.track(userId, 'vouched', { scope: 'add:authenticators' })
  assert.equal(tracked.state, 'CHALLENGE_REQUIRED')
  const authenticator = createSoftwareAuthenticator({ origin: 'http://localhost:3000' })
  const added = await client.register(tracked.token, authenticator)
  assert.equal(added.status, 200, JSON.stringify(added.body))
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_REQUIRED')
  assert.equal((await client.validate(added.body.accessToken)).isValid, false)
  const passed = await client.signIn(tracked.token, authenticator)
  assert.equal((await client.validate(passed.body.accessToken)).isValid, true)
})

test('TX-05: a challenge that another method has to answer takes no passkey, with a token or without', async () => {
  await challengeBy('by-mail', { verificationMethods: ['EMAIL_OTP'] }, { verificationMethods: ['EMAIL_OTP'] })
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const tracked = await client.track(userId, 'by-mail', {})
  await client.setState(tracked, 'CHALLENGE_REQUIRED')
  assert.equal((await client.signIn(tracked.token, authenticator)).body.errorCode, 'invalid_request')
  await client.send('PATCH', '/management/action-configurations/by-mail', app.asManagement, { allowUntrackedSignIn: true })
  const started = await client.send('POST', '/client/challenge', app.asBrowser, { action: 'by-mail' })
  const options = await client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId })
  assert.equal(options.body.errorCode, 'invalid_request')
})

test('a rule that asks for a device-bound passkey offers and takes no synced one', async () => {
  await challengeBy('strong', { challenge: { deviceBound: true } })
  const userId = newUser()
  const synced = await client.enrol(userId, { backupEligible: true })
  const tracked = await client.track(userId, 'strong')
  assert.equal((await client.authenticationOptions(app.withToken(tracked.token))).body.errorCode, 'not_enrolled')
  const bound = await client.enrol(userId)
  const { body } = await client.authenticationOptions(app.withToken(tracked.token))
  assert.deepEqual(
    (body.options as { allowCredentials: { id: string }[] }).allowCredentials.map(({ id }) => id),
    [bound.authenticator.credentialId],
  )
  assert.equal((await client.signIn(tracked.token, synced.authenticator)).body.errorCode, 'invalid_credential')
  assert.equal((await client.signIn(tracked.token, bound.authenticator)).status, 200)
})

test('WA-09: a rule that asks for user verification gets it where the tenant only prefers it', async () => {
  await challengeBy('verified', { challenge: { userVerification: true } })
  const configure = (userVerificationRequirement: string) =>
    client.send('PATCH', '/management/authenticator-configurations/passkey', app.asManagement, { userVerificationRequirement })
  await configure('discouraged')
  try {
    const userId = newUser()
    const { authenticator } = await client.enrol(userId)
    const tracked = await client.track(userId, 'verified')
    const { body } = await client.authenticationOptions(app.withToken(tracked.token))
    assert.equal((body.options as { userVerification: string }).userVerification, 'required')
    const touch = { flags: (flags: number) => flags & ~0x04 }
    assert.equal((await client.signIn(tracked.token, authenticator, touch)).body.errorCode, 'invalid_credential')
    assert.equal((await client.signIn(tracked.token, authenticator)).status, 200)
  } finally {
    await configure('required')
  }
})

test('TX-05: what a rule demands of the proof is demanded of a sign-in that names the instance, too', async () => {
  await challengeBy('named', { challenge: { deviceBound: true } })
  const userId = newUser()
  const synced = await client.enrol(userId, { backupEligible: true })
  const bound = await client.enrol(userId)
  const tracked = await client.track(userId, 'named')
  const answerWith = async ({ authenticator }: typeof synced) => {
    const { idempotencyKey } = tracked
    const started = await client.send('POST', '/client/challenge', app.asBrowser, { action: 'named', idempotencyKey })
    const options = await client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId })
    return client.verify(app.asBrowser, options, authenticator)
  }
  const refused = await answerWith(synced)
  assert.equal(refused.body.errorCode, 'invalid_credential')
  assert.match(String(refused.body.errorDescription), /stays on one device, and this one is synced/)
  assert.equal(await client.stateOf(tracked), 'CHALLENGE_REQUIRED')
  assert.equal((await answerWith(bound)).status, 200)
})

test('WA-09: a touch is no answer to a tracked instance that is named without a token either', async () => {
  await client.track('first-contact', 'touched')
  const configure = (userVerificationRequirement: string) =>
    client.send('PATCH', '/management/authenticator-configurations/passkey', app.asManagement, { userVerificationRequirement })
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  await configure('discouraged')
  try {
    const { idempotencyKey } = await client.track(userId, 'touched')
    const answer = async (tamper?: { flags: (flags: number) => number }) => {
      const started = await client.send('POST', '/client/challenge', app.asBrowser, { action: 'touched', idempotencyKey })
      const options = await client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId })
      return client.verify(app.asBrowser, options, authenticator, tamper)
    }
    assert.equal((await answer({ flags: (flags) => flags & ~0x04 })).body.errorCode, 'invalid_credential')
    assert.equal((await answer()).status, 200)
  } finally {
    await configure('required')
  }
})

test('TX-05: what was demanded when the instance was decided is demanded, also when the rule was changed or removed since', async () => {
  await challengeBy('moved', { challenge: { deviceBound: true } })
  const userId = newUser()
  const synced = await client.enrol(userId, { backupEligible: true })
  const tracked = await client.track(userId, 'moved')
  const path = '/management/action-configurations/moved'
  const changed = await client.send('PATCH', path, app.asManagement, { defaultUserActionResult: 'CHALLENGE' })
  assert.equal(changed.status, 200, JSON.stringify(changed.body))
  const removed = await client.send('DELETE', `${path}/rules/always`, app.asManagement)
  assert.equal(removed.status, 200, JSON.stringify(removed.body))
  assert.equal((await client.signIn(tracked.token, synced.authenticator)).body.errorCode, 'not_enrolled')
  const later = await client.track(userId, 'moved')
  assert.equal((await client.signIn(later.token, synced.authenticator)).status, 200)
})

test('a passed challenge approves only as long as its rule says', async () => {
  await challengeBy('quick', { challenge: { maxAgeSeconds: 60 } })
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const pass = async () => {
    const tracked = await client.track(userId, 'quick')
    return (await client.signIn(tracked.token, authenticator)).body.accessToken
  }
  const inTime = await pass()
  now += 60_000
  assert.equal((await client.validate(inTime)).isValid, true)
  const late = await pass()
  now += 60_001
  const answer = await client.validate(late)
  assert.equal(answer.isValid, false)
  assert.equal(answer.error, 'The challenge was passed too long ago.')
  assert.equal(answer.isConsumed, undefined)
})

test('the methods a track names are the ones the decision went by: the rule’s, else the action’s, as far as they meet its demands', async () => {
  await challengeBy('narrowed', { verificationMethods: ['PASSKEY'] }, { verificationMethods: ['EMAIL_OTP'] })
  const userId = newUser()
  await client.enrol(userId)
  const { status, body } = await client.send('POST', `/users/${userId}/actions/narrowed`, app.asServer, {})
  assert.equal(status, 200)
  assert.deepEqual([body.state, body.allowedVerificationMethods], ['CHALLENGE_REQUIRED', ['PASSKEY']])
})
