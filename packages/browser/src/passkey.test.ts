import assert from 'node:assert/strict'
import http from 'node:http'
import { test } from 'node:test'
import { listen, refusal } from '../test/recording-server.ts'
import { ceremonyFailure } from './ceremony-failure.ts'
import { Sallyport } from './index.ts'

const options = 'user-authenticators/passkey/authentication-options'

test('signIn with a token uses it, and starts no challenge of its own', async (t) => {
  const { received, sallyport } = await listen(t, { [options]: { status: 401, body: refusal('unauthorized') } })
  sallyport.setToken('another')
  const result = await sallyport.passkey.signIn({ token: 'tracked' })
  assert.deepEqual(result, { error: 'unauthorized', errorCode: 'unauthorized', errorDescription: 'because of unauthorized' })
  assert.deepEqual(received, [{ method: 'POST', path: options, authorization: 'Bearer tracked', body: {} }])
})

test("signIn with an action starts its challenge as the tenant's page", async (t) => {
  const { received, sallyport } = await listen(t, {
    challenge: { body: { challengeId: 'c1' } },
    [options]: { status: 400, body: refusal('invalid_configuration') },
  })
  sallyport.setToken('never used by signIn')
  const result = await sallyport.passkey.signIn({ action: 'sign-in', idempotencyKey: 'k' })
  assert.equal(result.errorCode, 'invalid_configuration')
  const authorization = `Basic ${Buffer.from('b%C3%A4nk%3A1:').toString('base64')}`
  assert.deepEqual(received, [
    { method: 'POST', path: 'challenge', authorization, body: { action: 'sign-in', idempotencyKey: 'k' } },
    { method: 'POST', path: options, authorization, body: { challengeId: 'c1' } },
  ])
})

test('signIn without anything to sign in to is a mistake of the caller', async (t) => {
  const { sallyport } = await listen(t, {})
  // @ts-expect-error the types refuse it too
  await assert.rejects(sallyport.passkey.signIn({}), TypeError)
})

test('signUp needs a token, its own or the one that was set', async (t) => {
  const path = 'user-authenticators/passkey/registration-options'
  const { received, sallyport } = await listen(t, { [path]: { status: 403, body: refusal('insufficient_scope') } })
  assert.equal((await sallyport.passkey.signUp({ username: 'ada' })).errorCode, 'token_not_set')
  sallyport.setToken('set')
  assert.equal((await sallyport.passkey.signUp({ username: 'ada', displayName: 'Ada' })).errorCode, 'insufficient_scope')
  await sallyport.passkey.signUp({ token: 'own', authenticatorAttachment: null })
  assert.deepEqual(
    received.map(({ authorization, body }) => [authorization, body]),
    [
      ['Bearer set', { username: 'ada', displayName: 'Ada', authenticatorAttachment: 'platform' }],
      ['Bearer own', {}],
    ],
  )
})

test('a token that is too old is reported to the page', async (t) => {
  const { sallyport, expirations } = await listen(t, { [options]: { status: 401, body: refusal('expired_token') } })
  assert.equal((await sallyport.passkey.signIn({ token: 'old' })).errorCode, 'expired_token')
  assert.equal(expirations(), 1)
})

test('a server that is not there, or is not Sallyport, is a network error', async (t) => {
  const gone = new Sallyport({ tenantId: 't', baseUrl: 'http://127.0.0.1:1/v1' })
  assert.equal((await gone.passkey.signIn({ token: 't' })).errorCode, 'network_error')
  const { sallyport } = await listen(t, { [options]: { body: '<html>' } })
  assert.equal((await sallyport.passkey.signIn({ token: 't' })).errorCode, 'network_error')
})

test('an aborted call says so', async (t) => {
  const { sallyport } = await listen(t, {})
  assert.equal((await sallyport.passkey.signIn({ token: 't', signal: AbortSignal.abort() })).errorCode, 'aborted')
})

