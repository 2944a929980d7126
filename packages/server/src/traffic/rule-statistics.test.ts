import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import type { RuleStatistics } from './rule-statistics.ts'

const day = 86_400_000
const start = Date.UTC(2026, 10, 24, 12)
let now = start
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, addTenant, close } = server
after(close)

const over = (amount: number) => ({ '>': [{ var: 'custom.amount' }, amount] })
const [high = '', higher = '', tor = '', shadow = '', never = ''] = await configureAction(server, 'pay', {
  defaultOutcome: 'ALLOW',
  rules: [
    { name: 'High', outcome: 'CHALLENGE', conditions: over(100) },
    { name: 'Higher', outcome: 'CHALLENGE', conditions: over(1000) },
    { name: 'Gift', outcome: 'BLOCK', conditions: { '==': [{ var: 'custom.isGift' }, true] } },
    { name: 'Shadow', outcome: 'BLOCK', mode: 'shadow', conditions: over(1000) },
    { name: 'Never', outcome: 'BLOCK', conditions: over(1e9) },
  ],
})

async function send(method: 'GET' | 'POST', url: string, body?: object, headers = asManagement) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() }
}

let tracked = 0
async function track(custom: object): Promise<string> {
  const path = `user-${tracked % 5}/actions/pay`
  const idempotencyKey = `k${tracked++}`
  const { status } = await send('POST', `/users/${path}`, { idempotencyKey, custom }, asServer)
  assert.equal(status, 200)
  return `/management/events/${path.replace('/actions', '')}/${idempotencyKey}`
}

async function statistics(query = '', headers = asManagement): Promise<RuleStatistics> {
  await deps.store.foldReadSide()
  const { status, body } = await send('GET', `/management/action-configurations/pay/rule-statistics${query}`, undefined, headers)
  assert.equal(status, 200, JSON.stringify(body))
  return body as unknown as RuleStatistics
}

now = start - 40 * day
await track({ amount: 5000 })
now = start - 3 * day
const labelled = [await track({ amount: 500 }), await track({ amount: 500 })]
now = start
for (let n = 0; n < 22; n++) await track({ amount: 2000, isGift: n < 3 })
await track({ amount: 1, isGift: true })
await track({ amount: 1 })
await send('POST', `${labelled[0]}/label`, { label: 'fraud', reason: 'chargeback' })
await send('POST', `${labelled[1]}/label`, { label: 'good', reason: 'called' })
now = start + 60_000

test('each rule has its counts, labels, days and the last time it matched', async () => {
  const { from, to, events, days, rules } = await statistics()
  assert.deepEqual([from, to, events.count, days.length], ['2026-10-25T00:00:00.000Z', '2026-11-25T00:00:00.000Z', 26, 31])
  assert.deepEqual(
    rules.map(({ name, matched, decided, shadow: would }) => [name, matched.count, decided, would]),
    [
      ['High', 24, 24, 0],
      ['Higher', 22, 0, 0],
      ['Gift', 4, 1, 0],
      ['Shadow', 0, 0, 22],
      ['Never', 0, 0, 0],
    ],
  )
  const [first] = rules
  assert.deepEqual([first?.good.count, first?.fraud.count], [1, 1])
  assert.deepEqual(
    first?.hitsByDay.flatMap((hits, at) => (hits === 0 ? [] : [[days[at], hits]])),
    [
      ['2026-11-21T00:00:00.000Z', 2],
      ['2026-11-24T00:00:00.000Z', 22],
    ],
  )
  assert.equal(first?.lastFiredAt, '2026-11-24T12:00:00.000Z')
  assert.equal(rules.find(({ ruleId }) => ruleId === never)?.lastFiredAt, undefined)
})

test('every number leads to its events', async () => {
  const { events, rules } = await statistics()
  for (const { count, filter } of [events, ...rules.flatMap(({ matched, good, fraud }) => [matched, good, fraud])]) {
    const { body } = await send('GET', `/management/events?${new URLSearchParams({ ...filter, limit: '200' }).toString()}`)
    assert.equal((body.events as unknown[]).length, count, JSON.stringify(filter))
  }
})

test('overlaps say in how many recent events other rules matched too, and which rule is never needed', async () => {
  const { sample, rules } = await statistics()
  assert.equal(sample.of, 26)
  const overlapOf = (ruleId: string) => rules.find((rule) => rule.ruleId === ruleId)?.overlap
  assert.deepEqual(overlapOf(high), {
    hits: 24,
    alone: 2,
    with: [
      { ruleId: higher, events: 22 },
      { ruleId: shadow, events: 22 },
      { ruleId: tor, events: 3 },
    ].sort((a, b) => b.events - a.events || (a.ruleId < b.ruleId ? -1 : 1)),
  })
  assert.equal(overlapOf(tor)?.alone, 1)
  assert.equal(overlapOf(shadow)?.alone, 0)
  assert.deepEqual(
    rules.map(({ coveredBy }) => coveredBy),
    [undefined, high, undefined, undefined, undefined],
    'a shadow rule decides nothing anyway, and three events say nothing',
  )
})

test('an earlier range has its own counts and its own sample; one that is none, or too long, is refused', async () => {
  const { sample, events, rules } = await statistics('?from=2026-10-14&to=2026-10-16')
  assert.deepEqual([sample.of, events.count, rules[1]?.matched.count], [1, 1, 1])
  for (const [query, words] of [
    ['?from=-1d&to=-2d', /`from` must be before `to`/],
    ['?from=-200d', /longer than 100 days/],
  ] as const) {
    const { status, body } = await send('GET', `/management/action-configurations/pay/rule-statistics${query}`)
    assert.equal(status, 400)
    assert.match(String(body.errorDescription), words)
  }
})

test('TN-01: rule statistics are those of one tenant', async () => {
  const other = await addTenant()
  await configureAction({ deps, tenant: other }, 'pay', { defaultOutcome: 'ALLOW' })
  const { events, rules } = await statistics('', other.asManagement)
  assert.deepEqual([events.count, rules], [0, []])
})

test('a rule that is gone is told by its id', async () => {
  await configureAction(server, 'pay', { defaultOutcome: 'ALLOW' })
  const { rules } = await statistics()
  const gone = rules.find(({ ruleId }) => ruleId === high)
  assert.deepEqual([gone?.name, gone?.mode, gone?.matched.count], [undefined, undefined, 24])
})
