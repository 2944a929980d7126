import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'

let server: TestApp
before(async () => {
  server = await createTestApp()
  await declare('transferAmount', 'number')
  await manage('POST', 'action-configurations', { actionCode: 'transfer', defaultUserActionResult: 'ALLOW' })
})
after(() => server.close())

async function manage(method: 'GET' | 'POST' | 'PATCH' | 'PUT', path: string, body?: object) {
  const reply = await server.app.inject({
    method,
    url: `/v1/management/${path}`,
    headers: server.asManagement,
    ...(body === undefined ? {} : { payload: body }),
  })
  return { status: reply.statusCode, body: reply.json() }
}

function declare(name: string, dataType: string) {
  return manage('POST', 'custom-data-points', { name, dataType, modelType: 'action' })
}

async function track(action: string, payload: object) {
  const reply = await server.app.inject({ method: 'POST', url: `/v1/users/ada/actions/${action}`, headers: server.asServer, payload })
  return { status: reply.statusCode, body: reply.json() }
}

async function warned(action: string, payload: object): Promise<[code: string, message: string][]> {
  const { status, body } = await track(action, payload)
  assert.equal(status, 200, JSON.stringify(body))
  return (body.warnings ?? []).map(({ code, message }: { code: string; message: string }) => [code, message])
}

test('C2: an unknown attribute is answered with the one that was meant', async () => {
  for (const [name, meant] of [
    ['ip', 'ipAddress'],
    ['ip_address', 'ipAddress'],
    ['IPAddress', 'ipAddress'],
    ['clientIp', 'ipAddress'],
    ['useragent', 'userAgent'],
    ['device', 'deviceId'],
    ['idempotency_key', 'idempotencyKey'],
    ['emial', 'email'],
    ['customs', 'custom'],
  ]) {
    const [first, ...others] = await warned('transfer', { [String(name)]: 'x' })
    assert.equal(first?.[0], 'unknown_attribute')
    assert.match(first?.[1] ?? '', new RegExp(`^\`${name}\` is not .*did you mean \`${meant}\`\\?$`))
    assert.deepEqual(others, [])
  }
  const [strange] = await warned('transfer', { zzz: 1 })
  assert.equal(strange?.[1], '`zzz` is not an attribute of a track and was ignored')
})

test('C2: an undeclared member of `custom` is answered with the data point that was meant', async () => {
  assert.deepEqual(await warned('transfer', { custom: { amount: 12, transferAmount: 12 } }), [
    ['undeclared_data_point', '`custom.amount` is not declared as a data point of actions, so no rule reads it'],
  ])
  for (const custom of [{ amount: 12 }, { TransferAmount: 12 }, { transferAmont: '12' }]) {
    const [[code, message] = []] = await warned('transfer', { custom })
    assert.equal(code, 'undeclared_data_point')
    assert.match(message ?? '', /did you mean `transferAmount`\?$/)
  }
  assert.deepEqual(await warned('transfer', { custom: { transferAmount: 12 } }), [])
})

test('C2: names that end in no answer are bounded, and none of them reaches the prototype', async () => {
  const payload = JSON.parse(
    `{"__proto__x":1,"constructor":1,"toString":1,"custom":{"constructor":1},${Array.from({ length: 400 }, (_, n) => `"a${n}":1`).join()}}`,
  )
  const found = await warned('transfer', payload)
  assert.equal(found.filter(([code]) => code === 'unknown_attribute').length, 16)
  assert.ok(found.some(([, message]) => message.startsWith('`constructor`')))
  const [[, long] = []] = await warned('transfer', { ['x'.repeat(5000)]: 1 })
  assert.ok((long?.length ?? 0) < 200)
})

test('C2: the first track of an action says so, with the action that was meant', async () => {
  const [[code, message] = []] = await warned('transferr', {})
  assert.equal(code, 'action_first_seen')
  assert.match(message ?? '', /did you mean `transfer`\?$/)
  assert.deepEqual(await warned('transferr', {}), [])
  assert.deepEqual(await warned('transfer', {}), [])
})

