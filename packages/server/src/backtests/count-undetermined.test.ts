import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { openIpIntelligence } from '../ip/open-ip-intelligence.ts'
import { StoreUnavailableError } from '../storage/store-errors.ts'
import { undeterminedCounter } from './count-undetermined.ts'

let server: TestApp
before(async () => {
  // A damaged release: nobody knows what its lists contained.
  const damaged = join(tmpdir(), 'sallyport-test-without-snapshot')
  server = await createTestApp({ ip: await openIpIntelligence({ dataDir: damaged, clock: Date.now, listsPackage: damaged }) })
  await manage('POST', 'action-configurations', { actionCode: 'login', defaultUserActionResult: 'ALLOW' })
})
after(() => server.close())

async function manage(method: 'POST' | 'PATCH' | 'PUT', path: string, body: object) {
  const reply = await server.app.inject({ method, url: `/v1/management/${path}`, headers: server.asManagement, payload: body })
  assert.equal(reply.statusCode, 200, reply.body)
  return reply.json()
}

async function track(ipAddress: string) {
  const url = '/v1/users/ada/actions/login'
  const reply = await server.app.inject({ method: 'POST', url, headers: server.asServer, payload: { ipAddress } })
  assert.equal(reply.statusCode, 200, reply.body)
  return reply.json()
}

const isTor = { '==': [{ var: 'ip.isTor' }, true] }
const rule = (priority: number, rest: object = {}) => ({
  name: `rule ${priority}`,
  isActive: true,
  priority,
  type: 'BLOCK',
  conditions: isTor,
  ...rest,
})
const messages = ({ warnings = [] }: { warnings?: { message: string }[] }) => warnings.map(({ message }) => message)

test('B4: a rule that nobody could be decided by warns when it is created, with the data set that cannot be read', async () => {
  const [message = '', ...others] = messages(await manage('POST', 'action-configurations/login/rules', rule(0)))
  assert.match(
    message,
    /^the rule \*rule 0\* is undetermined for everybody, because IP data sets are not current: `lists` is broken, `tor` is absent/,
  )
  assert.match(message, /it counts as matched then, so the outcome is BLOCK$/)
  assert.deepEqual(others, [])
  const skipped = await manage('POST', 'action-configurations/login/rules', rule(1, { whenUndetermined: 'SKIP' }))
  assert.match(messages(skipped)[0] ?? '', /it does not match then$/)
})

test('B4: a rule that can be determined, reads no address or is off warns of nothing', async () => {
  for (const [priority, rest] of [
    [2, { conditions: { in: [{ var: 'ip.location.country.countryCode' }, ['NZ']] } }],
    [3, { conditions: { '==': [{ var: 'device.isNew' }, true] } }],
    [4, { isActive: false }],
  ] as const) {
    assert.deepEqual(messages(await manage('POST', 'action-configurations/login/rules', rule(priority, rest))), [])
  }
})

test('B4: changing a rule, importing a document and a dry run measure the share of recent events', async () => {
  await manage('POST', 'action-configurations', { actionCode: 'pay', defaultUserActionResult: 'ALLOW' })
  const saved = await manage('POST', 'action-configurations/pay/rules', rule(0, { mode: 'off', isActive: false }))
  const url = '/v1/users/ada/actions/pay'
  for (const payload of [{ ipAddress: '73.162.40.7' }, { ipAddress: '87.140.12.9' }, {}, {}]) {
    await server.app.inject({ method: 'POST', url, headers: server.asServer, payload })
  }
  const share = /and was for 2 of the last 4 events \(50 %\)/
  assert.match(
    messages(await manage('PATCH', `action-configurations/pay/rules/${saved.ruleId}`, { isActive: true, mode: 'active' }))[0] ?? '',
    share,
  )
  const policy = { defaultUserActionResult: 'ALLOW', rules: [rule(7, { name: 'another' })] }
  assert.match(messages(await manage('PUT', 'action-configurations/pay/policy?dryRun=true', policy))[0] ?? '', share)
  const document = { actions: [{ actionCode: 'pay', ...policy }] }
  assert.match(messages((await manage('PUT', 'rules?dryRun=true', document)).actions[0])[0] ?? '', share)
  assert.match(messages((await manage('PUT', 'rules', document)).actions[0])[0] ?? '', share)
  assert.deepEqual(messages((await manage('PUT', 'rules', document)).actions[0]), [], 'nothing changed, nothing is measured')
})

