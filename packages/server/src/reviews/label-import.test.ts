import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { verifyAudit } from '../../test/support/verify-audit.ts'

const start = Date.UTC(2026, 10, 3, 12)
const minute = 60_000
let now = start
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, tenant, addTenant, close } = server
after(close)
await configureAction(server, 'pay', { defaultOutcome: 'ALLOW', rules: [] })
await configureAction(server, 'login', { defaultOutcome: 'ALLOW', rules: [] })

type Body = Record<string, unknown>
interface Import {
  dryRun: boolean
  rows: number
  matched: Body[]
  alreadyLabelled: Body[]
  unmatched: { line: number; reason: string }[]
  ambiguous: { line: number; candidates: Body[] }[]
}

async function call(method: 'GET' | 'POST', url: string, body?: object, headers = asServer) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>() }
}

async function track(userId: string, idempotencyKey: string, amount: number | string, action = 'pay') {
  const { status, body } = await call('POST', `/users/${userId}/actions/${action}`, { idempotencyKey, custom: { amount } })
  assert.equal(status, 200, JSON.stringify(body))
}
async function load(body: object, headers = asManagement): Promise<Import> {
  const reply = await call('POST', '/management/labels/import', { amountDataPoint: 'amount', ...body }, headers)
  assert.equal(reply.status, 200, JSON.stringify(reply.body))
  return reply.body as unknown as Import
}
const labelOf = async (userId: string, key: string, action = 'pay') =>
  (await call('GET', `/users/${userId}/actions/${action}/${key}`)).body.label as Body | undefined

test('chargebacks find their actions by key, or by user, time and amount, and label them fraud', async () => {
  now = start
  await track('ann', 'k1', 99.5)
  now += 10 * minute
  await track('ann', 'k2', 20)
  await track('ann', 'k3', '30.00')
  const csv = [
    'userId,action,idempotencyKey,time,amount,reason',
    'ann,pay,k2,,,case 1',
    'ann,,,2026-11-03T12:20:00Z,99.50,case 2',
    'ann,,,2026-11-03,30,',
  ].join('\r\n')
  const tried = await load({ csv, dryRun: true })
  assert.equal(await labelOf('ann', 'k1'), undefined)
  const { dryRun, ...done } = await load({ csv })
  assert.deepEqual([dryRun, tried.dryRun], [false, true])
  assert.deepEqual({ ...tried, dryRun: false }, { ...done, dryRun: false })
  assert.deepEqual(done, {
    rows: 3,
    matched: [
      { line: 2, userId: 'ann', action: 'pay', idempotencyKey: 'k2', label: 'fraud' },
      { line: 3, userId: 'ann', action: 'pay', idempotencyKey: 'k1', label: 'fraud' },
      { line: 4, userId: 'ann', action: 'pay', idempotencyKey: 'k3', label: 'fraud' },
    ],
    alreadyLabelled: [],
    unmatched: [],
    ambiguous: [],
  })
  const { value, source, reason } = (await labelOf('ann', 'k1')) ?? {}
  assert.deepEqual([value, source, reason], ['fraud', 'chargeback', 'case 2'])

  const again = await load({ csv })
  assert.deepEqual(
    [again.matched, again.alreadyLabelled.map(({ line, source }) => [line, source])],
    [[], [2, 3, 4].map((line) => [line, 'chargeback'])],
  )
  const entries = (await call('GET', '/management/audit?user=ann&event=action.labelled', undefined, asManagement)).body.entries as Body[]
  assert.equal(entries.length, 3)
})

test('what fits no action or several is told with its line, and nothing is guessed', async () => {
  now = start
  await track('ben', 'k1', 50)
  now += 5 * minute
  await track('ben', 'k2', 50)
  await track('ben', 'k3', 50, 'login')
  now += 600 * minute
  await track('ben', 'k4', 60)
  const at = '2026-11-03T12:02:00Z'
  const result = await load({
    rows: [
      { userId: 'ben', time: at, amount: 50 },
      { userId: 'ben', action: 'login', time: at, amount: 50 },
      { userId: 'ben', time: at, amount: 60 },
      { userId: 'ben', time: '2026-10-03T12:00:00Z', amount: 50 },
      { userId: 'nobody', time: at, amount: 50 },
      { userId: 'ben', action: 'pay', idempotencyKey: 'other' },
      { userId: 'ben', action: 'pay', time: at, amount: 50, line: 70 },
    ],
    toleranceMinutes: 10,
  })
  assert.deepEqual(
    result.matched.map(({ line, idempotencyKey }) => [line, idempotencyKey]),
    [[2, 'k3']],
  )
  assert.deepEqual(
    result.ambiguous.map(({ line, candidates }) => [line, candidates.map(({ idempotencyKey }) => idempotencyKey).sort()]),
    [
      [1, ['k1', 'k2', 'k3']],
      [70, ['k1', 'k2']],
    ],
  )
  assert.deepEqual(result.unmatched, [
    {
      line: 3,
      reason: 'the user has 3 actions between 2026-11-03T11:52:00.000Z and 2026-11-03T12:12:00.000Z, but none whose `amount` is 60',
    },
    { line: 4, reason: 'the user has no action between 2026-10-03T11:50:00.000Z and 2026-10-03T12:10:00.000Z' },
    { line: 5, reason: 'the user has no action between 2026-11-03T11:52:00.000Z and 2026-11-03T12:12:00.000Z' },
    { line: 6, reason: 'the user has no action with this key' },
  ])
  assert.equal(await labelOf('ben', 'k1'), undefined)
  const [without] = (await load({ rows: [{ userId: 'ben', time: at, amount: 60 }], amountDataPoint: undefined })).unmatched
  assert.match(without?.reason ?? '', /names no data point/)
})

