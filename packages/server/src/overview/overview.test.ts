import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'

const hour = 3_600_000
const week = 7 * 24 * hour
const start = Date.UTC(2026, 10, 24, 12)
let now = start
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, addTenant, close } = server
after(close)

type Body = Record<string, unknown>
interface People {
  count: number
  of: number
  isAtLeast: boolean
  users: { userId: string; challenges: Counted }[]
}
interface Counted {
  count: number
  filter: Record<string, string>
}

const high = { '>': [{ var: 'custom.amount' }, 2000] }
const [highAmount = '', never = '', always = '', shadow = ''] = await configureAction(server, 'pay', {
  defaultOutcome: 'ALLOW',
  rules: [
    { name: 'High amount', outcome: 'CHALLENGE', conditions: high },
    { name: 'Never', outcome: 'BLOCK', conditions: { '>': [{ var: 'custom.amount' }, 1e9] } },
    { name: 'Always', outcome: 'ALLOW', conditions: { '>=': [{ var: 'custom.amount' }, 0] } },
    { name: 'Shadow', outcome: 'BLOCK', mode: 'shadow', conditions: high },
  ],
})
await configureAction(server, 'withdraw', { defaultOutcome: 'REVIEW' })

async function send(method: 'GET' | 'PATCH' | 'POST', url: string, body?: object, headers = asServer) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>() }
}

let count = 0
async function track(action: string, amount: number, more: object = {}): Promise<string> {
  const idempotencyKey = `k${count++}`
  const { status } = await send('POST', `/users/user-${count % 7}/actions/${action}`, { idempotencyKey, custom: { amount }, ...more })
  assert.equal(status, 200)
  return `/users/user-${(count - 1 + 1) % 7}/actions/${action}/${idempotencyKey}`
}

