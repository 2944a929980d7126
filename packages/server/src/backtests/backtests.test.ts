import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'

const start = Date.UTC(2026, 10, 1, 12)
const minute = 60_000
let now = start
const server = await createTestApp({ clock: () => now })
const { app, tenant, asServer, asManagement, asBrowser, addTenant, close } = server
after(close)

type Json = Record<string, never>

async function call(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  payload?: object,
  headers: Record<string, string> = asManagement,
) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload })
  return { status: reply.statusCode, body: reply.json(), headers: reply.headers, text: reply.body }
}
const base = '/management/action-configurations/transfer'
const backtest = (body: object, headers = asManagement) => call('POST', `${base}/backtests`, body, headers)
const high = (limit: number, changes: object = {}) => ({
  name: 'High value',
  isActive: true,
  priority: 0,
  type: 'CHALLENGE',
  conditions: { '>': [{ var: 'custom.amount' }, limit] },
  ...changes,
})
let highId = ''
let shadowId = ''
const keys: string[] = []

before(async () => {
  await call('POST', '/management/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' })
  await call('POST', '/management/custom-data-points', { name: 'payee', dataType: 'text', modelType: 'action' })
  await call('POST', '/management/custom-data-points', { name: 'tier', dataType: 'text', modelType: 'user' })
  await configureAction(server, 'transfer', { defaultOutcome: 'ALLOW' })
  highId = (await call('POST', `${base}/rules`, high(500))).body.ruleId
  const shadow = {
    name: 'New device',
    priority: 1,
    type: 'REVIEW',
    isActive: false,
    mode: 'shadow',
    conditions: { '==': [{ var: 'device.isNew' }, true] },
  }
  shadowId = (await call('POST', `${base}/rules`, shadow)).body.ruleId
  // 40 transfers of 4 users in 40 minutes: amounts 0, 25, 50 … 975.
  for (let i = 0; i < 40; i++) {
    now = start + i * minute
    const body = { idempotencyKey: `k${i}`, deviceId: `d${i % 4}`, ipAddress: '8.8.8.8', custom: { amount: i * 25, payee: `p${i % 3}` } }
    const { status } = await call('POST', `/users/u${i % 4}/actions/transfer`, body, asServer)
    assert.equal(status, 200)
    keys.push(`k${i}`)
  }
  // Of the 19 that were challenged: five passed, three failed; one that was allowed is disputed.
  const path = (i: number) => `/users/u${i % 4}/actions/transfer/k${i}`
  for (let i = 21; i < 26; i++) await call('PATCH', path(i), { state: 'CHALLENGE_SUCCEEDED' }, asServer)
  for (let i = 37; i < 40; i++) await call('PATCH', path(i), { state: 'CHALLENGE_FAILED' }, asServer)
  await call('POST', `${path(2)}/dispute`, undefined, asServer)
  await call('POST', '/users/u1/actions/login', {}, asServer)
  now = start + 3_600_000
})

test('the policy in force as a draft changes nothing', async () => {
  for (const compareWith of ['policy_in_force', 'decisions']) {
    const { status, body } = await backtest({ draft: {}, compareWith })
    assert.equal(status, 200)
    assert.deepEqual([body.instances, body.changed, body.flips], [40, 0, []])
    assert.deepEqual(body.now, body.draft)
    assert.deepEqual(body.matrix.ALLOW, { ALLOW: 21, CHALLENGE: 0, REVIEW: 0, BLOCK: 0 })
    assert.deepEqual(body.matrix.CHALLENGE, { ALLOW: 0, CHALLENGE: 19, REVIEW: 0, BLOCK: 0 })
    assert.deepEqual(body.labels, { good: 5, bad: 4, unlabelled: 31 })
  }
})