test('what a person said stays; what a challenge implied does not; two rows for one action count once', async () => {
  now = start
  for (const key of ['k1', 'k2', 'k3']) await track('cat', key, 10)
  await call('POST', '/management/events/cat/pay/k1/label', { label: 'good', reason: 'talked to her' }, asManagement)
  await call('POST', '/users/cat/actions/pay/k2/dispute')
  const row = (idempotencyKey: string, more: object = {}) => ({ userId: 'cat', action: 'pay', idempotencyKey, ...more })
  for (const dryRun of [true, false]) {
    const result = await load({ rows: [row('k1'), row('k2'), row('k3'), row('k3', { label: 'good' })], dryRun })
    assert.deepEqual(
      result.matched.map(({ line }) => line),
      [3],
    )
    assert.deepEqual(
      result.alreadyLabelled.map(({ line, label, source }) => [line, label, source]),
      [
        [1, 'good', 'person'],
        [2, 'fraud', 'person'],
        [4, 'fraud', 'chargeback'],
      ],
    )
  }
  assert.equal((await labelOf('cat', 'k1'))?.value, 'good')
})

test('a file that cannot be read is refused as a whole, with every line that is wrong', async () => {
  now = start
  await track('dan', 'k', 10)
  const refuse = async (body: object) => {
    const reply = await call('POST', '/management/labels/import', body, asManagement)
    assert.deepEqual([reply.status, reply.body.errorCode], [400, 'invalid_request'], JSON.stringify(reply.body))
    return String(reply.body.errorDescription)
  }
  const head = 'userId,action,idempotencyKey,time,amount,label'
  const wrong = [
    'dan,pay,k,,,',
    'dan,pay',
    'dan,pay,,,,',
    'dan,,,yesterday,5,',
    'dan,,,2026-11-03,"1,000",',
    'dan,pay,k,,,bad',
    '"dan,pay',
  ].join('\n')
  const told = await refuse({ csv: `${head}\n${wrong}` })
  for (const part of [
    'line 3: has 2 fields, and the header names 6 columns; ',
    'line 4: names no action: it needs `action` and `idempotencyKey`, or `time` and `amount`; ',
    'line 5: `time` is not a time of ISO 8601',
    'line 6: `amount` is not a plain number, such as 1234.50; ',
    'line 7: `label` must be one of good, fraud',
    'line 8: has a quote that is never closed',
  ])
    assert.ok(told.includes(part), `${part} in ${told}`)
  assert.equal(await labelOf('dan', 'k'), undefined)
  const long = await refuse({ csv: `${head}\n${'dan\n'.repeat(30)}` })
  assert.match(long, /line 21: .*; and 10 more$/)
  assert.match(await refuse({ csv: '' }), /line 1: does not name the columns/)
  assert.match(await refuse({ csv: 'userId,amont,time\n' }), /line 1: names unknown columns: `amont`\. The columns are/)
  assert.match(await refuse({ csv: 'userId,time\n' }), /line 1: must name `userId`, and/)
  assert.match(await refuse({ csv: 'userId,user_id,time,amount\n' }), /names a column twice/)
  assert.match(await refuse({}), /send either `rows` or `csv`/)
  assert.match(await refuse({ rows: [], csv: '' }), /send either `rows` or `csv`/)
  assert.match(
    await refuse({ rows: [{ userId: 'dan' }, { userId: 'dan', idempotencyKey: 'k' }] }),
    /line 1: names no action.*line 2: `idempotencyKey` needs `action`/,
  )
})

test('TN-01: an import finds the actions of its own tenant only', async () => {
  now = start
  await track('eve', 'k', 10)
  const result = await load({ rows: [{ userId: 'eve', action: 'pay', idempotencyKey: 'k' }] }, (await addTenant()).asManagement)
  assert.deepEqual([result.matched, result.unmatched.length], [[], 1])
  assert.equal(await labelOf('eve', 'k'), undefined)
})

test('ten thousand rows with a few bad ones are worked off in one request, while others are served', async (t) => {
  now = start
  const users = 40
  const perUser = 50
  await Promise.all(
    Array.from({ length: users }, async (_, user) => {
      for (let n = 0; n < perUser; n++) await track(`user-${user}`, `k${n}`, n)
    }),
  )
  const actions = Array.from({ length: users * perUser }, (_, n) => `user-${n % users},pay,k${Math.floor(n / users)},,`)
  const bad = Array.from({ length: 200 }, (_, n) => `user-${n},pay,missing,,`)
  const rows = [...actions, ...bad, ...actions, ...actions, ...actions, ...actions.slice(200)]
  let isDone = false
  const longest = (async () => {
    let most = 0
    while (!isDone) {
      const begun = performance.now()
      await new Promise((resolve) => setTimeout(resolve, 5))
      most = Math.max(most, performance.now() - begun)
    }
    return most
  })()
  const begun = performance.now()
  const { matched, unmatched, alreadyLabelled, ...rest } = await load({
    csv: `userId,action,idempotencyKey,time,amount\n${rows.join('\n')}\n`,
  })
  isDone = true
  t.diagnostic(`${Math.round(performance.now() - begun)} ms; no turn longer than ${Math.round(await longest)} ms`)
  assert.deepEqual([rest.rows, matched.length, alreadyLabelled.length, unmatched.length, rest.ambiguous], [10_000, 2000, 7800, 200, []])
  assert.equal(unmatched[0]?.line, 2002)
  assert.equal((await labelOf('user-7', 'k3'))?.value, 'fraud')
  assert.deepEqual((await verifyAudit(deps.store, tenant.tenantId)).findings, [])
})
