import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { describedRoutes } from '../../test/support/described-routes.ts'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies } from '../../test/support/test-ceremony.ts'

// What somebody can do who has a browser and a token of it, and nothing else.

let app: TestApp
let client: Ceremonies
let users = 0
const newUser = () => `user-${++users}`
const scope = 'read:authenticators add:authenticators update:authenticators remove:authenticators'

before(async () => {
  app = await createTestApp()
  client = createCeremonies(app)
})
after(() => app.close())

test('A-20: no token of a browser sets attributes, action or user, on any route of the server', async () => {
  const victim = newUser()
  await client.enrol(victim)
  const userId = newUser()
  await client.enrol(userId)
  const custom = { transactionValue: 10 }
  const tracked = await client.track(userId, 'transfer', { custom, scope }, 'CHALLENGE_REQUIRED')
  const { tenantId } = app.tenant
  const key = { tenantId, userId, action: 'transfer', idempotencyKey: tracked.idempotencyKey }
  const before = await app.deps.store.findInstance(key)
  const forged = {
    userId: victim,
    action: 'payout',
    actionCode: 'payout',
    idempotencyKey: 'forged',
    custom: { transactionValue: 1 },
    state: 'ALLOW',
  }
  for (const headers of [app.withToken(tracked.token), app.asBrowser]) {
    for (const { method, path } of await describedRoutes(app, (path) => !path.startsWith('/v1/client/'))) {
      const url = path.replace('{userId}', userId).replace('{action}', 'transfer').replace('{idempotencyKey}', tracked.idempotencyKey)
      const answer = await client.send(method, url.replace(/\{\w+\}/g, 'x'), headers, method === 'GET' ? undefined : forged)
      assert.equal(answer.status, 401, `${method} ${path}`)
    }
  }
  assert.deepEqual(await app.deps.store.findInstance(key), before)
})

test('A-20: what a browser sends beside its answer is ignored: the instance keeps what the application tracked', async () => {
  const victim = newUser()
  await client.enrol(victim)
  const userId = newUser()
  const { authenticator } = await client.enrol(userId)
  const custom = { transactionValue: 10, payee: 'acme' }
  const tracked = await client.track(userId, 'transfer', { custom }, 'CHALLENGE_REQUIRED')
  const forged = {
    userId: victim,
    action: 'payout',
    actionCode: 'payout',
    idempotencyKey: 'forged',
    custom: { transactionValue: 1 },
    state: 'ALLOW',
  }
  const headers = app.withToken(tracked.token)
  const options = await client.authenticationOptions(headers, forged)
  const passed = await client.verify(headers, options, authenticator, undefined, forged)
  assert.equal(passed.status, 200, JSON.stringify(passed.body))
  assert.equal(passed.body.userId, userId)
  const validated = await client.validate(passed.body.accessToken)
  assert.deepEqual(
    [validated.userId, validated.action, validated.idempotencyKey, validated.custom],
    [userId, 'transfer', tracked.idempotencyKey, custom],
  )
  for (const owner of [userId, victim]) {
    assert.equal(
      await app.deps.store.findInstance({ tenantId: app.tenant.tenantId, userId: owner, action: 'payout', idempotencyKey: 'forged' }),
      undefined,
    )
  }
})

test('A-18: a browser without a token is answered alike, whoever exists and whatever they have', async () => {
  const enrolled = newUser()
  await client.enrol(enrolled)
  const bare = newUser()
  await client.track(bare, 'transfer')
  const shapes = new Set<string>()
  for (const name of [enrolled, bare, 'nobody']) {
    const named = { username: name, userId: name, email: name }
    const started = await client.send('POST', '/client/challenge', app.asBrowser, { action: 'login', ...named })
    const options = await client.authenticationOptions(app.asBrowser, { challengeId: started.body.challengeId, ...named })
    const { challenge: _, ...rest } = options.body.options as Record<string, unknown>
    shapes.add(JSON.stringify([started.status, Object.keys(started.body), options.status, Object.keys(options.body), rest]))
  }
  assert.equal(shapes.size, 1, [...shapes].join('\n'))
})
