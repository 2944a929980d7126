import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'

let now = Date.UTC(2026, 10, 24, 12)
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, addTenant, close } = server
after(close)

type Body = Record<string, unknown>

async function call(method: 'GET' | 'PATCH' | 'POST' | 'DELETE', url: string, body?: object, headers = asServer) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>() }
}

async function list(userId: string, query = '', headers = asServer): Promise<Body[]> {
  const reply = await app.inject({ url: `/v1/users/${userId}/actions${query}`, headers })
  assert.equal(reply.statusCode, 200, reply.body)
  return reply.json<Body[]>()
}

const track = (userId: string, idempotencyKey: string, action = 'transfer', custom?: object, headers = asServer) =>
  call('POST', `/users/${userId}/actions/${action}`, { idempotencyKey, custom }, headers)

test('an instance is shown with the rules that fired, as they were then', async () => {
  const large = {
    ruleId: 'rule-1',
    name: 'Large',
    description: 'Over the limit',
    outcome: 'REVIEW' as const,
    conditions: { '>': [{ var: 'custom.amount' }, 100] },
  }
  await call('POST', '/management/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' }, asManagement)
  await configureAction(server, 'pay', { defaultOutcome: 'ALLOW', rules: [large] })
  await track('ann', 'k1', 'pay', { amount: 101 })
  await configureAction(server, 'pay', { defaultOutcome: 'ALLOW', rules: [{ ...large, name: 'Renamed' }] })
  const { status, body } = await call('GET', '/users/ann/actions/pay/k1')
  assert.equal(status, 200)
  assert.equal(body.state, 'REVIEW_REQUIRED')
  assert.equal(body.outcome, 'REVIEW')
  assert.deepEqual(body.rules, [{ ruleId: 'rule-1', name: 'Large', description: 'Over the limit' }])
  assert.deepEqual(body.ruleIds, ['rule-1'])
  assert.equal(body.priorityRuleId, 'rule-1')
  assert.equal(body.createdAt, new Date(now).toISOString())
  assert.equal(body.stateUpdatedAt, body.createdAt)
  assert.ok(!('verificationMethod' in body))
  assert.deepEqual(body.custom, { amount: 101 })
  const output = body.output as Body
  assert.equal(output.sentence, 'Sent to review by *Large*: the amount was 101, limit 100.')
  assert.equal((output.counterfactual as Body).sentence, 'Would have been allowed if the amount were at most 100.')
  assert.equal((output.trace as Body[])[0]?.matched, true)
  assert.equal(output.isReproduced, true)
  assert.ok(!String(output.endUserSentence).includes('100'))
  const patched = await call('PATCH', '/users/ann/actions/pay/k1', { state: 'REVIEW_SUCCEEDED' })
  assert.equal((patched.body.rules as Body[])[0]?.name, 'Large')
})

test('a decision whose value list has changed since is explained by what the list said then', async () => {
  await call('POST', '/management/value-lists', { name: 'Mules', itemType: 'string', isActive: true, valueListItems: ['m1'] }, asManagement)
  const conditions = { in: [{ var: 'custom.payee' }, { var: 'lists.mules' }] }
  await configureAction(server, 'send', { defaultOutcome: 'ALLOW', rules: [{ name: 'Mule', outcome: 'BLOCK', conditions }] })
  assert.equal((await track('bob', 'k1', 'send', { payee: 'm1' })).body.state, 'BLOCK')
  const path = '/users/bob/actions/send/k1'
  const before = (await call('GET', path)).body.output as Body
  assert.match(String(before.sentence), /^Blocked by \*Mule\*: /)
  await call('PATCH', '/management/value-lists/mules', { valueListItems: ['m2'] }, asManagement)
  assert.deepEqual((await call('GET', path)).body.output, before)
  // Its entries of then are gone.
  await deps.store.db.updateTable('value_list_versions').set({ added: null, removed: null }).execute()
  await call('PATCH', '/management/tenant', { name: 'another' }, asManagement)
  const output = (await call('GET', path)).body.output as Body
  assert.equal(output.isReproduced, false)
  assert.equal(output.sentence, 'Blocked by *Mule*. The data behind this decision has changed, so its reasons can no longer be shown.')
  assert.ok(!('trace' in output))
})

test('an instance is shown with the signals its decision saw, and why the others were not known', async () => {
  await call('POST', '/users/sig/actions/transfer', { idempotencyKey: 'k1', ipAddress: '203.0.113.9', deviceId: 'd1' })
  const { body } = await call('GET', '/users/sig/actions/transfer/k1')
  const { signals, missing } = body.output as { signals: Body; missing: Body }
  assert.equal(signals['ip.address'], '203.0.113.9')
  assert.equal(signals['device.id'], 'd1')
  assert.equal(signals['user.isEnrolled'], false)
  // A documentation range: nobody's.
  assert.equal(missing['ip.isTor'], 'not_applicable')
  assert.equal(missing['device.browser.name'], 'not_provided')
  assert.ok(!Object.keys(signals).some((name) => name in missing))
})

test('a sign-in that no rule decided says so', async () => {
  const { body: tracked } = await track('sam', 'k1')
  assert.equal(tracked.state, 'ALLOW')
  const instance = await deps.store.findInstance({
    tenantId: server.tenant.tenantId,
    userId: 'sam',
    action: 'transfer',
    idempotencyKey: 'k1',
  })
  assert.ok(instance)
  const signIn = { ...instance, action: 'sign-in', verificationMethod: 'PASSKEY' as const, signals: [], policyVersion: 0 }
  await deps.store.transaction({ tenantId: instance.tenantId, userId: 'sam' }, (tx) => tx.insertInstance(signIn, {}))
  const { status, body } = await call('GET', '/users/sam/actions/sign-in/k1')
  assert.equal(status, 200)
  assert.equal((body.output as Body).sentence, 'No rule decided this: it is a sign-in with a passkey.')
})