test('a draft is compared with the policy in force, rule by rule and label by label', async () => {
  const rules = [
    high(800, { ruleId: highId }),
    high(0, { name: 'Payee', priority: 1, type: 'BLOCK', conditions: { in: [{ var: 'custom.payee' }, { var: 'lists.mules' }] } }),
  ]
  const { status, body } = await backtest({ draft: { rules, lists: [{ alias: 'mules', valueListItems: ['p1'] }] } })
  assert.equal(status, 200)
  // Over 800: 33 to 39. To p1: 1, 4, 7 … 37, thirteen of them; both: 34 and 37.
  const [overLimit, toMule] = body.rules
  assert.deepEqual([overLimit.ruleId, overLimit.matches, overLimit.unique, overLimit.decided], [highId, 7, 5, 7])
  assert.deepEqual([toMule.name, toMule.matches, toMule.unique, toMule.decided], ['Payee', 13, 11, 11])
  assert.deepEqual(body.overlaps, [{ ruleIds: [highId, 'draft-2'], matches: 2 }])
  assert.deepEqual(body.draft.outcomes, { ALLOW: 22, CHALLENGE: 7, REVIEW: 0, BLOCK: 11 })
  assert.deepEqual(body.matrix.ALLOW, { ALLOW: 14, CHALLENGE: 0, REVIEW: 0, BLOCK: 7 })
  assert.deepEqual(body.matrix.CHALLENGE, { ALLOW: 8, CHALLENGE: 7, REVIEW: 0, BLOCK: 4 })
  assert.equal(body.changed, 19)
  assert.equal(body.usersAffected, 4)
  // Bad: 2, 37, 38, 39. Good: 21 to 25, of which 22 and 25 go to p1.
  assert.deepEqual([body.draft.recall, body.now.recall], [0.75, 0.75])
  assert.deepEqual([body.draft.precision, body.now.precision], [0.6, 0.375])
  assert.deepEqual([body.now.challengesPer100, body.draft.challengesPer100], [47.5, 17.5])
  assert.equal(body.challengesPerDay.extra, -12)
  assert.equal(body.days.length, 1)
  assert.equal(body.days[0].date, '2026-11-01')
  const flip = body.flips.find((sample: { idempotencyKey: string }) => sample.idempotencyKey === 'k1')
  assert.deepEqual([flip.userId, flip.now.outcome, flip.draft.outcome, flip.draft.ruleId], ['u1', 'ALLOW', 'BLOCK', 'draft-2'])
  assert.ok(body.notes.some((note: string) => note.includes('Value lists')))
})

test('progress comes line by line, and last the result', async () => {
  const reply = await call(
    'POST',
    `${base}/backtests`,
    { draft: { rules: [] } },
    { ...asManagement, accept: 'application/x-ndjson' },
  ).catch(() => undefined)
  assert.equal(reply, undefined, 'it is no single JSON document')
  const { statusCode, headers, body } = await app.inject({
    method: 'POST',
    url: `/v1${base}/backtests`,
    headers: { ...asManagement, accept: 'application/x-ndjson' },
    payload: { draft: { rules: [] } },
  })
  assert.equal(statusCode, 200)
  assert.equal(headers['content-type'], 'application/x-ndjson')
  const lines = body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(lines[0], { type: 'progress', done: 1, instances: 40 })
  assert.equal(lines.at(-1).type, 'result')
  assert.deepEqual(lines.at(-1).result.matrix.CHALLENGE, { ALLOW: 19, CHALLENGE: 0, REVIEW: 0, BLOCK: 0 })
})

test('the window is inclusive at its beginning and exclusive at its end', async () => {
  const at = (minutes: number) => new Date(start + minutes * minute).toISOString()
  const { body } = await backtest({ draft: {}, from: at(10), to: at(20) })
  assert.deepEqual([body.instances, body.firstAt, body.lastAt], [10, at(10), at(19)])
  assert.equal((await backtest({ draft: {}, from: at(-9000), to: at(-8000) })).body.instances, 0)
  assert.equal((await backtest({ draft: {}, from: at(20), to: at(10) })).status, 400)
})

test('a velocity feature of the draft is derived from history, and what that rests on is said', async () => {
  const features = [{ name: 'sum30', metric: 'sum', of: 'custom.amount', per: 'user', windowMinutes: 30 }]
  const rules = [high(0, { conditions: { '>': [{ var: 'velocity.sum30' }, 3000] } })]
  const { body } = await backtest({ draft: { rules, features } })
  const sums = Array.from({ length: 40 }, (_, i) => {
    let sum = 0
    for (let j = i % 4; j <= i; j += 4) if (i - j <= 30) sum += j * 25
    return sum
  })
  assert.equal(body.draft.outcomes.CHALLENGE, sums.filter((sum) => sum > 3000).length)
  assert.deepEqual(body.derivedFeatures, [{ name: 'sum30', stored: 0, different: 0, countedFrom: new Date(start).toISOString() }])
  assert.ok(body.notes.includes('`velocity.sum30` was derived from the tracked events.'))
})

