import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'

const server = await createTestApp()
const { app, asServer, asManagement, close } = server
after(close)

type Body = Record<string, unknown>

async function send(method: 'GET' | 'POST' | 'PATCH' | 'PUT', url: string, payload?: object, headers = asManagement) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload })
  return { status: reply.statusCode, body: reply.json<Body>() }
}
const declare = (body: object) => send('POST', '/management/custom-data-points', body)
const track = (custom: object) => send('POST', '/users/ann/actions/pay', { custom }, asServer)

const amount = { name: 'amount', dataType: 'number', modelType: 'action' }
const declared = await declare({ ...amount, minimum: 0, maximum: 1000 })
await declare({ name: 'age', dataType: 'number', modelType: 'user', minimum: 18 })

await declare({ name: 'free', dataType: 'number', modelType: 'action' })
await send('POST', '/management/velocity-features', { name: 'paid1h', metric: 'sum', of: 'custom.free', per: 'user', windowMinutes: 60 })

test('A6: a number outside the declared bounds is refused by name, and the bounds themselves are accepted', async () => {
  assert.deepEqual([declared.status, declared.body.minimum, declared.body.maximum], [200, 0, 1000])
  for (const value of [0, 1000, '0.01', -0]) assert.equal((await track({ amount: value })).status, 200, String(value))
  for (const value of [-0.01, -1e15, '-1', 1000.01, 1e15]) {
    const { status, body } = await track({ amount: value })
    assert.equal(status, 400, String(value))
    assert.match(String(body.errorDescription), /custom\.amount.*(minimum|maximum)/)
  }
  assert.equal((await track({ other: -5 })).status, 200)
})

test('A6: the bounds hold for data points of the user too', async () => {
  assert.equal((await send('PATCH', '/users/ann', { custom: { age: 17 } }, asServer)).status, 400)
  assert.equal((await send('PATCH', '/users/ann', { custom: { age: 18 } }, asServer)).status, 200)
  assert.equal((await track({ age: 3 })).status, 200, 'not a data point of the action')
})

test('A6: bounds that cannot hold, or that are not for a number, are refused', async () => {
  for (const [body, named] of [
    [{ ...amount, name: 'a', minimum: 2, maximum: 1 }, 'minimum'],
    [{ ...amount, name: 'b', dataType: 'text', minimum: 0 }, 'minimum'],
    [{ ...amount, name: 'c', dataType: 'boolean', maximum: 0 }, 'maximum'],
    [{ ...amount, name: 'd', minimum: '0' }, 'minimum'],
    [{ ...amount, name: 'e', maximum: 1e300 }, 'maximum'],
  ] as const) {
    const { status, body: answer } = await declare(body)
    assert.equal(status, 400, JSON.stringify(body))
    assert.match(JSON.stringify(answer), new RegExp(named))
  }
})

test('A6: bounds change and go, and take effect with the change', async () => {
  const url = `/management/custom-data-points/${declared.body.id}`
  assert.equal((await send('PATCH', url, { minimum: 5000 })).status, 400)
  assert.deepEqual((await send('PATCH', url, { maximum: 2000 })).body.minimum, 0)
  assert.equal((await track({ amount: 1500 })).status, 200)
  const { body } = await send('PATCH', url, { maximum: null })
  assert.ok(!('maximum' in body))
  assert.equal((await track({ amount: 5000 })).status, 200)
  assert.equal((await track({ amount: -1 })).status, 400)
})

test('A6: a rules document declares bounds and says what it changes', async () => {
  const put = (dataPoint: object) => send('PUT', '/management/rules', { dataPoints: [{ ...amount, name: 'fee', ...dataPoint }] })
  assert.equal((await put({ minimum: 0 })).status, 200)
  const { status, body } = await put({ minimum: 1, maximum: 10 })
  assert.equal(status, 200, JSON.stringify(body))
  assert.match(JSON.stringify(body), /has to be at least 1; has to be at most 10/)
  assert.equal((await put({ minimum: 10, maximum: 1 })).status, 400)
  assert.equal((await track({ fee: 11 })).status, 400)
})

test('A6: over HTTP, no negative payment makes room under a limit', async () => {
  await configureAction(server, 'send', {
    defaultOutcome: 'ALLOW',
    rules: [{ name: 'Limit', outcome: 'BLOCK', conditions: { '>': [{ var: 'velocity.paid1h' }, 1000] } }],
  })
  const send900 = async (userId: string, free: number) =>
    (await send('POST', `/users/${userId}/actions/send`, { custom: { free } }, asServer)).body.state
  assert.deepEqual([await send900('eve', -1e15), await send900('eve', 900), await send900('eve', 900)], ['ALLOW', 'ALLOW', 'BLOCK'])
  assert.deepEqual([await send900('mal', 900), await send900('mal', -900), await send900('mal', 900)], ['ALLOW', 'ALLOW', 'BLOCK'])
})
