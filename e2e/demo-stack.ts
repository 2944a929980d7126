import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Sallyport } from '../packages/node/src/index.ts'
import { offerSetUp } from '../packages/server/src/admins/offer-set-up.ts'
import { loadConfig, startServer } from '../packages/server/src/app/start-server.ts'

export interface DemoStack {
  /** The URL of the bank. */
  url: string
  /** The URL of the server's API, with `/v1`. */
  apiUrl: string
  tenantId: string
  /** The tenant's server client, to look behind the page. */
  sallyport: Sallyport
  /** The code in the last message to an address. */
  readCode(address: string): Promise<string>
  /** The link in the last message to an address. */
  readLink(address: string): Promise<string>
  /** Calls the management API. */
  manage(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<unknown>
  /** Makes the link that the first start prints: it makes its first visitor the owner of the tenant. */
  offerSetUp(): Promise<string>
  /** Ends the bank and the server, and removes their data. */
  close(): Promise<void>
}

const root = path.resolve(import.meta.dirname, '..')
const bank = path.join(root, 'examples/transfer')

export interface DemoStackOptions {
  /** The pair of SDKs that the bank is built on. */
  sdk?: 'sallyport' | 'authsignal'
  /** Without the demo's rules: nobody has set up the action yet. */
  isWithoutRules?: boolean
}

/** Starts what `npm start` starts, on free ports and with an empty store: the server, the demo's rules, the built demo. */
export async function startDemoStack({ sdk = 'sallyport', isWithoutRules = false }: DemoStackOptions = {}): Promise<DemoStack> {
  if (!existsSync(path.join(bank, '.next/BUILD_ID')))
    throw new Error('The demo is not built. `npm test` builds it, and so does `npm start`.')
  await using opened = new AsyncDisposableStack()
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sallyport-e2e-'))
  opened.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  const tenantId = 'demo-bank'
  const [secretKey = '', managementKey = '', sessionSecret = ''] = Array.from({ length: 3 }, () => randomBytes(32).toString('base64url'))
  const port = await findFreePort()
  const url = `http://localhost:${port}`

  const server = await startServer(
    loadConfig(
      {
        port: '0',
        'data-dir': dataDir,
        'log-level': 'silent',
        'bootstrap-tenant-id': tenantId,
        'bootstrap-secret-key': secretKey,
        'bootstrap-management-key': managementKey,
        'bootstrap-rp-id': 'localhost',
        'bootstrap-origins': url,
      },
      {},
    ),
  )
  opened.defer(() => server.close())

  const env = {
    SALLYPORT_API_URL: `${server.url}/v1`,
    SALLYPORT_TENANT_ID: tenantId,
    SALLYPORT_API_SECRET_KEY: secretKey,
    DEMO_SESSION_SECRET: sessionSecret,
    DEMO_SDK: sdk,
  }
  if (!isWithoutRules) {
    const seed = runNode(['examples/transfer/seed.mjs'], { ...env, SALLYPORT_MANAGEMENT_KEY: managementKey })
    const [seedCode] = await once(seed, 'exit')
    assert.equal(seedCode, 0, 'the demo rules could not be set up')
  }

  const next = runNode(
    ['node_modules/next/dist/bin/next', 'start', 'examples/transfer', '--port', String(port), '--hostname', '127.0.0.1'],
    env,
  )
  opened.defer(() => end(next))
  await isReady(next)

  const running = opened.move()
  const sallyport = new Sallyport({ apiSecretKey: secretKey, apiUrl: `${server.url}/v1` })
  return {
    url,
    apiUrl: `${server.url}/v1`,
    tenantId,
    sallyport,
    readCode: (address) => readCode(`${server.url}/v1`, managementKey, address),
    async readLink(address) {
      const [link] = /https?:\/\/\S+/.exec(await readMessage(`${server.url}/v1`, managementKey, address)) ?? []
      const { pathname, search } = new URL(link ?? assert.fail(`no message to ${address} has a link`))
      return `${server.url}${pathname}${search}`
    },
    manage: (method, path, body) => manage(`${server.url}/v1`, managementKey, method, path, body),
    offerSetUp: async () => (await offerSetUp(server.deps)) ?? assert.fail('somebody is an admin already'),
    close: () => running.disposeAsync(),
  }
}

/** No mail server is set up, so messages are read in the outbox. */
export async function readCode(apiUrl: string, managementKey: string, address: string): Promise<string> {
  const text = await readMessage(apiUrl, managementKey, address)
  const [code] = /\b\d{6}\b/.exec(text) ?? assert.fail(`no message to ${address} has a code`)
  return code
}

async function readMessage(apiUrl: string, managementKey: string, address: string): Promise<string> {
  const { messages } = (await manage(apiUrl, managementKey, 'GET', `/outbox?to=${encodeURIComponent(address)}`)) as {
    messages: { text?: string }[]
  }
  return messages[0]?.text ?? ''
}

async function manage(apiUrl: string, managementKey: string, method: string, path: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Basic ${btoa(`${managementKey}:`)}`, ...(body && { 'content-type': 'application/json' }) }
  const response = await fetch(`${apiUrl}/management${path}`, { method, headers, body: body && JSON.stringify(body) })
  assert.ok(response.ok, `${method} ${path}: ${response.status}`)
  return response.json()
}

function runNode(args: string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NEXT_TELEMETRY_DISABLED: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Resolves when Next reports that it is listening. */
async function isReady(next: ChildProcess): Promise<void> {
  let output = ''
  for await (const chunk of next.stdout ?? []) {
    output += chunk
    if (output.includes('Ready in')) {
      next.stdout?.resume()
      return
    }
  }
  throw new Error(`the demo did not start:\n${output}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 5000)
  await gone
  clearTimeout(force)
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}
