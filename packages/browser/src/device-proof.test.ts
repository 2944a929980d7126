import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import http from 'node:http'
import { afterEach, type TestContext, test } from 'node:test'
import { getDeviceProof } from './index.ts'

/** The part of IndexedDB that one object store with keys of its own needs. What is stored survives until it is closed. */
function openDatabase() {
  const stored = new Map<string, CryptoKeyPair>()
  const answer = <T>(result: T, error?: Error) => {
    const request = { result, error, onsuccess: () => {}, onerror: () => {}, onupgradeneeded: () => {} }
    setImmediate(() => {
      request.onupgradeneeded()
      if (error) request.onerror()
      else request.onsuccess()
    })
    return request
  }
  const store = {
    get: (key: string) => answer(stored.get(key)),
    add: (value: CryptoKeyPair, key: string) => {
      if (stored.has(key)) return answer(undefined, new Error('ConstraintError'))
      stored.set(key, value)
      return answer(key)
    },
  }
  const database = { createObjectStore() {}, close() {}, transaction: () => ({ objectStore: () => store }) }
  Object.assign(globalThis, { indexedDB: { open: () => answer(database) } })
  return stored
}

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'indexedDB')
})

/** A server that checks the signature as the real one does, and counts the calls. */
async function listen(t: TestContext, expiresInSeconds = 600) {
  const paths: string[] = []
  const server = http.createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const path = String(request.url).replace('/v1/client/', '')
    paths.push(path)
    const reply = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (path === 'devices/nonce') return reply(200, { nonce: `nonce-${paths.length}` })
    const { publicKey, nonce, signature } = JSON.parse(text)
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const point = Buffer.from(publicKey, 'base64url')
    const key = await crypto.subtle.importKey('raw', point, algorithm, false, ['verify'])
    const signed = Buffer.from(`sallyport device key\nbank\n${nonce}`)
    const isGood = await crypto.subtle.verify(algorithm, key, Buffer.from(signature, 'base64url'), signed)
    if (!isGood) return reply(400, { error: 'invalid_credential', errorCode: 'invalid_credential', errorDescription: 'bad' })
    return reply(200, {
      deviceId: `dk_${createHash('sha256').update(point).digest('base64url')}`,
      deviceProof: `proof-${paths.length}`,
      expiresInSeconds,
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return { paths, options: { tenantId: 'bank', baseUrl: `http://127.0.0.1:${address.port}/v1` } }
}

test('a proof is made with a key that is kept and cannot be exported, and serves for several actions', async (t) => {
  const stored = openDatabase()
  const { paths, options } = await listen(t)
  const [first, second] = await Promise.all([getDeviceProof(options), getDeviceProof(options)])
  assert.match(String(first.data?.deviceId), /^dk_/)
  assert.deepEqual(second, first)
  assert.deepEqual(await getDeviceProof(options), first)
  assert.deepEqual(paths, ['devices/nonce', 'devices'])
  const { privateKey } = stored.get('bank') ?? assert.fail()
  assert.equal(privateKey.extractable, false)
  await assert.rejects(crypto.subtle.exportKey('pkcs8', privateKey))
})

test('a proof that is half used up is replaced, and the device stays the same', async (t) => {
  openDatabase()
  const { options } = await listen(t, 0)
  const first = await getDeviceProof(options)
  const second = await getDeviceProof(options)
  assert.equal(second.data?.deviceId, first.data?.deviceId)
  assert.notEqual(second.data?.deviceProof, first.data?.deviceProof)
})

test('the key of a tab that was faster is kept', async (t) => {
  const stored = openDatabase()
  const other = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  const { options } = await listen(t)
  const { get } = Map.prototype
  let reads = 0
  stored.get = (key) => {
    if (reads++ > 0) return get.call(stored, key)
    stored.set(key, other)
    return undefined
  }
  const { data } = await getDeviceProof(options)
  const point = Buffer.from(await crypto.subtle.exportKey('raw', other.publicKey))
  assert.equal(data?.deviceId, `dk_${createHash('sha256').update(point).digest('base64url')}`)
})

test('where no key can be kept, or nobody answers, there is a result and the next call tries again', async (t) => {
  const { options } = await listen(t)
  assert.equal((await getDeviceProof(options)).errorCode, 'not_supported')
  openDatabase()
  assert.match(String((await getDeviceProof(options)).data?.deviceId), /^dk_/)
  assert.equal((await getDeviceProof({ tenantId: 'bank', baseUrl: 'http://127.0.0.1:1/v1' })).errorCode, 'network_error')
})
