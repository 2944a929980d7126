import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { type TestContext, test } from 'node:test'
import { Sallyport, SallyportError, type SallyportOptions } from './index.ts'
import { version } from './version.ts'

interface Received {
  method: string
  url: string
  headers: http.IncomingHttpHeaders
  body: string
}

type Answer = (response: http.ServerResponse, attempt: number) => void

/** A server that gives the answers of the test and records the requests. */
async function listen(t: TestContext, answer: Answer, options: Partial<SallyportOptions> = {}) {
  const { port, received } = await addressOf(t, answer)
  const sallyport = new Sallyport({ apiSecretKey: 'key', apiUrl: `http://127.0.0.1:${port}/v1/`, ...options })
  return { received, sallyport }
}

async function addressOf(t: TestContext, answer: Answer): Promise<{ port: number; received: Received[] }> {
  const received: Received[] = []
  const server = http.createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    answer(response, received.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return { port: address.port, received }
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

function refusal(code: string): object {
  return { error: code, errorCode: code, errorDescription: `because of ${code}`, requestId: 'req-1' }
}

/** Answers the first request with `first`, the others with `{}`. */
function once(first: Answer): Answer {
  return (response, attempt) => (attempt === 1 ? first(response, attempt) : json(200, {})(response, attempt))
}

const drop: Answer = (response) => response.destroy()

test('a call carries the key, its JSON and encoded path segments', async (t) => {
  const { received, sallyport } = await listen(t, json(200, { state: 'ALLOW' }))
  const reply = await sallyport.track({ userId: 'auth0|a/b?c', action: 'pay', attributes: { custom: { amount: 5 } } })
  assert.equal(reply.state, 'ALLOW')
  const [request] = received
  assert.equal(request?.method, 'POST')
  assert.equal(request?.url, '/v1/users/auth0%7Ca%2Fb%3Fc/actions/pay')
  assert.equal(request?.headers.authorization, `Basic ${Buffer.from('key:').toString('base64')}`)
  assert.equal(request?.headers['content-type'], 'application/json')
  assert.equal(request?.headers['user-agent'], `sallyport-node/${version}`)
  assert.deepEqual(JSON.parse(request?.body ?? ''), { custom: { amount: 5 } })
})

test('every method asks its own route', async (t) => {
  const { received, sallyport } = await listen(t, json(200, {}))
  const key = { userId: 'u', action: 'a', idempotencyKey: 'k 1' }
  await sallyport.getAction(key)
  await sallyport.updateAction({ ...key, attributes: { state: 'REVIEW_SUCCEEDED' } })
  await sallyport.disputeAction(key)
  await sallyport.queryUserActions({ userId: 'u', actionCodes: ['a', 'b'], state: 'ALLOW' })
  await sallyport.getUser({ userId: 'u' })
  await sallyport.updateUser({ userId: 'u', attributes: { email: 'a@example.com' } })
  await sallyport.deleteUser({ userId: 'u' })
  await sallyport.queryUsers({ email: 'a+b@example.com', limit: 5 })
  await sallyport.getAuthenticators({ userId: 'u' })
  await sallyport.enrollVerifiedAuthenticator({ userId: 'u', attributes: { verificationMethod: 'PASSKEY' } })
  await sallyport.deleteAuthenticator({ userId: 'u', userAuthenticatorId: 'x' })
  await sallyport.getDevices({ userId: 'u' })
  await sallyport.updateDevice({ userId: 'u', deviceId: 'd', attributes: { rememberedUntil: null } })
  await sallyport.rememberDevice({ userId: 'u', deviceId: 'd', attributes: { deviceProof: 'p', days: 7 } })
  await sallyport.invalidateDevice({ userId: 'u', deviceId: 'd' })
  await sallyport.validateChallenge({ token: 't', userId: 'u' })
  assert.deepEqual(
    received.map(({ method, url, body }) => `${method} ${url} ${body}`.trim()),
    [
      'GET /v1/users/u/actions/a/k%201',
      'PATCH /v1/users/u/actions/a/k%201 {"state":"REVIEW_SUCCEEDED"}',
      'POST /v1/users/u/actions/a/k%201/dispute {}',
      'GET /v1/users/u/actions?codes=a%2Cb&state=ALLOW',
      'GET /v1/users/u',
      'PATCH /v1/users/u {"email":"a@example.com"}',
      'DELETE /v1/users/u',
      'GET /v1/users?email=a%2Bb%40example.com&limit=5',
      'GET /v1/users/u/authenticators',
      'POST /v1/users/u/authenticators {"verificationMethod":"PASSKEY"}',
      'DELETE /v1/users/u/authenticators/x',
      'GET /v1/users/u/devices',
      'PATCH /v1/users/u/devices/d {"rememberedUntil":null}',
      'POST /v1/users/u/devices {"deviceId":"d","deviceProof":"p","days":7}',
      'POST /v1/users/u/devices/d/invalidate {}',
      'POST /v1/validate {"token":"t","userId":"u"}',
    ],
  )
})

test('an id that would name another resource is refused before anything is sent', async (t) => {
  const { received, sallyport } = await listen(t, json(200, {}))
  for (const userId of ['', '.', '..']) await assert.rejects(sallyport.getUser({ userId }), { code: 'invalid_request', statusCode: 0 })
  assert.equal(received.length, 0)
})

test('a refusal becomes an error with code, status, description and request id', async (t) => {
  const { sallyport } = await listen(t, json(401, refusal('unauthorized')))
  await assert.rejects(sallyport.getUser({ userId: 'u' }), (error) => {
    assert.ok(error instanceof SallyportError)
    assert.equal(error.code, 'unauthorized')
    assert.equal(error.errorCode, 'unauthorized')
    assert.equal(error.statusCode, 401)
    assert.equal(error.description, 'because of unauthorized')
    assert.equal(error.requestId, 'req-1')
    assert.equal(error.message, 'unauthorized: because of unauthorized')
    return true
  })
})

test('what is not Sallyport is told apart from a refusal', async (t) => {
  for (const answer of [
    (response: http.ServerResponse) => response.end('<html>hello</html>'),
    (response: http.ServerResponse) => response.writeHead(502).end('bad gateway'),
    (response: http.ServerResponse) => response.writeHead(302, { location: '/elsewhere' }).end(),
    (response: http.ServerResponse) => response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"no"}'),
  ]) {
    const { sallyport } = await listen(t, answer, { retries: 0 })
    await assert.rejects(sallyport.getUser({ userId: 'u' }), { code: 'unexpected_response' })
  }
})

test('a missing key or address is reported by the first call, not by the constructor', async () => {
  await assert.rejects(new Sallyport({ apiSecretKey: undefined, apiUrl: 'http://localhost/v1' }).getUser({ userId: 'u' }), {
    code: 'invalid_configuration',
    description: /apiSecretKey/,
  })
  await assert.rejects(new Sallyport({ apiSecretKey: 'k', apiUrl: '' }).getUser({ userId: 'u' }), {
    code: 'invalid_configuration',
    description: /apiUrl/,
  })
})

test('a read is repeated after a lost connection and after a failure of the server', async (t) => {
  for (const answer of [drop, json(503, refusal('unavailable')), json(500, refusal('internal_error'))]) {
    const { received, sallyport } = await listen(t, once(answer))
    await sallyport.getUser({ userId: 'u' })
    assert.equal(received.length, 2)
  }
})

test('a track is repeated after a failure only when it carries an idempotency key', async (t) => {
  for (const answer of [drop, json(503, refusal('unavailable'))]) {
    const keyed = await listen(t, once(answer))
    await keyed.sallyport.track({ userId: 'u', action: 'a', attributes: { idempotencyKey: 'k' } })
    assert.equal(keyed.received.length, 2)

    const unkeyed = await listen(t, once(answer))
    await assert.rejects(unkeyed.sallyport.track({ userId: 'u', action: 'a' }), SallyportError)
    assert.equal(unkeyed.received.length, 1)
  }
})

test('a validation is never repeated after a lost answer: it may have spent the approval', async (t) => {
  const { received, sallyport } = await listen(t, once(drop))
  await assert.rejects(sallyport.validateChallenge({ token: 't' }), { code: 'network_error', statusCode: 0 })
  assert.equal(received.length, 1)
})

test('TX-01: an approval of another instance than the expected one is not valid', async (t) => {
  const { sallyport } = await listen(t, json(200, { isValid: true, idempotencyKey: 'k1' }))
  assert.equal((await sallyport.validateChallenge({ token: 't' })).isValid, true)
  assert.equal((await sallyport.validateChallenge({ token: 't', idempotencyKey: 'k1' })).isValid, true)
  assert.equal((await sallyport.validateChallenge({ token: 't', idempotencyKey: 'k2' })).isValid, false)
})

test('writes and refusals are not repeated', async (t) => {
  const write = await listen(t, once(json(500, refusal('internal_error'))))
  await assert.rejects(write.sallyport.updateUser({ userId: 'u', attributes: {} }), { code: 'internal_error' })
  assert.equal(write.received.length, 1)

  const refused = await listen(t, once(json(404, refusal('not_found'))))
  await assert.rejects(refused.sallyport.getAction({ userId: 'u', action: 'a', idempotencyKey: 'k' }), { code: 'not_found' })
  assert.equal(refused.received.length, 1)
})

test('a call that was refused unread (429) is repeated after the time the server asked for', async (t) => {
  const { received, sallyport } = await listen(t, once(json(429, refusal('too_many_requests'), { 'retry-after': '0' })))
  await sallyport.validateChallenge({ token: 't' })
  assert.equal(received.length, 2)

  const dated = await listen(t, once(json(429, refusal('too_many_requests'), { 'retry-after': new Date(0).toUTCString() })))
  await dated.sallyport.getUser({ userId: 'u' })
  assert.equal(dated.received.length, 2)
})

test('a wait longer than ten seconds is left to the caller', async (t) => {
  const { received, sallyport } = await listen(t, json(429, refusal('too_many_requests'), { 'retry-after': '3600' }))
  await assert.rejects(sallyport.getUser({ userId: 'u' }), { code: 'too_many_requests', retryAfterSeconds: 3600 })
  assert.equal(received.length, 1)
})

test('retries end: the last error is the answer', async (t) => {
  const { received, sallyport } = await listen(t, json(503, refusal('unavailable')), { retries: 1 })
  await assert.rejects(sallyport.getUser({ userId: 'u' }), { code: 'unavailable' })
  assert.equal(received.length, 2)
})

test('no answer in time is a timeout, also when only the body is late', async (t) => {
  const late: Answer[] = [() => {}, (response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{')]
  for (const answer of late) {
    const { sallyport } = await listen(t, answer, { timeoutInMilliseconds: 50, retries: 0 })
    await assert.rejects(sallyport.getUser({ userId: 'u' }), { code: 'timeout', statusCode: 0 })
  }
})

test("the caller's abort ends the call and the waiting, with the caller's reason", async (t) => {
  const reason = new Error('the visitor left')
  const pending = await listen(t, () => controller.abort(reason))
  const controller = new AbortController()
  await assert.rejects(pending.sallyport.getUser({ userId: 'u' }, { signal: controller.signal }), reason)

  const waiting = await listen(t, (response, attempt) => {
    json(429, refusal('too_many_requests'), { 'retry-after': '9' })(response, attempt)
    setImmediate(() => later.abort(reason))
  })
  const later = new AbortController()
  await assert.rejects(waiting.sallyport.getUser({ userId: 'u' }, { signal: later.signal }), reason)
  assert.equal(waiting.received.length, 1)

  await assert.rejects(waiting.sallyport.getUser({ userId: 'u' }, { signal: AbortSignal.abort(reason) }), reason)
  assert.equal(waiting.received.length, 1)
})

test('a server that is not there is a network error', async () => {
  const sallyport = new Sallyport({ apiSecretKey: 'k', apiUrl: 'http://127.0.0.1:1/v1', retries: 0 })
  await assert.rejects(sallyport.getUser({ userId: 'u' }), { code: 'network_error', description: /127\.0\.0\.1:1/ })
})

test('the version sent is the version published', () => {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  assert.equal(version, manifest.version)
})

test('D8: options with which no call can succeed are named, with what to change, before anything is sent', async () => {
  const never = () => assert.fail('nothing is sent')
  const local = 'http://localhost:4000/v1'
  for (const [apiSecretKey, apiUrl, expected] of [
    ['key', 'localhost:4000/v1', /`apiUrl` has no `http:\/\/` or `https:\/\/`: use `http:\/\/localhost:4000\/v1`/],
    ['key', '127.0.0.1:4000/v1', /use `http:\/\/127.0.0.1:4000\/v1`/],
    ['key', 'mfa.example.com/v1', /use `https:\/\/mfa.example.com\/v1`/],
    ['key', '//mfa.example.com/v1', /use `https:\/\/mfa.example.com\/v1`/],
    ['key', 'ftp://ann:secret@mfa.example.com/v1', /use `https:\/\/mfa.example.com\/v1`/],
    ['key', 'http://', /is not an address/],
    ['key', 'http://localhost:4000/v1?x=1', /is not an address/],
    [local, 'sallyport_sk_abc', /are swapped/],
    [local, 'anything', /are swapped/],
    ['sallyport_mk_abc', local, /is a management key: use the secret key/],
    [undefined, local, /`apiSecretKey` is not set/],
    ['key', ' ', /`apiUrl` is not set/],
  ] as const) {
    const sallyport = new Sallyport({ apiSecretKey, apiUrl, fetch: never })
    await assert.rejects(sallyport.getUser({ userId: 'u' }), (error) => {
      assert.ok(error instanceof SallyportError)
      assert.equal(error.code, 'invalid_configuration')
      assert.match(error.description, expected)
      assert.ok(!/abc|secret@/.test(error.description), 'no key is repeated')
      return true
    })
  }
})

test('D8: an `apiUrl` without `/v1` is named, and a resource that does not exist is not mistaken for it', async (t) => {
  const missing = json(404, refusal('not_found'))
  const { sallyport } = await listen(t, missing)
  await assert.rejects(sallyport.getUser({ userId: 'u' }), { code: 'not_found', statusCode: 404 })
  const { port } = await addressOf(t, missing)
  for (const apiUrl of [`http://127.0.0.1:${port}`, `http://127.0.0.1:${port}/`, `http://127.0.0.1:${port}/v1/client`]) {
    const wrong = new Sallyport({ apiSecretKey: 'key', apiUrl })
    await assert.rejects(wrong.getUser({ userId: 'u' }), {
      code: 'invalid_configuration',
      description: `\`apiUrl\` must end with \`/v1\`: use \`http://127.0.0.1:${port}/v1\``,
    })
  }
})

test('D8: a key that the server does not accept is named, without the region of the wire’s text', async (t) => {
  const errorDescription = 'The request is unauthorized. Check that your API key and region base URL are correctly configured.'
  const { sallyport } = await listen(t, json(401, { ...refusal('unauthorized'), errorDescription }))
  await assert.rejects(sallyport.getUser({ userId: 'u' }), (error) => {
    assert.ok(error instanceof SallyportError)
    assert.deepEqual([error.code, error.statusCode, error.requestId], ['unauthorized', 401, 'req-1'])
    assert.match(error.description, /does not accept `apiSecretKey`: it must be the secret key of a tenant/)
    return true
  })
})

test('sessions are calls of their own endpoints, with what was given as the body', async (t) => {
  const { received, sallyport } = await listen(t, json(200, {}))
  await sallyport.createSession({ clientId: 'web', token: 't', action: 'sign-in' })
  await sallyport.validateSession({ accessToken: 'a', clientIds: ['web'] })
  await sallyport.refreshSession({ refreshToken: 'r' })
  assert.equal(await sallyport.revokeSession({ accessToken: 'a' }), undefined)
  assert.equal(await sallyport.revokeUserSessions({ userId: 'ada' }), undefined)
  assert.deepEqual(
    received.map(({ method, url, body }) => [method, url, body]),
    [
      ['POST', '/v1/sessions', '{"clientId":"web","token":"t","action":"sign-in"}'],
      ['POST', '/v1/sessions/validate', '{"accessToken":"a","clientIds":["web"]}'],
      ['POST', '/v1/sessions/refresh', '{"refreshToken":"r"}'],
      ['POST', '/v1/sessions/revoke', '{"accessToken":"a"}'],
      ['POST', '/v1/sessions/user/revoke', '{"userId":"ada"}'],
    ],
  )
})

test('a refresh whose reply is lost is not repeated, because the second would end the session; a validation is', async (t) => {
  const lost = await listen(t, drop)
  await assert.rejects(lost.sallyport.refreshSession({ refreshToken: 'r' }), { code: 'network_error' })
  assert.equal(lost.received.length, 1)
  const repeated = await listen(t, once(drop))
  await repeated.sallyport.validateSession({ accessToken: 'a' })
  assert.equal(repeated.received.length, 2)
})
