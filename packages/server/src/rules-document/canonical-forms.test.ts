import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'

let t: TestApp
before(async () => {
  t = await createTestApp()
  await call('POST', '/action-configurations', { actionCode: 'pay', defaultUserActionResult: 'ALLOW' })
})
after(() => t.close())

// biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, looked into by assertions.
type Body = any

async function call(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, payload?: object) {
  const response = await t.app.inject({ method, url: `/v1/management${path}`, headers: t.asManagement, payload })
  return { status: response.statusCode, body: response.json<Body>(), said: response.json<Body>().errorDescription as string }
}

const country = { var: 'ip.countryCode' }
const sanctioned = { in: [country, ['ir', 'kp']] }

test('C1: a rule with a constant that can never match is refused at every door, with the spelling meant', async () => {
  const rule = { name: 'Sanctioned', type: 'BLOCK', conditions: sanctioned }
  const doors = [
    await call('POST', '/action-configurations/pay/rules', rule),
    await call('PUT', '/action-configurations/pay/policy', { defaultUserActionResult: 'ALLOW', rules: [rule] }),
    await call('PUT', '/rules?dryRun=true', { actions: [{ actionCode: 'pay', defaultUserActionResult: 'ALLOW', rules: [rule] }] }),
    await call('POST', '/action-configurations/pay/evaluate', { event: {}, draft: { rules: [rule] } }),
    await call('POST', '/action-configurations/pay/backtests', { draft: { rules: [rule] } }),
    await call('POST', '/velocity-features', { name: 'abroad', metric: 'count', per: 'user', windowMinutes: 60, condition: sanctioned }),
  ]
  for (const [i, { status, said }] of doors.entries()) {
    assert.equal(status, 400, `door ${i}`)
    assert.match(said, /did you mean `IR`\?/, `door ${i}`)
  }
  const both = await call('POST', '/action-configurations/pay/rules', rule)
  assert.match(both.said, /`IR`.*; .*`KP`/, 'both are named')

  const saved = await call('POST', '/action-configurations/pay/rules', { ...rule, conditions: { in: [country, ['IR', 'KP']] } })
  assert.equal(saved.status, 200, saved.said)
  assert.deepEqual(saved.body.conditions, { in: [country, ['IR', 'KP']] }, 'kept verbatim')
  const path = `/action-configurations/pay/rules/${saved.body.ruleId}`
  assert.match((await call('PATCH', path, { conditions: { '!=': [country, 'ir'] } })).said, /did you mean `IR`\?/)
  assert.equal((await call('DELETE', path)).status, 200)
})

test('C1: a rule that an earlier release let through can still be renamed and switched off', async () => {
  const { body } = await call('POST', '/action-configurations/pay/rules', {
    name: 'Old',
    type: 'BLOCK',
    conditions: { '==': [country, 'XK'] },
  })
  const row = await t.deps.store.db
    .selectFrom('policy_versions')
    .selectAll()
    .where('action_code', '=', 'pay')
    .orderBy('version', 'desc')
    .executeTakeFirst()
  await t.deps.store.db
    .updateTable('policy_versions')
    .set({ definition: String(row?.definition).replaceAll('XK', 'ir') })
    .where('action_code', '=', 'pay')
    .where('version', '=', row?.version ?? 0)
    .execute()
  const path = `/action-configurations/pay/rules/${body.ruleId}`
  const off = await call('PATCH', path, { isActive: false, name: 'Older' })
  assert.equal(off.status, 200, off.said)
  assert.match(off.body.warnings[0].message, /did you mean `IR`\?/)
  assert.match((await call('PATCH', path, { conditions: { '!=': [country, 'ir'] } })).said, /did you mean `IR`\?/)
  await call('DELETE', path)
})

