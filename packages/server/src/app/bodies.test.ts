import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createTestApp } from '../../test/support/test-app.ts'

const { app, asServer, asManagement, asBrowser, close } = await createTestApp()
after(close)

const json = { 'content-type': 'application/json' }

async function post(url: string, payload: string | Buffer, headers: Record<string, string> = asServer) {
  const reply = await app.inject({ method: 'POST', url, headers: { ...json, ...headers }, payload })
  return { status: reply.statusCode, code: reply.json().errorCode, description: String(reply.json().errorDescription), body: reply.json() }
}

const track = '/v1/users/ann/actions/transfer'

test('A4: a body that is not UTF-8 is refused by every API, and changes nothing', async () => {
  for (const [url, body, headers] of [
    [track, '{"idempotencyKey":"M\u00fcller"}', asServer],
    [track, '{"custom":{"M\u00fcller":1}}', asServer],
    ['/v1/validate', '{"token":"\u00fc"}', asServer],
    ['/v1/client/challenge', '{"action":"transfer","idempotencyKey":"\u00fc"}', asBrowser],
    ['/v1/management/value-lists', '{"name":"M\u00fcller","isActive":true,"itemType":"string","valueListItems":[]}', asManagement],
  ] as const) {
    const { status, code, description } = await post(url, Buffer.from(body, 'latin1'), headers)
    assert.deepEqual([status, code], [400, 'invalid_request'], url)
    assert.match(description, /UTF-8/)
  }
  assert.deepEqual((await app.inject({ url: '/v1/users/ann/actions', headers: asServer })).json(), [])
})

test('A8: a body that is no object is refused on every path, also on one that takes no body', async () => {
  for (const [method, url, headers] of [
    ['POST', track, asServer],
    ['DELETE', '/v1/users/ann', asServer],
    ['DELETE', '/v1/management/velocity-features/amount', asManagement],
    ['POST', '/v1/management/value-lists', asManagement],
    ['POST', '/v1/client/challenge', asBrowser],
  ] as const) {
    for (const payload of ['8', '"x"', 'true', 'null', '[]', '[{"x":1}]']) {
      const reply = await app.inject({ method, url, headers: { ...json, ...headers }, payload })
      assert.deepEqual([reply.statusCode, reply.json().errorCode], [400, 'invalid_request'], `${method} ${url} ${payload}`)
      assert.match(reply.json().errorDescription, /the request body must be an object/)
    }
  }
})

test('A8: an attachment that WebAuthn does not have is refused, not ignored', async () => {
  const { token } = (await post('/v1/users/attached/actions/enrol', '{"scope":"add:authenticators"}')).body
  const url = '/v1/client/user-authenticators/passkey/registration-options'
  const asked = await post(url, '{"authenticatorAttachment":"built-in"}', { authorization: `Bearer ${token}` })
  assert.deepEqual([asked.status, asked.code], [400, 'invalid_request'])
  assert.match(asked.description, /authenticatorAttachment/)
})

test('C10: a byte order mark is dropped, also before a body with escapes', async () => {
  for (const name of ['plain', '\\u00fc']) {
    const { status, body } = await post(track, Buffer.from(`\uFEFF{"idempotencyKey":"bom ${name}"}`))
    assert.equal(status, 200)
    assert.equal(body.idempotencyKey, JSON.parse(`"bom ${name}"`))
  }
})

