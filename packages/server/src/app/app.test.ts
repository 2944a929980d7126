import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { z } from 'zod'
import { createTestApp } from '../../test/support/test-app.ts'
import { errorBody } from '../http/error-reply.ts'
import { issueToken } from '../tokens/challenge-token.ts'

const { app, deps, tenant, asServer, asManagement, asBrowser, withToken, logged, addTenant, close } = await createTestApp()
after(close)
await app.listen({ port: 0, host: '127.0.0.1' })
const address = app.server.address()
const port = typeof address === 'object' && address !== null ? address.port : 0

const unauthorizedText = 'The request is unauthorized. Check that your API key and region base URL are correctly configured.'
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
const json = { 'content-type': 'application/json' }

/** Sends bytes unchanged and returns the whole reply. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => chunks.push(Buffer.from(chunk)))
    socket.on('end', () => resolve(Buffer.concat(chunks).toString()))
    socket.on('error', reject)
  })
}

test('ER-01: every refusal is JSON of one shape, with exactly the type application/json', async () => {
  const requests = [
    { status: 401, url: '/v1/users/u' },
    { status: 404, url: '/nothing' },
    { status: 404, url: '/v1/nothing', headers: asServer },
    { status: 405, url: '/v1/validate', headers: asServer },
    { status: 405, method: 'POST', url: '/healthz' },
    { status: 400, url: '/v1/%zz', headers: asServer },
    { status: 401, url: '/v1/%zz' },
    { status: 404, url: `/v1/users/${'x'.repeat(5000)}`, headers: asServer },
    { status: 400, method: 'POST', url: '/v1/validate', headers: { ...asServer, ...json }, payload: '{"token"' },
    { status: 400, method: 'POST', url: '/v1/validate', headers: { ...asServer, ...json }, payload: '{"token":1}' },
    { status: 400, method: 'POST', url: '/v1/validate', headers: { ...asServer, ...json }, payload: '{"__proto__":{"a":1}}' },
    {
      status: 413,
      method: 'POST',
      url: '/v1/validate',
      headers: { ...asServer, ...json },
      payload: `{"token":"${'x'.repeat(1_000_000)}"}`,
    },
    { status: 415, method: 'POST', url: '/v1/validate', headers: { ...asServer, 'content-type': 'text/plain' }, payload: 'token=1' },
    {
      status: 415,
      method: 'POST',
      url: '/v1/validate',
      headers: { ...asServer, 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'a=1',
    },
    { status: 415, method: 'POST', url: '/v1/validate', headers: { ...asServer, 'content-type': 'application/jsonx' }, payload: '{}' },
  ] as const
  for (const { status, ...request } of requests) {
    const response = await app.inject(request)
    const name = `${'method' in request ? request.method : 'GET'} ${request.url.slice(0, 40)}`
    assert.equal(response.statusCode, status, `${name}: ${response.body}`)
    assert.equal(response.headers['content-type'], 'application/json', name)
    const body = z.strictObject(errorBody.shape).parse(response.json())
    assert.equal(body.error, body.errorCode)
    assert.notEqual(body.requestId, '')
  }
})

test('ER-01: bytes that are no request are answered in the same shape', async () => {
  const tooLarge = await raw(`GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`)
  assert.match(tooLarge, /^HTTP\/1\.1 431 .*\r\nContent-Type: application\/json\r\n/)
  assert.match(tooLarge, /"errorCode":"headers_too_large"/)
  const garbage = await raw('NOT HTTP\r\n\r\n')
  assert.match(garbage, /^HTTP\/1\.1 400 /)
  assert.doesNotThrow(() => errorBody.parse(JSON.parse(garbage.split('\r\n\r\n')[1] ?? '')))
})

test('ER-02: a fault says nothing but that there was one, and is logged with its cause', async () => {
  const { app: faulty, logged: faultyLog, close: closeFaulty, asServer: key, deps: faultyDeps } = await createTestApp()
  await faultyDeps.store.close()
  const response = await faulty.inject({ url: '/v1/users/u', headers: key })
  assert.ok(response.statusCode === 500 || response.statusCode === 503)
  assert.doesNotMatch(response.body, /sqlite|select|node_modules|\.ts|Error:/i)
  assert.ok(faultyLog().includes(response.json().requestId))
  await closeFaulty().catch(() => undefined)
})

test('ER-03: HEAD and OPTIONS change nothing and say what there is', async () => {
  const head = await app.inject({ method: 'HEAD', url: '/healthz' })
  assert.equal(head.statusCode, 200)
  assert.equal(head.body, '')
  const options = await app.inject({ method: 'OPTIONS', url: '/v1/validate', headers: asServer })
  assert.equal(options.statusCode, 204)
  assert.equal(options.headers.allow, 'POST')
  const refused = await app.inject({ method: 'DELETE', url: '/v1/validate', headers: asServer })
  assert.equal(refused.headers.allow, 'POST')
  assert.equal((await app.inject({ method: 'OPTIONS', url: '/v1/validate' })).statusCode, 401)
})

test('success answers carry exactly the type application/json too', async () => {
  for (const [url, headers] of [
    ['/healthz', {}],
    ['/readyz', {}],
    ['/openapi.json', {}],
    ['/v1/users/u', asServer],
  ] as const) {
    const response = await app.inject({ url, headers })
    assert.equal(response.statusCode, 200, response.body)
    assert.equal(response.headers['content-type'], 'application/json')
  }
})

test('an empty body with a JSON content type is an empty object', async () => {
  const response = await app.inject({ method: 'POST', url: '/v1/validate', headers: { ...asServer, ...json } })
  assert.equal(response.statusCode, 400)
  assert.match(response.json().errorDescription, /`token`/, 'the body was read, only its member is missing')
})

test('the credential is checked before the path', async () => {
  for (const url of [
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1/users/u/actions/a/',
    '/v1/users//actions//',
    '/v1/management/nothing',
    '/v1/client/nothing',
  ]) {
    const response = await app.inject({ url, headers: basic('bad key:') })
    assert.equal(response.statusCode, 401, url)
    assert.equal(response.json().errorDescription, unauthorizedText)
    assert.ok(response.headers['www-authenticate'])
  }
  assert.equal((await app.inject({ url: '/v1/users/u/actions/a/', headers: asServer })).statusCode, 404)
})

test('A-22: garbage in the place of a credential is refused, under every API', async () => {
  const token = await issueToken((await deps.tenants.find(tenant.tenantId)) ?? assert.fail(), deps.config.issuer, {
    kind: 'challenge',
    userId: 'u',
    actionCode: 'a',
    idempotencyKey: 'k',
    scope: '',
    jti: 'j',
    at: deps.clock(),
    basis: { createdAt: 0, state: 'ALLOW', isEnrolled: false },
  })
  const secret = Buffer.from(`${tenant.secretKey}:`).toString('base64')
  const credentials = [
    undefined,
    '',
    'Basic',
    'Basic ',
    'Basic  ',
    'Basic !!!',
    'Basic Og==',
    `Basic ${secret.slice(0, -5)}`,
    `Basic ${Buffer.from(`${tenant.secretKey}:password`).toString('base64')}`,
    `Basic ${Buffer.from(`:${tenant.secretKey}`).toString('base64')}`,
    `Basic ${Buffer.from(`${tenant.secretKey} :`).toString('base64')}`,
    `Basic ${Buffer.from('%zz:').toString('base64')}`,
    `Basic ${Buffer.from([0xff, 0xfe, 0xfd]).toString('base64')}`,
    `Bearer ${tenant.secretKey}`,
    'Bearer ',
    'Bearer null',
    'Bearer a.b.c',
    `Bearer ${token}x`,
    `Bearer  ${token}=`,
    `Digest ${secret}`,
    tenant.secretKey,
    secret,
    `Basic ${'A'.repeat(8000)}`,
  ]
  for (const url of ['/v1/users/u', '/v1/management/tenant', '/v1/client/nothing']) {
    for (const authorization of credentials) {
      const response = await app.inject({ url, headers: authorization === undefined ? {} : { authorization } })
      assert.equal(response.statusCode, 401, `${url} ${authorization}`)
      assert.equal(response.json().errorCode, 'unauthorized')
    }
  }
})

test('TN-01: a credential opens its own API and no other', async () => {
  const known = (await deps.tenants.find(tenant.tenantId)) ?? assert.fail()
  const token = await issueToken(known, deps.config.issuer, {
    kind: 'result',
    userId: 'u',
    actionCode: 'a',
    idempotencyKey: 'k',
    scope: '',
    jti: 'j',
    at: deps.clock(),
    basis: { createdAt: 0, state: 'ALLOW', isEnrolled: false },
  })
  const tracked = await app.inject({ method: 'POST', url: '/v1/users/u/actions/a', headers: asServer, payload: {} })
  const apis = { '/v1/users/u': asServer, '/v1/management/tenant': asManagement, '/v1/client/nothing': asBrowser }
  for (const [url, own] of Object.entries(apis)) {
    assert.notEqual((await app.inject({ url, headers: own })).statusCode, 401, url)
    for (const other of [asServer, asManagement, asBrowser, withToken(token)]) {
      if (other === own || (other.authorization?.startsWith('Bearer') && own === asBrowser)) continue
      assert.equal((await app.inject({ url, headers: other })).statusCode, 401, url)
    }
  }
  assert.equal((await app.inject({ url: '/v1/client/nothing', headers: withToken(tracked.json().token) })).statusCode, 404)
})

test('the tenant id of the client API is accepted in the encodings of every client', async () => {
  const encodings = [
    Buffer.from(encodeURIComponent(tenant.tenantId)).toString('base64'),
    Buffer.from(`${tenant.tenantId}:`).toString('base64'),
    Buffer.from(`${tenant.tenantId}:`).toString('base64url'),
  ]
  for (const encoded of encodings) {
    assert.equal((await app.inject({ url: '/v1/client/nothing', headers: { authorization: `Basic ${encoded}` } })).statusCode, 404)
  }
})

test('TK-04: an expired token is told apart, so that the browser can get another', async () => {
  const known = (await deps.tenants.find(tenant.tenantId)) ?? assert.fail()
  const old = await issueToken(known, deps.config.issuer, {
    kind: 'challenge',
    userId: 'u',
    actionCode: 'a',
    idempotencyKey: 'k',
    scope: '',
    jti: 'j',
    at: deps.clock() - 3_600_000,
    basis: { createdAt: 0, state: 'ALLOW', isEnrolled: false },
  })
  const response = await app.inject({ url: '/v1/client/nothing', headers: withToken(old) })
  assert.equal(response.statusCode, 401)
  assert.equal(response.json().errorCode, 'expired_token')
})

test('TK-05: a token of another tenant opens nothing of this one', async () => {
  const other = await addTenant()
  const known = (await deps.tenants.find(other.tenantId)) ?? assert.fail()
  const basis = { createdAt: 0, state: 'ALLOW' as const, isEnrolled: false }
  const input = {
    kind: 'challenge',
    userId: 'u',
    actionCode: 'a',
    idempotencyKey: 'k',
    scope: '',
    jti: 'j',
    at: deps.clock(),
    basis,
  } as const
  const forged = await issueToken({ ...known, tenantId: tenant.tenantId }, deps.config.issuer, input)
  assert.equal((await app.inject({ url: '/v1/client/nothing', headers: withToken(forged) })).statusCode, 401)
})

test('TN-04: an API key is not accepted from a browser, nor in the query', async () => {
  for (const [url, headers] of [
    ['/v1/users/u', asServer],
    ['/v1/management/tenant', asManagement],
  ] as const) {
    for (const origin of ['https://app.example.com', deps.config.publicUrl, 'null']) {
      const response = await app.inject({ url, headers: { ...headers, origin } })
      assert.equal(response.statusCode, 401)
      assert.equal(response.headers['access-control-allow-origin'], undefined)
    }
  }
  for (const name of ['key', 'api_key', 'apiKey', 'authorization', 'token', 'secret']) {
    assert.equal((await app.inject({ url: '/v1/users/u', query: { [name]: tenant.secretKey } })).statusCode, 401)
  }
})

const askFirst = (origin: string) => ({
  origin,
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type',
})

test('AD-04: the client API names the expected origin it answers, the others answer none', async () => {
  const origin = 'http://localhost:3000'
  const preflight = askFirst(origin)
  const allowed = await app.inject({ method: 'OPTIONS', url: '/v1/client/challenge', headers: preflight })
  assert.equal(allowed.statusCode, 204)
  assert.equal(allowed.headers['access-control-allow-origin'], origin)
  assert.equal(allowed.headers['access-control-allow-credentials'], 'true')
  assert.match(String(allowed.headers['access-control-allow-headers']), /Authorization, Content-Type/)
  assert.match(String(allowed.headers.vary), /Origin/)

  const refused = await app.inject({ url: '/v1/client/nothing', headers: { origin } })
  assert.equal(refused.statusCode, 401)
  assert.equal(refused.headers['access-control-allow-origin'], origin, 'a page can read why it was refused')

  for (const url of ['/v1/users/u', '/v1/management/tenant', '/healthz']) {
    const other = await app.inject({ method: 'OPTIONS', url, headers: preflight })
    assert.equal(other.headers['access-control-allow-origin'], undefined)
  }
})

test('A9: no page but those a tenant expects may send or get cookies, and `null` never', async () => {
  const strangers = [
    'https://evil.example',
    'null',
    'http://localhost:3001',
    'http://localhost:3000.evil.example',
    'https://localhost:3000',
    'x',
  ]
  for (const origin of strangers) {
    const asked = await app.inject({ method: 'OPTIONS', url: '/v1/client/challenge/web', headers: askFirst(origin) })
    const answered = await app.inject({
      method: 'POST',
      url: '/v1/client/challenge/web',
      headers: { ...asBrowser, origin },
      payload: { action: 'login' },
    })
    const refused = await app.inject({ method: 'POST', url: '/v1/client/challenge/web', headers: { origin } })
    assert.deepEqual([asked.statusCode, answered.statusCode, refused.statusCode], [204, 200, 401])
    for (const { headers } of [asked, answered, refused]) {
      assert.equal(headers['access-control-allow-credentials'], undefined, origin)
      assert.equal(headers['access-control-allow-origin'], '*', 'without cookies, any page may call')
    }
    assert.equal(answered.headers['set-cookie'], undefined, origin)
  }
})

test('A9: the page of one tenant has no cookies under another', async () => {
  const other = await addTenant()
  const origin = 'https://shop.example'
  await app.inject({
    method: 'PATCH',
    url: '/v1/management/authenticator-configurations/passkey',
    headers: other.asManagement,
    payload: { relyingParty: 'shop.example', expectedOrigins: [origin] },
  })
  const send = (headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/v1/client/challenge/web', headers: { ...headers, origin }, payload: { action: 'login' } })
  const own = await send(other.asBrowser)
  assert.ok(own.headers['set-cookie'])
  const foreign = await send(asBrowser)
  assert.equal(foreign.headers['access-control-allow-credentials'], undefined)
  assert.equal(foreign.headers['set-cookie'], undefined)
})

test('AD-04: answers cannot be framed, sniffed or kept', async () => {
  const { headers } = await app.inject({ url: '/v1/users/u', headers: asServer })
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['referrer-policy'], 'no-referrer')
  assert.equal(headers['cache-control'], 'no-store')
  assert.match(String(headers['content-security-policy']), /default-src 'none'; frame-ancestors 'none'/)
  assert.equal(headers['strict-transport-security'], undefined)
  const secure = await createTestApp({ config: { publicUrl: 'https://mfa.example.com' } })
  assert.match(String((await secure.app.inject('/healthz')).headers['strict-transport-security']), /max-age=\d{8}/)
  await secure.close()
})

test('LG-02: neither a key nor a token nor a value of the request is in the log', async () => {
  await app.inject({
    method: 'POST',
    url: '/v1/validate',
    headers: { ...asServer, ...json },
    payload: { token: 'eyJhbGciOiJIUzI1NiJ9.e30.abc' },
  })
  await app.inject({ url: '/v1/users/someone@example.com', headers: asServer })
  const text = logged()
  for (const secret of [tenant.secretKey, tenant.managementKey, asServer.authorization ?? '', 'eyJhbGci', 'someone'])
    assert.ok(!text.includes(secret), secret)
  for (const line of text.split('\n').filter((item) => item !== '')) JSON.parse(line)
})

test('metrics name the routes, not the paths', async () => {
  await app.inject({ url: '/v1/users/one', headers: asServer })
  const { body, headers } = await app.inject('/metrics')
  assert.match(String(headers['content-type']), /^text\/plain/)
  assert.match(body, /sallyport_http_request_duration_seconds_count\{method="GET",route="\/v1\/users\/:userId",status="200"\} \d+/)
  assert.doesNotMatch(body, /users\/one/)
})

test('metrics count each decision once, time the store, and show the age of every data set', async () => {
  const track = { method: 'POST', url: '/v1/users/counted/actions/login', headers: asServer, payload: { idempotencyKey: 'once' } } as const
  const before = Number(/sallyport_decisions_total\{state="ALLOW"\} (\d+)/.exec((await app.inject('/metrics')).body)?.[1] ?? 0)
  await app.inject(track)
  await app.inject(track)
  const { body } = await app.inject('/metrics')
  assert.match(body, new RegExp(`sallyport_decisions_total\\{state="ALLOW"\\} ${before + 1}\n`))
  assert.match(body, /sallyport_store_duration_seconds_count\{operation="decide"\} \d+/)
  assert.match(body, /sallyport_ip_data_set_age_days\{data_set="country",kind="country",state="\w+"\} \d+/)
})
