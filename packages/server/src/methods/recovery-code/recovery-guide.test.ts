import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { codeOf } from '../../../test/support/code-of.ts'
import { type CreationOptions, createSoftwareAuthenticator, type RequestOptions } from '../../../test/support/software-authenticator.ts'
import { createTestApp } from '../../../test/support/test-app.ts'
import { type Answer, createCeremonies, type Headers, origin } from '../../../test/support/test-ceremony.ts'
import { createSeed, toUri } from '../authenticator-app/one-time-password.ts'

let now = 1_750_000_000_000
const app = await createTestApp({ clock: () => now })
after(app.close)
const client = createCeremonies(app)
const configurations = '/management/authenticator-configurations'
for (const path of ['recovery-code', 'authenticator-app']) await client.send('POST', `${configurations}/${path}`, app.asManagement, {})
const replace = { actionCode: 'replace-passkey', defaultUserActionResult: 'CHALLENGE' }
await client.send('POST', '/management/action-configurations', app.asManagement, replace)

const guide = readFileSync(join(import.meta.dirname, '../../../../../docs/recovery.md'), 'utf8')

type Method = 'POST' | 'DELETE'
interface Step {
  method: Method
  path: string
}

/** The requests of an example of the guide, as it writes them. */
function stepsUnder(heading: string, example = 0): Step[] {
  const section = guide.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const block = [...section.matchAll(/```\n(.*?)```/gs)][example]?.[1] ?? ''
  const steps = [...block.matchAll(/^(POST|DELETE) +(\/v1\S+)/gm)].map(([, method, path]) => ({
    method: method as Method,
    path: String(path),
  }))
  assert.ok(steps.length > 1, `${heading} has an example`)
  return steps
}

/** Sends the next request of an example. */
function follow(steps: Step[], filled: Record<string, string> = {}) {
  return async (headers: Headers, body?: object): Promise<Answer> => {
    const step = steps.shift()
    if (step === undefined) throw new Error('the example has no further step')
    const path = step.path.replace(/^\/v1/, '').replaceAll(/\{(\w+)\}/g, (_, name: string) => filled[name] ?? '')
    const answer = await client.send(step.method, path, headers, body)
    assert.equal(answer.status, 200, `${step.method} ${step.path}: ${JSON.stringify(answer.body)}`)
    return answer
  }
}

type Next = ReturnType<typeof follow>
const listed = async () => (await client.send('GET', '/users/ann/authenticators', app.asServer)).body as unknown as Record<string, string>[]

async function register(next: Next, token: unknown) {
  const authenticator = createSoftwareAuthenticator({ origin })
  const headers = app.withToken(String(token))
  const { body } = await next(headers, {})
  return {
    authenticator,
    finish: () => next(headers, { registrationCredential: authenticator.create(body.options as CreationOptions) }),
  }
}

async function erase(): Promise<void> {
  await client.send('DELETE', '/users/ann', app.asServer)
}

test('the guide: a second passkey adds a third in place of a lost one', async () => {
  const lost = await client.enrol('ann')
  const { authenticator } = await client.enrol('ann')
  const steps = stepsUnder('Another method')
  const next = follow(steps, { userAuthenticatorId: lost.userAuthenticatorId })
  const tracked = (await next(app.asServer, {})).body
  assert.equal(tracked.state, 'CHALLENGE_REQUIRED')
  const options = await client.authenticationOptions(app.withToken(String(tracked.token)))
  const authenticationCredential = authenticator.get(options.body.options as RequestOptions)
  const { accessToken } = (await next(app.withToken(String(tracked.token)), { authenticationCredential })).body
  await (await register(next, accessToken)).finish()
  await next(app.asServer)
  assert.equal((await listed()).length, 2)
  assert.deepEqual(steps, [])
  await erase()
})

async function enrolApp(): Promise<{ seed: string; codes: string[] }> {
  const seed = createSeed()
  const otpUri = toUri(seed, { issuer: 'Bank', label: 'ann' })
  const { body } = await client.send('POST', '/users/ann/authenticators', app.asServer, { verificationMethod: 'AUTHENTICATOR_APP', otpUri })
  return { seed, codes: body.recoveryCodes as string[] }
}

test('the guide: an app and a recovery code replace a lost passkey', async () => {
  const { seed, codes } = await enrolApp()
  await client.enrol('ann')
  const steps = stepsUnder('Recovery codes', 1)
  const next = follow(steps)
  const tracked = (await next(app.asServer, {})).body
  const first = await next(app.withToken(String(tracked.token)), { verificationCode: codeOf(seed, now) })
  assert.equal(first.body.isVerified, true)
  const second = await next(app.withToken(String(first.body.accessToken)), { verificationCode: codes[0] })
  await (await register(next, second.body.accessToken)).finish()
  assert.equal((await listed()).filter(({ verificationMethod }) => verificationMethod === 'PASSKEY').length, 2)
  assert.deepEqual(steps, [])
})

test('the guide: a new set of codes is in force once one of them was typed', async () => {
  const steps = stepsUnder('Recovery codes', 0)
  const next = follow(steps)
  const { token } = await client.track('ann', 'enrol', { scope: 'add:authenticators' })
  const { recoveryCodes } = (await next(app.withToken(token))).body as { recoveryCodes: string[] }
  assert.equal((await next(app.withToken(token), { verificationCode: recoveryCodes[0] })).body.isVerified, true)
  assert.deepEqual(steps, [])
  await erase()
})

test('the guide: where nothing is left, the server vouches', async () => {
  const lost = await client.enrol('ann')
  now += 1000
  const steps = stepsUnder('Nothing left')
  const next = follow(steps, { userAuthenticatorId: lost.userAuthenticatorId })
  await next(app.asServer)
  const { token } = (await next(app.asServer, { scope: 'add:authenticators' })).body
  const { authenticator, finish } = await register(async (headers, body) => {
    if (steps.length > 0) return next(headers, body)
    return client.send('POST', '/client/user-authenticators/passkey', headers, body)
  }, token)
  assert.equal((await finish()).status, 200)
  const login = await client.track('ann', 'login', {}, 'CHALLENGE_REQUIRED')
  assert.equal((await client.signIn(login.token, authenticator)).status, 200)
  await erase()
})

test('the guide: support issues a link, and the server that redeems it vouches', async () => {
  await client.send('PATCH', '/users/ann', app.asServer, { displayName: 'Ann' })
  await client.send('PATCH', '/management/tenant', app.asManagement, { enrolmentLinkUrl: 'https://bank.example/enrol' })
  const steps = stepsUnder('An enrolment link')
  const next = follow(steps)
  const { url } = (await next(app.asManagement, { reason: 'showed a passport at the branch' })).body
  now += 24 * 3_600_000
  const redeemed = await next(app.asServer, { token: String(url).split('#enrolment=')[1] })
  assert.equal(redeemed.body.userId, 'ann')
  const { token } = (await next(app.asServer, { scope: 'add:authenticators' })).body
  await (await register(next, token)).finish()
  assert.deepEqual(steps, [])
  await erase()
})