test('B4: every way to bring a rule into force warns alike', async () => {
  const base = 'action-configurations/doors'
  await manage('POST', 'action-configurations', { actionCode: 'doors', defaultUserActionResult: 'ALLOW' })
  for (const ipAddress of ['73.162.40.7', '87.140.12.9']) {
    await server.app.inject({ method: 'POST', url: '/v1/users/ada/actions/doors', headers: server.asServer, payload: { ipAddress } })
  }
  const created = await manage('POST', `${base}/rules`, rule(0))
  const expected = messages(created)
  assert.equal(expected.length, 1)
  assert.match(expected[0] ?? '', /everybody and was for 2 of the last 2 events \(100 %\), because/)
  const patched = async (body: object) => messages(await manage('PATCH', `${base}/rules/${created.ruleId}`, body))
  const emptied = { defaultUserActionResult: 'ALLOW', rules: [] }
  const policy = { ...emptied, rules: [{ ...rule(0), ruleId: created.ruleId }] }

  assert.deepEqual(await patched({ mode: 'off', isActive: false }), [])
  assert.deepEqual(await patched({ mode: 'shadow' }), expected, 'a shadow rule is evaluated')
  assert.deepEqual(await patched({ isActive: true }), expected, 'activated by `isActive`')
  assert.deepEqual(await patched({ mode: 'off' }), [])
  assert.deepEqual(await patched({ mode: 'active' }), expected, 'activated by `mode`')
  assert.deepEqual(await patched({ priority: 5 }), expected, 'moved')
  assert.deepEqual(messages(await manage('PUT', `${base}/policy`, emptied)), [])
  assert.deepEqual(messages(await manage('PUT', `${base}/policy?dryRun=true`, policy)), expected, 'a dry run')
  assert.deepEqual(messages(await manage('POST', `${base}/policy-versions/${created.policyVersion}/restore`, {})), expected, 'restored')
  await manage('PUT', `${base}/policy`, emptied)
  assert.deepEqual(messages(await manage('PUT', `${base}/policy`, policy)), expected, 'saved as a policy')
  await manage('PUT', `${base}/policy`, emptied)
  const document = { actions: [{ actionCode: 'doors', ...policy }] }
  assert.deepEqual(messages((await manage('PUT', 'rules', document)).actions[0]), expected, 'imported')
})

test('B4: a list that comes with the document is no reason for doubt', async () => {
  const document = {
    lists: [{ name: 'office', itemType: 'string', isActive: true, valueListItems: ['203.0.113.7'] }],
    actions: [
      {
        actionCode: 'office',
        defaultUserActionResult: 'ALLOW',
        rules: [rule(0, { conditions: { in: [{ var: 'ip.address' }, { var: 'lists.office' }] } })],
      },
    ],
  }
  assert.deepEqual(messages((await manage('PUT', 'rules?dryRun=true', document)).actions[0]), [])
})

test('B4: a decision under an undetermined rule says so, counts it and lists it', async () => {
  const { state, warnings } = await track('73.162.40.7')
  assert.equal(state, 'BLOCK')
  assert.ok(
    warnings.some(({ code, message }: { code: string; message: string }) => code === 'rule_undetermined' && /\*rule 0\*/.test(message)),
  )
  const { body } = await server.app.inject({ url: '/metrics' })
  assert.match(body, /sallyport_rule_undetermined_total\{tenant="test-tenant",action="login",rule="[^"]+"\} 1/)
  assert.match(body, /sallyport_track_warnings_total\{tenant="test-tenant",code="rule_undetermined"\} \d/)
})

test('B4: a count that fails does not make the save look refused', async () => {
  const countUndetermined = undeterminedCounter({
    clock: Date.now,
    log: { warn: () => undefined },
    workers: {
      run: () => Promise.reject(new StoreUnavailableError(new Error('gone'))),
    },
  })
  assert.equal(
    await countUndetermined('t', {
      action: 'a',
      version: 1,
      defaultOutcome: 'ALLOW',
      whenUnenrolled: 'ENROLL',
      verificationMethods: [],
      rules: [],
    }),
    undefined,
  )
})
