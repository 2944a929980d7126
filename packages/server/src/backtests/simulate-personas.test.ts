import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { entitiesOf, isAccepted } from '@sallyport/engine'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { ApiError } from '../errors/api-error.ts'
import { simulatePersonas } from './simulate-personas.ts'

const day = 86_400_000
const start = Date.UTC(2026, 9, 1, 9)
let now = start
const server = await createTestApp({ clock: () => now })
const { app, deps, tenant, asServer, asManagement, addTenant, close } = server
after(close)

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1'
const users = 12
const days = 8

type Json = Record<string, never>

async function call(method: 'GET' | 'POST', url: string, payload?: object, headers: Record<string, string> = asManagement) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload })
  return { status: reply.statusCode, body: reply.json() }
}
const curveOf = (query: string, action = 'transfer') => call('GET', `/management/action-configurations/${action}/friction-curve?${query}`)

const track = (user: number, attributes: object, action = 'transfer') =>
  call('POST', `/users/u${user}/actions/${action}`, attributes, asServer)

/** Everybody with a connection and a browser of their own, once a day. */
before(async () => {
  await call('POST', '/management/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' })
  await configureAction(server, 'transfer', { defaultOutcome: 'ALLOW' })
  await configureAction(server, 'bare', { defaultOutcome: 'ALLOW' })
  for (let at = 0; at < days; at++) {
    for (let user = 0; user < users; user++) {
      now = start + at * day + user * 60_000
      const ipAddress = user % 3 === 0 ? `84.112.1.${user + 1}` : `118.92.10.${user + 1}`
      const userAgent = user % 2 === 0 ? chrome : safari
      const custom = { amount: 10 * (at * users + user) }
      const { status } = await track(user, { idempotencyKey: `t${at}-${user}`, ipAddress, userAgent, deviceId: `d${user}`, custom })
      assert.equal(status, 200)
    }
  }
  for (let user = 0; user < 2; user++) await track(user, { idempotencyKey: `b${user}`, custom: { amount: 1 } }, 'bare')
  now = start + days * day
})

test('the curve of the score says what each threshold stops of those who know nothing, the country, the browser', async () => {
  const { status, body } = await curveOf('signal=risk.score&points=200&personas=true')
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual(body.personas, { users, missing: { naive: 0, vpn: 0, targeted: 0 } })
  assert.ok(body.points.length > 0)
  for (const { threshold, personasStopped } of body.points) {
    const { naive, vpn, targeted } = personasStopped
    assert.ok(naive >= vpn && vpn >= targeted, `${threshold}: ${JSON.stringify(personasStopped)}`)
  }
  const [strictest] = body.points
  assert.deepEqual([strictest.challengesPer100, strictest.personasStopped.naive], [0, 1], 'who knows nothing is stopped for nothing')
  assert.ok(body.notes.some((note: string) => note.includes(`impersonated ${users} users`)))
  assert.deepEqual((await curveOf('signal=risk.score&points=200&personas=true')).body, body, 'the same each time')
})

test('a curve that was not asked to simulate has nobody in it', async () => {
  const { body } = await curveOf('signal=risk.score&personas=false')
  assert.equal(body.personas, undefined)
  assert.ok(body.points.every((point: Json) => !('personasStopped' in point)))
})

test('on an amount the attackers send what few do, or what is asked for', async () => {
  const { body } = await curveOf('signal=custom.amount&points=20&personas=true')
  assert.equal(body.personas.amount, 910, 'of 0, 10 … 950 the 95th percentile')
  for (const { threshold, personasStopped } of body.points) {
    const expected = threshold < 910 ? 1 : 0
    assert.deepEqual(personasStopped, { naive: expected, vpn: expected, targeted: expected }, String(threshold))
  }
  assert.ok(body.notes.some((note: string) => note.includes('sends 910 as `custom.amount`')))
  const asked = await curveOf('signal=custom.amount&points=20&personas=true&personaAmount=100')
  assert.equal(asked.body.personas.amount, 100)
  for (const { threshold, personasStopped } of asked.body.points) assert.equal(personasStopped.targeted, threshold < 100 ? 1 : 0)
  const low = await curveOf('signal=custom.amount&direction=below&personas=true')
  assert.equal(low.body.personas.amount, 40)
})

