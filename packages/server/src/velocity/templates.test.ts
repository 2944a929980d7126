import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type VelocityTemplate, velocityTemplates } from './templates.ts'

const now = Date.UTC(2026, 10, 24, 12)
const server = await createTestApp({ clock: () => now })
after(server.close)

interface Setup {
  /** Tracks a transfer; answers with the state. */
  track(userId: string, attributes?: object): Promise<string>
  setState(userId: string, idempotencyKey: string, state: string): Promise<void>
  setUser(userId: string, custom: object): Promise<void>
}

/** A tenant of its own with the template declared, over HTTP. */
async function declare({ dataPoints, features, rule }: VelocityTemplate, action: Partial<{ defaultOutcome: string }> = {}): Promise<Setup> {
  const { asServer, asManagement } = await server.addTenant()
  const send: (
    method: 'POST' | 'PATCH',
    url: string,
    headers: Record<string, string>,
    payload: object,
  ) => Promise<Record<string, unknown>> = async (method, url, headers, payload) => {
    const reply = await (server as TestApp).app.inject({ method, url: `/v1${url}`, headers, payload })
    assert.equal(reply.statusCode, 200, reply.body)
    return reply.json()
  }
  for (const dataPoint of dataPoints) await send('POST', '/management/custom-data-points', asManagement, dataPoint)
  for (const feature of features) {
    const declared = await send('POST', '/management/velocity-features', asManagement, feature)
    assert.equal(declared.isComplete, true)
  }
  await send('POST', '/management/action-configurations', asManagement, {
    actionCode: 'transfer',
    defaultUserActionResult: action.defaultOutcome ?? 'ALLOW',
  })
  const { name, outcome, conditions } = rule
  await send('POST', '/management/action-configurations/transfer/rules', asManagement, {
    name,
    type: outcome,
    conditions,
    priority: 0,
    isActive: true,
  })
  return {
    track: async (userId, attributes = {}) => String((await send('POST', `/users/${userId}/actions/transfer`, asServer, attributes)).state),
    setState: async (userId, idempotencyKey, state) => {
      await send('PATCH', `/users/${userId}/actions/transfer/${idempotencyKey}`, asServer, { state })
    },
    setUser: async (userId, custom) => {
      await send('PATCH', `/users/${userId}`, asServer, { custom })
    },
  }
}

function template(id: string): VelocityTemplate {
  return velocityTemplates.find((candidate) => candidate.id === id) ?? assert.fail(`no template ${id}`)
}

