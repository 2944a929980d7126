import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'

const server = await createTestApp()
const { app, deps, tenant, asServer, close } = server
const url = await app.listen({ port: 0, host: '127.0.0.1' })
after(close)
await configureAction(server, 'pay', { defaultOutcome: 'REVIEW' })
await configureAction(server, 'login', { defaultOutcome: 'ALLOW' })

const env = { SALLYPORT_API_URL: url, SALLYPORT_MANAGEMENT_KEY: tenant.managementKey, SALLYPORT_SECRET_KEY: tenant.secretKey }

async function run(...args: string[]) {
  await deps.store.foldReadSide()
  return runSallyport(['events', ...args], { env })
}
async function track(userId: string, action: string, idempotencyKey: string, more: object = {}): Promise<void> {
  const reply = await app.inject({
    method: 'POST',
    url: `/v1/users/${encodeURIComponent(userId)}/actions/${action}`,
    headers: asServer,
    payload: { idempotencyKey, ...more },
  })
  assert.equal(reply.statusCode, 200, reply.body)
}
const lines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
const keys = (text: string) => lines(text).map(({ idempotencyKey }) => idempotencyKey)

for (let n = 0; n < 5; n++) {
  await track('ann', 'login', `a${n}`, { ipAddress: '203.0.113.7' })
  await delay(2)
}
await track('=1+1', 'pay', 'b1', { ipAddress: '198.51.100.1', deviceId: '@phone' })

test('`events list` searches with the same filters as the API, in a pipe as lines of JSON', async () => {
  const table: [string[], string[]][] = [
    [[], ['b1', 'a4', 'a3', 'a2', 'a1', 'a0']],
    [['ann'], ['a4', 'a3', 'a2', 'a1', 'a0']],
    [
      ['--user-id', 'ann', '--order', 'oldest', '--limit', '2'],
      ['a0', 'a1'],
    ],
    [['--ip-address', '198.51.100.0/24'], ['b1']],
    [['--state', 'REVIEW_REQUIRED', '--action', 'pay'], ['b1']],
    [['--device-id', '@phone', '--from', '-1h', '--is-disputed', 'no'], ['b1']],
    [['--to', '-1h'], []],
  ]
  for (const [args, expected] of table) {
    const { code, out, err } = await run('list', ...args)
    assert.deepEqual([code, err, keys(out)], [0, '', expected], args.join(' '))
  }
  const refused = await run('list', '--action', 'logi', '--from', 'soon')
  assert.deepEqual([refused.code, refused.out], [1, ''])
  assert.match(refused.err, /^sallyport: `from` is neither .*`action`: there is no action `logi`; did you mean `login`\?\n$/)
  const warned = await run('list', '--rule-id', 'none-such')
  assert.deepEqual([warned.code, warned.out], [0, ''])
  assert.match(warned.err, /^note: `ruleId`: no rule in force has the id/)
  assert.equal((await run('list', 'ann', '--user-id', 'ben')).code, 2)
  assert.equal((await run('list', '--limit', '0')).code, 2)
})

test('a limit that is no number is refused by every command that lists', async () => {
  for (const command of ['events', 'review', 'audit']) {
    const { code, err } = await runSallyport([command, 'list', '--limit', 'many'])
    assert.equal(code, 2, command)
    assert.match(err, /use a whole number of at least 1/, command)
  }
})

test('`events show` prints the receipt', async () => {
  const { code, out } = await run('show', '=1+1', 'pay', 'b1')
  const receipt = JSON.parse(out)
  assert.deepEqual([code, receipt.state, receipt.replay.identical], [0, 'REVIEW_REQUIRED', true])
  assert.equal((await run('show', 'ann', 'pay', 'b1')).code, 1)
})

test('AD-05: `events export` writes all that a search finds, and no text in it becomes a formula of a spreadsheet', async () => {
  const all = await run('export')
  assert.deepEqual([all.code, keys(all.out)], [0, ['a0', 'a1', 'a2', 'a3', 'a4', 'b1']])
  const csv = await run('export', '--action', 'pay', '--format', 'csv')
  const [header, line, ...rest] = csv.out.split('\r\n')
  assert.match(String(header), /^time,userId,action,idempotencyKey,state,/)
  assert.match(String(line), /,"'=1\+1","pay","b1","REVIEW_REQUIRED",.*,"'@phone",/)
  assert.deepEqual(rest, [''])
})

/** A command that runs until it is stopped. */
function start(...args: string[]): { child: ChildProcess; out: () => string; until(text: RegExp): Promise<void> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.js'), 'events', ...args], {
    env: { PATH: process.env.PATH, ...env },
  })
  let out = ''
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  return {
    child,
    out: () => out,
    async until(text) {
      const endsAt = performance.now() + 120_000
      while (!text.test(out)) {
        assert.ok(performance.now() < endsAt && child.exitCode === null, `${text} never came: ${out}`)
        await delay(50)
      }
    },
  }
}

/** Events are tracked until the command is connected and shows one. */
async function untilConnected({ until, child }: ReturnType<typeof start>): Promise<void> {
  let n = 0
  const tracking = setInterval(() => void track('probe', 'login', `probe-${child.pid}-${n++}`), 300)
  await until(/"probe-/)
  clearInterval(tracking)
}

test('`events tail` prints what happens as it happens, and ends with 0 when it is interrupted', async () => {
  const tail = start('tail')
  await untilConnected(tail)
  await track('cat', 'pay', 'c1')
  await tail.until(/"c1"/)
  const reviewed = await run('review', 'cat', 'pay', 'c1', '--approve', '--reason', 'fine')
  assert.equal(reviewed.code, 0, reviewed.err)
  await tail.until(/REVIEW_SUCCEEDED/)
  tail.child.kill('SIGINT')
  const [code] = await once(tail.child, 'exit')
  assert.equal(code, 0)
  const seen = lines(tail.out()).filter(({ idempotencyKey }) => idempotencyKey === 'c1')
  assert.deepEqual(
    seen.map(({ type, state }) => [type, state]),
    [
      ['tracked', 'REVIEW_REQUIRED'],
      ['changed', 'REVIEW_SUCCEEDED'],
    ],
  )
})

test('`events tail` ends with 0 when nobody reads its output any longer', async () => {
  const tail = start('tail', '--action', 'login')
  await untilConnected(tail)
  tail.child.stdout?.destroy()
  const ended = once(tail.child, 'exit')
  const tracking = setInterval(() => void track('probe', 'login', `late-${Math.random()}`), 200)
  const [code] = await ended
  clearInterval(tracking)
  assert.equal(code, 0)
})

test('`events tail` with a wrong key or a wrong filter fails at once', async () => {
  const wrong = await runSallyport(['events', 'tail'], { env: { ...env, SALLYPORT_MANAGEMENT_KEY: 'wrong-key' } })
  assert.deepEqual([wrong.code, wrong.out], [1, ''])
  assert.equal((await run('tail', '--state', 'OPEN')).code, 1)
  assert.equal((await runSallyport(['events', 'tail'])).code, 2)
})
