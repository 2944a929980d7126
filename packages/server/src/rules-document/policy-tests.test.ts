import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'

let t: TestApp
before(async () => {
  t = await createTestApp()
  await call('POST', '/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' })
  await call('POST', '/custom-data-points', { name: 'tier', dataType: 'text', modelType: 'user' })
  await call('POST', '/value-lists', { name: 'Blocked countries', itemType: 'string', valueListItems: ['KP'], isActive: true })
})
after(() => t.close())

type Json = Record<string, unknown>

async function call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) {
  const response = await t.app.inject({
    method,
    url: `/v1/management${path}`,
    headers: t.asManagement,
    ...(body === undefined ? {} : { payload: body as Json }),
  })
  return { status: response.statusCode, body: response.json() }
}

const over = (limit: number) => ({ '>': [{ var: 'custom.amount' }, limit] })
const highAmount = (limit = 1000, more: Json = {}) => ({ name: 'High amount', type: 'CHALLENGE', conditions: over(limit), ...more })
const document = (rules: Json[], more: Json = {}) => ({ defaultUserActionResult: 'ALLOW', rules, ...more })
const large = { name: 'large', event: { custom: { amount: 5000 } }, expect: { outcome: 'CHALLENGE', rule: 'High amount' } }
const small = { name: 'small', event: { custom: { amount: 5 } }, expect: { outcome: 'ALLOW', rule: null } }

test('a test is saved, listed, changed, renamed and deleted', async () => {
  const path = '/action-configurations/crud/tests'
  assert.equal((await call('POST', path, large)).status, 404, 'the action is not there')
  await call('PUT', '/action-configurations/crud/policy', document([highAmount()]))
  assert.deepEqual(await call('POST', path, large), { status: 200, body: large })
  assert.equal((await call('POST', path, large)).body.errorCode, 'already_exists')
  await call('POST', path, small)
  assert.deepEqual((await call('GET', path)).body, [large, small])
  const renamed = await call('PATCH', `${path}/small`, { name: 'tiny / 5', description: 'hardly anything' })
  assert.deepEqual(renamed.body, { ...small, name: 'tiny / 5', description: 'hardly anything' })
  assert.equal((await call('PATCH', `${path}/small`, {})).status, 404)
  assert.equal((await call('PATCH', `${path}/large`, { name: 'tiny / 5' })).status, 409)
  assert.deepEqual((await call('DELETE', `${path}/${encodeURIComponent('tiny / 5')}`)).body, { success: true })
  assert.deepEqual((await call('GET', path)).body, [large])
  await call('DELETE', '/action-configurations/crud')
  await call('PUT', '/action-configurations/crud/policy', document([]))
  assert.deepEqual((await call('GET', path)).body, [], 'tests go with their action')
})

test('a test that could not be evaluated is refused with the reason', async () => {
  await call('PUT', '/action-configurations/odd/policy', document([highAmount()]))
  const cases: [Json, RegExp][] = [
    [{ ipAddress: 'not an address' }, /`ipAddress`/],
    [{ custom: { amount: 'much' } }, /`custom.amount`/],
    [{ signals: { 'ip.isTorr': true } }, /did you mean `ip.isTor`/],
    [{ signals: { 'ip.isTor': 1 } }, /`ip.isTor` is a boolean/],
    [{ signals: { 'custom.amount': 1 } }, /no signal/],
    [{ signals: { 'ip.isTor': { missing: 'lost' } } }, /signals/],
    [{ ipAdress: '8.8.8.8' }, /ipAdress/],
  ]
  for (const [event, message] of cases) {
    const { status, body } = await call('POST', '/action-configurations/odd/tests', { ...large, event })
    assert.equal(status, 400, JSON.stringify(event))
    assert.match(body.errorDescription, message)
  }
})

test('a test sets what the event does not say: signals, missing ones, and what is on record of the user', async () => {
  const rules = [
    { name: 'Tor', type: 'BLOCK', conditions: { '==': [{ var: 'ip.isTor' }, true] } },
    { name: 'Country', type: 'REVIEW', conditions: { in: [{ var: 'ip.countryCode' }, { var: 'lists.blocked-countries' }] } },
    { name: 'Often', type: 'CHALLENGE', conditions: { '>': [{ var: 'velocity.actions1h' }, 10] } },
    { name: 'Gold', type: 'ALLOW', conditions: { '==': [{ var: 'user.custom.tier' }, 'gold'] } },
    { name: 'Night', type: 'CHALLENGE', conditions: { '<': [{ var: 'time.hour' }, 5] } },
  ]
  const at = '2026-11-24T12:00:00Z'
  const expected: [Json, Json][] = [
    [{ signals: { 'ip.isTor': true } }, { outcome: 'BLOCK', rule: 'Tor' }],
    [{ signals: { 'ip.isTor': { missing: 'unavailable' } } }, { outcome: 'BLOCK', rule: 'Tor' }],
    [
      { signals: { 'ip.isTor': { missing: 'not_applicable' } }, at },
      { outcome: 'ALLOW', rule: null },
    ],
    [{ signals: { 'ip.isTor': false, 'ip.countryCode': 'KP' } }, { outcome: 'REVIEW', rule: 'Country' }],
    [{ signals: { 'velocity.actions1h': 11 } }, { outcome: 'CHALLENGE', rule: 'Often' }],
    [{ user: { custom: { tier: 'gold' } } }, { outcome: 'ALLOW', rule: 'Gold' }],
    [{ at: '2026-11-24T03:00:00Z' }, { outcome: 'CHALLENGE', rule: 'Night' }],
    [
      { at, ipAddress: '8.8.8.8', userAgent: 'curl/8', deviceId: 'd' },
      { outcome: 'BLOCK', rule: 'Tor' },
    ],
  ]
  const tests = expected.map(([event, expect], i) => ({ name: `test ${i}`, event, expect }))
  const { status, body } = await call('PUT', '/action-configurations/signals/policy', document(rules, { tests }))
  assert.equal(status, 200, JSON.stringify(body))
  assert.ok(body.tests.every(({ passed }: Json) => passed))
  assert.deepEqual(body.tests[0].sentence, 'BLOCK by *Tor*.')
})

