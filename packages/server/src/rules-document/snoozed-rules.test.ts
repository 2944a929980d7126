import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { exportUser } from '../user-archive/export-user.ts'

const day = 86_400_000
let now = Date.UTC(2026, 10, 24, 12)
const server = await createTestApp({ clock: () => now })
const { app, deps, tenant, asServer, asManagement, close } = server
after(close)

// biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, looked into by assertions.
type Body = any

async function call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object, headers = asManagement) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload })
  return { status: reply.statusCode, body: reply.json<Body>() }
}
const iso = (at: number) => new Date(at).toISOString()
const base = '/management/action-configurations/transfer'
const high = `${base}/rules/high`
const snooze = (body: object, rule = high) => call('POST', `${rule}/snooze`, { until: iso(now + day), reason: 'moves house', ...body })
const wake = (query: string) => call('DELETE', `${high}/snooze?${query}`)
let tracks = 0
async function track(userId: string, more: object = {}) {
  const idempotencyKey = `k${tracks++}`
  const event = { idempotencyKey, ipAddress: '203.0.113.7', deviceId: 'phone', custom: { amount: 500 }, ...more }
  const { body } = await call('POST', `/users/${userId}/actions/transfer`, event, asServer)
  return { ...body, path: `/users/${userId}/actions/transfer/${idempotencyKey}` }
}
const stateOf = async (userId: string, more: object = {}) => (await track(userId, more)).state
const version = async () => (await call('GET', base)).body.policyVersion
const snoozesOf = async (path = high) => (await call('GET', path)).body.snoozes

before(async () => {
  await call('POST', '/management/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' })
  await call('POST', '/management/action-configurations', { actionCode: 'transfer', defaultUserActionResult: 'ALLOW' })
  const rule = { ruleId: 'high', name: 'High', isActive: true, type: 'CHALLENGE', conditions: { '>': [{ var: 'custom.amount' }, 100] } }
  assert.equal((await call('POST', `${base}/rules`, rule)).status, 200)
})

test('a rule is silenced for one user until a date, the receipt says so, and it ends by itself', async () => {
  assert.equal(await stateOf('ann'), 'CHALLENGE_REQUIRED')
  const until = now + day
  const { status, body } = await snooze({ userId: 'ann', message: 'call 4711' })
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual(body.snoozes, [{ userId: 'ann', until: iso(until), reason: 'moves house', by: body.snoozes[0].by }])
  assert.deepEqual([body.policyVersion, body.policyVersion], [await version(), 3])
  const spared = await track('ann')
  assert.equal(spared.state, 'ALLOW')
  assert.equal(await stateOf('bob'), 'CHALLENGE_REQUIRED')
  const sentence =
    'Allowed by default: no other rule matched. *High* would have matched; it is snoozed for this user until 2026-11-25 12:00 UTC because “moves house”.'
  const receipt = (await call('GET', spared.path, undefined, asServer)).body.output
  assert.equal(receipt.sentence, sentence)
  assert.equal(receipt.counterfactual.sentence, 'Would have been challenged if *High* were not snoozed for this user.')
  assert.deepEqual([receipt.trace[0].matched, receipt.trace[0].snooze.until, receipt.snoozed[0].isSilenced], [false, iso(until), true])
  now = until
  assert.equal(await stateOf('ann'), 'CHALLENGE_REQUIRED')
  assert.equal((await call('GET', spared.path, undefined, asServer)).body.output.sentence, sentence, 'explained as it was then')
  const replayed = await call('POST', `/management${spared.path}/replay`)
  assert.deepEqual([replayed.status, replayed.body.identical], [200, true])
})

test('a snooze is versioned with its reason, compared in a sentence, restored, and on the audit log with who made it', async () => {
  const { body } = await snooze({ userId: 'cara', message: 'asked by phone' })
  const versions = (await call('GET', `${base}/policy-versions`)).body
  assert.deepEqual(
    [versions[0].version, versions[0].message, versions[0].actor.kind],
    [body.policyVersion, 'asked by phone', 'management_key'],
  )
  const { changes } = (await call('GET', `${base}/policy-versions/${body.policyVersion - 1}/diff/${body.policyVersion}`)).body
  assert.match(changes[0].sentence, /is snoozed for the user `cara` until .* because “moves house”/)
  now += 1
  assert.equal((await wake('userId=cara')).status, 200)
  assert.equal(await snoozesOf(), undefined)
  now += 1
  await call('POST', `${base}/policy-versions/${body.policyVersion}/restore`)
  assert.equal((await snoozesOf())[0].userId, 'cara')
  const entries = (await call('GET', '/management/audit?limit=3')).body.entries
  assert.deepEqual(
    entries.map(({ event, userId, details }: Body) => [event, userId, details.ruleId]),
    [
      ['policy.restored', undefined, undefined],
      ['rule.woken', 'cara', 'high'],
      ['rule.snoozed', 'cara', 'high'],
    ],
  )
  assert.ok(!JSON.stringify(entries.map(({ details }: Body) => details)).includes('cara'), 'so that an erasure of the user finds all of it')
  await wake('userId=cara')
})

