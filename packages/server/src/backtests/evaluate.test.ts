import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'

let now = Date.UTC(2026, 10, 24, 12)
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, asBrowser, addTenant, close } = server
after(close)

interface Evaluated {
  state: string
  outcome: string
  ruleId?: string
  ruleIds: string[]
  shadowRuleIds: string[]
  isEnrolled: boolean
  isDraft: boolean
  policyVersion?: number
  explanation: {
    sentence: string
    trace: { name: string; result: unknown }[]
    signals: Record<string, unknown>
    missing: Record<string, string>
  }
  warnings: unknown[]
  errorCode?: string
  errorDescription?: string
}

async function call(method: 'GET' | 'POST', url: string, payload?: object, headers: Record<string, string> = asManagement) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload })
  return { status: reply.statusCode, body: reply.json<Evaluated>() }
}
const evaluate = (body: object, code = 'transfer', headers = asManagement) =>
  call('POST', `/management/action-configurations/${code}/evaluate`, body, headers)
const highValue = {
  name: 'High value',
  isActive: true,
  priority: 0,
  type: 'CHALLENGE',
  conditions: { '>': [{ var: 'custom.transactionValue' }, 2000] },
}
const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
let ruleId: string

before(async () => {
  await call('POST', '/management/custom-data-points', { name: 'transactionValue', dataType: 'number', modelType: 'action' })
  await call('POST', '/management/custom-data-points', { name: 'tier', dataType: 'text', modelType: 'user' })
  await configureAction(server, 'transfer', { defaultOutcome: 'ALLOW' })
  const created = await call('POST', '/management/action-configurations/transfer/rules', highValue)
  ruleId = created.body.ruleId ?? assert.fail()
})

test('an event is decided and explained as a track of it would be', async () => {
  const event = { userId: 'jane', ipAddress: '8.8.8.8', userAgent: chrome, deviceId: 'd1', custom: { transactionValue: '3000' } }
  const { status, body } = await evaluate({ event })
  assert.equal(status, 200)
  assert.deepEqual(
    [body.state, body.outcome, body.ruleId, body.isDraft, body.isEnrolled],
    ['CHALLENGE_REQUIRED', 'CHALLENGE', ruleId, false, false],
  )
  assert.match(body.explanation.sentence, /^Challenged by \*High value\*/)
  assert.equal(body.explanation.trace[0]?.result, true)
  assert.equal(body.explanation.signals['device.browser.name'], 'Chrome')
  assert.equal(body.explanation.signals['velocity.actions1h'], 1)
  const tracked = await call('POST', '/users/jane/actions/transfer', { ...event, userId: undefined }, asServer)
  assert.deepEqual([tracked.body.state, tracked.body.ruleIds], [body.state, body.ruleIds])
  assert.equal((await evaluate({ event })).body.explanation.signals['velocity.actions1h'], 2, 'it sees what jane did')
  assert.equal((await evaluate({ event: { ...event, userId: undefined } })).body.explanation.signals['velocity.actions1h'], 1)
})

test('a draft is tried in place of the policy, with lists and features of its own', async () => {
  const draft = {
    rules: [
      { ...highValue, type: 'BLOCK', conditions: { in: [{ var: 'custom.payee' }, { var: 'lists.mules' }] } },
      {
        ...highValue,
        name: 'Fast',
        priority: 1,
        conditions: { '>=': [{ var: 'velocity.transfers' }, 1] },
        mode: 'shadow',
        isActive: false,
      },
    ],
    lists: [{ alias: 'mules', valueListItems: ['m1', 'm2'] }],
    features: [{ name: 'transfers', metric: 'count', per: 'user', windowMinutes: 60, actions: ['transfer'] }],
  }
  await call('POST', '/management/custom-data-points', { name: 'payee', dataType: 'text', modelType: 'action' })
  const blocked = await evaluate({ event: { custom: { payee: 'm2' } }, draft })
  assert.deepEqual(
    [blocked.status, blocked.body.outcome, blocked.body.isDraft, blocked.body.policyVersion],
    [200, 'BLOCK', true, undefined],
  )
  assert.deepEqual(blocked.body.ruleIds, ['draft-1'])
  assert.deepEqual(blocked.body.shadowRuleIds, ['draft-2'])
  assert.equal((await evaluate({ event: { custom: { payee: 'x' } }, draft })).body.outcome, 'ALLOW')
  assert.equal(
    (await evaluate({ event: { custom: { payee: 'm2' } }, draft: { defaultUserActionResult: 'REVIEW', rules: [] } })).body.outcome,
    'REVIEW',
  )
})

