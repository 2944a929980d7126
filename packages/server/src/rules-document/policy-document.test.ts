import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'

let t: TestApp
before(async () => {
  t = await createTestApp()
  await call('POST', '/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' })
})
after(() => t.close())

type Json = Record<string, unknown>

async function call(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown) {
  const response = await t.app.inject({
    method,
    url: `/v1/management/action-configurations/${path}`.replace('/action-configurations//', '/'),
    headers: t.asManagement,
    ...(body === undefined ? {} : { payload: body as Json }),
  })
  return { status: response.statusCode, body: response.json() }
}

const anonymous = { name: 'Anonymous', type: 'BLOCK', conditions: { '==': [{ var: 'ip.isAnonymous' }, true] } }
const amount = (limit: number) => ({ name: 'High amount', type: 'CHALLENGE', conditions: { '>': [{ var: 'custom.amount' }, limit] } })
const document = (rules: Json[], more: Json = {}) => ({ defaultUserActionResult: 'ALLOW', rules, ...more })
const sentences = (body: { changes: { sentence: string }[] }) => body.changes.map(({ sentence }) => sentence)

test('a whole policy is one version, and none when nothing changes', async () => {
  const policy = document([anonymous, { ...amount(2000), tags: ['money'], expiresAt: '2030-01-01T00:00:00+01:00' }], {
    whenUnenrolled: 'BLOCK',
    settings: { requiredDataPoints: ['amount'] },
    message: 'first',
  })
  const first = await call('PUT', 'whole/policy', policy)
  assert.equal(first.status, 200, JSON.stringify(first.body))
  assert.equal(first.body.policyVersion, 1)
  assert.deepEqual(sentences(first.body), [
    'New action `whole`: ALLOW when no rule matches.',
    'For a user without an authenticator a challenge means BLOCK instead of ENROLL.',
    'New rule *Anonymous* with priority 0: Block when the address is anonymous.',
    'New rule *High amount* with priority 1: Challenge when the amount is over 2,000 (until 2029-12-31 23:00 UTC).',
    'Changed settings of the action: requiredDataPoints.',
  ])
  const again = await call('PUT', 'whole/policy', policy)
  assert.deepEqual([again.body.policyVersion, again.body.changes], [1, []])
  const { body: read } = await call('GET', 'whole/policy')
  const back = await call('PUT', 'whole/policy', { ...read.policy, settings: read.settings, tests: read.tests })
  assert.deepEqual([back.body.policyVersion, back.body.changes], [1, []], 'what is read can be sent back')
})

test('a rule keeps its id by its name or by its id, so that its roll-out and its history go on', async () => {
  await call('PUT', 'ids/policy', document([anonymous, amount(1)]))
  const [one, two] = (await call('GET', 'ids/rules')).body
  const swapped = await call('PUT', 'ids/policy', document([amount(5), { ...anonymous, name: 'Hidden', ruleId: one.ruleId }]))
  assert.equal(swapped.status, 200, 'priorities change places in one step')
  const rules = (await call('GET', 'ids/rules')).body
  assert.deepEqual(
    rules.map(({ ruleId, name, priority }: Json) => [ruleId, name, priority]),
    [
      [two.ruleId, 'High amount', 0],
      [one.ruleId, 'Hidden', 1],
    ],
  )
  assert.deepEqual(sentences(swapped.body), [
    'Rule *High amount*: its priority is 0 instead of 1; applies when the amount is over 5, before when the amount is over 1.',
    'Rule *Hidden*: was called *Anonymous*; its priority is 1 instead of 0.',
  ])
})

test('a dry run says what would change, runs the tests, and changes nothing', async () => {
  await call('PUT', 'dry/policy', document([amount(1000)]))
  const tests = [{ name: 'big', event: { custom: { amount: 2000 } }, expect: { outcome: 'CHALLENGE' } }]
  const dry = await call('PUT', 'dry/policy?dryRun=true', document([amount(3000)], { tests }))
  assert.equal(dry.status, 200)
  assert.deepEqual(sentences(dry.body), [
    'Rule *High amount*: applies when the amount is over 3,000, before when the amount is over 1,000.',
    'New test *big*: expects CHALLENGE.',
  ])
  assert.equal(dry.body.tests[0].passed, false)
  assert.equal((await call('PUT', 'dry/policy', document([amount(3000)], { tests }))).body.errorCode, 'failing_tests')
  const { body } = await call('GET', 'dry/policy')
  assert.deepEqual([body.policyVersion, body.tests], [1, []])
})