test('C1: an entry that the rules of a list can never meet is refused, whichever is saved first', async () => {
  await call('POST', '/value-lists', { name: 'Embargo', valueListItems: ['IR', 'kp'] })
  const rule = { name: 'Embargo', type: 'BLOCK', conditions: { in: [country, { var: 'lists.embargo' }] } }
  const saved = await call('POST', '/action-configurations/pay/rules', rule)
  assert.equal(saved.status, 200, saved.said)
  assert.match(saved.body.warnings[0].message, /an entry of the list can never match: `kp`.*did you mean `KP`\?/)

  const added = await call('POST', '/value-lists/embargo/items', { add: ['cu', 'SY'] })
  assert.equal(added.status, 400)
  assert.match(added.said, /did you mean `CU`\?/)
  assert.match((await call('PATCH', '/value-lists/embargo', { valueListItems: ['IR', 'kp', 'UK'] })).said, /did you mean `GB`\?/)
  const document = { lists: [{ name: 'Embargo', valueListItems: ['IR', 'su'] }] }
  assert.match((await call('PUT', '/rules', document)).said, /did you mean `RU`\?/)
  assert.equal((await call('PATCH', '/value-lists/embargo', { valueListItems: ['IR', 'KP', 'kp'] })).status, 200, 'what was there stays')

  await call('POST', '/value-lists', { name: 'Lower', valueListItems: ['ir', 'kp'] })
  const dead = await call('POST', '/action-configurations/pay/rules', {
    ...rule,
    name: 'Dead',
    conditions: { in: [country, { var: 'lists.lower' }] },
  })
  assert.match(dead.said, /no entry of the list can ever match/)
  await call('DELETE', `/action-configurations/pay/rules/${saved.body.ruleId}`)
})

test('C1: a saved test that gives a signal a value it never has is refused', async () => {
  const wrong = { name: 'T', event: { signals: { 'ip.countryCode': 'ir' } }, expect: { outcome: 'ALLOW' } }
  const answer = await call('POST', '/action-configurations/pay/tests', wrong)
  assert.equal(answer.status, 400)
  assert.match(answer.said, /did you mean `IR`\?/)
})

test('C4: conditions that match always are saved with a warning, and so is what can never decide', async () => {
  const always = await call('POST', '/action-configurations/pay/rules', { name: 'All', type: 'BLOCK', conditions: {} })
  assert.equal(always.status, 200, always.said)
  assert.match(always.body.warnings[0].message, /^matches always/)
  const after = await call('POST', '/action-configurations/pay/rules', {
    name: 'After',
    type: 'ALLOW',
    conditions: { '==': [country, 'NZ'] },
  })
  assert.match(after.body.warnings[0].message, /^never decides: \*All\*/)
  const nobody = { name: 'Nobody', type: 'BLOCK', priority: 0, conditions: { '==': [country, 'NZ'] }, rolloutPercent: 0 }
  const dry = await call('PUT', '/rules?dryRun=true', {
    actions: [{ actionCode: 'pay', defaultUserActionResult: 'ALLOW', rules: [nobody, { name: 'All', type: 'BLOCK' }] }],
  })
  assert.match(dry.body.actions[0].warnings[0].message, /^can never match: it is rolled out to 0 percent/)
  assert.match(dry.body.actions[0].warnings[1].message, /^matches always/)
  const never = await call('POST', '/action-configurations/pay/rules', { name: 'Never', type: 'BLOCK', conditions: { '==': [1, 2] } })
  assert.match(never.said, /can never hold/)
  for (const { body } of [always, after]) await call('DELETE', `/action-configurations/pay/rules/${body.ruleId}`)
})

test('C5: the passkey configuration refuses what no browser accepts, also when only one side changes', async () => {
  const path = '/authenticator-configurations/passkey'
  for (const [body, expected] of [
    [{ relyingParty: '192.168.1.1' }, /is an IP address/],
    [{ relyingParty: 'LocalHost' }, /did you mean `localhost`\?/],
    [{ relyingParty: 'com' }, /is not under the relying party id `com`/],
    [{ relyingParty: 'other.example' }, /is not under the relying party id `other\.example`/],
    [{ expectedOrigins: ['https://app.example.com'] }, /is not under the relying party id `localhost`/],
    [{ expectedOrigins: ['localhost:3150', 'https://*.localhost'] }, /did you mean `http:\/\/localhost:3150`\?.*has a wildcard/],
    [{ expectedTopOrigins: ['https://partner.example/'] }, /did you mean `https:\/\/partner\.example`\?/],
    [{ relyingParty: 'bank.example', expectedOrigins: ['http://bank.example'] }, /is not secure/],
  ] as const) {
    const { status, said } = await call('PATCH', path, body)
    assert.equal(status, 400, JSON.stringify(body))
    assert.match(said, expected)
  }
  const before = (await call('GET', path)).body
  const changed = await call('PATCH', path, { relyingParty: 'bank.example', expectedOrigins: ['https://app.bank.example'] })
  assert.equal(changed.status, 200, changed.said)
  await call('PATCH', path, { relyingParty: before.relyingParty, expectedOrigins: before.expectedOrigins })
})