test('an amount is refused where it means nothing', async () => {
  for (const query of [
    'signal=custom.amount&personaAmount=5',
    'signal=risk.score&personas=true&personaAmount=5',
    'signal=risk.score&personas=maybe',
  ]) {
    assert.equal((await curveOf(query)).status, 400, query)
  }
})

test('what the application does not send is said, and what has no number is not stopped', async () => {
  const { body } = await curveOf('signal=ip.reputation&personas=true&direction=below', 'bare')
  assert.deepEqual(body.personas, { users: 2, missing: { naive: 2, vpn: 2, targeted: 2 } })
  for (const word of ['no tracked public address', 'no tracked user agent', 'has no value']) {
    assert.ok(
      body.notes.some((note: string) => note.includes(word)),
      word,
    )
  }
  const empty = await curveOf('signal=risk.score&personas=true&from=2020-01-01&to=2020-02-01')
  assert.equal(empty.body.personas.users, 0)
  assert.ok(empty.body.notes.some((note: string) => note.includes('nobody to impersonate')))
})

test('nothing is stored, counted or learnt of a simulation', async () => {
  const { tenantId } = tenant
  const refs = (user: number) => [...entitiesOf({ userId: `u${user}`, deviceId: `d${user}`, ip: { address: '203.0.113.1' }, custom: {} })]
  const state = async () => ({
    snapshots: await Promise.all(Array.from({ length: users }, (_, user) => deps.store.loadSnapshot(tenantId, `u${user}`, refs(user)))),
    attackers: await Promise.all(
      ['naive', 'vpn', 'targeted'].map((persona) =>
        deps.store.loadSnapshot(tenantId, 'u0', [{ kind: 'device', key: `simulated-${persona}` }]),
      ),
    ),
    instances: await Promise.all(Array.from({ length: users }, (_, user) => deps.store.listInstances(tenantId, `u${user}`, {}))),
    users: await deps.store.db.selectFrom('users').selectAll().orderBy('user_id').execute(),
    devices: await deps.store.db.selectFrom('devices').selectAll().orderBy('device_id').execute(),
  })
  const found = await state()
  assert.equal((await curveOf('signal=risk.score&personas=true')).status, 200)
  assert.equal((await curveOf('signal=velocity.actions24h&personas=true')).status, 200)
  assert.deepEqual(await state(), found)
  assert.deepEqual(found.attackers[0]?.entities, {})
  assert.equal(found.snapshots[0]?.entities.address, undefined)
})

test('a tenant simulates one thing at a time, and never holds up another', async () => {
  const other = await addTenant()
  await call('POST', '/users/ann/actions/transfer', {}, other.asServer)
  const asked = await Promise.all([
    curveOf('signal=risk.score&personas=true'),
    curveOf('signal=risk.score&personas=true'),
    call('GET', '/management/action-configurations/transfer/friction-curve?signal=risk.score&personas=true', undefined, other.asManagement),
  ])
  assert.deepEqual(
    asked.map(({ status }) => status),
    [200, 429, 200],
  )
  assert.equal((await curveOf('signal=risk.score&personas=true')).status, 200)
})

test('users who are gone or whose action was disputed meanwhile are left out, and a client that goes away ends it', async () => {
  const { tenantId } = tenant
  const found = await deps.tenants.find(tenantId)
  const action = found?.actions.get('transfer')
  assert.ok(action !== undefined)
  const options = {
    tenantId,
    signal: 'risk.score',
    direction: 'above',
    thresholds: [10],
    custom: {},
    victims: [
      { userId: 'u1', idempotencyKey: 't7-1' },
      { userId: 'gone', idempotencyKey: 't7-1' },
      { userId: 'u2', idempotencyKey: 't7-2' },
    ],
  } as const
  assert.equal((await call('POST', '/users/u2/actions/transfer/t7-2/dispute', {}, asServer)).status, 200)
  const disputed = await deps.store.findInstance({ tenantId, userId: 'u2', action: 'transfer', idempotencyKey: 't7-2' })
  assert.ok(disputed !== undefined && !isAccepted(disputed))
  assert.equal((await simulatePersonas(deps, action, options, new AbortController().signal)).users, 1)
  await assert.rejects(
    simulatePersonas(deps, action, options, AbortSignal.abort()),
    (error) => error instanceof ApiError && error.code === 'request_timeout',
  )
})
