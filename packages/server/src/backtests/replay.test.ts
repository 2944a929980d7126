import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { exportUser } from '../user-archive/export-user.ts'

let now = Date.UTC(2026, 10, 24, 12)
const server = await createTestApp({ clock: () => now })
const { app, deps, tenant, asServer, asManagement, addTenant, close } = server
after(close)

async function call(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  payload?: object,
  headers: Record<string, string> = asManagement,
) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload })
  return { status: reply.statusCode, body: reply.json() }
}
const track = (userId: string, idempotencyKey: string, custom: object) =>
  call('POST', `/users/${userId}/actions/transfer`, { idempotencyKey, ipAddress: '8.8.8.8', deviceId: 'd', custom }, asServer)
const replay = (userId: string, key: string, headers = asManagement) =>
  call('POST', `/management/users/${userId}/actions/transfer/${key}/replay`, undefined, headers)

before(async () => {
  await call('POST', '/management/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' })
  await call('POST', '/management/custom-data-points', { name: 'payee', dataType: 'text', modelType: 'action' })
  await call('POST', '/management/value-lists', { name: 'mules', itemType: 'string', valueListItems: ['m'], isActive: true })
  await configureAction(server, 'transfer', {
    defaultOutcome: 'ALLOW',
    rules: [
      { name: 'Mule', outcome: 'BLOCK', conditions: { in: [{ var: 'custom.payee' }, { var: 'lists.mules' }] } },
      { name: 'High', outcome: 'CHALLENGE', conditions: { '>': [{ var: 'custom.amount' }, 100] } },
    ],
  })
})

test('RU-06: a decision is made again by its own version, after the policy changed and the instance was settled', async () => {
  const { body: tracked } = await track('jane', 'k1', { amount: 500, payee: 'x' })
  now += 1000
  await call('PATCH', '/users/jane/actions/transfer/k1', { state: 'CHALLENGE_FAILED' }, asServer)
  await configureAction(server, 'transfer', { defaultOutcome: 'REVIEW' })
  const { status, body } = await replay('jane', 'k1')
  assert.equal(status, 200)
  assert.equal(body.identical, true)
  assert.deepEqual(body.recomputed, body.decision)
  assert.deepEqual(body.decision.ruleIds, tracked.ruleIds)
  assert.deepEqual([body.decision.outcome, body.hasDataVersion, body.notes], ['CHALLENGE', true, []])
})

test('RU-06: a decision on what was on record of the user is made again after the record changed', async () => {
  await call('POST', '/management/custom-data-points', { name: 'tier', dataType: 'text', modelType: 'user' })
  await configureAction(server, 'transfer', {
    defaultOutcome: 'ALLOW',
    rules: [{ name: 'Gold', outcome: 'REVIEW', conditions: { '==': [{ var: 'user.custom.tier' }, 'gold'] } }],
  })
  await track('joan', 'k0', {})
  await call('PATCH', '/users/joan', { custom: { tier: 'gold' } }, asServer)
  assert.equal((await track('joan', 'k1', {})).body.state, 'REVIEW_REQUIRED')
  now += 1000
  await call('PATCH', '/users/joan', { custom: { tier: 'basic' } }, asServer)
  for (const [key, outcome] of Object.entries({ k0: 'ALLOW', k1: 'REVIEW' })) {
    const { body } = await replay('joan', key)
    assert.deepEqual([body.identical, body.recomputed.outcome, body.notes], [true, outcome, []])
  }
  const exported = await exportUser(deps, tenant.tenantId, 'joan')
  assert.deepEqual(
    exported?.actions.map(({ userRead }) => userRead),
    [{ 'custom.tier': 'gold' }, { 'custom.tier': null }],
  )
})

test('RU-06: a decision names the velocity features it read as they were declared then', async () => {
  const payments = { name: 'payments', metric: 'count', per: 'user', windowMinutes: 60 }
  await call('POST', '/management/velocity-features', payments)
  await configureAction(server, 'transfer', {
    defaultOutcome: 'ALLOW',
    rules: [{ name: 'Many', outcome: 'REVIEW', conditions: { '>=': [{ var: 'velocity.payments' }, 2] } }],
  })
  now += 3_600_000
  await track('fay', 'k1', {})
  assert.equal((await track('fay', 'k2', {})).body.state, 'REVIEW_REQUIRED')
  const read = async () => {
    const { body } = await replay('fay', 'k2')
    return [body.identical, body.recomputed.outcome, body.features, body.notes]
  }
  assert.deepEqual(await read(), [true, 'REVIEW', [{ name: 'payments', definition: payments, isInForce: true }], []])
  await call('PATCH', '/management/velocity-features/payments', { windowMinutes: 5 })
  assert.deepEqual(await read(), [true, 'REVIEW', [{ name: 'payments', definition: payments, isInForce: false }], []])
})

test('a decision on data sets that are gone is made again from the signals stored with it', async () => {
  await track('jane', 'k3', { payee: 'x' })
  const found = await deps.store.findInstance({ tenantId: tenant.tenantId, userId: 'jane', action: 'transfer', idempotencyKey: 'k3' })
  const instance = { ...(found ?? assert.fail()), idempotencyKey: 'k4', dataVersion: 'older' }
  await deps.store.transaction({ tenantId: tenant.tenantId, userId: 'jane' }, (tx) => tx.insertInstance(instance, {}))
  const { body } = await replay('jane', 'k4')
  assert.deepEqual([body.identical, body.dataVersion, body.hasDataVersion], [true, 'older', false])
  assert.match(body.notes[0], /IP data sets of that time \(older\) are no longer in use/)
})

test('TN-01: an instance of nobody, and of another tenant, is not found', async () => {
  assert.equal((await replay('jane', 'unheard-of')).status, 404)
  assert.equal((await replay('jane', 'k1', (await addTenant()).asManagement)).status, 404)
  assert.equal((await replay('jane', 'k1', asServer)).status, 401)
})
