import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'

let now = Date.UTC(2026, 10, 24, 12)
const server = await createTestApp({ clock: () => now })
const { app, asServer, asManagement, addTenant, close } = server
after(close)

type Body = Record<string, unknown>
type Headers = Record<string, string>

async function send(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, headers: Headers, payload?: object) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload })
  return { status: reply.statusCode, body: reply.json<Body>() }
}
const manage = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
  send(method, `/management${url}`, asManagement, payload)

for (const [name, dataType] of [
  ['amount', 'number'],
  ['recipient', 'text'],
]) {
  await manage('POST', '/custom-data-points', { name, dataType, modelType: 'action' })
}

let count = 0
async function track(userId: string, custom: object = {}, headers = asServer): Promise<Record<string, unknown>> {
  const idempotencyKey = `k${++count}`
  await send('POST', `/users/${userId}/actions/transfer`, headers, { idempotencyKey, custom })
  const { body } = await send('GET', `/users/${userId}/actions/transfer/${idempotencyKey}`, headers)
  const { signals, missing } = body.output as { signals: Record<string, unknown>; missing: Record<string, unknown> }
  return { ...missing, ...signals, state: body.state }
}

const transfers = { name: 'transfers1h', metric: 'count', per: 'user', windowMinutes: 60, actions: ['transfer'] }

test('a feature is declared, read, listed, counted and removed', async () => {
  const created = await manage('POST', '/velocity-features', transfers)
  assert.equal(created.status, 200, JSON.stringify(created.body))
  assert.deepEqual(created.body, { ...transfers, createdAt: new Date(now).toISOString(), isComplete: true })
  assert.deepEqual((await manage('GET', '/velocity-features/transfers1h')).body, created.body)
  assert.deepEqual((await manage('GET', '/velocity-features')).body, [created.body])
  assert.equal((await manage('POST', '/velocity-features', transfers)).body.errorCode, 'already_exists')
  assert.equal((await track('ann'))['velocity.transfers1h'], 1)
  assert.equal((await track('ann'))['velocity.transfers1h'], 2)
  assert.equal((await track('ben'))['velocity.transfers1h'], 1)
  now += 62 * 60_000
  assert.equal((await track('ann'))['velocity.transfers1h'], 1)
})

test('one that is declared when there was traffic is not applicable until its window is complete', async () => {
  const { body } = await manage('POST', '/velocity-features', { ...transfers, name: 'late' })
  assert.equal(body.isComplete, false)
  assert.equal(body.completeFrom, new Date(now + 3_600_000).toISOString())
  assert.equal((await track('ann'))['velocity.late'], 'not_applicable')
  now += 3_600_000
  assert.equal((await track('ann'))['velocity.late'], 2)
  assert.equal((await manage('GET', '/velocity-features/late')).body.isComplete, true)
  assert.equal((await manage('DELETE', '/velocity-features/late')).status, 200)
  assert.equal('velocity.late' in (await track('ann')), false)
})

test('a change of what is counted begins again, a change of nothing changes nothing', async () => {
  const before = (await manage('GET', '/velocity-features/transfers1h')).body
  assert.deepEqual((await manage('PATCH', '/velocity-features/transfers1h', { windowMinutes: 60 })).body, before)
  const { body } = await manage('PATCH', '/velocity-features/transfers1h', { windowMinutes: 120, actions: null })
  assert.equal(body.windowMinutes, 120)
  assert.equal('actions' in body, false)
  assert.equal(body.isComplete, false)
  assert.equal((await manage('PATCH', '/velocity-features/transfers1h', { metric: 'sum' })).body.errorCode, 'invalid_request')
  assert.equal((await manage('PATCH', '/velocity-features/nobody', {})).status, 404)
})

test('what could not be counted is refused, and says why', async () => {
  for (const [change, message] of [
    [{ metric: 'sum', of: 'custom.recipient' }, /not a number/],
    [{ metric: 'sum' }, /of/],
    [{ metric: 'distinct', of: 'custom.nobody' }, /`nobody`/],
    [{ per: 'custom.nobody' }, /`nobody`/],
    [{ per: 'planet' }, /per/],
    [{ windowMinutes: 0 }, /windowMinutes/],
    [{ windowMinutes: 90 * 1440 + 1 }, /windowMinutes/],
    [{ condition: { '==': [{ var: 'device.isNew' }, true] } }, /device\.isNew/],
    [{ condition: { '==': [{ var: 'custom.amuont' }, 1] } }, /condition/],
    [{ name: '1st' }, /name/],
    [{ name: '__proto__' }, /name/],
  ] as const) {
    const { status, body } = await manage('POST', '/velocity-features', { ...transfers, name: 'broken', ...change })
    assert.equal(status, 400, JSON.stringify(change))
    assert.match(String(body.errorDescription), message)
  }
})

