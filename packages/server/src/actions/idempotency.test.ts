import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'

const app = await createTestApp()
const other = await app.addTenant()
after(app.close)

async function track(headers: Record<string, string>, userId: string, body: object) {
  const reply = await app.app.inject({ method: 'POST', url: `/v1/users/${userId}/actions/transfer`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json(), text: reply.body }
}

const show = async (headers: Record<string, string>, userId: string, key: string) =>
  (await app.app.inject({ url: `/v1/users/${userId}/actions/transfer/${key}`, headers })).json()

test('ID-01: of 50 tracks at once with one key and body there is one instance, one answer and one effect', async () => {
  const feature = { name: 'transfers', metric: 'count', per: 'user', windowMinutes: 60 }
  await app.app.inject({ method: 'POST', url: '/v1/management/velocity-features', headers: app.asManagement, payload: feature })
  // The first track of an action says once that the action is new.
  await track(app.asServer, 'zoe', { idempotencyKey: 'first' })
  const body = { idempotencyKey: 'k', custom: { amount: 5, payee: 'x' }, ipAddress: '203.0.113.7' }
  const replies = await Promise.all(Array.from({ length: 50 }, () => track(app.asServer, 'ann', body)))
  const answers = new Set(replies.map(({ status, body: { token: _, url: __, ...same } }) => JSON.stringify([status, same])))
  assert.equal(answers.size, 1)
  const listed = await app.app.inject({ url: '/v1/users/ann/actions', headers: app.asServer })
  assert.equal(listed.json().length, 1)
  await track(app.asServer, 'ann', { idempotencyKey: 'next' })
  assert.equal((await show(app.asServer, 'ann', 'next')).output.signals['velocity.transfers'], 2)
})

test('ID-01: the answer stays the same after the rules have changed', async () => {
  const body = { idempotencyKey: 'same', custom: { amount: 5 } }
  const first = await track(app.asServer, 'ben', body)
  assert.equal(first.body.state, 'ALLOW')
  const policy = { defaultUserActionResult: 'BLOCK', rules: [] }
  const url = '/v1/management/action-configurations/transfer/policy'
  await app.app.inject({ method: 'PUT', url, headers: app.asManagement, payload: policy })
  assert.equal((await track(app.asServer, 'ben', body)).body.state, 'ALLOW')
  assert.equal((await track(app.asServer, 'ben', { ...body, idempotencyKey: 'new' })).body.state, 'BLOCK')
  await app.app.inject({ method: 'PUT', url, headers: app.asManagement, payload: { ...policy, defaultUserActionResult: 'ALLOW' } })
})

test('ID-03: a key is of one tenant and one user: nobody else is answered with what was stored under it', async () => {
  const secret = 'payee of the first'
  await track(app.asServer, 'cat', { idempotencyKey: 'shared', custom: { payee: secret } })
  for (const [headers, userId] of [
    [other.asServer, 'cat'],
    [app.asServer, 'dan'],
  ] as const) {
    const tracked = await track(headers, userId, { idempotencyKey: 'shared', custom: { payee: 'mine' } })
    assert.equal(tracked.status, 200, tracked.text)
    assert.equal((await show(headers, userId, 'shared')).custom.payee, 'mine')
    assert.ok(!tracked.text.includes(secret))
  }
  assert.equal((await show(app.asServer, 'cat', 'shared')).custom.payee, secret)
})

test('ID-03: what is stored of an answer holds no token, and each answer has a token of its own', async () => {
  const body = { idempotencyKey: 'tokens', custom: { amount: 5 } }
  const [first, second] = [await track(app.asServer, 'eve', body), await track(app.asServer, 'eve', body)]
  assert.notEqual(first.body.token, second.body.token)
  const instance = await app.deps.store.findInstance({
    tenantId: app.tenant.tenantId,
    userId: 'eve',
    action: 'transfer',
    idempotencyKey: 'tokens',
  })
  assert.ok(!JSON.stringify(instance).includes('eyJ'))
  assert.ok(!JSON.stringify(await show(app.asServer, 'eve', 'tokens')).includes('eyJ'))
})
