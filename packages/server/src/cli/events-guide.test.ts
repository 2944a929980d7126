import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'

// Runs every example of docs/events.md: commands of `sh` blocks must succeed, `http` blocks are sent. What the `json` block that follows says must be in the
// first answer; `"…"` stands for anything.

const hour = 3_600_000
const started = Date.now()
let now = started - 23 * hour
const server = await createTestApp({ clock: () => now })
const { app, deps, tenant, asServer, asManagement, close } = server
const url = await app.listen({ port: 0, host: '127.0.0.1' })
const env = { SALLYPORT_API_URL: url, SALLYPORT_MANAGEMENT_KEY: tenant.managementKey }
after(close)

async function send(method: 'GET' | 'POST' | 'PATCH', path: string, payload?: object, headers = asServer) {
  const reply = await app.inject({ method, url: path, payload, headers })
  assert.equal(reply.statusCode, 200, reply.body)
  return reply.json()
}

before(async () => {
  await configureAction(server, 'transfer', {
    defaultOutcome: 'ALLOW',
    rules: [{ ruleId: 'high-value', name: 'High value', outcome: 'CHALLENGE', conditions: { '>': [{ var: 'custom.amount' }, 1000] } }],
  })
  for (let n = 0; n < 40; n++) {
    now += 34 * 60_000
    const path = `/v1/users/user-${n % 8}/actions/transfer`
    const custom = { amount: n % 4 === 0 ? 1500 : 20 + n, payee: n % 5 === 0 ? 'Acme Tools' : 'Bakery' }
    await send('POST', path, { idempotencyKey: `transfer-${n}`, ipAddress: `118.92.10.${(n % 8) + 1}`, custom })
    if (n % 4 === 0) await send('PATCH', `${path}/transfer-${n}`, { state: 'CHALLENGE_SUCCEEDED' })
    if (n === 39) await send('PATCH', `${path}/transfer-${n}`, { state: 'REVIEW_REQUIRED' })
  }
  now = started
  const attack = {
    idempotencyKey: 'transfer-41',
    ipAddress: '203.0.113.7',
    deviceId: 'laptop',
    custom: { amount: 4200, payee: 'Acme Tools' },
  }
  await send('POST', '/v1/users/mallory/actions/transfer', attack)
  await deps.store.foldReadSide()
})

const text = readFileSync(join(import.meta.dirname, '../../../../docs/events.md'), 'utf8')
const blocks = [...text.matchAll(/^```(sh|http|json)\n(.*?)^```/gms)].map(([, kind = '', content = '']) => ({
  kind,
  content: content.trim(),
}))

blocks.forEach(({ kind, content }, place) => {
  if (kind === 'json') return
  const next = blocks[place + 1]
  const expected: unknown = next?.kind === 'json' ? JSON.parse(next.content) : undefined
  content.split('\n').forEach((line, n) => {
    test(`the example of the guide does what it says: ${line}`, async () => {
      const answer = kind === 'http' ? await sent(line) : await run(line)
      if (expected !== undefined && n === 0) assertHas(answer, expected, '')
    })
  })
})

test('the guide has examples', () => assert.ok(blocks.length >= 10))

function sent(line: string): Promise<unknown> {
  const [method, path = ''] = line.split(' ')
  return send(method as 'GET', path, undefined, asManagement)
}

/** The first JSON that a command prints. */
async function run(line: string): Promise<unknown> {
  const [program, ...args] = line.split(' ')
  assert.equal(program, 'sallyport')
  if (args[1] === 'tail') return tail(args)
  const { code, out, err } = await runSallyport(args, { env })
  assert.deepEqual([code, err], [0, ''])
  assert.notEqual(out, '')
  if (!out.startsWith('{')) return undefined
  return JSON.parse(args[1] === 'show' ? out : out.slice(0, out.indexOf('\n')))
}

async function tail(args: string[]): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.js'), ...args], { env: { PATH: process.env.PATH, ...env } })
  let n = 0
  const tracking = setInterval(() => {
    now += 1000
    void send('POST', '/v1/users/live/actions/transfer', { idempotencyKey: `live-${n++}` })
  }, 300)
  const [chunk] = await once(child.stdout, 'data')
  clearInterval(tracking)
  assert.match(String(chunk), /"type":"tracked","userId":"live"/)
  child.kill('SIGINT')
  assert.deepEqual(await once(child, 'exit'), [0, null])
}

function assertHas(actual: unknown, expected: unknown, path: string): void {
  if (typeof expected !== 'object' || expected === null) {
    assert.ok(expected === '…' ? actual !== undefined : actual === expected, `${path}: ${String(actual)} instead of ${String(expected)}`)
    return
  }
  assert.ok(typeof actual === 'object' && actual !== null, path)
  if (Array.isArray(expected)) assert.equal((actual as unknown[]).length, expected.length, path)
  for (const [name, value] of Object.entries(expected)) assertHas((actual as Record<string, unknown>)[name], value, `${path}.${name}`)
}