test('a browser without passkeys is told apart from a user who declines', async (t) => {
  const { sallyport } = await listen(t, { [options]: { body: { options: { challenge: 'AAAA' } } } })
  assert.equal((await sallyport.passkey.signIn({ token: 't' })).errorCode, 'not_supported')

  const named = (name: string) => ceremonyFailure(Object.assign(new Error('m'), { name })).errorCode
  assert.equal(named('NotAllowedError'), 'user_canceled')
  assert.equal(named('AbortError'), 'aborted')
  assert.equal(named('InvalidStateError'), 'already_enrolled')
  assert.equal(named('SecurityError'), 'invalid_relying_party')
  assert.equal(named('UnknownError'), 'authenticator_error')
  assert.equal(ceremonyFailure('text').errorCode, 'not_supported')
})

test('a passkey is available on a device that has used one which is still enrolled', async (t) => {
  const storage = new Map<string, string>()
  Object.assign(globalThis, {
    localStorage: { getItem: (key: string) => storage.get(key) ?? null, setItem: (key: string, value: string) => storage.set(key, value) },
  })
  t.after(() => Reflect.deleteProperty(globalThis, 'localStorage'))
  const { received, sallyport } = await listen(t, {
    'user-authenticators/passkey?credentialIds=a%2Cb': { body: { credentialId: 'b', verifiedAt: '2026-01-01T00:00:00Z' } },
  })
  assert.equal(await sallyport.passkey.isAvailableOnDevice({ userId: 'ada' }), false)
  assert.equal(await sallyport.passkey.isAvailableOnDevice({ userId: 'constructor' }), false)
  assert.equal(received.length, 0)
  storage.set('__sp_passkeys', JSON.stringify({ ada: ['a', 'b'], bob: ['c'] }))
  assert.equal(await sallyport.passkey.isAvailableOnDevice({ userId: 'ada' }), true)
  assert.equal(await sallyport.passkey.isAvailableOnDevice({ userId: 'bob' }), false)
  storage.set('__sp_passkeys', 'not json')
  assert.equal(await sallyport.passkey.isAvailableOnDevice({ userId: 'ada' }), false)
})

test('D8: options with which no call can succeed are named before anything is sent', async () => {
  const baseUrl = 'https://mfa.example.com/v1'
  for (const [tenantId, url, expected] of [
    ['bank', 'mfa.example.com/v1', /`baseUrl` must begin with `https:\/\/`/],
    ['bank', 'localhost:4000/v1', /`baseUrl` must begin/],
    [baseUrl, 'bank', /are swapped/],
    ['sallyport_sk_abc', baseUrl, /is an API key, which must not reach a browser/],
    ['sallyport_mk_abc', baseUrl, /is an API key/],
  ] as const) {
    const { errorCode, errorDescription } = await new Sallyport({ tenantId, baseUrl: url }).passkey.signIn({ token: 'tracked' })
    assert.equal(errorCode, 'invalid_configuration')
    assert.match(String(errorDescription), expected)
  }
})

test('D8: a `baseUrl` without `/v1` and a tenant or token that is not accepted are named', async (t) => {
  const errorDescription = 'The request is unauthorized. Check that your API key and region base URL are correctly configured.'
  const { sallyport } = await listen(t, {
    [options]: { status: 401, body: { ...refusal('unauthorized'), errorDescription } },
    challenge: { status: 401, body: { ...refusal('unauthorized'), errorDescription } },
  })
  const withToken = await sallyport.passkey.signIn({ token: 'tracked' })
  assert.deepEqual([withToken.errorCode, withToken.errorDescription], ['unauthorized', 'the server does not accept the token'])
  const withTenant = await sallyport.passkey.signIn({ action: 'login' })
  assert.deepEqual([withTenant.errorCode, withTenant.errorDescription], ['unauthorized', 'the server does not accept the `tenantId`'])

  const server = http.createServer((_, response) => {
    response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(refusal('not_found')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const wrong = new Sallyport({ tenantId: 'bank', baseUrl: `http://127.0.0.1:${address.port}/` })
  const { errorCode, errorDescription: told } = await wrong.passkey.signIn({ token: 'tracked' })
  assert.deepEqual([errorCode, told], ['invalid_configuration', '`baseUrl` must end with `/v1`'])
})