test('what is assumed of the user stands in for what is on record', async () => {
  const draft = { rules: [{ ...highValue, conditions: { '==': [{ var: 'user.custom.tier' }, 'new'] } }] }
  const event = { userId: 'jane', user: { custom: { tier: 'new' }, enrolledVerificationMethods: ['PASSKEY'] } }
  const { body } = await evaluate({ event, draft })
  assert.deepEqual([body.outcome, body.state, body.isEnrolled], ['CHALLENGE', 'CHALLENGE_REQUIRED', true])
  assert.equal((await evaluate({ event: { userId: 'jane' }, draft })).body.outcome, 'ALLOW')
})

test('a draft that could not be saved is refused in the words of saving, and names the rule', async () => {
  const refuse = async (draft: object, pattern: RegExp) => {
    const { status, body } = await evaluate({ event: {}, draft })
    assert.equal(status, 400)
    assert.match(body.errorDescription ?? '', pattern)
  }
  await refuse(
    { rules: [{ ...highValue, conditions: { '>': [{ var: 'custom.nothing' }, 1] } }] },
    /rule `High value`: `conditions.*unknown data point/,
  )
  await refuse({ rules: [highValue, highValue] }, /another rule with priority: 0/)
  await refuse({ rules: [{ ...highValue, verificationMethods: ['SMS'] }] }, /SMS is not an enabled verification method/)
  await refuse({ features: [{ name: 'a', metric: 'sum', per: 'user', windowMinutes: 60 }] }, /of/)
  await refuse({ features: [1, 2].map(() => ({ name: 'a', metric: 'count', per: 'user', windowMinutes: 60 })) }, /twice/)
  assert.equal((await evaluate({ event: { ipAddress: 'nonsense' } })).status, 400)
  assert.equal((await evaluate({ event: { custom: { transactionValue: 'much' } } })).status, 400)
  assert.equal((await evaluate({ event: {} }, 'never-seen')).status, 404)
})

test('RU-07: trying an event out needs the right to edit, and leaves nothing behind', async () => {
  const event = { userId: 'nobody-yet', ipAddress: '198.51.100.9', deviceId: 'new-device', custom: { transactionValue: 9000 } }
  for (const headers of [asServer, asBrowser]) assert.equal((await evaluate({ event }, 'transfer', headers)).status, 401)
  const other = await addTenant()
  assert.equal((await evaluate({ event }, 'transfer', other.asManagement)).status, 404, 'another tenant has no such action')
  const before = dump()
  for (let i = 0; i < 3; i++) assert.equal((await evaluate({ event })).status, 200)
  await evaluate({ event: { userId: 'jane', custom: {} }, draft: { rules: [{ ...highValue, type: 'BLOCK', conditions: {} }] } })
  await deps.store.checkReady()
  assert.deepEqual(dump(), before)
  now += 1000
  const { body } = await evaluate({ event })
  assert.equal(body.explanation.signals['velocity.actions1h'], 1)
  assert.equal(body.explanation.signals['device.isNew'], true)
})

/** Every row of every table. */
function dump(): Record<string, unknown> {
  const path = join(deps.config.dataDir, 'sallyport.db')
  assert.ok(statSync(path).size > 0 && readFileSync(path).length > 0)
  const database = new DatabaseSync(path, { readOnly: true })
  const names = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'store_state'")
    .all()
    .map(({ name }) => String(name))
  assert.ok(names.includes('instances'))
  const rows = Object.fromEntries(names.map((name) => [name, database.prepare(`SELECT * FROM ${name}`).all()]))
  database.close()
  return rows
}
