import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies, origin } from '../../test/support/test-ceremony.ts'

// The application, which is asked before a challenge succeeds.
let answer: number | 'nothing' = 200
let asked: Record<string, unknown>[] = []
const receiver = createServer((request, reply) => {
  let body = ''
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () => {
    asked.push(JSON.parse(body).data)
    if (answer !== 'nothing') reply.writeHead(answer).end()
  })
})

let app: TestApp
let client: Ceremonies
let url: string
before(async () => {
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/verify`
  app = await createTestApp({ config: { webhookNetworks: ['127.0.0.1'] }, webhookTimeoutMs: 300 })
  client = createCeremonies(app)
  const made = await client.send('POST', '/management/action-configurations', app.asManagement, {
    actionCode: 'pay',
    defaultUserActionResult: 'ALLOW',
    verificationWebhookUrl: url,
  })
  assert.equal(made.status, 200, JSON.stringify(made.body))
  assert.equal(made.body.verificationWebhookUrl, url)
})
after(async () => {
  receiver.closeAllConnections()
  receiver.close()
  await app.close()
})
beforeEach(() => {
  answer = 200
  asked = []
})

let users = 0
const newUser = () => `user-${++users}`
const waiting = (userId: string) => client.track(userId, 'pay', {}, 'CHALLENGE_REQUIRED')
const show = async (tracked: { userId: string; idempotencyKey: string }) =>
  (await client.send('GET', `/users/${tracked.userId}/actions/pay/${tracked.idempotencyKey}`, app.asServer)).body

test('A8: the verification webhook is called once before a challenge succeeds, with what was proved', async () => {
  const userId = newUser()
  const { authenticator, userAuthenticatorId } = await client.enrol(userId)
  const tracked = await waiting(userId)
  assert.equal(asked.length, 0)
  const passed = await client.signIn(tracked.token, authenticator)
  assert.equal(passed.status, 200)
  assert.equal(asked.length, 1)
  const { verifiedAt, ...data } = asked[0] ?? assert.fail('not asked')
  assert.equal(typeof verifiedAt, 'string')
  const { idempotencyKey } = tracked
  const verificationMethod = 'PASSKEY'
  assert.deepEqual(data, { userId, action: 'pay', idempotencyKey, state: 'CHALLENGE_SUCCEEDED', verificationMethod, userAuthenticatorId })
  const { isConfirmed, status } = (await show(tracked)).confirmation as Record<string, unknown>
  assert.deepEqual([isConfirmed, status], [true, 200])
  assert.equal((await client.validate(passed.body.accessToken)).isValid, true)
})

for (const [what, reply] of [
  ['says no', 403],
  ['redirects', 302],
  ['breaks', 500],
  ['says nothing in time', 'nothing'],
] as const) {
  test(`A8: a challenge does not succeed when the application ${what}`, async () => {
    answer = reply
    const userId = newUser()
    const { authenticator } = await client.enrol(userId)
    const tracked = await waiting(userId)
    const refused = await client.signIn(tracked.token, authenticator)
    assert.deepEqual([refused.status, refused.body.errorCode], [400, 'invalid_credential'])
    assert.match(String(refused.body.errorDescription), /application/)
    assert.equal(asked.length, 1, 'asked again')
    const shown = await show(tracked)
    assert.equal(shown.state, 'CHALLENGE_REQUIRED')
    assert.equal((shown.confirmation as { isConfirmed: boolean }).isConfirmed, false)
    answer = 200
    assert.equal((await client.signIn(tracked.token, authenticator)).status, 200)
    assert.equal((await show(tracked)).state, 'CHALLENGE_SUCCEEDED')
  })
}

test('A8: of many times the same answer at once the application is asked about one', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const { token } = await waiting(userId)
  const options = await client.authenticationOptions(app.withToken(token))
  const authenticationCredential = authenticator.get(options.body.options as never)
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => client.send('POST', '/client/verify/passkey', app.withToken(token), { authenticationCredential })),
  )
  assert.equal(replies.filter(({ status }) => status === 200).length, 1)
  assert.equal(asked.length, 1)
})

test('A8: a sign-in that was not tracked is asked about too, and not made when the answer is no', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const signIn = async () => {
    const started = await client.send('POST', '/client/challenge', app.asBrowser, { action: 'pay' })
    const options = await client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId })
    return client.verify(app.asBrowser, options, authenticator)
  }
  answer = 409
  assert.equal((await signIn()).status, 400)
  const listed = () => client.send('GET', `/users/${userId}/actions?codes=pay`, app.asServer)
  assert.deepEqual((await listed()).body, [])
  answer = 204
  const passed = await signIn()
  assert.equal((await client.validate(passed.body.accessToken)).idempotencyKey, asked[1]?.idempotencyKey)
})

test('A8: binding an authenticator passes an allowed instance only when the application says so', async () => {
  answer = 403
  const userId = newUser()
  const refused = await client.track(userId, 'pay', { scope: 'add:authenticators' })
  const authenticator = createSoftwareAuthenticator({ origin })
  assert.equal((await client.register(refused.token, authenticator)).status, 200)
  assert.equal((await show(refused)).state, 'ALLOW')
  assert.equal(asked.length, 1)
  answer = 200
  const allowed = await client.track(newUser(), 'pay', { scope: 'add:authenticators' })
  assert.equal((await client.register(allowed.token, createSoftwareAuthenticator({ origin }))).status, 200)
  assert.equal((await show(allowed)).state, 'CHALLENGE_SUCCEEDED')
})

test('A8: a wrong answer asks nobody, and a track asks nobody', async () => {
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const { token } = await waiting(userId)
  assert.equal((await client.signIn(token, authenticator, { origin: 'http://localhost:9999' })).status, 400)
  assert.deepEqual(asked, [])
})

test('A8: a URL that can never be called is refused when it is saved', async () => {
  const other = await createTestApp()
  try {
    const save = (verificationWebhookUrl: string) =>
      other.app.inject({
        method: 'POST',
        url: '/v1/management/action-configurations',
        headers: other.asManagement,
        payload: { actionCode: 'a', defaultUserActionResult: 'ALLOW', verificationWebhookUrl },
      })
    for (const text of [url, 'https://10.0.0.1/', 'https://[::1]/', 'javascript:alert(1)', 'http://example.com', 'x']) {
      const reply = await save(text)
      assert.equal(reply.statusCode, 400, text)
      assert.match(reply.json().errorDescription, /verificationWebhookUrl/, text)
    }
    assert.equal((await save('https://hooks.example.com/verify')).statusCode, 200)
  } finally {
    await other.close()
  }
})