test('a save that breaks a test is refused by name, on every way to save', async () => {
  const base = '/action-configurations/guarded'
  await call('PUT', `${base}/policy`, document([highAmount()], { tests: [large, small] }))
  const [rule] = (await call('GET', `${base}/rules`)).body
  const versions = (await call('GET', `${base}/policy-versions`)).body.length
  const breaking: [Parameters<typeof call>[0], string, Json?][] = [
    ['PATCH', `/rules/${rule.ruleId}`, { conditions: over(9000) }],
    ['PATCH', `/rules/${rule.ruleId}`, { isActive: false }],
    ['DELETE', `/rules/${rule.ruleId}`],
    ['POST', '/rules', { name: 'All', isActive: true, priority: 9, type: 'BLOCK' }],
    ['PATCH', '', { defaultUserActionResult: 'BLOCK' }],
    ['PUT', '/policy', document([highAmount(9000)])],
  ]
  for (const [method, path, body] of breaking) {
    const refused = await call(method, base + path, body)
    assert.equal(refused.status, 409, `${method} ${path} ${JSON.stringify(refused.body)}`)
    assert.equal(refused.body.errorCode, 'failing_tests')
    assert.match(refused.body.errorDescription, /the test `(large|small)` would fail: expected .*ignoreFailingTests/)
  }
  assert.equal((await call('GET', `${base}/policy-versions`)).body.length, versions, 'nothing was written')
  assert.equal((await call('PATCH', `${base}/rules/${rule.ruleId}`, { name: 'High amount', note: 'harmless' })).status, 200)

  const forced = await call('PATCH', `${base}/rules/${rule.ruleId}?ignoreFailingTests=true`, { conditions: over(9000) })
  assert.equal(forced.status, 200)
  const unrelated = await call('PATCH', `${base}/rules/${rule.ruleId}`, { note: 'a test that fails already does not stand in the way' })
  assert.equal(unrelated.status, 200)
  const other = await call('PATCH', base, { defaultUserActionResult: 'REVIEW' })
  assert.match(other.body.errorDescription, /`small`/, 'one that holds still does')
  assert.equal((await call('POST', `${base}/policy-versions/1/restore`, {})).status, 200, 'what mends it is saved')
  assert.equal((await call('POST', `${base}/policy-versions/3/restore`, {})).status, 409)
  assert.equal((await call('POST', `${base}/policy-versions/3/restore?ignoreFailingTests=true`, {})).status, 200)
})

test('tests run against the policy in force, a draft, and by name', async () => {
  const base = '/action-configurations/run'
  await call('PUT', `${base}/policy`, document([highAmount()], { tests: [large, small] }))
  const { body: all } = await call('POST', `${base}/tests/run`, {})
  assert.deepEqual([all.passed, all.failed], [2, 0])
  const draft = { rules: [{ ...highAmount(9000), priority: 0 }] }
  const { body: drafted } = await call('POST', `${base}/tests/run`, { draft })
  assert.deepEqual([drafted.passed, drafted.failed], [1, 1])
  assert.deepEqual(drafted.results[0], {
    name: 'large',
    passed: false,
    expected: large.expect,
    actual: { outcome: 'ALLOW', ruleId: null, ruleName: null, undeterminedRuleIds: [] },
    sentence: 'Expected CHALLENGE by *High amount*. Allowed by default: no rule matched.',
  })
  const { body: one } = await call('POST', `${base}/tests/run`, { names: ['small'] })
  assert.equal(one.results.length, 1)
  assert.equal((await call('POST', `${base}/tests/run`, { names: ['none'] })).status, 404)
  assert.equal((await call('GET', `${base}/policy-versions`)).body.length, 1)
})

test('RU-07: running tests stores nothing and learns nothing', async () => {
  const base = '/action-configurations/dry'
  await call('PUT', `${base}/policy`, document([highAmount()], { tests: [{ ...large, event: { ...large.event, userId: 'dry-user' } }] }))
  await call('POST', `${base}/tests/run`, {})
  const users = await t.deps.store.db.selectFrom('users').where('user_id', '=', 'dry-user').selectAll().execute()
  assert.deepEqual(users, [])
  assert.deepEqual(await t.deps.store.listInstances(t.tenant.tenantId, 'dry-user', {}), [])
})

test('TN-01: one tenant neither reads nor runs another’s tests', async () => {
  const other = await t.addTenant()
  await call('PUT', '/action-configurations/mine/policy', document([], { tests: [small] }))
  for (const [method, url] of [
    ['GET', '/tests'],
    ['POST', '/tests/run'],
    ['DELETE', '/tests/small'],
  ] as const) {
    const response = await t.app.inject({
      method,
      url: `/v1/management/action-configurations/mine${url}`,
      headers: other.asManagement,
      ...(method === 'POST' && { payload: {} }),
    })
    assert.equal(response.statusCode, 404)
  }
})
