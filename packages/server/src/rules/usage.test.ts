import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'

const server = await createTestApp()
const { app, asManagement, addTenant, close } = server
after(close)

// biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, looked into by assertions.
type Body = any

async function call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object, headers = asManagement) {
  const reply = await app.inject({ method, url: `/v1/management${path}`, headers, payload })
  return { status: reply.statusCode, body: reply.json<Body>() }
}
const usage = async (query: string) => (await call('GET', `/usage?${query}`)).body
const pay = '/action-configurations/pay'
let amountId = ''

before(async () => {
  amountId = (await call('POST', '/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' })).body.id
  await call('POST', '/custom-data-points', { name: 'payee', dataType: 'text', modelType: 'action' })
  await call('POST', '/custom-data-points', { name: 'tier', dataType: 'text', modelType: 'user' })
  await call('POST', '/value-lists', { name: 'Mules', itemType: 'string', valueListItems: ['m'], isActive: true })
  await call('POST', '/velocity-features', {
    name: 'sum1h',
    metric: 'sum',
    of: 'custom.amount',
    per: 'user',
    windowMinutes: 60,
    condition: { '==': [{ var: 'ip.countryCode' }, 'NZ'] },
  })
  await call('POST', '/action-configurations', {
    actionCode: 'pay',
    defaultUserActionResult: 'ALLOW',
    requires: ['ip', 'amount'],
    requiredDataPoints: ['amount'],
  })
  const rules = [
    {
      ruleId: 'high',
      name: 'High',
      type: 'CHALLENGE',
      conditions: { or: [{ '>': [{ var: 'custom.amount' }, 9] }, { '>': [{ var: 'velocity.sum1h' }, 99] }] },
    },
    { ruleId: 'mule', name: 'Mule', type: 'BLOCK', mode: 'shadow', conditions: { in: [{ var: 'custom.payee' }, { var: 'lists.mules' }] } },
    { ruleId: 'far', name: 'Far', type: 'REVIEW', mode: 'off', conditions: { '==': [{ var: 'ip.location.country.countryCode' }, 'NZ'] } },
  ]
  for (const rule of rules) {
    const { status, body } = await call('POST', `${pay}/rules`, rule)
    assert.equal(status, 200, JSON.stringify(body))
  }
  const event = { custom: { amount: 3 }, user: { custom: { tier: 'gold' } }, signals: { 'ip.countryCode': 'DE', 'velocity.sum1h': 3 } }
  assert.equal((await call('POST', `${pay}/tests`, { name: 'small', event, expect: { outcome: 'ALLOW' } })).status, 200)
})

const rule = (ruleId: string, name: string, mode: string, reads: string, ...paths: string[]) => ({
  kind: 'rule',
  actionCode: 'pay',
  ruleId,
  name,
  mode,
  reads,
  paths,
})
const small = (reads: string, ...paths: string[]) => ({ kind: 'test', actionCode: 'pay', name: 'small', reads, paths })

test('where a list, a feature, a data point or a signal is used is told with action, rule, mode and path', async () => {
  assert.deepEqual(await usage('list=mules'), { uses: [rule('mule', 'Mule', 'shadow', 'lists.mules', 'conditions.in[1].var')] })
  assert.deepEqual((await usage('feature=sum1h')).uses, [
    rule('high', 'High', 'active', 'velocity.sum1h', "conditions.or[1]['>'][0].var"),
    small('velocity.sum1h', "event.signals['velocity.sum1h']"),
  ])
  assert.deepEqual((await usage('dataPoint=amount')).uses, [
    rule('high', 'High', 'active', 'custom.amount', "conditions.or[0]['>'][0].var"),
    { kind: 'requirement', actionCode: 'pay', reads: 'amount', paths: ['requires[1]', 'requiredDataPoints[0]'] },
    { kind: 'velocity_feature', name: 'sum1h', reads: 'custom.amount', paths: ['of'] },
    small('custom.amount', 'event.custom.amount'),
  ])
  assert.deepEqual((await usage('dataPoint=tier')).uses, [small('user.custom.tier', 'event.user.custom.tier')])
  for (const name of ['ip.countryCode', 'ip.location.country.countryCode']) {
    assert.deepEqual(
      (await usage(`signal=${name}`)).uses,
      [
        rule('far', 'Far', 'off', 'ip.location.country.countryCode', "conditions['=='][0].var"),
        { kind: 'velocity_feature', name: 'sum1h', reads: 'ip.countryCode', paths: ["condition['=='][0].var"] },
        small('ip.countryCode', "event.signals['ip.countryCode']"),
      ],
      name,
    )
  }
  assert.deepEqual(await usage('signal=ip.isTor'), { uses: [] })
})

test('what is used cannot be removed, for the same uses', async () => {
  const removed = async (path: string) => (await call('DELETE', path)).body.errorDescription
  assert.equal(await removed('/value-lists/mules'), 'the rule `Mule` of action `pay` uses `lists.mules`')
  assert.equal(await removed('/velocity-features/sum1h'), 'the rule `High` of action `pay` uses `velocity.sum1h`')
  assert.equal(await removed(`/custom-data-points/${amountId}`), 'the rule `High` of action `pay` uses `custom.amount`')
  await call('DELETE', `${pay}/rules/high`)
  await call('DELETE', '/velocity-features/sum1h?ignoreFailingTests=true')
  await call('PATCH', pay, { requiredDataPoints: null })
  assert.equal(
    await removed(`/custom-data-points/${amountId}`),
    'the action `pay` requires `amount`',
    'an input of its policy counts as well',
  )
  await call('PATCH', pay, { requires: null })
  const { status, body } = await call('DELETE', `/custom-data-points/${amountId}?ignoreFailingTests=true`)
  assert.equal(status, 200, JSON.stringify(body))
})

test('exactly one thing is asked for, and a misspelt signal is told', async () => {
  for (const query of ['', 'list=a&feature=b', 'list=', 'other=x']) assert.equal((await call('GET', `/usage?${query}`)).status, 400, query)
  assert.match(
    (await call('GET', '/usage?signal=ip.isTorr')).body.errorDescription,
    /unknown signal `ip.isTorr`; did you mean `ip.isTor`\?/,
  )
})

test('TN-01: nobody learns what another tenant uses', async () => {
  const other = await addTenant()
  assert.deepEqual((await call('GET', '/usage?list=mules', undefined, other.asManagement)).body, { uses: [] })
})