test('C2: rules are for actions that exist: a misspelt one is not made by them', async () => {
  const rule = { name: 'r', isActive: true, priority: 0, type: 'BLOCK', conditions: { '==': [{ var: 'device.isNew' }, true] } }
  const refused = await manage('POST', 'action-configurations/trnsfer/rules', rule)
  assert.equal(refused.status, 404)
  assert.match(refused.body.errorDescription, /there is no action `trnsfer`/)
  assert.equal((await manage('GET', 'action-configurations/trnsfer')).status, 404)
  // The order in which Terraform creates them.
  assert.equal((await manage('POST', 'action-configurations', { actionCode: 'tf', defaultUserActionResult: 'ALLOW' })).status, 200)
  assert.equal((await manage('POST', 'action-configurations/tf/rules', rule)).status, 200)
})

test('C2: warnings are counted per tenant and listed once each, and the list survives a restart', async () => {
  await warned('transfer', { lang: 'de' })
  await warned('transfer', { lang: 'de' })
  const { body } = await manage('GET', 'warnings')
  const mine = body.warnings.find(({ subject }: { subject: string }) => subject === 'lang')
  assert.deepEqual([mine.code, mine.action, mine.count], ['unknown_attribute', 'transfer', 2])
  const { store } = server.deps
  const rows = await store.db.selectFrom('recent_warnings').where('subject', '=', 'lang').selectAll().execute()
  assert.equal(rows.length, 1)
  const metrics = (await server.app.inject({ url: '/metrics' })).body
  assert.match(metrics, /sallyport_track_warnings_total\{tenant="test-tenant",code="unknown_attribute"\} \d+/)
  assert.ok(body.warnings.length <= 100)
})

test('C2: the list keeps the latest hundred', async () => {
  for (let n = 0; n < 8; n++) {
    await track('transfer', Object.fromEntries(Array.from({ length: 16 }, (_, m) => [`many-${n}-${m}`, 1])))
    await manage('GET', 'warnings')
  }
  const { body } = await manage('GET', 'warnings')
  assert.equal(body.warnings.length, 100)
  assert.ok(body.warnings.some(({ subject }: { subject: string }) => subject === 'many-7-15'))
})

test('C2: another tenant sees none of it', async () => {
  const other = await server.addTenant()
  const reply = await server.app.inject({ url: '/v1/management/warnings', headers: other.asManagement })
  assert.deepEqual(reply.json(), { warnings: [] })
})

test('C2: a strict tenant refuses what is otherwise a warning, and the same is accepted when it is right', async () => {
  assert.equal((await manage('PATCH', 'tenant', { strict: true })).status, 200)
  for (const [action, payload, pattern] of [
    ['transfer', { ip: '8.8.8.8' }, /`ip` is not an attribute of a track; did you mean `ipAddress`/],
    ['transfer', { custom: { amount: 1 } }, /`custom\.amount` is not declared.*did you mean `transferAmount`/],
    ['transferr', {}, /no action `transferr`; did you mean `transfer`/],
    ['brand-new', {}, /no action `brand-new`/],
  ] as const) {
    const { status, body } = await track(action, payload)
    assert.deepEqual([status, body.errorCode], [400, 'invalid_request'])
    assert.match(body.errorDescription, pattern)
  }
  const users = await server.app.inject({
    method: 'PATCH',
    url: '/v1/users/ada',
    headers: server.asServer,
    payload: { custom: { segment: 'gold' } },
  })
  assert.equal(users.statusCode, 400)
  assert.equal((await track('transfer', { ipAddress: '8.8.8.8', custom: { transferAmount: 1 } })).status, 200)
  assert.equal((await manage('GET', 'action-configurations/brand-new')).status, 404, 'a refused track puts nothing on record')
  assert.equal((await manage('PATCH', 'tenant', { strict: null })).status, 200)
  assert.equal((await track('transfer', { ip: '8.8.8.8' })).status, 200)
})