test('C10: an encoded body, another charset and another type are answered 415, whatever they contain', async () => {
  for (const encoding of ['gzip', 'br', 'deflate', 'GZIP', 'identity, gzip', 'x']) {
    const { status, code } = await post(track, gzipSync('{}'), { ...asServer, 'content-encoding': encoding })
    assert.deepEqual([status, code], [415, 'unsupported_media_type'], encoding)
  }
  for (const type of ['application/json; charset=latin1', 'application/json;charset="UTF-16"', 'text/plain', 'application/json5']) {
    assert.equal((await post(track, '{}', { ...asServer, 'content-type': type })).status, 415, type)
  }
  for (const type of ['application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'Application/JSON']) {
    assert.equal((await post(track, '{}', { ...asServer, 'content-type': type })).status, 200, type)
  }
  assert.equal((await post(track, '{}', { ...asServer, 'content-encoding': 'identity' })).status, 200)
})

test('A3: constants, list entries and features with numbers that a double cannot hold are refused with their path', async () => {
  await app.inject({
    method: 'POST',
    url: '/v1/management/action-configurations',
    headers: asManagement,
    payload: { actionCode: 'transfer', defaultUserActionResult: 'ALLOW' },
  })
  const big = '40817810099910004312'
  for (const [url, body, path] of [
    [
      '/v1/management/action-configurations/transfer/rules',
      `{"name":"r","outcome":"BLOCK","isActive":true,"priority":0,"conditions":{"and":[{"==":[{"var":"custom.account"},${big}]}]}}`,
      /^`conditions\.and\.0\.==\.1` is a number/,
    ],
    [
      '/v1/management/value-lists',
      `{"name":"l","isActive":true,"itemType":"number","valueListItems":[1,${big}]}`,
      /^`valueListItems\.1` is a number/,
    ],
    ['/v1/management/features', `{"name":"f","equals":${big}}`, /^`equals` is a number/],
  ] as const) {
    const { status, description } = await post(url, body, asManagement)
    assert.equal(status, 400)
    assert.match(description, path)
  }
  for (const limit of ['9007199254740993', '10.0000000000000000001', '0x10', '', '1_0']) {
    assert.equal((await app.inject({ url: `/v1/users/ann/actions?limit=${limit}`, headers: asServer })).statusCode, 400, limit)
  }
  assert.equal((await app.inject({ url: '/v1/users/ann/actions?limit=10', headers: asServer })).statusCode, 200)
})

test('C9: NUL and half a surrogate pair are refused in every text of the management API, by both stores, with the path', async () => {
  const rule = (member: string) =>
    `{"name":"r","outcome":"BLOCK","isActive":true,"priority":0,"conditions":{"and":[{"==":[{"var":"custom.x"},"a"]}]},${member}}`
  for (const text of ['\\u0000', 'a\\ud800', '\\udfffz']) {
    for (const [method, url, body, path] of [
      ['POST', '/action-configurations/transfer/rules', rule(`"description":"${text}"`), /`description`/],
      ['POST', '/action-configurations/transfer/rules', rule(`"x":{"y":["${text}"]}`), /`x\.y\.0`/],
      ['PATCH', '/action-configurations/transfer', `{"messagingTemplates":{"sms":{"en":"${text}"}}}`, /`messagingTemplates\.sms\.en`/],
      ['POST', '/value-lists', `{"name":"l","isActive":true,"itemType":"string","valueListItems":["${text}"]}`, /`valueListItems\.0`/],
      ['PATCH', '/tenant', `{"name":"${text}"}`, /`name`/],
      ['PATCH', '/tenant', `{"${text}":1}`, /contains characters/],
    ] as const) {
      const reply = await app.inject({ method, url: `/v1/management${url}`, headers: { ...asManagement, ...json }, payload: body })
      assert.equal(reply.statusCode, 400, `${url} ${body}`)
      assert.match(reply.json().errorDescription, path)
    }
  }
  for (const url of ['/value-lists/a%00b', '/action-configurations/a%00', '/value-lists?x=%00', '/policy-tests?%00=1']) {
    assert.equal((await app.inject({ url: `/v1/management${url}`, headers: asManagement })).statusCode, 400, url)
  }
})

test('RE-10: the number of a version that no store can hold is refused by both', async () => {
  for (const url of ['/action-configurations/transfer/policy-versions/9007199254740991', '/value-lists/l/versions?before=2147483648']) {
    assert.equal((await app.inject({ url: `/v1/management${url}`, headers: asManagement })).statusCode, 400, url)
  }
})
