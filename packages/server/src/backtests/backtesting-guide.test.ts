import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'

// Runs every example of docs/backtesting.md: each `http` block is sent, and the `json` block that follows must be in the answer, `"…"` standing for
// anything.

const day = 86_400_000
const start = Date.UTC(2026, 9, 1)
let now = start
const server = await createTestApp({ clock: () => now })
const { app, asServer, asManagement, close } = server
after(close)

interface Example {
  line: number
  method: 'GET' | 'POST'
  path: string
  accept?: string
  body?: string
  answer?: unknown
  /** The answer is lines of JSON. */
  lines?: unknown[]
}

const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0',
]

/** Home connections of two providers in New Zealand and one in Austria. */
const addressOf = (user: number) => `${['118.92.10', '122.56.20', '84.112.1'][user % 3]}.${user + 1}`

/** A bank in October: 300 transfers of 15 users, 10 a day. */
before(async () => {
  const post = async (url: string, payload: object | undefined, headers: Record<string, string>) => {
    const reply = await app.inject({ method: 'POST', url: `/v1${url}`, payload, headers })
    assert.equal(reply.statusCode, 200, reply.body)
  }
  await post('/management/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' }, asManagement)
  await post('/management/custom-data-points', { name: 'payee', dataType: 'text', modelType: 'action' }, asManagement)
  await configureAction(server, 'transfer', {
    defaultOutcome: 'ALLOW',
    rules: [
      { ruleId: 'high-value', name: 'High value', outcome: 'CHALLENGE', conditions: { '>': [{ var: 'custom.amount' }, 1000] } },
      {
        ruleId: 'new-device',
        name: 'New device',
        outcome: 'REVIEW',
        mode: 'shadow',
        conditions: { '==': [{ var: 'device.isNew' }, true] },
      },
    ],
  })
  for (let i = 0; i < 300; i++) {
    now = start + Math.floor(i / 10) * day + (i % 10) * 3_600_000
    const [user, amount, payee] = [`user-${i % 15}`, (i * 73) % 1500, `account-${i % 7}`]
    const idempotencyKey = `transfer-${i}`
    // Now and then somebody is out, or has borrowed a computer.
    const ipAddress = addressOf(i % 11 === 7 ? (i + 1) % 15 : i % 15)
    const userAgent = browsers[(i % 19 === 3 ? i + 1 : i % 15) % 3]
    const sent = { ipAddress, userAgent, deviceId: `phone-${i % 15}`, custom: { amount, payee } }
    await post(`/users/${user}/actions/transfer`, { idempotencyKey, ...sent }, asServer)
    const path = `/v1/users/${user}/actions/transfer/${idempotencyKey}`
    const state = i % 5 === 0 ? 'CHALLENGE_FAILED' : 'CHALLENGE_SUCCEEDED'
    if (amount > 1000) await app.inject({ method: 'PATCH', url: path, payload: { state }, headers: asServer })
    else if (amount > 600 && payee === 'account-3') await app.inject({ method: 'POST', url: `${path}/dispute`, headers: asServer })
  }
  now = Date.UTC(2026, 9, 31)
})

for (const example of examplesOf(readFileSync(join(import.meta.dirname, '../../../../docs/backtesting.md'), 'utf8'))) {
  test(`the example in line ${example.line} of the guide answers as it says: ${example.method} ${example.path}`, async () => {
    const { method, path, accept, body } = example
    const headers = { ...asManagement, ...(accept && { accept }), ...(body && { 'content-type': 'application/json' }) }
    const reply = await app.inject({ method, url: path, headers, payload: body })
    assert.equal(reply.statusCode, 200, reply.body)
    if (example.lines === undefined) {
      assertHolds(reply.json(), example.answer, '$')
      return
    }
    const lines = reply.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assertHolds(lines.slice(-example.lines.length), example.lines, '$')
  })
}

function examplesOf(guide: string): Example[] {
  const examples: Example[] = []
  for (const match of guide.matchAll(/^```(http|json|ndjson)\n([\s\S]*?)^```$/gm)) {
    const [, kind, text = ''] = match
    const last = examples.at(-1)
    if (kind === 'http') {
      const [head = '', body] = text.trimEnd().split('\n\n', 2)
      const [request = '', ...headers] = head.split('\n')
      const [method, path = ''] = request.split(' ')
      const accept = headers.find((header) => header.startsWith('Accept: '))?.slice('Accept: '.length)
      examples.push({ line: guide.slice(0, match.index).split('\n').length, method: method === 'GET' ? 'GET' : 'POST', path, accept, body })
    } else if (last === undefined) assert.fail('an answer without a request')
    else if (kind === 'json') last.answer = JSON.parse(text)
    else
      last.lines = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
  }
  assert.ok(examples.length > 5)
  return examples
}

function assertHolds(actual: unknown, expected: unknown, path: string): void {
  if (expected === '…') return
  if (typeof expected !== 'object' || expected === null) {
    assert.deepEqual(actual, expected, path)
    return
  }
  assert.ok(typeof actual === 'object' && actual !== null, `${path} is ${JSON.stringify(actual)}`)
  if (Array.isArray(expected)) assert.equal((actual as unknown[]).length, expected.length, `${path}: ${JSON.stringify(actual)}`)
  for (const [key, value] of Object.entries(expected)) assertHolds((actual as Record<string, unknown>)[key], value, `${path}.${key}`)
}