/** Runs `work` for 0 … count - 1 from 8 clients at once; the answers in the order in which they came. */
async function fromEightClients<T>(count: number, work: (i: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  let next = 0
  const client = async () => {
    while (next < count) answers.push(await work(next++))
  }
  await Promise.all(Array.from({ length: 8 }, client))
  return answers
}

const countOf = (states: readonly string[], state: string) => states.filter((each) => each === state).length

test('rapid successive transfers from different devices: the third device is challenged, however many come at once', async () => {
  const { track } = await declare(template('transfers-from-different-devices'))
  assert.deepEqual(
    [await track('ann', { deviceId: 'a' }), await track('ann', { deviceId: 'b' }), await track('ann', { deviceId: 'a' })],
    ['ALLOW', 'ALLOW', 'ALLOW'],
  )
  assert.equal(await track('ann', { deviceId: 'c' }), 'CHALLENGE_REQUIRED')
  const states = await fromEightClients(40, (i) => track('ben', { deviceId: `d${i}` }))
  assert.equal(countOf(states, 'ALLOW'), 2)
  assert.equal(countOf(states, 'CHALLENGE_REQUIRED'), 38)
})

test('the first payment to a recipient is challenged, once for each pair, however many come at once', async () => {
  const { track } = await declare(template('first-payment-to-recipient'))
  const pay = (userId: string, recipient: string) => track(userId, { custom: { recipient } })
  assert.equal(await pay('ann', 'shop'), 'CHALLENGE_REQUIRED')
  assert.equal(await pay('ann', 'shop'), 'ALLOW')
  assert.equal(await pay('ann', 'other'), 'CHALLENGE_REQUIRED')
  assert.equal(await pay('ben', 'shop'), 'CHALLENGE_REQUIRED')
  const states = await fromEightClients(80, (i) => pay('cat', `r${i % 10}`))
  assert.equal(countOf(states, 'CHALLENGE_REQUIRED'), 10)
  assert.equal(countOf(states, 'ALLOW'), 70)
})

test('the transfer that passes the user’s own daily limit is reviewed, however many come at once', async () => {
  const { track, setUser } = await declare(template('daily-limit'))
  for (const userId of ['ann', 'ben']) {
    await track(userId, { custom: { amount: 0 } })
    await setUser(userId, { dailyLimit: 1000 })
  }
  assert.equal(await track('ann', { custom: { amount: 600 } }), 'ALLOW')
  assert.equal(await track('ann', { custom: { amount: 400 } }), 'ALLOW')
  assert.equal(await track('ann', { custom: { amount: 0.01 } }), 'REVIEW_REQUIRED')
  const states = await fromEightClients(64, () => track('ben', { custom: { amount: 100 } }))
  assert.equal(countOf(states, 'ALLOW'), 10)
  assert.equal(countOf(states, 'REVIEW_REQUIRED'), 54)
  // A user whose limit nobody set has none to pass.
  assert.equal(await track('cat', { custom: { amount: 1e6 } }), 'ALLOW')
})

test('the tenth recipient within an hour is blocked, however many come at once', async () => {
  const { track } = await declare(template('many-recipients'))
  const pay = (userId: string, recipient: string) => track(userId, { custom: { recipient } })
  for (let i = 0; i < 9; i++) assert.equal(await pay('ann', `r${i}`), 'ALLOW')
  assert.equal(await pay('ann', 'r3'), 'ALLOW')
  assert.equal(await pay('ann', 'r9'), 'BLOCK')
  const states = await fromEightClients(48, (i) => pay('ben', `r${i}`))
  assert.equal(countOf(states, 'ALLOW'), 9)
  assert.equal(countOf(states, 'BLOCK'), 39)
})

test('the fifth payer of one recipient is reviewed, however many come at once', async () => {
  const { track } = await declare(template('recipient-of-many'))
  const states = await fromEightClients(40, (i) => track(`user-${i}`, { custom: { recipient: 'mule' } }))
  assert.equal(countOf(states, 'ALLOW'), 4)
  assert.equal(countOf(states, 'REVIEW_REQUIRED'), 36)
  assert.equal(await track('user-99', { custom: { recipient: 'shop' } }), 'ALLOW')
})

test('RU-08: a network is refused after five failures from any of its addresses, however many fail at once', async () => {
  const { track, setState } = await declare(template('failures-of-a-network'))
  const from = (host: number) => ({ ipAddress: `203.0.113.${host}` })
  await fromEightClients(5, async (i) => {
    const userId = `user-${i}`
    await track(userId, { ...from(i), idempotencyKey: 'k' })
    await setState(userId, 'k', 'CHALLENGE_FAILED')
  })
  assert.equal(await track('ann', from(200)), 'BLOCK')
  assert.equal(await track('ann', { ipAddress: '198.51.100.1' }), 'ALLOW')
})

test('RU-08: of a hundred tracks at once exactly those over the limit are stopped', async () => {
  const feature = { name: 'n', metric: 'count', per: 'user', windowMinutes: 60 } as const
  const rule = { name: 'Ten', outcome: 'BLOCK', conditions: { '>': [{ var: 'velocity.n' }, 10] } } as const
  const { track } = await declare({
    id: '',
    title: '',
    purpose: '',
    dataPoints: [],
    features: [feature],
    rule: { ...rule, conditions: { '>': [{ var: 'velocity.n' }, 10] } },
  })
  const states = await Promise.all(Array.from({ length: 100 }, () => track('ann')))
  assert.equal(countOf(states, 'ALLOW'), 10)
  assert.equal(countOf(states, 'BLOCK'), 90)
})