test('tests come and go without a version of the policy', async () => {
  const tests = [{ name: 'b', event: {}, expect: { outcome: 'ALLOW' } }]
  await call('PUT', 'tested/policy', document([], { tests }))
  const changed = await call('PUT', 'tested/policy', document([], { tests: [{ ...tests[0], name: 'a' }] }))
  assert.deepEqual(sentences(changed.body), ['New test *a*: expects ALLOW.', 'Test *b* is gone.'])
  assert.equal(changed.body.policyVersion, 1)
  const refused = await call('PUT', 'tested/policy', document([], { tests: [{ ...tests[0], expect: { outcome: 'BLOCK' } }] }))
  assert.equal(refused.status, 409, 'a test that comes along must hold')
  assert.deepEqual(
    (await call('GET', 'tested/tests')).body.map(({ name }: Json) => name),
    ['a'],
  )
})

test('a policy that has moved on is not overwritten', async () => {
  await call('PUT', 'moved/policy', document([amount(1)]))
  assert.equal((await call('PUT', 'moved/policy', document([amount(2)], { expectedPolicyVersion: 0 }))).status, 409)
  const both = await Promise.all(
    [2, 3].map((limit) => call('PUT', 'moved/policy', document([amount(limit)], { expectedPolicyVersion: 1 }))),
  )
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409])
})

test('a policy that could not do what it says is refused, and the rule is named', async () => {
  const cases: [Json, RegExp][] = [
    [document([amount(1), { ...anonymous, priority: 0 }]), /rule `Anonymous`: There is already another rule with priority: 0/],
    [document([{ ...anonymous, conditions: { var: 'ip.isAnonymos' } }]), /rule `Anonymous`: .*did you mean `ip.isAnonymous`/],
    [document([{ ...anonymous, verificationMethods: ['SMS'] }]), /rule `Anonymous`: SMS is not/],
    [document([{ ...anonymous, condition: {} }]), /condition/],
    [document([{ ...anonymous, priority: 99 }, amount(1)]), /above 99/],
    [
      document([
        { ...anonymous, ruleId: 'a' },
        { ...amount(1), ruleId: 'a' },
      ]),
      /twice/,
    ],
    [document([], { settings: { requiredDataPoints: ['nothing'] } }), /requiredDataPoints/],
    [{ rules: [] }, /defaultUserActionResult/],
  ]
  for (const [body, message] of cases) {
    const answer = await call('PUT', 'refused/policy', body)
    assert.equal(answer.status, 400, JSON.stringify(body))
    assert.match(answer.body.errorDescription, message)
  }
  assert.equal((await call('GET', 'refused/policy')).status, 404)
})

test('two versions are compared both ways', async () => {
  await call('PUT', 'compared/policy', document([amount(1000)]))
  await call('PUT', 'compared/policy', document([amount(2000), anonymous], { defaultUserActionResult: 'REVIEW' }))
  const { body: forward } = await call('GET', 'compared/policy-versions/1/diff/2')
  assert.deepEqual(sentences(forward), [
    'When no rule matches, the outcome is REVIEW instead of ALLOW.',
    'Rule *High amount*: applies when the amount is over 2,000, before when the amount is over 1,000.',
    'New rule *Anonymous* with priority 1: Block when the address is anonymous.',
  ])
  assert.deepEqual([forward.from, forward.to, forward.changes[1].fields[0].field], [1, 2, 'conditions'])
  const { body: back } = await call('GET', 'compared/policy-versions/2/diff/1')
  assert.deepEqual(
    back.changes.map(({ kind }: Json) => kind),
    ['policy_changed', 'rule_changed', 'rule_removed'],
  )
  assert.deepEqual((await call('GET', 'compared/policy-versions/2/diff/2')).body.changes, [])
  assert.equal((await call('GET', 'compared/policy-versions/1/diff/3')).status, 404)
})
