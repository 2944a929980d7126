import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'

const main = join(import.meta.dirname, 'main.js')

interface Serving {
  child: ChildProcess
  url: string
  dataDir: string
  /** Everything on standard output so far. */
  out(): string
  ended: Promise<{ code: number | null; signal: string | null }>
}

/** Starts `serve` and waits until it listens. */
async function serve(t: TestContext, start: (dataDir: string) => ChildProcess): Promise<Serving> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-serve-'))
  const child = start(dataDir)
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await ended
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const line = text.split('\n').find((one) => one.includes('"listening"'))
      if (line !== undefined) resolve(JSON.parse(line).url)
    })
    ended.then((end) => reject(new Error(`it ended: ${JSON.stringify(end)}\n${text}`)))
  })
  return { child, url, dataDir, out: () => text, ended }
}

function plainly(env: Record<string, string> = {}) {
  return (dataDir: string) =>
    spawn(process.execPath, [main, 'serve', '--data-dir', dataDir, '--port', '0'], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
}

function reach(url: string, agent?: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(`${url}/healthz`, { agent }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    }).on('error', reject)
  })
}

test('B7: SIGTERM with kept-alive and silent connections ends the server with exit code 0', async (t) => {
  const serving = await serve(t, plainly())
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  await reach(serving.url, agent)
  const silent = connect(Number(new URL(serving.url).port), '127.0.0.1').on('error', () => {})
  await once(silent, 'connect')
  t.after(() => silent.destroy())
  serving.child.kill('SIGTERM')
  assert.deepEqual(await serving.ended, { code: 0, signal: null })
})

test('B7: a request that never ends does not keep the server beyond its drain, and the exit code is 0', async (t) => {
  const serving = await serve(t, plainly())
  const stuck = connect(Number(new URL(serving.url).port), '127.0.0.1').on('error', () => {})
  t.after(() => stuck.destroy())
  await once(stuck, 'connect')
  stuck.write('POST /v1/validate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{')
  await reach(serving.url)
  serving.child.kill('SIGTERM')
  assert.deepEqual(await serving.ended, { code: 0, signal: null })
})

test('B7: two signals in a row, as a terminal and npm send them, are one request to stop', async (t) => {
  const serving = await serve(t, plainly())
  serving.child.kill('SIGINT')
  serving.child.kill('SIGINT')
  assert.deepEqual(await serving.ended, { code: 0, signal: null })
})

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`B7: ${signal} to the npm that started the server leaves no server behind`, { skip: process.platform !== 'linux' }, async (t) => {
    // As npm does it: a process that runs a shell that runs the command.
    const script = `const { spawn } = require('node:child_process')
      const child = spawn('sh', ['-c', process.argv[1] + '; exit $?'], { stdio: 'inherit' })
      process.on('SIGTERM', () => { child.kill('SIGTERM') })
      child.on('exit', () => process.exit(1))`
    const serving = await serve(t, (dataDir) =>
      spawn(process.execPath, ['-e', script, `"${process.execPath}" "${main}" serve --data-dir "${dataDir}" --port 0`], {
        env: { PATH: process.env.PATH, npm_command: 'exec' },
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    )
    serving.child.kill(signal)
    await serving.ended
    while (await reach(serving.url).then(Boolean, () => false)) await new Promise((resolve) => setTimeout(resolve, 20))
    // The data directory is free again: nobody holds its lock.
    for (let listed = 1; listed !== 0; ) listed = (await runSallyport(['tenant', 'list', '--data-dir', serving.dataDir])).code
  })
}

test('B8: a first start on a port in use creates nothing, and says what to do', async (t) => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  t.after(() => holder.close())
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? String(address.port) : ''
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-serve-'))
  t.after(() => rmSync(dataDir, { recursive: true }))
  const refused = await runSallyport(['serve', '--data-dir', dataDir, '--port', port])
  assert.equal(refused.code, 1)
  assert.match(refused.err, new RegExp(`^sallyport: port ${port} on 127\\.0\\.0\\.1 is in use[^\\n]*--port[^\\n]*\\n$`))
  assert.deepEqual(readdirSync(dataDir), [])
  assert.equal(existsSync(join(dataDir, 'sallyport.db')), false)
})

test('D12: a first start keeps the generated keys in a file of mode 600, and the log has only its path', async (t) => {
  const serving = await serve(t, plainly())
  const name = readdirSync(serving.dataDir).find((file) => file.startsWith('first-keys-')) ?? assert.fail(serving.out())
  const path = join(serving.dataDir, name)
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600)
  const { tenantId, secretKey, managementKey } = JSON.parse(readFileSync(path, 'utf8'))
  assert.match(name, new RegExp(`^first-keys-${tenantId}\\.json$`))
  const headers = { authorization: `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}` }
  assert.equal((await fetch(`${serving.url}/v1/users/u`, { headers })).status, 200)
  assert.ok(serving.out().includes(path))
  for (const key of [secretKey, managementKey]) assert.ok(!serving.out().includes(key))
})

test('D12: keys that were configured are not written to a file', async (t) => {
  const key = (letter: string) => `${letter}${'0123456789abcdefghijklmnopqrstuv'.repeat(2)}`
  const serving = await serve(
    t,
    plainly({
      SALLYPORT_BOOTSTRAP_TENANT_ID: 'bank',
      SALLYPORT_BOOTSTRAP_SECRET_KEY: key('x'),
      SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY: key('y'),
    }),
  )
  assert.deepEqual(
    readdirSync(serving.dataDir).filter((file) => file.startsWith('first-keys')),
    [],
  )
})

test('AD-01: a start without an admin prints the link to set up the portal, also into a pipe', async (t) => {
  const serving = await serve(t, plainly())
  const link = /^Set up the portal within an hour: (http:\/\/localhost:\d+\/portal\/set-up)#[\w-]{43}$/m.exec(serving.out())
  assert.ok(link, serving.out())
  assert.equal((await fetch(link[1] ?? '')).status, 200)
})