test('C2: a misspelt expectation of `validate` is answered with a warning, and refused for a strict tenant', async () => {
  const validate = async (payload: object) => {
    const reply = await server.app.inject({ method: 'POST', url: '/v1/validate', headers: server.asServer, payload })
    return { status: reply.statusCode, body: reply.json() }
  }
  const payload = { token: 'x', user_id: 'ada', idempotencykey: 'k' }
  const { body } = await validate(payload)
  assert.deepEqual(
    body.warnings.map(({ message }: { message: string }) => message),
    [
      '`user_id` is not an attribute of a validation and was ignored; did you mean `userId`?',
      '`idempotencykey` is not an attribute of a validation and was ignored; did you mean `idempotencyKey`?',
    ],
  )
  await manage('PATCH', 'tenant', { strict: true })
  assert.deepEqual([(await validate(payload)).status, (await validate({ token: 'x', userId: 'ada' })).status], [400, 200])
  await manage('PATCH', 'tenant', { strict: null })
})

test('C3: an action that requires an input refuses a track without it', async () => {
  const patch = (body: object) => manage('PATCH', 'action-configurations/transfer', body)
  assert.equal((await patch({ requires: ['ip', 'device', 'userAgent', 'transferAmount'] })).status, 200)
  const { status, body } = await track('transfer', { deviceId: 'd', ipAddress: null, userAgent: '' })
  assert.equal(status, 400)
  assert.equal(body.errorDescription, '`ipAddress`, `userAgent`, `custom.transferAmount` are required for this action')
  const whole = { ipAddress: '8.8.8.8', deviceId: 'd', userAgent: 'Mozilla/5.0', custom: { transferAmount: 0 } }
  assert.equal((await track('transfer', whole)).status, 200)
  for (const name of ['ipAddress', 'nothing', 'toString', 'segment']) {
    const refused = await patch({ requires: [name] })
    assert.equal(refused.status, 400, name)
    assert.match(refused.body.errorDescription, /`requires`: /)
  }
  assert.match((await patch({ requires: ['ipAddress'] })).body.errorDescription, /did you mean `ip`/)
  assert.equal((await patch({ requires: null })).status, 200)
  assert.equal((await track('transfer', {})).status, 200)
})

test('C3: an action that fails closed decides without the input as its strictest rule would, and the receipt says why', async () => {
  await manage('POST', 'action-configurations', {
    actionCode: 'payout',
    defaultUserActionResult: 'ALLOW',
    requires: ['ip'],
    whenMissing: 'FAIL_CLOSED',
  })
  const bare = await track('payout', { idempotencyKey: 'bare' })
  assert.equal(bare.body.state, 'BLOCK')
  const rule = { name: 'Large', isActive: true, priority: 0, type: 'REVIEW', conditions: { '>': [{ var: 'custom.transferAmount' }, 5] } }
  await manage('POST', 'action-configurations/payout/rules', rule)
  const { body } = await track('payout', { idempotencyKey: 'one', custom: { transferAmount: 1 } })
  assert.equal(body.state, 'REVIEW_REQUIRED')
  assert.deepEqual(body.warnings, [
    { code: 'input_missing', message: '`ip` is required for this action and was not sent: the strictest outcome applies' },
  ])
  const url = '/v1/users/ada/actions/payout/one'
  const receipt = (await server.app.inject({ url, headers: server.asServer })).json()
  assert.match(JSON.stringify(receipt), /Sent to review to be on the safe side: the address is required for this action and was not sent\./)
  assert.equal((await track('payout', { ipAddress: '8.8.8.8', custom: { transferAmount: 1 } })).body.state, 'ALLOW')
  const { body: document } = await manage('GET', 'action-configurations/payout/policy')
  assert.deepEqual([document.policy.requires, document.policy.whenMissing], [['ip'], 'FAIL_CLOSED'])
})

test('C3: a rule that reads the address says when no address was sent', async () => {
  await manage('POST', 'action-configurations', { actionCode: 'login', defaultUserActionResult: 'ALLOW' })
  const rule = { name: 'Anon', isActive: true, priority: 0, type: 'BLOCK', conditions: { '==': [{ var: 'ip.isHosting' }, true] } }
  await manage('POST', 'action-configurations/login/rules', rule)
  assert.deepEqual(await warned('login', {}), [['input_missing', 'rules of this action read the address, but `ipAddress` was not sent']])
  assert.deepEqual(await warned('login', { ipAddress: '8.8.8.8' }), [])
})