test('a snooze for the same subject is replaced, in whatever spelling the address is sent', async () => {
  await snooze({ ipAddress: '::ffff:203.0.113.9' })
  await snooze({ ipAddress: '203.0.113.9', reason: 'again' })
  assert.deepEqual(
    (await snoozesOf()).map(({ ipAddress, reason }: Body) => [ipAddress, reason]),
    [['203.0.113.9', 'again']],
  )
  assert.equal((await wake('ipAddress=::ffff:203.0.113.9')).status, 200)
  await snooze({ ipAddress: '2001:DB8:0:1::5/48' })
  assert.equal((await snoozesOf())[0].ipAddress, '2001:db8::/48')
  assert.deepEqual(
    [await stateOf('dan', { ipAddress: '2001:db8::77' }), await stateOf('dan', { ipAddress: '2001:db9::77' })],
    ['ALLOW', 'CHALLENGE_REQUIRED'],
  )
  assert.equal((await wake('ipAddress=2001:db8::/48')).status, 200)
  await snooze({ deviceId: 'tablet' })
  assert.deepEqual([await stateOf('dan', { deviceId: 'tablet' }), await stateOf('dan')], ['ALLOW', 'CHALLENGE_REQUIRED'])
  assert.equal((await wake('deviceId=tablet')).status, 200)
})

test('a snooze that could do nothing is refused', async () => {
  const before = await version()
  const refused: [object, RegExp][] = [
    [{ userId: 'ann', until: iso(now) }, /`until` is in the past/],
    [{ userId: 'ann', until: 'tomorrow' }, /until/],
    [{ userId: 'ann', reason: ' ' }, /reason/],
    [{}, /exactly one of/],
    [{ userId: 'ann', deviceId: 'phone' }, /exactly one of/],
    [{ ipAddress: '203.0.113' }, /neither an address nor a CIDR range/],
    [{ ipAddress: '0.0.0.0/0' }, /wider than/],
    [{ userId: 'ann', expectedPolicyVersion: 1 }, /expected version 1/],
    [{ userId: 'ann', other: 1 }, /other/],
  ]
  for (const [body, reason] of refused) {
    const reply = await snooze(body)
    assert.ok(reply.status === 400 || reply.status === 409, JSON.stringify(body))
    assert.match(reply.body.errorDescription, reason)
  }
  assert.equal((await snooze({ userId: 'ann' }, `${base}/rules/none`)).status, 404)
  assert.equal((await wake('userId=nobody')).status, 404)
  assert.equal((await wake('')).status, 400)
  assert.equal(await version(), before)
  await call('POST', `${base}/rules`, {
    ruleId: 'friends',
    name: 'Friends',
    isActive: false,
    type: 'ALLOW',
    conditions: { '==': [{ var: 'ip.version' }, 6] },
  })
  assert.match((await snooze({ userId: 'ann' }, `${base}/rules/friends`)).body.errorDescription, /allows, so a snooze would do nothing/)
})

test('a rule has at most a hundred snoozes, and those that have ended make room', async () => {
  const full = Array.from({ length: 100 }, (_, i) => ({ userId: `u${i}`, until: iso(now + day + i), reason: 'x' }))
  assert.equal((await call('PATCH', high, { snoozes: full })).status, 200)
  assert.match((await snooze({ userId: 'late' })).body.errorDescription, /at most 100 snoozes/)
  assert.equal((await snooze({ userId: 'u5' })).status, 200, 'one that takes the place of another')
  now += day
  assert.equal((await snooze({ userId: 'late' })).status, 200)
  assert.equal((await snoozesOf()).length, 99, 'u0 and u5 have ended')
  await call('PATCH', high, { snoozes: [] })
  assert.equal(await snoozesOf(), undefined)
})

