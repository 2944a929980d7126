import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'

const start = Date.UTC(2026, 10, 24, 12)
let now = start
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, addTenant, close } = server
after(close)

interface Described {
  signal: string
  known: number
  missing: Record<string, number>
  numbers?: { min: number; max: number; quantiles: { share: number; value: number }[]; histogram: { bounds: number[]; counts: number[] } }
  values: { value: unknown; count: number }[]
  distinct: number
  other: number
}

async function send(method: 'GET' | 'PUT' | 'POST', url: string, body?: object, headers = asManagement) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() }
}

async function recentValues(action: string, signal?: string, headers = asManagement) {
  await deps.store.foldReadSide()
  const query = signal === undefined ? '' : `?signal=${encodeURIComponent(signal)}`
  const { status, body } = await send('GET', `/management/action-configurations/${action}/recent-values${query}`, undefined, headers)
  assert.equal(status, 200, JSON.stringify(body))
  const { signals, ...rest } = body as { of: number; from?: string; to?: string; signals: Described[] }
  return { ...rest, signals, get: (name: string) => signals.find((each) => each.signal === name) ?? assert.fail(name) }
}

let tracked = 0
async function track(action: string, userId: string, more: object) {
  const idempotencyKey = `k${tracked++}`
  const { status, body } = await send('POST', `/users/${userId}/actions/${action}`, { idempotencyKey, ...more }, asServer)
  assert.equal(status, 200, JSON.stringify(body))
}

await configureAction(server, 'pay', { defaultOutcome: 'ALLOW' })
await configureAction(server, 'rest', { defaultOutcome: 'ALLOW' })
await send('POST', '/management/custom-data-points', { name: 'colour', dataType: 'text', modelType: 'action' })
for (let n = 0; n < 40; n++) {
  now = start + n * 60_000
  const tags = n % 2 === 0 ? ['a', 'b', 'a'] : ['b']
  const custom = { amount: n * 10, isGift: n % 4 === 0, tags, basket: { items: n }, ...(n < 10 && { note: n === 0 ? '=1+1' : 'hello' }) }
  await track('pay', `user-${n % 5}`, { custom, ...(n % 2 === 0 && { ipAddress: '8.8.8.8', deviceId: 'phone' }) })
}
await send('POST', '/users/user-0', { email: 'zoe@example.org' }, asServer)

test('numbers come with how they are spread, and everything else with the most frequent values', async () => {
  const { of, from, to, get } = await recentValues('pay')
  assert.deepEqual([of, from, to], [40, '2026-11-24T12:00:00.000Z', '2026-11-24T12:39:00.000Z'])
  const amount = get('custom.amount')
  assert.deepEqual([amount.known, amount.distinct, amount.numbers?.min, amount.numbers?.max, amount.values], [40, 40, 0, 390, []])
  assert.equal(
    amount.numbers?.histogram.counts.reduce((sum, count) => sum + count, 0),
    40,
  )
  assert.equal(amount.numbers?.quantiles.find(({ share }) => share === 0.5)?.value, 190)
  assert.deepEqual(get('custom.isGift').values, [
    { value: false, count: 30 },
    { value: true, count: 10 },
  ])
  assert.deepEqual(get('custom.tags').values, [
    { value: 'b', count: 40 },
    { value: 'a', count: 20 },
  ])
  assert.deepEqual([get('custom.basket').known, get('custom.basket').other, get('custom.basket').values], [40, 40, []])
  assert.deepEqual(get('ip.version').values, [{ value: 4, count: 20 }])
})

test('how often a signal was missing is told with the reasons', async () => {
  const { get } = await recentValues('pay')
  assert.deepEqual(get('device.id').missing, { not_provided: 20, not_applicable: 0, unavailable: 0 })
  assert.deepEqual([get('custom.note').known, get('custom.note').missing.not_provided], [10, 30])
  assert.deepEqual([get('custom.colour').known, get('custom.colour').missing.not_provided], [0, 40], 'declared and never sent')
  assert.equal(get('user.email').known, 8)
  const location = get('ip.location.country.countryCode')
  assert.equal(location.known + Object.values(location.missing).reduce((sum, count) => sum + count, 0), 40)
})

test('signals are asked for by any of their names, and one that does not exist is refused with what may be meant', async () => {
  const { signals } = await recentValues('pay', 'custom.amount,ip.countryCode,custom.never')
  assert.deepEqual(
    signals.map(({ signal, known }) => [signal, known > 0]),
    [
      ['ip.location.country.countryCode', true],
      ['custom.amount', true],
      ['custom.never', false],
    ],
  )
  const { status, body } = await send('GET', '/management/action-configurations/pay/recent-values?signal=ip.countryCod')
  assert.equal(status, 400)
  assert.match(String(body.errorDescription), /there is no signal `ip\.countryCod`.*ip\.countryCode/)
  assert.equal((await send('GET', '/management/action-configurations/none/recent-values')).status, 404)
})

test('an action without events has nothing', async () => {
  const { of, from, get } = await recentValues('rest')
  assert.deepEqual([of, from, get('custom.colour').known, get('custom.colour').missing.not_provided], [0, undefined, 0, 0])
})

test('an application that sends ever new names is answered in bounded space', async () => {
  for (let n = 0; n < 20; n++) {
    const custom = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`name-${n}-${at}`, 'x'.repeat(300)]))
    await track('rest', 'mallory', { custom })
  }
  const { signals } = await recentValues('rest')
  const named = signals.filter(({ signal }) => signal.startsWith('custom.name-'))
  assert.equal(named.length, 100)
  assert.deepEqual([named[0]?.known, named[0]?.values], [1, []], 'long texts are counted, but not shown')
})

test('TN-01: recent values are those of one tenant', async () => {
  const other = await addTenant()
  await configureAction({ deps, tenant: other }, 'pay', { defaultOutcome: 'ALLOW' })
  assert.equal((await recentValues('pay', undefined, other.asManagement)).of, 0)
})