test('a rule can read a feature that is declared and no other, and a feature that is read stays', async () => {
  const path = '/action-configurations/transfer'
  await configureAction(server, 'transfer', { defaultOutcome: 'ALLOW' })
  const rule = (name: string) => ({
    name,
    isActive: true,
    priority: 1,
    type: 'BLOCK',
    conditions: { '>': [{ var: `velocity.${name}` }, 3] },
  })
  const refused = await manage('POST', `${path}/rules`, rule('nobody'))
  assert.equal(refused.status, 400)
  const created = await manage('POST', `${path}/rules`, rule('transfers1h'))
  assert.equal(created.status, 200, JSON.stringify(created.body))
  const inUse = await manage('DELETE', '/velocity-features/transfers1h')
  assert.match(String(inUse.body.errorDescription), /uses `velocity.transfers1h`/)
  await manage('DELETE', `${path}/rules/${created.body.ruleId}`)
  assert.equal((await manage('DELETE', '/velocity-features/transfers1h')).status, 200)
})

test('the templates are served as they are declared', async () => {
  const { status, body } = await manage('GET', '/velocity-templates')
  assert.equal(status, 200)
  const templates = body as unknown as { id: string; features: object[] }[]
  assert.equal(templates.length, 6)
  assert.deepEqual(templates[3]?.features, [
    { name: 'recipients1h', metric: 'distinct', of: 'custom.recipient', per: 'user', windowMinutes: 60, actions: ['transfer'] },
  ])
})

test('TN-01: a tenant has features of its own', async () => {
  await manage('POST', '/velocity-features', { ...transfers, name: 'mine' })
  const other = await addTenant()
  assert.deepEqual((await send('GET', '/management/velocity-features', other.asManagement)).body, [])
  assert.equal((await send('GET', '/management/velocity-features/mine', other.asManagement)).status, 404)
  assert.equal((await send('DELETE', '/management/velocity-features/mine', other.asManagement)).status, 404)
  assert.equal('velocity.mine' in (await track('ann', {}, other.asServer)), false)
})

test('a feature is filled from stored actions, and what is counted meanwhile counts once', async () => {
  const other = await addTenant()
  for (const [name, dataType] of [
    ['amount', 'number'],
    ['recipient', 'text'],
  ]) {
    await send('POST', '/management/custom-data-points', other.asManagement, { name, dataType, modelType: 'action' })
  }
  for (let i = 0; i < 300; i++) {
    now += 60_000
    const custom = { amount: i, recipient: `r${i % 9}` }
    await send('POST', `/users/u${i % 7}/actions/${i % 3 === 0 ? 'login' : 'transfer'}`, other.asServer, { custom })
  }
  const features = [
    { name: 'sum', metric: 'sum', of: 'custom.amount', per: 'user', windowMinutes: 1440 },
    { name: 'payments', metric: 'count', per: 'custom.recipient', windowMinutes: 43_200, actions: ['transfer'] },
    { name: 'recipients', metric: 'distinct', of: 'custom.recipient', per: 'user', windowMinutes: 1440 },
  ]
  for (const feature of features) {
    await send('POST', '/management/velocity-features', other.asManagement, feature)
  }
  await send('POST', '/users/u1/actions/transfer', other.asServer, { custom: { amount: 1000, recipient: 'r1' } })
  for (const { name } of features) {
    const path = `/management/velocity-features/${name}`
    const started = await send('POST', `${path}/backfill`, other.asManagement)
    assert.equal((started.body.backfill as Body).status, 'running', JSON.stringify(started.body))
    let shown = started.body
    // By the clock and not by the number of questions: a fast answer must not use up a slow store's time.
    const deadline = performance.now() + 300_000
    while ((shown.backfill as Body).status === 'running' && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      shown = (await send('GET', path, other.asManagement)).body
    }
    assert.equal(shown.isComplete, true, JSON.stringify(shown))
    const { status, progress, instances } = shown.backfill as Body
    assert.deepEqual([status, progress], ['done', 1])
    assert.equal(instances, name === 'payments' ? 200 : 300)
  }
  const signals = await track('u1', { amount: 5, recipient: 'r1' }, other.asServer)
  const mine = Array.from({ length: 300 }, (_, i) => i).filter((i) => i % 7 === 1)
  assert.equal(signals['velocity.sum'], mine.reduce((sum, i) => sum + i, 0) + 1000 + 5)
  assert.equal(signals['velocity.recipients'], 9)
  assert.equal(signals['velocity.payments'], Array.from({ length: 300 }, (_, i) => i).filter((i) => i % 3 !== 0 && i % 9 === 1).length + 2)
})
