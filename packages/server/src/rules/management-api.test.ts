import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'

let t: TestApp
before(async () => {
  t = await createTestApp()
  for (const actionCode of ['verbatim', 'versions', 'conflict', 'many', 'refused', 'lists']) {
    await call('POST', '/action-configurations', { actionCode, defaultUserActionResult: 'ALLOW' })
  }
})
after(() => t.close())

type Json = Record<string, unknown>

async function call(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  headers: Record<string, string> = t.asManagement,
) {
  const response = await t.app.inject({
    method,
    url: `/v1/management${path}`,
    headers,
    ...(body === undefined ? {} : { payload: body as Json }),
  })
  return { status: response.statusCode, body: response.json() }
}

const anonymous = { and: [{ '==': [{ var: 'ip.isAnonymous' }, true] }] }
const rule = (priority: number, more: Json = {}) => ({
  name: `rule ${priority}`,
  isActive: true,
  priority,
  type: 'CHALLENGE',
  conditions: anonymous,
  ...more,
})

test('an action is created, read, changed, listed and deleted, and its name is free again afterwards', async () => {
  const created = await call('POST', '/action-configurations', {
    actionCode: 'pay',
    defaultUserActionResult: 'ALLOW',
    verificationMethods: ['PASSKEY'],
  })
  assert.equal(created.status, 200)
  assert.equal(created.body.tenantId, t.tenant.tenantId)
  assert.equal(created.body.actionType, 'CLASSIC')
  assert.deepEqual((await call('GET', '/action-configurations/pay')).body, created.body)
  assert.equal((await call('POST', '/action-configurations', { actionCode: 'pay', defaultUserActionResult: 'BLOCK' })).status, 409)
  const changed = await call('PATCH', '/action-configurations/pay', { defaultUserActionResult: 'REVIEW', verificationMethods: null })
  assert.equal(changed.body.defaultUserActionResult, 'REVIEW')
  assert.equal('verificationMethods' in changed.body, false)
  assert.equal(changed.body.policyVersion, created.body.policyVersion + 1)
  assert.ok((await call('GET', '/action_configurations')).body.some((action: Json) => action.actionCode === 'pay'))
  assert.deepEqual(await call('DELETE', '/action-configurations/pay'), { status: 200, body: { success: true } })
  assert.equal((await call('GET', '/action-configurations/pay')).status, 404)
  const again = await call('POST', '/action-configurations', { actionCode: 'pay', defaultUserActionResult: 'ALLOW' })
  assert.equal(again.body.policyVersion, changed.body.policyVersion + 1, 'a version number is never given twice')
})

test('an action that was only tracked is listed, and can be configured', async () => {
  const tracked = await t.app.inject({ method: 'POST', url: '/v1/users/u1/actions/seen-first', headers: t.asServer, payload: {} })
  assert.equal(tracked.statusCode, 200)
  assert.equal((await call('GET', '/action-configurations/seen-first')).body.defaultUserActionResult, 'ALLOW')
  const configured = await call('POST', '/action-configurations', { actionCode: 'seen-first', defaultUserActionResult: 'CHALLENGE' })
  assert.equal(configured.status, 200)
})

test('conditions come back as they were sent, whatever their shape', async () => {
  const shapes = [
    anonymous,
    { '==': [{ var: 'device.isNew' }, true] },
    {
      or: [
        { and: [{ '>': [{ var: 'custom.transactionValue' }, 1000] }, { '==': [{ var: 'device.isNew' }, true] }] },
        { '==': [{ var: 'device.isBot' }, true] },
      ],
    },
    { and: [] },
    {},
  ]
  await call('POST', '/custom-data-points', { name: 'transactionValue', dataType: 'number', modelType: 'action' })
  for (const [index, conditions] of shapes.entries()) {
    const { status, body } = await call('POST', '/action-configurations/verbatim/rules', rule(index, { conditions }))
    assert.equal(status, 200, JSON.stringify(body))
    const read = await call('GET', `/action-configurations/verbatim/rules/${body.ruleId}`)
    assert.equal(JSON.stringify(read.body.conditions), JSON.stringify(conditions))
  }
  const { ruleId } = (await call('POST', '/action-configurations/verbatim/rules', rule(50, { conditions: undefined }))).body
  assert.equal('conditions' in (await call('GET', `/action-configurations/verbatim/rules/${ruleId}`)).body, false)
})