test('rules on what is on record of a user read it as it is now, and say so', async () => {
  await call('PATCH', '/users/u2', { custom: { tier: 'gold' } }, asServer)
  const rules = [high(0, { conditions: { '==': [{ var: 'user.custom.tier' }, 'gold'] } })]
  const { body } = await backtest({ draft: { rules } })
  assert.equal(body.draft.outcomes.CHALLENGE, 10)
  assert.ok(body.notes.some((note: string) => note.includes('reads stored user data')))
})

test('a draft that could not be saved is refused as it would be then', async () => {
  const refused = await backtest({ draft: { rules: [high(1, { conditions: { '>': [{ var: 'custom.nothing' }, 1] } })] } })
  assert.equal(refused.status, 400)
  assert.match(refused.body.errorDescription, /unknown data point/)
  assert.equal((await call('POST', '/management/action-configurations/never-seen/backtests', { draft: {} })).status, 404)
})

test('RU-07: a backtest needs the right to edit, and sees one tenant only', async () => {
  for (const headers of [asServer, asBrowser]) assert.equal((await backtest({ draft: {} }, headers)).status, 401)
  const other = await addTenant()
  assert.equal((await backtest({ draft: {} }, other.asManagement)).status, 404)
  const otherServer = { ...server, tenant: other }
  await configureAction(otherServer, 'transfer', { defaultOutcome: 'ALLOW' })
  assert.equal((await backtest({ draft: {} }, other.asManagement)).body.instances, 0)
  assert.notEqual(other.tenantId, tenant.tenantId)
})

test('one backtest of a tenant at a time, two of the process; the others are told when to come again', async () => {
  const refused = await refusedOf(() => [backtest({ draft: {} }), backtest({ draft: {} })])
  assert.equal(refused.headers['retry-after'], '5')
  assert.match(refused.body.errorDescription, /a backtest of this tenant is already running/)
  const others = [await addTenant(), await addTenant(), await addTenant()]
  for (const other of others) await configureAction({ ...server, tenant: other }, 'transfer', { defaultOutcome: 'ALLOW' })
  const third = await refusedOf(() => others.map((other) => backtest({ draft: {} }, other.asManagement)))
  assert.match(third.body.errorDescription, /looking through history for others/)
  assert.equal((await backtest({ draft: {} })).status, 200, 'and the place is free again')
})

/** The one that was refused of several at once, and again until one is: a thread that is warm may answer the first before the next has come. */
async function refusedOf(send: () => ReturnType<typeof backtest>[]) {
  for (let round = 0; round < 50; round++) {
    const refused = (await Promise.all(send())).filter(({ status }) => status !== 200)
    assert.ok(refused.length <= 1 && refused.every(({ status }) => status === 429))
    if (refused[0] !== undefined) return refused[0]
  }
  return assert.fail('several at once were all worked on, fifty times')
}

test('shadow rules are counted from what was recorded', async () => {
  const { status, body } = await call('GET', `${base}/shadow`)
  assert.equal(status, 200)
  assert.equal(body.instances, 40)
  const [shadow] = body.rules
  assert.deepEqual([shadow.ruleId, shadow.name, shadow.outcome, shadow.mode], [shadowId, 'New device', 'REVIEW', 'shadow'])
  assert.ok(shadow.matches >= 4, 'each user was new once')
  assert.equal(shadow.insteadOf.ALLOW, shadow.wouldChange, 'where the rule before it challenged, it would have come second')
  const none = await call('GET', `${base}/shadow?from=2020-01-01&to=2020-02-01`)
  assert.deepEqual([none.body.instances, none.body.rules[0].matches], [0, 0])
})

test('a friction curve is drawn over a number, and says what it cannot say', async () => {
  const { status, body } = await call('GET', `${base}/friction-curve?signal=custom.amount&points=5`)
  assert.equal(status, 200)
  assert.deepEqual([body.instances, body.missing, body.hasEnoughBad], [40, 0, false])
  assert.deepEqual(
    body.points.map(({ threshold, challengesPer100 }: Json) => [threshold, challengesPer100]),
    [
      [975, 0],
      [725, 25],
      [500, 47.5],
      [250, 72.5],
      [0, 97.5],
    ],
  )
  assert.ok(body.points.every(({ badCaught }: Json) => badCaught === null))
  assert.match(body.notes[0], /at least 30 are needed/)
  for (const signal of ['custom.payee', 'custom.nothing', 'ip.isTor', 'lists.mules', 'velocity.unheardOf']) {
    assert.equal((await call('GET', `${base}/friction-curve?signal=${signal}`)).status, 400, signal)
  }
})
