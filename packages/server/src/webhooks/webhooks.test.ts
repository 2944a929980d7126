import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { Webhook } from '@authsignal/node'
import type { Tenant } from '../configuration/tenant.ts'
import { createWebhooks, type WebhooksDeps } from './webhooks.ts'

const keys = ['sallyport_sk_new', 'sallyport_sk_old']
const tenant = { tenantId: 't', secretKeys: keys.map((key) => ({ keyId: key, key })) } as unknown as Tenant
const deps = { networks: ['127.0.0.0/8', '::1'], publicUrl: 'http://localhost:4000', clock: Date.now, newId: () => 'an-id' }

async function withReceiver(answer: RequestListener, work: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(answer)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const call = (url: string, other: Partial<WebhooksDeps> = {}) =>
  createWebhooks({ ...deps, ...other }).call(tenant, url, 'action.verify', { a: 1 })

test('WH-02: a call carries a signature of each key in force, which the official client verifies', async () => {
  const seen: { body: string; signature: string }[] = []
  await withReceiver(
    (request, reply) => {
      let body = ''
      request.on('data', (chunk) => (body += chunk))
      request.on('end', () => {
        seen.push({ body, signature: String(request.headers['x-signature-v2']) })
        reply.end('{}')
      })
    },
    async (url) => assert.deepEqual(await call(`${url}/hook`), { isOk: true, status: 200 }),
  )
  const [{ body, signature } = assert.fail('not called')] = seen
  for (const key of keys) assert.equal(new Webhook(key).constructEvent(body, signature).type, 'action.verify')
  assert.throws(() => new Webhook('another').constructEvent(body, signature))
  const { version, id, tenantId, type, data } = JSON.parse(body)
  assert.deepEqual({ version, id, tenantId, type, data }, { version: 1, id: 'an-id', tenantId: 't', type: 'action.verify', data: { a: 1 } })
})

test('WH-01: private, loopback, link-local, mapped and odd spellings of addresses are refused, unless the operator allows the network', async () => {
  const none = createWebhooks({ ...deps, networks: [] })
  const urls = [
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.1/',
    'https://100.64.0.1/',
    'https://[fd00::1]/',
    'https://localhost/',
    'https://api.localhost./',
    'http://example.com/',
    'ftp://example.com/',
    'https://user:secret@example.com/',
    'not a url',
  ]
  for (const url of urls) {
    assert.notEqual(none.problemOf(url), undefined, url)
    const answer = await none.call(tenant, url, 'action.verify', {})
    assert.deepEqual([answer.isOk, answer.status], [false, undefined], url)
  }
  assert.equal(none.problemOf('https://hooks.example.com/verify'), undefined)
  const own = createWebhooks({ ...deps, networks: ['10.0.0.0/8'] })
  assert.equal(own.problemOf('http://10.1.2.3/verify'), undefined)
  assert.notEqual(own.problemOf('http://203.0.113.7/verify'), undefined)
  assert.notEqual(own.problemOf('https://127.0.0.1/'), undefined)
})

test('WH-01, A-16: a name is judged by every address it resolves to, each time, and the connection goes to the address that was judged', async () => {
  for (const addresses of [['127.0.0.1'], ['93.184.216.34', '10.0.0.1'], ['::ffff:169.254.169.254'], [], ['not an address']]) {
    const answer = await call('https://rebinding.example/', { networks: [], resolve: async () => addresses })
    assert.equal(answer.isOk, false, addresses.join())
    assert.equal(answer.status, undefined)
  }
  let asked = 0
  await withReceiver(
    (request, reply) => reply.end(request.headers.host),
    async (url) => {
      const port = new URL(url).port
      const answer = await call(`http://rebinding.example:${port}/`, {
        networks: ['127.0.0.1'],
        async resolve() {
          asked += 1
          return ['127.0.0.1']
        },
      })
      assert.deepEqual(answer, { isOk: true, status: 200 })
    },
  )
  assert.equal(asked, 1)
})

test('WH-01: a redirect is not followed', async () => {
  let followed = false
  await withReceiver(
    (request, reply) => {
      if (request.url === '/there') followed = true
      reply.writeHead(302, { location: '/there' }).end()
    },
    async (url) => assert.deepEqual(await call(url), { isOk: false, status: 302 }),
  )
  assert.equal(followed, false)
})

test('WH-04: a receiver that never answers, resets, or answers without end is bounded', async () => {
  await withReceiver(
    () => undefined,
    async (url) => assert.deepEqual(await call(url, { timeoutMs: 150 }), { isOk: false, problem: 'no answer within 0.15 seconds' }),
  )
  await withReceiver(
    (request) => request.socket.destroy(),
    async (url) => assert.equal((await call(url)).isOk, false),
  )
  await withReceiver(
    (_, reply) => {
      reply.writeHead(200)
      const timer = setInterval(() => reply.write('x'.repeat(64 * 1024)), 1)
      reply.on('close', () => clearInterval(timer))
    },
    async (url) => assert.deepEqual(await call(url), { isOk: true, status: 200 }),
  )
  const stuck = await call('https://slow.example/', { timeoutMs: 100, resolve: () => new Promise(() => undefined) })
  assert.match(String(stuck.problem), /no answer/)
})