test('a rule is changed field by field, null clears, and every change is a version of the policy', async () => {
  const { body: created } = await call('POST', '/action-configurations/versions/rules', rule(3, { description: 'first', tags: ['a'] }))
  const { body: changed } = await call('PATCH', `/action-configurations/versions/rules/${created.ruleId}`, {
    priority: 4,
    description: null,
    message: 'lower it',
  })
  assert.equal(changed.priority, 4)
  assert.equal('description' in changed, false)
  assert.deepEqual(changed.tags, ['a'])
  assert.deepEqual(changed.conditions, anonymous)
  const versions = await call('GET', '/action-configurations/versions/policy-versions')
  assert.deepEqual(
    versions.body.map(({ version, message }: Json) => [version, message]),
    [
      [3, 'lower it'],
      [2, 'rule.created'],
      [1, 'action.created'],
    ],
  )
  const first = await call('GET', '/action-configurations/versions/policy-versions/2')
  assert.equal(first.body.policy.rules[0].priority, 3)
  const restored = await call('POST', '/action-configurations/versions/policy-versions/2/restore', {})
  assert.equal(restored.body.version, 4)
  assert.equal((await call('GET', `/action-configurations/versions/rules/${created.ruleId}`)).body.description, 'first')
})

test('two people who edit the same version do not overwrite each other', async () => {
  const { body: seen } = await call('POST', '/action-configurations/conflict/rules', rule(1))
  const path = `/action-configurations/conflict/rules/${seen.ruleId}`
  const [one, two] = await Promise.all([
    call('PATCH', path, { name: 'mine', expectedPolicyVersion: seen.policyVersion }),
    call('PATCH', path, { name: 'yours', expectedPolicyVersion: seen.policyVersion }),
  ])
  assert.deepEqual([one.status, two.status].sort(), [200, 409])
  assert.equal([one, two].find(({ status }) => status === 409)?.body.errorCode, 'version_conflict')
})

test('50 rules created at the same moment are all there', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => call('POST', '/action-configurations/many/rules', rule(index))),
  )
  assert.ok(answers.every(({ status }) => status === 200))
  assert.equal((await call('GET', '/action-configurations/many/rules')).body.length, 50)
})

test('a rule that could not do what it says is refused with the place of the mistake', async () => {
  await call('POST', '/action-configurations/refused/rules', rule(0))
  const cases: [Json, RegExp][] = [
    [rule(0), /^There is already another rule with priority: 0$/],
    [rule(100), /priority/],
    [rule(1, { type: 'MAYBE' }), /type/],
    [rule(1, { verificationMethods: ['SMS'] }), /^SMS is not an enabled verification method$/],
    [rule(1, { conditions: { '==': [{ var: 'ip.isAnonymus' }, true] } }), /conditions.*ip\.isAnonymus/],
    [rule(1, { conditions: { '>': [{ var: 'custom.notDeclared' }, 1] } }), /conditions.*notDeclared/],
    [rule(1, { conditions: { in: [{ var: 'ip.countryCode' }, { var: 'lists.no-such-list' }] } }), /conditions.*no-such-list/],
    [rule(1, { conditions: { '>': [{ var: 'velocity.actions1h' }, 'many'] } }), /conditions/],
    [rule(1, { conditions: { launchMissiles: [] } }), /conditions.*launchMissiles/],
    [rule(1, { isActive: true, mode: 'off' }), /disagree/],
  ]
  for (const [body, sentence] of cases) {
    const answer = await call('POST', '/action-configurations/refused/rules', body)
    assert.equal(answer.status, 400, JSON.stringify(body))
    assert.match(answer.body.errorDescription, sentence)
  }
  assert.equal((await call('GET', '/action-configurations/refused/rules')).body.length, 1, 'nothing was lost, nothing was added')
})

test('a rule in force decides the next track, and a deleted one no more', async () => {
  const always = { name: 'always', isActive: true, priority: 0, type: 'BLOCK' }
  const track = async () =>
    (await t.app.inject({ method: 'POST', url: '/v1/users/u1/actions/live', headers: t.asServer, payload: {} })).json().state
  assert.equal(await track(), 'ALLOW')
  const { body } = await call('POST', '/action-configurations/live/rules', always)
  assert.equal(await track(), 'BLOCK')
  await call('PATCH', `/action-configurations/live/rules/${body.ruleId}`, { isActive: false })
  assert.equal(await track(), 'ALLOW')
  await call('PATCH', `/action-configurations/live/rules/${body.ruleId}`, { isActive: true })
  assert.equal(await track(), 'BLOCK')
  await call('DELETE', `/action-configurations/live/rules/${body.ruleId}`)
  assert.equal(await track(), 'ALLOW')
})

