import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { controlPath } from '../control/control-socket.ts'
import { putMoved } from '../move/move-marks.ts'
import { loadConfig, type RunningServer, startServer } from './start-server.ts'

async function setUp(
  t: TestContext,
  env: Record<string, string> = {},
  prefix = 'sallyport-start-',
): Promise<{ dataDir: string; start(): Promise<RunningServer> }> {
  const dataDir = mkdtempSync(join(tmpdir(), prefix))
  t.after(() => rmSync(dataDir, { recursive: true }))
  const config = loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent' }, env)
  return { dataDir, start: () => startServer(config) }
}

function track(server: RunningServer, secretKey: string, userId: string): Promise<Response> {
  return fetch(`${server.url}/v1/users/${userId}/actions/login`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}` },
  })
}

test('a server on a free port decides, and after a restart knows its tenant and what it decided', async (t) => {
  const { start } = await setUp(t)
  const first = await start()
  const secretKey = first.created?.secretKey ?? assert.fail()
  const response = await track(first, secretKey, 'alice')
  const decision = (await response.json()) as { state: string; idempotencyKey: string; url: string }
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.equal(decision.state, 'ALLOW')
  assert.ok(decision.url.startsWith(first.url))
  await first.close()

  const second = await start()
  t.after(() => second.close())
  assert.equal(second.created, undefined)
  const stored = await fetch(`${second.url}/v1/users/alice/actions/login/${decision.idempotencyKey}`, {
    headers: { authorization: `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}` },
  })
  assert.equal(stored.status, 200)
})

test('a tenant that was moved away is refused after a restart, also where the path is too long for a control socket', async (t) => {
  const { dataDir, start } = await setUp(t, {}, 'sallyport-'.padEnd(120, 'x'))
  assert.equal(controlPath(dataDir), undefined)
  const first = await start()
  const { tenantId, secretKey } = first.created ?? assert.fail()
  await first.deps.store.transaction({ tenantId }, ({ db }) => putMoved(db, { id: 'm', to: 'postgres://db:5432/new', tenantId, at: 1 }))
  await first.close()

  const second = await start()
  t.after(() => second.close())
  assert.equal((await track(second, secretKey, 'alice')).status, 503)
})

test('RE-05: a server that is closed answers everything it has accepted, and ends when that is done', { timeout: 300_000 }, async (t) => {
  const { dataDir } = await setUp(t)
  // Whoever waits for the end of the drain does not end within the time of the test.
  const server = await startServer(loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent' }, {}), { drainMs: 3_600_000 })
  const secretKey = server.created?.secretKey ?? assert.fail()
  await track(server, secretKey, 'warm')
  const requests = Array.from({ length: 200 }, (_, index) => track(server, secretKey, `u${index}`))
  // The first replies have arrived, so the other requests are accepted or in progress.
  await Promise.race(requests)
  const closed = server.close()
  const results = await Promise.allSettled(requests)
  await closed
  for (const result of results) if (result.status === 'fulfilled') assert.equal(result.value.status, 200)
  await assert.rejects(track(server, secretKey, 'late'))
})

test('RE-05: a connection that never ends its request does not hold the server', async (t) => {
  const { dataDir } = await setUp(t)
  const server = await startServer(loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent' }, {}), { drainMs: 50 })
  const hanging = fetch(`${server.url}/v1/validate`, {
    method: 'POST',
    headers: { authorization: 'Basic eDo=', 'content-type': 'application/json' },
    body: new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) }),
    duplex: 'half',
  }).catch((error: unknown) => error)
  await track(server, 'nobody', 'u')
  await server.close()
  await hanging
})

test('B7: a server that is closed waits for no idle connection, and says `Connection: close` in its last answers', async (t) => {
  const { dataDir } = await setUp(t)
  // A connection that is waited for would hold the server for longer than this test may take.
  const server = await startServer(loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent' }, {}), { drainMs: 600_000 })
  const port = Number(new URL(server.url).port)
  const key = Buffer.from(`${server.created?.secretKey}:`).toString('base64')
  const open = async () => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    t.after(() => socket.destroy())
    return socket
  }
  const [silent, kept, busy] = await Promise.all([open(), open(), open()])
  kept.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  const [answer] = await once(kept, 'data')
  assert.match(String(answer), /connection: keep-alive/i)
  busy.write(
    `POST /v1/validate HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${key}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{`,
  )
  // The server has read the headers of the request before it answers this one.
  await fetch(`${server.url}/healthz`)
  const closed = server.close()
  await Promise.all([once(silent.resume(), 'close'), once(kept.resume(), 'close')])
  busy.write('}')
  const [last] = await once(busy, 'data')
  assert.match(String(last), /^HTTP\/1\.1 400 [\s\S]*connection: close/i)
  await closed
})

test('a second server on the same data directory is refused, and the first goes on', async (t) => {
  const { start } = await setUp(t)
  const server = await start()
  t.after(() => server.close())
  await assert.rejects(start(), { name: 'DataDirectoryInUseError' })
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200)
})

test('a start that fails releases what it had opened', async (t) => {
  const { dataDir, start } = await setUp(t)
  const server = await start()
  const { port } = new URL(server.url)
  const other = mkdtempSync(join(tmpdir(), 'sallyport-start-'))
  t.after(() => rmSync(other, { recursive: true }))
  const taken = loadConfig({ 'data-dir': other, port, 'log-level': 'silent' }, {})
  await assert.rejects(startServer(taken), { code: 'EADDRINUSE' })
  await server.close()
  await server.close()
  for (const directory of [other, dataDir]) {
    const again = await startServer(loadConfig({ 'data-dir': directory, port: '0', 'log-level': 'silent' }, {}))
    await again.close()
  }
})
