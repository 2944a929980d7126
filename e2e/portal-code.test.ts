import assert from 'node:assert/strict'
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import type { CodeFor } from '../apps/portal/src/pages/get-started/code/code-for.ts'
import { type Language, pageCode, serverCode } from '../apps/portal/src/pages/get-started/write-code.ts'
import { loadConfig, type RunningServer, startServer } from '../packages/server/src/app/start-server.ts'
import { launchBrowser, openDevice } from './browser.ts'

// Runs the code that the page "Get started" shows, letter for letter, against a server, with a browser that holds the passkey.

const root = path.resolve(import.meta.dirname, '..')
const folder = mkdtempSync(path.join(tmpdir(), 'sallyport-code-'))
const action = 'place-order'
const forwardedFor = '203.0.113.9'
let server: RunningServer
let browser: Browser
let what: CodeFor
let env: NodeJS.ProcessEnv
/** The application's pages. What is meant for its server goes on to the port of the one that runs. */
let site: http.Server
let origin: string
let serverPort = 0
let script = ''

before(async () => {
  mkdirSync(path.join(folder, 'node_modules', 'express'), { recursive: true })
  symlinkSync(path.join(root, 'node_modules', '@sallyport'), path.join(folder, 'node_modules', '@sallyport'))
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
  server = await startServer(loadConfig({ port: '0', 'data-dir': path.join(folder, 'data'), 'log-level': 'silent' }, {}))
  const { tenantId, secretKey, managementKey } = server.created ?? assert.fail('no tenant')
  env = { PATH: process.env.PATH, HOME: folder, SALLYPORT_API_SECRET_KEY: secretKey }
  what = { apiUrl: `${server.url}/v1`, tenantId, action, custom: { amount: 3000, recipient: "O'Brien", gift: true, tags: ['a'] } }
  site = http.createServer(serveSite)
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  origin = `http://localhost:${(site.address() as AddressInfo).port}`
  await manage('PATCH', '/authenticator-configurations/passkey', { relyingParty: 'localhost', expectedOrigins: [origin] })
  await manage('POST', '/action-configurations', { actionCode: action, defaultUserActionResult: 'CHALLENGE' })
  await manage('POST', '/action-configurations', { actionCode: 'enroll-passkey', defaultUserActionResult: 'ALLOW' })
  for (const [name, dataType] of Object.entries({ amount: 'number', recipient: 'text', gift: 'boolean', tags: 'multiselect' }))
    await manage('POST', '/custom-data-points', { name, dataType, modelType: 'action' })
  script = await bundlePage()
  browser = await launchBrowser()

  async function manage(method: string, route: string, body: object): Promise<void> {
    const headers = { authorization: `Basic ${btoa(`${managementKey}:`)}`, 'content-type': 'application/json' }
    const reply = await fetch(`${server.url}/v1/management${route}`, { method, headers, body: JSON.stringify(body) })
    assert.equal(reply.status, 200, await reply.text())
  }
})
after(async () => {
  await browser?.close()
  site?.close()
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

function serveSite(request: http.IncomingMessage, response: http.ServerResponse): void {
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>shop</title><p>A shop')
    return
  }
  const { method, url, headers } = request
  const passed = http.request(
    { port: serverPort, method, path: url, headers: { ...headers, 'x-forwarded-for': forwardedFor } },
    (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers)
      reply.pipe(response)
    },
  )
  passed.on('error', () => response.writeHead(502).end())
  request.pipe(passed)
}

/** The code of the page, and the client that it makes for those who have no server. */
async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `${pageCode(what).code}\nObject.assign(globalThis, { addPasskey, act, sallyport })`, resolveDir: folder },
    bundle: true,
    format: 'iife',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

async function openShop(): Promise<Page> {
  const { page } = await openDevice(browser)
  await page.goto(origin)
  await page.evaluate(script)
  return page
}

function inPage<T>(page: Page, expression: string): Promise<T> {
  return page.evaluate(expression) as Promise<T>
}

async function freePort(): Promise<number> {
  const taken = http.createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo
  await new Promise((resolve) => taken.close(resolve))
  return port
}

/** Runs the server of an application for as long as `work` takes. */
async function whileRunning(command: string, args: string[], work: () => Promise<void>): Promise<void> {
  serverPort = await freePort()
  let said = ''
  const running: ChildProcess = spawn(command, args, { cwd: folder, env: { ...env, PORT: String(serverPort) } })
  running.stderr?.on('data', (piece) => {
    said += String(piece)
  })
  const ended = new Promise((resolve) => running.on('exit', resolve))
  try {
    await untilItAnswers(running)
    await work()
  } catch (error) {
    throw new Error(`what the server said: ${said}`, { cause: error })
  } finally {
    running.kill('SIGKILL')
    await ended
  }
}

async function untilItAnswers(running: ChildProcess): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end && running.exitCode === null; ) {
    const reply = await fetch(`http://127.0.0.1:${serverPort}/`, { method: 'POST' }).catch(() => undefined)
    if (reply !== undefined) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the server of the application does not answer')
}

