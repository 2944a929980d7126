import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Answer, type Ceremonies, createCeremonies } from '../../test/support/test-ceremony.ts'

let app: TestApp
let client: Ceremonies
before(async () => {
  app = await createTestApp()
  client = createCeremonies(app)
})
after(() => app.close())

const manage = (method: 'POST' | 'PATCH', path: string, body: object) => client.send(method, `/management${path}`, app.asManagement, body)
const challenge = (action: string, extra = {}) => client.send('POST', '/client/challenge', app.asBrowser, { action, ...extra })
const refused = (answer: Answer) => [answer.status, answer.body.errorCode]
const rule = (fields = {}) => ({ name: 'r', isActive: true, priority: 0, type: 'CHALLENGE', conditions: {}, ...fields })

async function action(actionCode: string, settings: object, rules: object[] = []) {
  const made = await manage('POST', '/action-configurations', { actionCode, defaultUserActionResult: 'ALLOW', ...settings })
  assert.equal(made.status, 200, JSON.stringify(made.body))
  for (const one of rules) {
    const saved = await manage('POST', `/action-configurations/${actionCode}/rules`, one)
    assert.equal(saved.status, 200, JSON.stringify(saved.body))
  }
}

test('A7: a sign-in that was not tracked does not satisfy an action with rules or a strict default', async () => {
  await action('bound', {}, [rule({ challenge: { deviceBound: true } })])
  await action('blocked', { defaultUserActionResult: 'BLOCK' })
  await action('reviewed', { defaultUserActionResult: 'REVIEW' })
  for (const code of ['bound', 'blocked', 'reviewed']) {
    const started = await challenge(code)
    assert.deepEqual(refused(started), [400, 'invalid_request'], code)
    assert.match(String(started.body.errorDescription), /allowUntrackedSignIn/)
  }
})

test('A7: an action without active rules takes it, and one that allows it', async () => {
  await action('plain', {})
  await action('asking', { defaultUserActionResult: 'CHALLENGE' })
  await action('watched', {}, [rule({ mode: 'shadow', isActive: false }), rule({ name: 'off', isActive: false, priority: 1 })])
  await action('allowed', { allowUntrackedSignIn: true }, [rule()])
  await action('closed', { allowUntrackedSignIn: false })
  for (const code of ['plain', 'asking', 'watched', 'allowed', 'never-seen']) assert.equal((await challenge(code)).status, 200, code)
  assert.deepEqual(refused(await challenge('closed')), [400, 'invalid_request'])
})

test('A7: a challenge that names a tracked instance is held to the demands of its rule', async () => {
  await action('named', {}, [rule({ challenge: { deviceBound: true } })])
  const { authenticator } = await client.enrol('ann', { backupEligible: true })
  const { idempotencyKey } = await client.track('ann', 'named')
  const started = await challenge('named', { idempotencyKey })
  assert.equal(started.status, 200)
  const options = await client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId })
  const answer = await client.verify(app.asBrowser, options, authenticator)
  assert.deepEqual(refused(answer), [400, 'invalid_credential'])
})

test('A7: rules that are saved between the challenge and its answer count', async () => {
  await action('late', {})
  const { authenticator } = await client.enrol('ben')
  const started = await challenge('late')
  const options = await client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId })
  await manage('POST', '/action-configurations/late/rules', rule())
  assert.deepEqual(refused(await client.verify(app.asBrowser, options, authenticator)), [400, 'invalid_request'])
  const again = await client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId })
  assert.deepEqual(refused(again), [400, 'invalid_request'])
})

test('A7: a sign-in that names no action is held to the rules of its code too', async () => {
  await action('passkey-sign-in', {}, [rule()])
  assert.deepEqual(refused(await client.authenticationOptions(app.asBrowser)), [400, 'invalid_request'])
  await manage('PATCH', '/action-configurations/passkey-sign-in', { allowUntrackedSignIn: true })
  assert.equal((await client.authenticationOptions(app.asBrowser)).status, 200)
})

test('A7: validate says whether the instance was tracked', async () => {
  await action('told', {})
  const { authenticator } = await client.enrol('cat')
  const started = await challenge('told')
  const options = await client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId })
  const own = await client.verify(app.asBrowser, options, authenticator)
  const untracked = await client.validate(own.body.accessToken, { action: 'told', userId: 'cat' })
  assert.deepEqual([untracked.isValid, untracked.isTracked], [true, false])
  const tracked = await client.track('cat', 'told', {}, 'CHALLENGE_REQUIRED')
  const passed = await client.signIn(tracked.token, authenticator)
  const result = await client.validate(passed.body.accessToken, { action: 'told', userId: 'cat' })
  assert.deepEqual([result.isValid, result.isTracked], [true, true])
})