test('a value list is made with an alias, is read by rules, and is kept while a rule reads it', async () => {
  const created = await call('POST', '/value-lists', {
    name: 'Blocked countries',
    itemType: 'string',
    valueListItems: ['KP', 'KP', 'IR'],
    isActive: true,
  })
  assert.deepEqual(created.body, {
    name: 'Blocked countries',
    alias: 'blocked-countries',
    itemType: 'string',
    valueListItems: ['KP', 'IR'],
    isActive: true,
    version: 1,
  })
  const conditions = { in: [{ var: 'ip.countryCode' }, { var: 'lists.blocked-countries' }] }
  const { body: made } = await call('POST', '/action-configurations/lists/rules', rule(0, { conditions }))
  assert.equal((await call('DELETE', '/value-lists/blocked-countries')).status, 400)
  await call('DELETE', `/action-configurations/lists/rules/${made.ruleId}`)
  assert.deepEqual((await call('DELETE', '/value-lists/blocked-countries')).body, { success: true })
  assert.equal((await call('GET', '/value-lists/blocked-countries')).status, 404)
  assert.match(
    (await call('POST', '/value-lists', { name: 'N', itemType: 'number', valueListItems: ['x'], isActive: true })).body.errorDescription,
    /valueListItems\.0/,
  )
})

test('a data point is declared once by name and typed from then on', async () => {
  const { body } = await call('POST', '/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' })
  assert.equal((await call('POST', '/custom-data-points', { name: 'amount', dataType: 'text', modelType: 'user' })).status, 409)
  assert.equal((await call('PATCH', `/custom-data-points/${body.id}`, { isPublic: true })).body.isPublic, true)
  const wrong = await t.app.inject({
    method: 'POST',
    url: '/v1/users/u1/actions/typed',
    headers: t.asServer,
    payload: { custom: { amount: 'lots' } },
  })
  assert.equal(wrong.statusCode, 400)
  assert.match(wrong.json().errorDescription, /custom\.amount/)
  assert.deepEqual((await call('DELETE', `/custom-data-points/${body.id}`)).body, { success: true })
  assert.match(
    (await call('POST', '/custom-data-points', { name: '__proto__', dataType: 'text', modelType: 'user' })).body.errorDescription,
    /name/,
  )
})

test('the tenant and its passkey configuration are read and changed; the wire knows the relying party by its id', async () => {
  assert.equal((await call('PATCH', '/tenant', { name: 'Bank', tokenDurationInMinutes: 5 })).body.tokenDurationInMinutes, 5)
  assert.equal((await call('GET', '/tenant')).body.name, 'Bank')
  assert.equal((await call('PATCH', '/tenant', { tokenDurationInMinutes: 0 })).status, 400)
  const [passkey] = (await call('GET', '/authenticator-configurations')).body
  assert.equal(passkey.relyingParty, 'localhost')
  const changed = await call('PATCH', '/authenticator-configurations/passkey', {
    userVerificationRequirement: 'required',
    relyingPartyName: 'The Bank',
  })
  assert.equal(changed.body.relyingPartyName, 'The Bank')
  assert.equal(changed.body.relyingParty, 'localhost')
  assert.equal(
    (await call('POST', '/authenticator-configurations/passkey', { relyingParty: 'x.example', expectedOrigins: ['https://x.example'] }))
      .status,
    409,
  )
  assert.match(
    (await call('PATCH', '/authenticator-configurations/passkey', { expectedOrigins: ['https://x.example/path'] })).body.errorDescription,
    /expectedOrigins/,
  )
})

test('TN-01: one tenant neither reads nor changes another’s configuration', async () => {
  const other = await t.addTenant()
  await call('POST', '/action-configurations', { actionCode: 'ours', defaultUserActionResult: 'BLOCK' })
  const { body: ours } = await call('POST', '/action-configurations/ours/rules', rule(0))
  await call('POST', '/value-lists', { name: 'ours', itemType: 'string', isActive: true })
  const { body: point } = await call('POST', '/custom-data-points', { name: 'ours', dataType: 'text', modelType: 'user' })
  for (const path of [
    '/action-configurations/ours',
    `/action-configurations/ours/rules/${ours.ruleId}`,
    '/value-lists/ours',
    `/custom-data-points/${point.id}`,
    '/action-configurations/ours/policy-versions/1',
  ]) {
    assert.equal((await call('GET', path, undefined, other.asManagement)).status, 404, path)
    if (!path.includes('versions')) assert.equal((await call('DELETE', path, undefined, other.asManagement)).status, 404, path)
    assert.equal((await call('GET', path)).status, 200, path)
  }
})

test('TN-04: the secret key does not open the management API, nor the management key the server API', async () => {
  assert.equal((await call('GET', '/tenant', undefined, t.asServer)).status, 401)
  assert.equal((await t.app.inject({ url: '/v1/users/u1', headers: t.asManagement })).statusCode, 401)
})
