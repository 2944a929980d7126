import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'

const app = await createTestApp()
after(app.close)

type Body = Record<string, unknown>

async function send(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, payload: Body | undefined, headers = app.asManagement) {
  const reply = await app.app.inject({ method, url: `/v1${url}`, headers, ...(payload === undefined ? {} : { payload }) })
  return { status: reply.statusCode, body: reply.body === '' ? {} : reply.json<Body>(), text: reply.body }
}

const point = (name: string, dataType: string, more: Body = {}) =>
  send('POST', '/management/custom-data-points', { name, dataType, modelType: 'action', ...more })
const action = '/management/action-configurations/transfer'
const mustBe = async (answer: Promise<{ status: number; text: string }>) => {
  const { status, text } = await answer
  assert.ok(status < 300, text)
}

let keys = 0
/** Tracks, lets `declare` happen, and tracks the same bytes once more under the same and under a new key. */
async function retryAfter(attributes: Body, declare: () => Promise<unknown>) {
  keys += 1
  const body = { idempotencyKey: `k${keys}`, ...attributes }
  const first = await send('POST', '/users/ann/actions/transfer', body, app.asServer)
  assert.equal(first.status, 200, first.text)
  await declare()
  const retried = await send('POST', '/users/ann/actions/transfer', body, app.asServer)
  const renewed = await send('POST', '/users/ann/actions/transfer', { ...body, idempotencyKey: `new${keys}` }, app.asServer)
  return { first, retried, renewed }
}

function same({ body: { token: _, url: __, warnings: ___, ...rest } }: { body: Body }) {
  return rest
}

const later: [string, Body, () => Promise<unknown>, (() => Promise<unknown>)?][] = [
  ['a minimum', { custom: { low: 1 } }, async () => mustBe(point('low', 'number', { minimum: 5 }))],
  ['a maximum', { custom: { high: '10.00' } }, async () => mustBe(point('high', 'number', { maximum: 5 }))],
  ['another type', { custom: { kind: 7 } }, async () => mustBe(point('kind', 'text'))],
  [
    'a required data point',
    { custom: { other: 'x' } },
    async () => {
      await mustBe(point('payee', 'text'))
      await mustBe(send('PATCH', action, { requiredDataPoints: ['payee'] }))
    },
    () => mustBe(send('PATCH', action, { requiredDataPoints: [] })),
  ],
  [
    'a required data point, and no data at all',
    {},
    async () => mustBe(send('PATCH', action, { requiredDataPoints: ['payee'] })),
    () => mustBe(send('PATCH', action, { requiredDataPoints: [] })),
  ],
  [
    'required inputs',
    { custom: { other: 'x' } },
    async () => mustBe(send('PUT', `${action}/policy`, { defaultUserActionResult: 'ALLOW', rules: [], requires: ['ip'] })),
    () => mustBe(send('PUT', `${action}/policy`, { defaultUserActionResult: 'ALLOW', rules: [] })),
  ],
  [
    'strictness',
    { custom: { undeclared: 'x' }, ipAdress: '203.0.113.7' },
    () => mustBe(send('PATCH', '/management/tenant', { strict: true })),
    () => mustBe(send('PATCH', '/management/tenant', { strict: false })),
  ],
]

test('B9: a retry of an accepted track is answered as before after the tenant became strict about actions', async () => {
  const track = (actionCode: string, idempotencyKey: string) =>
    send('POST', `/users/ann/actions/${actionCode}`, { idempotencyKey }, app.asServer)
  const first = await track('unconfigured', 'known')
  await mustBe(send('PATCH', '/management/tenant', { strict: true }))
  const retried = await track('unconfigured', 'known')
  const refused = [await track('unconfigured', 'new'), await track('never-seen', 'known')]
  await mustBe(send('PATCH', '/management/tenant', { strict: false }))
  assert.equal(retried.status, 200, retried.text)
  assert.deepEqual(same(retried), same(first))
  for (const { status, text } of refused) {
    assert.equal(status, 400)
    assert.match(text, /the tenant is strict, and there is no action/)
  }
  const listed = await app.app.inject({ url: '/v1/management/action-configurations', headers: app.asManagement })
  assert.ok(!listed.body.includes('never-seen'))
})

for (const [what, attributes, declare, undo] of later) {
  test(`B9: a retry of an accepted track is answered as before after ${what} was declared`, async () => {
    const { first, retried, renewed } = await retryAfter(attributes, declare)
    await undo?.()
    assert.equal(retried.status, 200, retried.text)
    assert.deepEqual(same(retried), same(first))
    assert.equal(renewed.status, 400, renewed.text)
  })
}