/** A user without a passkey is stopped, adds one, is asked, and has approved. */
async function assertFirstChallenge(address: string): Promise<void> {
  const since = new Date().toISOString()
  const page = await openShop()
  assert.equal(await inPage(page, 'addPasskey()'), 'added')
  assert.equal(await inPage(page, 'act()'), 'done')
  const { events } = await searchEvents(since)
  assert.deepEqual([events[0]?.state, events[0]?.ipAddress], ['CHALLENGE_SUCCEEDED', address])
  assert.notEqual(events[0]?.deviceId, undefined, 'the device is tracked')
  const { warnings } = (await (await fetch(`${origin}/sallyport/ask`, { method: 'POST' })).json()) as { warnings?: object[] }
  assert.equal(warnings, undefined)
  await page.context().close()
}

/** The event that was approved since a time. */
async function searchEvents(since: string): Promise<{ events: Record<string, unknown>[] }> {
  const headers = { authorization: `Basic ${btoa(`${server.created?.managementKey}:`)}` }
  const url = `${server.url}/v1/management/events?action=${action}&state=CHALLENGE_SUCCEEDED&limit=1&from=${since}`
  // An event is found within a second of its decision.
  for (let tries = 0; ; tries++) {
    const found = (await (await fetch(url, { headers })).json()) as { events: Record<string, unknown>[] }
    if (found.events.length > 0 || tries === 40) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function write(file: string, language: Language): string {
  const target = path.join(folder, file)
  writeFileSync(target, serverCode(language, what).code)
  return target
}

test('the code for Node leads to a passed challenge', async () => {
  await whileRunning(process.execPath, [write('server.mjs', 'node')], () => assertFirstChallenge('127.0.0.1'))
})

test('the code for Express leads to a passed challenge', async () => {
  writeFileSync(path.join(folder, 'node_modules', 'express', 'package.json'), '{ "name": "express", "type": "module", "main": "index.js" }')
  writeFileSync(path.join(folder, 'node_modules', 'express', 'index.js'), expressOfTest)
  await whileRunning(process.execPath, [write('express.mjs', 'express')], () => assertFirstChallenge('127.0.0.1'))
})

test('the code for Next leads to a passed challenge', async () => {
  write('route.js', 'next')
  writeFileSync(path.join(folder, 'next.mjs'), nextOfTest)
  await whileRunning(process.execPath, [path.join(folder, 'next.mjs')], () => assertFirstChallenge(forwardedFor))
})

const hasPython = spawnSync('python3', ['--version']).status === 0
test('the code for Python leads to a passed challenge', { skip: hasPython ? false : 'there is no python3' }, async () => {
  await whileRunning('python3', [write('server.py', 'python')], () => assertFirstChallenge('127.0.0.1'))
})

const hasGo = spawnSync('go', ['version']).status === 0
test('the code for Go leads to a passed challenge', { skip: hasGo ? false : 'there is no go' }, async () => {
  const binary = path.join(folder, 'application')
  execFileSync('go', ['build', '-o', binary, write('main.go', 'go')], {
    cwd: folder,
    env: { ...env, GOCACHE: path.join(folder, 'go'), GOFLAGS: '' },
  })
  await whileRunning(binary, [], () => assertFirstChallenge('127.0.0.1'))
})

const hasCurl = spawnSync('curl', ['--version']).status === 0
test('the commands for curl lead to a passed challenge', { skip: hasCurl ? false : 'there is no curl' }, async () => {
  const [ask = '', enrol = '', approve = ''] = serverCode('curl', what).code.split('\n\n')
  // The server is in this process, which must not stand still meanwhile.
  const run = async (command: string, token = '') => {
    const { stdout } = await promisify(execFile)('bash', ['-c', command], { env: { ...env, TOKEN: token } })
    return JSON.parse(stdout) as Record<string, string>
  }
  const page = await openShop()
  const added = await inPage<{ data?: object }>(
    page,
    `sallyport.passkey.signUp({ token: ${JSON.stringify((await run(enrol)).token)}, username: 'ada' })`,
  )
  assert.ok(added.data)
  const asked = await run(ask)
  assert.deepEqual([asked.state, asked.isEnrolled, asked.warnings], ['CHALLENGE_REQUIRED', true, undefined])
  const answered = await inPage<{ data?: { token: string } }>(page, `sallyport.passkey.signIn({ token: ${JSON.stringify(asked.token)} })`)
  assert.equal((await run(approve, answered.data?.token)).isValid, true)
})

/** As much of Express as the code uses. */
const expressOfTest = `import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'

export default function express() {
  const routes = new Map()
  return {
    use() {},
    post: (path, handler) => routes.set(path, handler),
    listen: (port) =>
      createServer(async (request, response) => {
        const [, folder, step] = request.url.split('/')
        const handler = routes.get('/' + folder + '/:step')
        response.sendStatus = (status) => response.writeHead(status).end()
        if (handler === undefined) return response.sendStatus(404)
        request.params = { step }
        request.body = await json(request).catch(() => undefined)
        response.json = (value) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
        await handler(request, response)
      }).listen(port),
  }
}
express.json = () => undefined
`

/** Calls a route handler as Next does: with a Fetch request that does not know its peer, and with params as a promise. */
const nextOfTest = `import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { POST } from './route.js'

createServer(async (incoming, response) => {
  const body = await text(incoming)
  const request = new Request('http://localhost' + incoming.url, { method: 'POST', headers: incoming.headers, body })
  const reply = await POST(request, { params: Promise.resolve({ step: incoming.url.split('/')[2] }) })
  response.writeHead(reply.status, { 'content-type': 'application/json' }).end(await reply.text())
}).listen(process.env.PORT)
`
