import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'

let t: TestApp
before(async () => {
  t = await createTestApp()
  await made('POST', '/custom-data-points', { name: 'payee', dataType: 'text', modelType: 'action' })
  await made('POST', '/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' })
  await made('POST', '/value-lists', { name: 'Mules', itemType: 'string', valueListItems: ['m'], isActive: true })
  await made('POST', '/velocity-features', { name: 'sum1h', metric: 'sum', of: 'custom.amount', per: 'user', windowMinutes: 60 })
  await made('PUT', '/action-configurations/pay/policy', {
    defaultUserActionResult: 'ALLOW',
    rules: [
      { name: 'Mule', type: 'BLOCK', conditions: { in: [{ var: 'custom.payee' }, { var: 'lists.mules' }] } },
      { name: 'Much', type: 'REVIEW', conditions: { '>': [{ var: 'velocity.sum1h' }, 1000] } },
      { name: 'Hidden', type: 'CHALLENGE', conditions: { var: 'ip.isAnonymous' } },
    ],
    tests: [
      { name: 'a mule is blocked', event: { custom: { payee: 'm' } }, expect: { outcome: 'BLOCK', rule: 'Mule' } },
      { name: 'much is reviewed', event: { custom: { amount: 2000 } }, expect: { outcome: 'REVIEW', rule: 'Much' } },
      { name: 'the shop is no mule', event: { custom: { payee: 'shop', branch: 'north' } }, expect: { outcome: 'ALLOW' } },
    ],
  })
})
after(() => t.close())

// biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, looked into by assertions.
type Body = any

async function call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, payload?: object) {
  const response = await t.app.inject({ method, url: `/v1/management${path}`, headers: t.asManagement, payload })
  return { status: response.statusCode, body: response.json<Body>() }
}
async function made(method: 'POST' | 'PUT', path: string, payload: object) {
  const answer = await call(method, path, payload)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
}

async function refused(method: 'POST' | 'PATCH' | 'DELETE', path: string, payload: object | undefined, expected: RegExp): Promise<void> {
  const { status, body } = await call(method, path, payload)
  assert.equal(status, 409, JSON.stringify(body))
  assert.equal(body.errorCode, 'failing_tests')
  assert.match(body.errorDescription, expected)
}

test('a change of a list that makes a saved test fail is refused, and saved when that is wanted', async () => {
  await refused(
    'PATCH',
    '/value-lists/mules',
    { valueListItems: ['n'] },
    /^the test `a mule is blocked` of the action `pay` would fail: expected BLOCK by \*Mule\*/,
  )
  await refused('POST', '/value-lists/mules/items', { add: ['shop'] }, /`the shop is no mule`/)
  await refused('POST', '/value-lists/mules/items', { remove: ['m'] }, /`a mule is blocked`/)
  await refused('PATCH', '/value-lists/mules', { isActive: false }, /`a mule is blocked`/)
  assert.deepEqual((await call('GET', '/value-lists/mules')).body.valueListItems, ['m'])
  assert.equal((await call('GET', '/value-lists/mules')).body.version, 1, 'nothing was written')
  assert.equal((await call('POST', '/value-lists/mules/items', { add: ['n'] })).status, 200)
  assert.equal((await call('POST', '/value-lists/mules/items?ignoreFailingTests=true', { remove: ['m'] })).status, 200)
  assert.equal((await call('PATCH', '/value-lists/mules', { isActive: false })).status, 200, 'it fails already')
  const restored = await call('POST', '/value-lists/mules/versions/1/restore')
  assert.equal(restored.status, 200)
  assert.equal((await call('PATCH', '/value-lists/mules', { isActive: true })).status, 200)
})

test('a change of a velocity feature that makes a saved test fail is refused', async () => {
  await refused('PATCH', '/velocity-features/sum1h', { actions: ['login'] }, /`much is reviewed` of the action `pay`/)
  await refused('PATCH', '/velocity-features/sum1h', { metric: 'count', of: null }, /`much is reviewed`/)
  assert.equal((await call('PATCH', '/velocity-features/sum1h', { windowMinutes: 120 })).status, 200)
  await t.app.inject({ method: 'POST', url: '/v1/users/u/actions/pay', headers: t.asServer, payload: {} })
  const changed = await call('PATCH', '/velocity-features/sum1h', { windowMinutes: 60 })
  assert.deepEqual([changed.status, changed.body.isComplete], [200, false], 'a feature that is not complete yet is in tests')
  const run = await call('POST', '/action-configurations/pay/tests/run', {})
  assert.deepEqual([run.body.passed, run.body.failed], [3, 0])
  assert.equal((await call('PATCH', '/velocity-features/sum1h?ignoreFailingTests=true', { actions: ['login'] })).status, 200)
  assert.equal((await call('PATCH', '/velocity-features/sum1h', { actions: null })).status, 200)
})

test('a data point that makes an event of a saved test wrong is refused', async () => {
  const branch = { name: 'branch', dataType: 'number', modelType: 'action' }
  await refused(
    'POST',
    '/custom-data-points',
    branch,
    /`the shop is no mule` of the action `pay` would fail: the event cannot be evaluated: .*branch/i,
  )
  assert.equal((await call('POST', '/custom-data-points?ignoreFailingTests=true', branch)).status, 200)
})

test('a data point is kept while a rule, a velocity feature or an action needs it', async () => {
  const idOf = async (name: string) => (await call('GET', '/custom-data-points')).body.find((point: Body) => point.name === name).id
  const remove = async (name: string) => (await call('DELETE', `/custom-data-points/${await idOf(name)}`)).body
  assert.match((await remove('payee')).errorDescription, /the rule `Mule` of action `pay` uses `custom.payee`/)
  assert.match((await remove('amount')).errorDescription, /the velocity feature `sum1h` uses `custom.amount`/)
  await call('PATCH', '/action-configurations/pay', { requiredDataPoints: ['branch'] })
  assert.match((await remove('branch')).errorDescription, /the action `pay` requires `branch`/)
  await call('PATCH', '/action-configurations/pay', { requiredDataPoints: null })
  assert.deepEqual(await remove('branch'), { success: true })
})

test('an earlier version that names what is gone is not put into force again', async () => {
  await made('POST', '/value-lists', { name: 'Passing', itemType: 'string', valueListItems: [], isActive: true })
  const conditions = { in: [{ var: 'custom.payee' }, { var: 'lists.passing' }] }
  await made('PUT', '/action-configurations/old/policy', {
    defaultUserActionResult: 'ALLOW',
    rules: [{ name: 'P', type: 'BLOCK', conditions }],
  })
  await made('PUT', '/action-configurations/old/policy', { defaultUserActionResult: 'ALLOW', rules: [] })
  assert.equal((await call('DELETE', '/value-lists/passing')).status, 200)
  const { status, body } = await call('POST', '/action-configurations/old/policy-versions/1/restore')
  assert.equal(status, 400)
  assert.match(body.errorDescription, /rule `P`: .*passing/)
  const conflict = await call('POST', '/action-configurations/old/policy-versions/2/restore?expectedPolicyVersion=1')
  assert.equal(conflict.body.errorCode, 'version_conflict')
})