test('a state can be set to anything, and says when', async () => {
  await track('ben', 'k1')
  for (const state of ['BLOCK', 'REVIEW_REQUIRED', 'CHALLENGE_FAILED', 'REVIEW_SUCCEEDED', 'ALLOW']) {
    now += 1000
    const { status, body } = await call('PATCH', '/users/ben/actions/transfer/k1', { state })
    assert.equal(status, 200)
    assert.equal(body.state, state)
    assert.equal(body.userId, 'ben')
    assert.equal(body.action, 'transfer')
    assert.equal(body.idempotencyKey, 'k1')
    assert.equal(body.stateUpdatedAt, new Date(now).toISOString())
  }
  for (const state of ['DONE', '', null, undefined]) {
    assert.equal((await call('PATCH', '/users/ben/actions/transfer/k1', { state })).status, 400)
  }
})

test('instances are listed newest first, by code, state and time', async () => {
  for (const [key, action] of [
    ['a', 'transfer'],
    ['b', 'sign-in'],
    ['c', 'transfer'],
  ] as const) {
    now += 1000
    await track('cat', key, action)
  }
  await call('PATCH', '/users/cat/actions/transfer/c', { state: 'BLOCK' })
  const keys = async (query = '') => (await list('cat', query)).map(({ idempotencyKey }) => idempotencyKey)
  assert.deepEqual(await keys(), ['c', 'b', 'a'])
  assert.deepEqual(await keys('?codes=transfer'), ['c', 'a'])
  assert.deepEqual(await keys('?codes=transfer,sign-in'), ['c', 'b', 'a'])
  assert.deepEqual(await keys('?state=BLOCK'), ['c'])
  assert.deepEqual(await keys(`?fromDate=${new Date(now - 1000).toISOString()}`), ['c', 'b'])
  assert.deepEqual(await keys('?limit=1'), ['c'])
  assert.deepEqual(await list('nobody'), [])
  const [first] = await list('cat')
  assert.equal(first?.actionCode, 'transfer')
  assert.equal(first?.state, 'BLOCK')
  for (const query of ['?fromDate=yesterday', '?state=DONE', '?codes=a%20b', '?limit=0']) {
    assert.equal((await call('GET', `/users/cat/actions${query}`)).status, 400, query)
  }
})

test('an instance that is not there is 404', async () => {
  for (const [method, suffix, body] of [
    ['GET', '', undefined],
    ['PATCH', '', { state: 'ALLOW' }],
    ['POST', '/dispute', undefined],
  ] as const) {
    const refused = await call(method, `/users/nobody/actions/transfer/none${suffix}`, body)
    assert.equal(refused.status, 404)
    assert.equal(refused.body.errorCode, 'not_found')
  }
})

test('"this was not me" marks the instance once and for all', async () => {
  await track('dan', 'k1')
  now += 1000
  const disputed = await call('POST', '/users/dan/actions/transfer/k1/dispute')
  assert.equal(disputed.status, 200)
  assert.equal(disputed.body.disputedAt, new Date(now).toISOString())
  now += 1000
  const again = await call('POST', '/users/dan/actions/transfer/k1/dispute')
  assert.equal(again.body.disputedAt, disputed.body.disputedAt)
  assert.equal((await call('GET', '/users/dan/actions/transfer/k1')).body.disputedAt, disputed.body.disputedAt)
})

test('TN-01: an instance of another tenant is answered like one that is not there, and stays as it is', async () => {
  const other = await addTenant()
  await track('eve', 'k1')
  const path = '/users/eve/actions/transfer/k1'
  const missing = await call('GET', '/users/eve/actions/transfer/k2')
  for (const [method, suffix, body] of [
    ['GET', '', undefined],
    ['PATCH', '', { state: 'BLOCK' }],
    ['POST', '/dispute', undefined],
  ] as const) {
    const refused = await call(method, path + suffix, body, other.asServer)
    assert.equal(refused.status, 404)
    assert.equal(refused.body.errorDescription, missing.body.errorDescription)
  }
  assert.deepEqual(await list('eve', '', other.asServer), [])
  assert.equal((await track('eve', 'k1', 'transfer', undefined, other.asServer)).body.state, 'ALLOW')
  await call('PATCH', path, { state: 'CHALLENGE_FAILED' }, other.asServer)
  assert.equal((await call('GET', path)).body.state, 'ALLOW')
})

test('TN-03, LG-03: the history of an erased user does not come back with the id', async () => {
  await track('fay', 'k1')
  await call('DELETE', '/users/fay')
  assert.deepEqual(await list('fay'), [])
  assert.equal((await call('GET', '/users/fay/actions/transfer/k1')).status, 404)
  now += 1000
  const { body } = await track('fay', 'k1')
  assert.equal(body.state, 'ALLOW')
  assert.equal((await list('fay'))[0]?.createdAt, new Date(now).toISOString())
})

test('LG-01: a state that is set and a dispute are on the audit log', async () => {
  await track('gus', 'k1')
  await call('PATCH', '/users/gus/actions/transfer/k1', { state: 'BLOCK' })
  await call('POST', '/users/gus/actions/transfer/k1/dispute')
  const entries = await deps.store.db.selectFrom('audit_log').selectAll().where('user_id', '=', 'gus').execute()
  assert.deepEqual(entries.map(({ event }) => event).sort(), ['action.disputed', 'action.updated'])
})
