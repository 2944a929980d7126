import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay, setImmediate } from 'node:timers/promises'
import { openTestStore } from '../../test/support/open-test-store.ts'
import { createTestApp, type TestApp, type TestAppOptions } from '../../test/support/test-app.ts'
import { StoreClosedError } from '../storage/store-errors.ts'
import { wrapStore } from '../storage/wrap-store.ts'

interface Listening extends TestApp {
  port: number
}

async function listen(t: TestContext, options: TestAppOptions): Promise<Listening> {
  const made = await createTestApp(options)
  t.after(made.close)
  await made.app.listen({ port: 0, host: '127.0.0.1' })
  const address = made.app.server.address()
  return { ...made, port: typeof address === 'object' && address !== null ? address.port : 0 }
}

/** Opens a connection, sends bytes, and returns the whole reply once the server has closed the connection. */
function open(port: number, bytes: string): { socket: Socket; ended: Promise<string> } {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
  })
  socket.on('error', () => undefined)
  return { socket, ended: new Promise((resolve) => socket.on('close', () => resolve(received))) }
}

function headOf({ asServer }: TestApp, length: number | 'chunked', path = '/v1/users/u/actions/transfer'): string {
  const framing = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${asServer.authorization}\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`
}

const get = (port: number, path: string, headers: Record<string, string> = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers })

async function until(isReached: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; ) {
    if (await isReached()) return
    await setImmediate()
  }
  assert.fail('the server never got there')
}

/** A store that answers no decision until it is let go. */
function heldStore(): { openStore: NonNullable<TestAppOptions['openStore']>; letGo: () => void } {
  const { promise, resolve: letGo } = Promise.withResolvers<void>()
  const openStore: TestAppOptions['openStore'] = async (options) => {
    const opened = await openTestStore(options)
    const store = wrapStore(opened.store, (name, _tenantId, call) => (name === 'decide' ? promise.then(call) : call()))
    return { ...opened, store }
  }
  return { openStore, letGo }
}

test('A-24: what is over the limit is refused at once with Retry-After, health and metrics answer, and afterwards all is as before', async (t) => {
  const { openStore, letGo } = heldStore()
  const made = await listen(t, { maxInFlight: { secret_key: 5 }, openStore })
  const { port, asServer } = made
  const held = Array.from({ length: 5 }, () => open(port, `${headOf(made, 2)}{}`))
  const user = () => get(port, '/v1/users/u', asServer)
  await until(async () => (await user()).status === 503)

  // The five never end, so whatever is answered here did not wait for them.
  const refusals = await Promise.all(Array.from({ length: 50 }, user))
  for (const refusal of refusals) {
    assert.equal(refusal.status, 503)
    assert.equal(refusal.headers.get('retry-after'), '1')
    assert.equal(refusal.headers.get('content-type'), 'application/json')
    const body = (await refusal.json()) as Record<string, unknown>
    assert.deepEqual([body.errorCode, typeof body.requestId], ['unavailable', 'string'])
  }
  for (const path of ['/healthz', '/readyz', '/metrics']) assert.equal((await get(port, path)).status, 200, path)
  assert.match(await (await get(port, '/metrics')).text(), /_count\{method="GET",route="\/v1\/users\/:userId",status="503"\} 5\d/)
  assert.equal(made.logged().match(/requests were refused/g)?.length, 1, 'a server that is too busy does not write a line for each')

  assert.equal((await get(port, '/v1/management/tenant', made.asManagement)).status, 200, 'another API has places of its own')
  for (const { socket } of held) socket.destroy()
  await Promise.all(held.map(({ ended }) => ended))
  await until(async () => (await user()).status === 200)
  letGo()
})

test('B1: connections that send one byte of their body take no place from anybody', async (t) => {
  const made = await listen(t, {})
  const { port, asServer, asBrowser } = made
  const head = `POST /v1/client/challenge HTTP/1.1\r\nHost: x\r\nAuthorization: ${asBrowser.authorization}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{`
  const silent: { socket: Socket }[] = []
  for (const bytes of [head, `${headOf(made, 100)}{`, `${headOf(made, 'chunked')}1\r\n{\r\n`]) {
    for (let n = 0; n < (bytes === head ? 1030 : 100); n++) {
      const opened = open(port, bytes)
      silent.push(opened)
      // The system queues only so many connections that nobody has accepted yet.
      if (n % 100 === 0) await once(opened.socket, 'connect')
    }
  }
  const connected = () =>
    new Promise<number>((resolve, reject) => made.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))))
  await until(async () => (await connected()) === silent.length)

  const post = (path: string, headers: Record<string, string>, body: object) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  for (let n = 0; n < 20; n++) {
    assert.equal((await post('/v1/users/u/actions/transfer', asServer, {})).status, 200)
    assert.equal((await post('/v1/client/challenge', asBrowser, { action: 'login' })).status, 200)
  }
  for (const { socket } of silent) socket.destroy()
})

test('B1: after a 408 the connection is gone, also when the client keeps its side open', async (t) => {
  const made = await listen(t, { timeouts: { headers: 60, request: 120, check: 20 } })
  const accepted = once(made.app.server, 'connection')
  const socket = connect({ port: made.port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.write(`${headOf(made, 100)}{`))
  const [connection] = (await accepted) as [Socket]
  const answer = once(socket, 'data')
  await once(connection, 'close')
  assert.match(String((await answer)[0]), /^HTTP\/1\.1 408 /)
  socket.destroy()
})

test('B1: clients that do not read large answers are cut off soon, and their places are free', async (t) => {
  const made = await listen(t, { maxInFlight: { management_key: 2 }, timeouts: { unread: 100 } })
  const items = Array.from({ length: 100_000 }, (_, n) => `${n}-`.padEnd(160, 'x'))
  const list = { name: 'long', isActive: true, itemType: 'string', valueListItems: items }
  const path = '/v1/management/value-lists'
  const added = await made.app.inject({ method: 'POST', url: path, headers: made.asManagement, payload: list })
  assert.equal(added.statusCode, 200, added.body.slice(0, 200))
  const closed: Promise<unknown>[] = []
  made.app.server.on('connection', (connection: Socket) => closed.push(once(connection, 'close')))
  const deaf = Array.from({ length: 2 }, () =>
    open(made.port, `GET ${path}/long HTTP/1.1\r\nHost: x\r\nAuthorization: ${made.asManagement.authorization}\r\n\r\n`),
  )
  for (const { socket } of deaf) socket.pause()
  await until(async () => closed.length === 2)
  const since = performance.now()
  await Promise.all(closed)
  assert.ok(performance.now() - since < 30_000, 'after the time for unread answers, not after that for idle connections')
  assert.equal((await get(made.port, '/v1/management/tenant', made.asManagement)).status, 200)
  for (const { socket } of deaf) socket.destroy()
})

test('B1: a stream that has nothing to say for a while is not cut off', async (t) => {
  const made = await listen(t, { timeouts: { unread: 50 } })
  const { socket } = open(
    made.port,
    `GET /v1/management/events/stream HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: ${made.asManagement.authorization}\r\n\r\n`,
  )
  let seen = ''
  socket.on('data', (chunk) => {
    seen += chunk
  })
  await once(socket, 'data')
  await delay(500)
  const tracked = await made.app.inject({ method: 'POST', url: '/v1/users/u/actions/late', headers: made.asServer, payload: {} })
  assert.equal(tracked.statusCode, 200)
  while (!seen.includes('"late"')) await once(socket, 'data')
  socket.destroy()
})

test('D7: a client that breaks off within its body is one line of information', async (t) => {
  const made = await listen(t, {})
  // The tenant is in memory afterwards, so that the body is being read when it breaks off.
  await get(made.port, '/v1/users/u', made.asServer)
  for (const framing of [100, 'chunked'] as const) {
    const { socket, ended } = open(made.port, '')
    const head = headOf(made, framing).replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n')
    socket.write(framing === 100 ? `${head}{` : `${head}1\r\n{\r\n`)
    // The server has the head: a reset before that would leave it nothing to tell.
    await once(socket, 'data')
    socket.resetAndDestroy()
    await ended
  }
  const lines = () =>
    made
      .logged()
      .split('\n')
      .filter((line) => /went away|failed/.test(line))
      .map((line) => JSON.parse(line))
  await until(async () => (await get(made.port, '/healthz')).ok && lines().length >= 2)
  for (const line of lines()) {
    assert.deepEqual([line.level, line.err, line.route], ['info', undefined, '/v1/users/:userId/actions/:action'])
  }
  assert.equal(lines().length, 2)
})

test('D7: a client that breaks off before its tenant is loaded is one line of information too', async (t) => {
  const made = await listen(t, {})
  const { tenants } = made.deps
  const asked: (() => void)[] = []
  const held = <Find extends (text: string) => Promise<unknown>>(find: Find) =>
    (async (text: string) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      asked.push(resolve)
      await promise
      return find(text)
    }) as Find
  const { findBySecretKey, findByManagementKey, find } = tenants
  Object.assign(tenants, { peekBySecretKey: () => undefined, peek: () => undefined })
  Object.assign(tenants, {
    findBySecretKey: held(findBySecretKey),
    findByManagementKey: held(findByManagementKey),
    find: held(find),
  })
  const requests = [
    ['/v1/users/:userId/actions/:action', headOf(made, 100)],
    ['/v1/users/:userId/actions/:action', headOf(made, 'chunked')],
    ['/v1/management/value-lists', headOf({ ...made, asServer: made.asManagement }, 100, '/v1/management/value-lists')],
    ['/v1/client/challenge', headOf({ ...made, asServer: made.asBrowser }, 100, '/v1/client/challenge')],
  ] as const
  const lines = () =>
    made
      .logged()
      .split('\n')
      .filter((line) => /went away|failed/.test(line))
      .map((line) => JSON.parse(line))
  for (const [n, [, head]] of requests.entries()) {
    const accepted = once(made.app.server, 'connection')
    const { socket, ended } = open(made.port, head)
    const [connection] = (await accepted) as [Socket]
    const isGone = new Promise((resolve) => connection.once('close', resolve))
    await until(async () => asked.length === n + 1)
    socket.resetAndDestroy()
    await Promise.all([ended, isGone])
    asked[n]?.()
    await until(async () => (await get(made.port, '/healthz')).ok && lines().length === n + 1)
  }
  assert.deepEqual(
    lines().map(({ level, err, route }) => [level, err, route]),
    requests.map(([route]) => ['info', undefined, route]),
  )
})

test('D7: a server whose store was closed on purpose says so once, however often it is asked', async (t) => {
  const made = await listen(t, {
    openStore: async (options) => {
      const opened = await openTestStore(options)
      const closed = () => Promise.reject(new StoreClosedError('everything was moved to another server'))
      return { ...opened, store: { ...opened.store, checkReady: closed } }
    },
  })
  for (let n = 0; n < 5; n++) {
    const answer = await get(made.port, '/readyz')
    assert.equal(answer.status, 503)
    assert.match(await answer.text(), /everything was moved to another server/)
  }
  const lines = made
    .logged()
    .split('\n')
    .filter((line) => /"level":"(info|warn|error)"/.test(line))
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).msg),
    ['not ready: everything was moved to another server'],
  )
})

test('A-24: clients that went away are not counted', async (t) => {
  const made = await listen(t, { maxInFlight: { secret_key: 3 } })
  for (let n = 0; n < 10; n++) {
    const { socket, ended } = open(made.port, '')
    socket.write(`${headOf(made, 100)}{`, () => socket.destroy())
    await ended
  }
  await until(async () => (await get(made.port, '/v1/users/u', made.asServer)).status === 200)
})

test('A-24: heads and bodies that do not come to an end are cut off with 408', async (t) => {
  const made = await listen(t, { maxInFlight: { secret_key: 3 }, timeouts: { headers: 60, request: 120, check: 20 } })
  const slow = [
    open(made.port, 'POST /v1/validate HTTP/1.1\r\nHost: x\r\n'),
    open(made.port, `${headOf(made, 100)}{`),
    open(made.port, `${headOf(made, 'chunked')}1\r\n{\r\n`),
  ]
  for (const { ended } of slow) {
    const answer = await ended
    assert.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\n/)
    assert.match(answer, /"errorCode":"request_timeout"/)
  }
  assert.equal((await get(made.port, '/v1/users/u', made.asServer)).status, 200)
})

test('A-24: a client that does not take its answers is cut off, and does not make the server keep them', async (t) => {
  const made = await listen(t, { timeouts: { stall: 100 } })
  const custom = { text: 'x'.repeat(8_000) }
  for (let n = 0; n < 40; n++) {
    await made.app.inject({ method: 'POST', url: '/v1/users/u/actions/transfer', headers: made.asServer, payload: { custom } })
  }
  const request = `GET /v1/users/u/actions HTTP/1.1\r\nHost: x\r\nAuthorization: ${made.asServer.authorization}\r\n\r\n`
  // About 40 MB of replies, more than the system buffers.
  const cutOff = once(made.app.server, 'connection').then(([connection]: Socket[]) => connection && once(connection, 'close'))
  const { socket, ended } = open(made.port, request.repeat(3000))
  socket.pause()
  await cutOff
  assert.equal((await get(made.port, '/v1/users/u', made.asServer)).status, 200)
  socket.destroy()
  await ended
})

test('a client waits as long as the server works for it, also without a sign of life, and is cut off when it is the client who stands still', async (t) => {
  const { openStore, letGo } = heldStore()
  const made = await listen(t, { timeouts: { stall: 100 }, openStore })
  const slow = open(made.port, `${headOf(made, 2)}{}`)
  const silent = open(made.port, `${headOf(made, 2)}{`)
  const idle = open(made.port, '')
  assert.deepEqual(await Promise.all([silent.ended, idle.ended]), ['', ''])
  await delay(300)
  letGo()
  const [head] = await once(slow.socket, 'data')
  assert.match(String(head), /^HTTP\/1\.1 200 /)
  slow.socket.destroy()
})

test('A-24: a body that is too large is refused before it is read, whether its length is told or not', async (t) => {
  const made = await listen(t, {})
  const told = open(made.port, headOf(made, 1_000_000_000))
  told.socket.on('data', () => told.socket.end())
  assert.match(await told.ended, /^HTTP\/1\.1 413 /)

  const chunk = 'x'.repeat(64 * 1024)
  const untold = open(made.port, `${headOf(made, 'chunked')}10000\r\n"${chunk.slice(1)}\r\n`)
  let isAnswered = false
  untold.socket.on('data', () => {
    isAnswered = true
  })
  let sent = 0
  const send = () => {
    while (!isAnswered && !untold.socket.destroyed && sent < 1000) {
      sent += 1
      if (!untold.socket.write(`10000\r\n${chunk}\r\n`)) {
        untold.socket.once('drain', send)
        return
      }
    }
    untold.socket.end()
  }
  untold.socket.once('connect', send)
  assert.match(await untold.ended, /^HTTP\/1\.1 413 /)
  assert.ok(sent < 1000, 'most of it was never taken')
  assert.equal((await get(made.port, '/healthz')).status, 200)
})
