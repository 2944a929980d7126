import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'

// What breaks clients of the wire API silently, one test for each that the server API can spring.
const { app, asServer, close } = await createTestApp()
after(close)

type Body = Record<string, unknown>

const requests = [
  ['POST', '/v1/users/ann/actions/transfer', { idempotencyKey: 'k1' }],
  ['GET', '/v1/users/ann/actions/transfer/k1', undefined],
  ['PATCH', '/v1/users/ann/actions/transfer/k1', { state: 'ALLOW' }],
  ['POST', '/v1/users/ann/actions/transfer/k1/dispute', undefined],
  ['GET', '/v1/users/ann/actions', undefined],
  ['GET', '/v1/users/ann', undefined],
  ['PATCH', '/v1/users/ann', { displayName: 'Ann' }],
  ['POST', '/v1/users/ann', { displayName: 'Ann' }],
  ['GET', '/v1/users?username=ann', undefined],
  ['GET', '/v1/users/ann/authenticators', undefined],
  ['POST', '/v1/users/authenticators', { authenticators: [] }],
  ['GET', '/v1/authenticators', undefined],
  ['GET', '/v1/users/ann/devices', undefined],
  ['POST', '/v1/validate', { token: 'x' }],
  ['DELETE', '/v1/users/ann', undefined],
] as const

test('the content type is exactly `application/json`, of answers and of refusals', async () => {
  for (const [method, url, payload] of requests) {
    for (const headers of [asServer, { authorization: 'Basic eDo=' }]) {
      const reply = await app.inject({ method, url, headers, payload })
      assert.equal(reply.headers['content-type'], 'application/json', `${method} ${url}`)
      assert.ok(headers === asServer ? reply.statusCode === 200 : reply.statusCode === 401, `${method} ${url} ${reply.body}`)
    }
  }
})

test('what is not known is omitted, never `null`', async () => {
  for (const [method, url, payload] of requests) {
    const reply = await app.inject({ method, url, headers: asServer, payload })
    assert.ok(!reply.body.includes('null'), `${method} ${url} ${reply.body}`)
  }
})

test('every refusal carries `error`, `errorCode` and `errorDescription`', async () => {
  for (const [method, url, payload] of [
    ['POST', '/v1/users/ann/actions/transfer', { ipAddress: 'x' }],
    ['POST', '/v1/users/ann/actions/a%20b', {}],
    ['GET', '/v1/users/ann/actions/transfer/none', undefined],
    ['PATCH', '/v1/users/ann/actions/transfer/none', { state: 'x' }],
    ['DELETE', '/v1/users/ann/authenticators/none', undefined],
    ['POST', '/v1/users/ann/authenticators', { verificationMethod: 'SMS' }],
    ['GET', '/v1/users', undefined],
    ['POST', '/v1/validate', {}],
    ['PUT', '/v1/users/ann', {}],
    ['GET', '/v1/nothing', undefined],
  ] as const) {
    const reply = await app.inject({ method, url, headers: asServer, payload })
    const body = reply.json<Body>()
    assert.ok(reply.statusCode >= 400 && reply.statusCode < 500, `${method} ${url}`)
    assert.equal(typeof body.error, 'string')
    assert.equal(body.errorCode, body.error)
    assert.equal(typeof body.errorDescription, 'string')
  }
})

test('`/validate` sends both `action` and `actionCode`', async () => {
  const tracked = await app.inject({ method: 'POST', url: '/v1/users/val/actions/transfer', headers: asServer })
  const reply = await app.inject({
    method: 'POST',
    url: '/v1/validate',
    headers: asServer,
    payload: { token: tracked.json<Body>().token },
  })
  const body = reply.json<Body>()
  assert.equal(body.action, 'transfer')
  assert.equal(body.actionCode, 'transfer')
})

test('`DELETE` is 200 with a JSON object', async () => {
  const reply = await app.inject({ method: 'DELETE', url: '/v1/users/nobody', headers: asServer })
  assert.equal(reply.statusCode, 200)
  assert.deepEqual(reply.json(), { success: true })
})

test('the url of a track has a `?` already, so that clients can append `&mode=popup`', async () => {
  const reply = await app.inject({ method: 'POST', url: '/v1/users/url/actions/transfer', headers: asServer })
  const { url, token } = reply.json<Body>()
  assert.equal(new URL(`${url}&mode=popup`).searchParams.get('token'), token)
})

test('a body that is announced and empty is an empty object', async () => {
  const headers = { ...asServer, 'content-type': 'application/json' }
  const reply = await app.inject({ method: 'POST', url: '/v1/users/emp/actions/transfer', headers, payload: '' })
  assert.equal(reply.statusCode, 200)
})

test('a bad key is 401 also where nothing would be found', async () => {
  const headers = { authorization: `Basic ${Buffer.from('bad:').toString('base64')}` }
  for (const url of ['/v1/users/u/actions/a/', '/v1/nothing']) {
    assert.equal((await app.inject({ url, headers })).statusCode, 401, url)
    assert.equal((await app.inject({ url, headers: asServer })).statusCode, 404, url)
  }
})
