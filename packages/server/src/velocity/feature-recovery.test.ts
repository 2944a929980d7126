import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'

const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-features-'))
const running = new Set<ChildProcess>()
after(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })
})

const secretKey = 'secret-key-of-this-test-which-is-long-enough'
const managementKey = 'management-key-of-this-test-which-is-long-enough'
const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`

/** A server in a process of its own, on the test's data directory. */
async function start(): Promise<{ url: string; kill: () => Promise<void> }> {
  const module = JSON.stringify(new URL('../app/start-server.ts', import.meta.url).href)
  const env = {
    SALLYPORT_DATA_DIR: dataDir,
    SALLYPORT_PORT: '0',
    SALLYPORT_LOG_LEVEL: 'silent',
    SALLYPORT_BOOTSTRAP_TENANT_ID: 'tenant',
    SALLYPORT_BOOTSTRAP_SECRET_KEY: secretKey,
    SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY: managementKey,
    SALLYPORT_BOOTSTRAP_RP_ID: 'localhost',
    SALLYPORT_BOOTSTRAP_ORIGINS: 'http://localhost:3000',
  }
  const script = `import(${module}).then(async ({ loadConfig, startServer }) => console.log((await startServer(loadConfig({}, process.env))).url))`
  const child = spawn(process.execPath, ['--no-warnings', '-e', script], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return {
    url,
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'close')
      running.delete(child)
    },
  }
}

let url = ''

async function send(method: string, path: string, key: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/v1${path}`, {
    method,
    headers: { authorization: basic(key), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const answer = (await response.json()) as Record<string, unknown>
  assert.equal(response.status, 200, `${path}: ${JSON.stringify(answer)}`)
  return answer
}

async function track(userId: string, custom: object): Promise<Record<string, unknown>> {
  const { idempotencyKey } = await send('POST', `/users/${userId}/actions/transfer`, secretKey, {
    custom,
    deviceId: 'd',
    ipAddress: '203.0.113.7',
  })
  const shown = await send('GET', `/users/${userId}/actions/transfer/${idempotencyKey}`, secretKey)
  return (shown.output as { signals: Record<string, unknown> }).signals
}

test('RE-01: after a kill every action counts in the features that were declared when it was tracked, and in no other', async () => {
  const first = await start()
  url = first.url
  for (const [name, dataType] of [
    ['amount', 'number'],
    ['recipient', 'text'],
  ]) {
    await send('POST', '/management/custom-data-points', managementKey, { name, dataType, modelType: 'action' })
  }
  const declare = (feature: object) => send('POST', '/management/velocity-features', managementKey, { windowMinutes: 1440, ...feature })
  await declare({ name: 'sum', metric: 'sum', of: 'custom.amount', per: 'user' })
  await declare({ name: 'gone', metric: 'count', per: 'network' })
  for (let i = 0; i < 3; i++) await track('ann', { amount: 10, recipient: 'r' })
  await declare({ name: 'payments', metric: 'count', per: 'custom.recipient' })
  await track('ann', { amount: 10, recipient: 'r' })
  await send('POST', '/management/velocity-features/payments/backfill', managementKey)
  for (let i = 0; i < 200; i++) {
    if ((await send('GET', '/management/velocity-features/payments', managementKey)).isComplete === true) break
  }
  await send('DELETE', '/management/velocity-features/gone', managementKey)
  for (let i = 0; i < 20; i++) await track(`user-${i % 4}`, { amount: 10, recipient: i % 2 === 0 ? 'r' : 's' })
  await track('ann', { amount: 10, recipient: 'r' })
  await first.kill()

  url = (await start()).url
  const signals = await track('ann', { amount: 10, recipient: 'r' })
  assert.equal(signals['velocity.sum'], 60)
  assert.equal(signals['velocity.payments'], 16)
  assert.equal('velocity.gone' in signals, false)
  assert.equal(signals['velocity.actions24h'], 6)
  assert.equal((await track('user-1', { amount: 10, recipient: 's' }))['velocity.payments'], 11)
})