test('a change that does not speak of snoozes leaves them, and drops those that have ended', async () => {
  await snooze({ userId: 'ann' })
  await snooze({ userId: 'bob', until: iso(now + 2 * day) })
  now += day
  await call('PATCH', high, { name: 'High amount' })
  assert.deepEqual(
    (await snoozesOf()).map(({ userId }: Body) => userId),
    ['bob'],
  )
  const rules = [{ name: 'High amount', type: 'CHALLENGE', conditions: { '>': [{ var: 'custom.amount' }, 100] } }]
  await call('PUT', `${base}/policy`, { defaultUserActionResult: 'ALLOW', rules })
  assert.deepEqual(
    (await snoozesOf()).map(({ userId }: Body) => userId),
    ['bob'],
  )
})

test('a whole policy brings its snoozes along, and changes nothing the second time, nor when they have ended', async () => {
  const { policy } = (await call('GET', `${base}/policy`)).body
  const { body: again } = await call('PUT', `${base}/policy`, policy)
  assert.deepEqual([again.changes, again.warnings], [[], []])
  assert.deepEqual((await call('PUT', `${base}/policy`, { ...policy, rules: [{ ...policy.rules[0], snoozes: [] }] })).status, 200)
  assert.equal(await snoozesOf(), undefined)
  const { body: back } = await call('PUT', `${base}/policy`, policy)
  assert.match(back.changes[0].sentence, /is snoozed for the user `bob`/)
  now += 2 * day
  const { body: late } = await call('PUT', `${base}/policy`, policy)
  assert.deepEqual(late.changes, [])
  assert.match(late.warnings[0].message, /its snooze for the user `bob` has ended at .* and is left out/)
  const twice = { ...policy.rules[0], snoozes: [policy.rules[0].snoozes[0], policy.rules[0].snoozes[0]] }
  assert.match((await call('PUT', `${base}/policy`, { ...policy, rules: [twice] })).body.errorDescription, /the user `bob` appears twice/)
})

test('the test bench, saved tests and drafts know the snoozes', async () => {
  await snooze({ userId: 'ann' })
  const event = { userId: 'ann', custom: { amount: 500 } }
  assert.equal((await call('POST', `${base}/evaluate`, { event })).body.outcome, 'ALLOW')
  const [rule] = (await call('GET', `${base}/policy`)).body.policy.rules
  const { snoozes: _, ...bare } = rule
  const tried = async (draft: object) => (await call('POST', `${base}/evaluate`, { event, draft: { rules: [draft] } })).body.outcome
  assert.deepEqual([await tried(bare), await tried({ ...bare, snoozes: [] })], ['ALLOW', 'CHALLENGE'])
  await call('POST', `${base}/tests`, { name: 'bob is asked', event: { ...event, userId: 'bob' }, expect: { outcome: 'CHALLENGE' } })
  const refused = await snooze({ userId: 'bob' })
  assert.deepEqual([refused.status, refused.body.errorCode], [409, 'failing_tests'])
  assert.equal(
    (await call('POST', `${high}/snooze?ignoreFailingTests=true`, { userId: 'bob', until: iso(now + day), reason: 'x' })).status,
    200,
  )
})

test('LG-03: an erased user is in no version of a policy any more, and comes back as a stranger', async () => {
  await snooze({ userId: 'person-to-erase' })
  await snooze({ userId: 'person-to-keep' })
  assert.equal(await stateOf('person-to-erase'), 'ALLOW')
  const exported = await exportUser(deps, tenant.tenantId, 'person-to-erase')
  assert.deepEqual(
    exported?.snoozes.map(({ actionCode, rule, reason }) => [actionCode, rule, reason]),
    [['transfer', 'High amount', 'moves house']],
  )
  assert.equal((await call('DELETE', '/users/person-to-erase', undefined, asServer)).status, 200)
  assert.equal(await exportUser(deps, tenant.tenantId, 'person-to-erase'), undefined)
  const rows = await deps.store.db.selectFrom('policy_versions').where('tenant_id', '=', tenant.tenantId).select('definition').execute()
  assert.deepEqual(
    rows.filter(({ definition }) => definition.includes('person-to-erase')),
    [],
  )
  assert.ok(rows.some(({ definition }) => definition.includes('person-to-keep')))
  assert.deepEqual([await stateOf('person-to-erase'), await stateOf('person-to-keep')], ['CHALLENGE_REQUIRED', 'ALLOW'])
})