test('C6: a day that does not exist is refused wherever a time is taken', async () => {
  const day = '2027-02-31T10:00:00Z'
  const rule = { name: 'R', type: 'BLOCK', conditions: { '==': [country, 'NZ'] } }
  for (const { status } of [
    await call('POST', '/action-configurations/pay/rules', { ...rule, expiresAt: day }),
    await call('POST', '/action-configurations/pay/evaluate', { event: { at: day } }),
    await call('POST', '/action-configurations/pay/backtests', { draft: { rules: [rule] }, from: day }),
    await call('POST', '/action-configurations/pay/tests', { name: 'T', event: { at: day }, expect: { outcome: 'ALLOW' } }),
  ]) {
    assert.equal(status, 400)
  }
})

test('C7: names that differ by a combining sign are two lists, and both forms of a letter are one', async () => {
  for (const name of ['काला', 'कील', 'Länder'])
    assert.equal((await call('POST', '/value-lists', { name, valueListItems: ['x'] })).status, 200, name)
  assert.equal((await call('POST', '/value-lists', { name: 'Länder'.normalize('NFD') })).status, 409)
  assert.equal((await call('GET', `/value-lists/${encodeURIComponent('länder'.normalize('NFD'))}`)).body.name, 'Länder')
})

test('C8: blanks and line ends around an entry are removed at every door', async () => {
  const created = await call('POST', '/value-lists', { name: 'Mules', valueListItems: ['a ', '\tb\r\n', 'a', 'c d'] })
  assert.deepEqual(created.body.valueListItems, ['a', 'b', 'c d'])
  await call('POST', '/value-lists/mules/items', { add: [' e'], remove: ['a\n'] })
  assert.deepEqual((await call('GET', '/value-lists/mules')).body.valueListItems, ['b', 'c d', 'e'])
  assert.deepEqual((await call('PATCH', '/value-lists/mules', { valueListItems: ['f\n'] })).body.valueListItems, ['f'])
  await call('PUT', '/rules', { lists: [{ name: 'Mules', valueListItems: [' g '] }] })
  assert.deepEqual((await call('GET', '/value-lists/mules')).body.valueListItems, ['g'])
  assert.match((await call('POST', '/value-lists/mules/items', { add: [' \n'] })).said, /`add\.0` is empty/)
})

test('D1: a refusal names every problem at once', async () => {
  const empty = await call('POST', '/action-configurations/pay/rules', {})
  assert.match(empty.said, /`name` is missing.*; `type` is missing: it must be one of ALLOW, CHALLENGE, REVIEW, BLOCK, for example/)
  const conditions = { and: [{ '==': [country, 'ir'] }, { '>': [{ var: 'custom.nothing' }, 1] }] }
  const many = await call('POST', '/action-configurations/pay/rules', {
    name: 'R',
    type: 'BLOCK',
    conditions,
    verificationMethods: ['SMS'],
  })
  assert.match(many.said, /SMS is not an enabled verification method; .*did you mean `IR`\?.*; .*unknown data point `nothing`/)
  const rules = [
    { name: 'One', type: 'BLOCK', conditions: sanctioned },
    { name: 'Two', type: 'BLOCK', conditions: { '==': [country, 'uk'] } },
  ]
  const document = await call('PUT', '/rules', {
    actions: ['pay', 'send'].map((actionCode) => ({ actionCode, defaultUserActionResult: 'ALLOW', rules })),
  })
  assert.match(document.said, /action `pay`: rule `One`.*rule `Two`.*action `send`: rule `One`.*rule `Two`/)
})

test('D1: what has one sensible default need not be sent', async () => {
  const first = await call('POST', '/action-configurations/pay/rules', { name: 'A', type: 'BLOCK', conditions: { '==': [country, 'NZ'] } })
  const second = await call('POST', '/action-configurations/pay/rules', {
    name: 'B',
    type: 'BLOCK',
    conditions: { '==': [country, 'AU'] },
    mode: 'shadow',
  })
  assert.equal(first.body.isActive, true)
  assert.equal(second.body.priority, first.body.priority + 1)
  assert.equal(second.body.mode, 'shadow')
  const numbers = await call('POST', '/value-lists', { name: 'Numbers', valueListItems: [1, 2] })
  assert.equal(numbers.body.itemType, 'number')
  assert.equal(numbers.body.isActive, true)
  assert.equal((await call('POST', '/value-lists', { name: 'Nothing' })).body.itemType, 'string')
  assert.match((await call('POST', '/value-lists', { name: 'Mixed', valueListItems: [1, 'x'] })).said, /is not a string/)
})