async function overview(query: Record<string, string> = {}, headers = asManagement): Promise<Body> {
  await deps.store.foldReadSide()
  const { status, body } = await send('GET', `/management/overview?${new URLSearchParams(query).toString()}`, undefined, headers)
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

/** What `GET events` finds with the filter beside a number. */
async function behind({ filter }: Counted): Promise<number> {
  const { status, body } = await send(
    'GET',
    `/management/events?${new URLSearchParams({ ...filter, limit: '200' }).toString()}`,
    undefined,
    asManagement,
  )
  assert.equal(status, 200, JSON.stringify(body))
  return (body.events as unknown[]).length
}

// The same hour of the four weeks before: 3, 5, 2 and 4 events. A day with challenges, of which one is passed, one failed, one abandoned and one still open.
for (const [back, events] of [
  [4, 3],
  [3, 5],
  [2, 2],
  [1, 4],
] as const) {
  now = start - back * week + 10 * 60_000
  for (let n = 0; n < events; n++) await track('pay', 1)
}
now = start - 26 * hour
const old = await track('withdraw', 5)
now = start - 2 * hour
for (let n = 0; n < 20; n++) await track('pay', 10, { ipAddress: n % 2 === 0 ? '8.8.8.8' : '1.1.1.1' })
const client = createCeremonies(server)
const { authenticator } = await client.enrol('zoe')
const passed = await client.track('zoe', 'pay', { custom: { amount: 3000 } })
assert.equal((await client.signIn(passed.token, authenticator)).status, 200)
await send('PATCH', await track('pay', 3001), { state: 'CHALLENGE_FAILED' })
await track('pay', 3002)
now = start
await track('pay', 3003)
await track('withdraw', 6)
const disputed = await track('pay', 7)
await send('POST', `${disputed}/dispute`, {})
now = start + 5 * 60_000

test('an overview counts each event by what it is now, and every number leads to its events', async () => {
  const body = await overview({ from: '-24h' })
  assert.deepEqual([body.from, body.to, body.bucket], ['2026-11-23T12:00:00.000Z', '2026-11-24T13:00:00.000Z', 'hour'])
  const challenges = body.challenges as Record<string, Counted & { isAtLeast?: boolean }> & { per100: number }
  const states = body.states as Record<string, Counted>
  const labels = body.labels as Record<string, Counted>
  assert.deepEqual(
    ['asked', 'passed', 'failed', 'abandoned', 'waiting'].map((name) => challenges[name]?.count),
    // Enrolling proves a passkey, as an answer does.
    [5, 2, 1, 1, 1],
  )
  const events = body.events as Counted
  assert.equal(events.count, 27)
  assert.equal(challenges.per100, 18.5)
  const rules = body.rules as ({ ruleId: string; matched: Counted; decided: number; shadow: number } & Body)[]
  const ruleOf = (ruleId: string) => rules.find((rule) => rule.ruleId === ruleId) ?? assert.fail(ruleId)
  assert.deepEqual([ruleOf(highAmount).matched.count, ruleOf(highAmount).decided, ruleOf(highAmount).name], [4, 4, 'High amount'])
  assert.deepEqual([ruleOf(shadow).matched.count, ruleOf(shadow).shadow, ruleOf(shadow).mode], [0, 4, 'shadow'])
  assert.equal(ruleOf(always).decided, 21)
  const actions = body.actions as { action: string; events: Counted; challenged: Counted; per100: number }[]
  assert.deepEqual(
    actions
      .toSorted((a, b) => b.events.count - a.events.count || (a.action < b.action ? 1 : -1))
      .map(({ action, events: counted, challenged }) => [action, counted.count, challenged.count]),
    [
      ['pay', 25, 4],
      ['withdraw', 1, 0],
      ['enroll-passkey', 1, 1],
    ],
  )
  const numbers: Counted[] = [
    events,
    ...Object.values(states),
    ...['asked', 'passed', 'failed', 'abandoned', 'waiting'].map((name) => challenges[name] ?? assert.fail()),
    ...rules.filter(({ mode }) => mode === 'active').map(({ matched }) => matched),
    ...actions.flatMap((action) => [action.events, action.challenged]),
    ...Object.values(labels),
    ...(body.countries as Counted[]),
    (body.reviews as { waiting: Counted }).waiting,
    body.disputes as Counted,
    ...(body.series as { events: number; filter: Record<string, string> }[]).map((bucket) => ({ ...bucket, count: bucket.events })),
  ]
  for (const number of numbers) assert.equal(await behind(number), number.count, JSON.stringify(number))
  assert.equal((body.disputes as Counted).count, 1)
  const countries = body.countries as { country: string | null; count: number }[]
  assert.equal(
    countries.reduce((sum, country) => sum + country.count, 0),
    27,
  )
})

test('each hour stands beside the same hour of the weeks before, and one sentence says what is usual', async () => {
  const body = await overview({ from: new Date(start).toISOString(), to: new Date(start + hour).toISOString() })
  const [bucket] = body.series as { events: number; isRunning: boolean; usual: unknown }[]
  assert.deepEqual([bucket?.events, bucket?.isRunning, bucket?.usual], [3, true, { low: 2, high: 5, weeks: 4 }])
  assert.equal(body.sentence, '3 events: 1 challenged, one in 3; more than at the same time in the 3 weeks before (0).')
  const quiet = await overview({ from: '-400d', to: '-399d' })
  assert.equal(quiet.sentence, 'No events.')
  assert.deepEqual((quiet.series as { usual?: unknown }[])[0]?.usual, undefined)
})

test('days are days in UTC, and a long range is shown by day', async () => {
  const body = await overview({ from: '-90d' })
  assert.equal(body.bucket, 'day')
  const series = body.series as { at: string; events: number }[]
  assert.ok(series.every(({ at }) => at.endsWith('T00:00:00.000Z')))
  assert.equal(series.length, 91)
  assert.equal(
    series.reduce((sum, { events }) => sum + events, 0),
    (body.events as Counted).count,
  )
})

test('what needs attention is named with its events: late reviews, rules that never or always match, old data sets, undeclared data', async () => {
  await deps.warnings.save()
  const body = await overview({ from: '-3h' })
  const attention = body.attention as { code: string; subject: string; sentence: string; filter?: Record<string, string> }[]
  const about = (code: string) => attention.filter((each) => each.code === code)
  assert.deepEqual(
    about('reviews_waiting').map(({ sentence, filter }) => [sentence, filter]),
    [['2 events wait for a review, the oldest for a day.', { state: 'REVIEW_REQUIRED', order: 'oldest' }]],
  )
  assert.deepEqual(
    about('rule_never_fired').map(({ subject, sentence }) => [subject, sentence]),
    [[never, 'The rule *Never* of pay has not matched any of 25 events.']],
  )
  assert.deepEqual(
    about('rule_always_fired').map(({ subject }) => subject),
    [always],
  )
  assert.ok(about('undeclared_data_point').some(({ subject }) => /amount/.test(subject)))
  for (const { name, state } of deps.ip.dataSets())
    assert.equal(
      about('data_set_not_current').some(({ subject }) => subject === name),
      state !== 'current',
      name,
    )
  assert.match(old, /withdraw/)
})

test('the people who were challenged are counted, each once', async () => {
  const body = await overview({ from: '-24h' })
  const { people, asked } = body.challenges as { people: People; asked: Counted }
  const { body: found } = await send('GET', `/management/events?${new URLSearchParams(asked.filter).toString()}`, undefined, asManagement)
  const users = new Set((found.events as { userId: string }[]).map(({ userId }) => userId))
  const { users: listed, ...counts } = people
  assert.deepEqual(counts, { count: users.size, of: asked.count, isAtLeast: false })
  assert.deepEqual(new Set(listed.map(({ userId }) => userId)), users)
  for (const { challenges } of listed) assert.equal(await behind(challenges), challenges.count)
})

test('the reasons why events were not allowed are counted over the whole range, by what decided', async () => {
  const body = await overview({ from: '-24h' })
  const reasons = body.reasons as { action: string; outcome: string; rule?: { ruleId: string; name: string }; events: Counted }[]
  assert.deepEqual(
    reasons.map(({ action, outcome, rule }) => [action, outcome, rule]),
    [
      ['pay', 'CHALLENGE', { ruleId: highAmount, name: 'High amount' }],
      ['withdraw', 'REVIEW', undefined],
    ],
  )
  for (const { events } of reasons) assert.equal(await behind(events), events.count)
  const rules = body.rules as { ruleId: string; action: string; decided: number; matched: Counted }[]
  const { from = '', to = '' } = rules[0]?.matched.filter ?? {}
  for (const { ruleId, action, decided } of rules)
    assert.equal(await behind({ count: decided, filter: { action, decidedBy: ruleId, from, to } }), decided)
})

test('a spike against the weeks before, and a rule that another one covers, need attention', async () => {
  const [first = '', second = ''] = await configureAction(server, 'move', {
    defaultOutcome: 'ALLOW',
    rules: [
      { name: 'Some', outcome: 'CHALLENGE', conditions: high },
      { name: 'More', outcome: 'BLOCK', conditions: { '>': [{ var: 'custom.amount' }, 4000] } },
    ],
  })
  assert.ok(first !== '')
  const before = now
  const hourOf = Date.UTC(2026, 11, 20, 9)
  for (const [back, events] of [
    [2, 3],
    [1, 4],
    [0, 21],
  ] as const) {
    now = hourOf - back * week + 60_000
    for (let n = 0; n < events; n++) await track('move', 5000)
  }
  now = hourOf + 2 * hour
  const { attention } = (await overview({ from: '-12h' })) as {
    attention: { code: string; subject: string; sentence: string; filter: never }[]
  }
  const about = (code: string) => attention.filter((each) => each.code === code)
  const [spike] = about('spike')
  assert.equal(
    spike?.sentence,
    '21 events in the hour from 09:00 UTC on 2026-12-20, against 0 to 4 at the same time in the 4 weeks before.',
  )
  assert.equal(await behind({ count: 21, filter: spike?.filter ?? assert.fail() }), 21)
  assert.deepEqual(
    about('rule_covered').map(({ subject, sentence }) => [subject, sentence]),
    [[second, 'The rule *More* of move has matched 21 events and decided none: *Some* before it always did.']],
  )
  assert.deepEqual(about('rule_always_fired').length, 2)
  now = hourOf - week + 2 * hour
  const usual = (await overview({ from: '-12h' })) as { attention: { code: string }[] }
  assert.ok(!usual.attention.some(({ code }) => code === 'spike'), 'a few events are no spike')
  now = before
})

test('in a range that is over nothing waits any more: what was not answered was given up', async () => {
  const body = await overview({ from: '-3h', to: '-1h' })
  const { abandoned, waiting } = body.challenges as Record<string, Counted>
  assert.deepEqual([abandoned?.count, waiting?.count], [1, 0])
  for (const counted of [abandoned, waiting]) assert.equal(await behind(counted ?? assert.fail()), counted?.count)
})

test('a range that is none, or too long, is refused with the remedy', async () => {
  for (const [query, expected] of [
    [{ from: '-1h', to: '-2h' }, /`from` must be before `to`/],
    [{ from: '-500d' }, /at most 400 days/],
    [{ from: '-100d', bucket: 'hour' }, /at most 92 days: choose a later `from`, or `bucket=day`/],
    [{ bucket: 'week' }, /`bucket`/],
    [{ days: '3' }, /unknown field `days`/],
    [{ from: 'yesterday' }, /`from` is neither a time of ISO 8601/],
  ] as const) {
    const { status, body } = await send(
      'GET',
      `/management/overview?${new URLSearchParams(query as never).toString()}`,
      undefined,
      asManagement,
    )
    assert.equal(status, 400)
    assert.match(String(body.errorDescription), expected)
  }
})

test('TN-01: an overview counts nothing of another tenant', async () => {
  const other = await addTenant()
  const body = await overview({ from: '-90d' }, other.asManagement)
  assert.deepEqual([(body.events as Counted).count, body.rules, body.actions, body.countries], [0, [], [], []])
  assert.equal(body.sentence, 'No events.')
})
