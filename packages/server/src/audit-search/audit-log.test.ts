import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'
import { verifyAudit } from '../../test/support/verify-audit.ts'
import { hashOfKey, keyIdOf } from '../keys/api-keys.ts'
import type { AuditEntryView, AuditPage } from './search-audit-log.ts'

const remoteAddress = '203.0.113.7'

async function setUp(t: TestContext) {
  let now = Date.parse('2026-05-01T12:00:00Z')
  const made = await createTestApp({ clock: () => now })
  t.after(() => made.close())
  const { app, asManagement, asServer, tenant, deps } = made
  const send = async (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object, status = 200) => {
    const headers = url.startsWith('/management') ? asManagement : asServer
    const response = await app.inject({ method, url: `/v1${url}`, headers, payload, remoteAddress })
    assert.equal(response.statusCode, status, response.body)
    return response.json()
  }
  const search = (query: Record<string, string> = {}): Promise<AuditPage> =>
    send('GET', `/management/audit?${new URLSearchParams(query).toString()}`)
  const newest = async (event: string): Promise<AuditEntryView> => {
    const { entries } = await search({ event, limit: '1' })
    return entries[0] ?? assert.fail(`no entry ${event}`)
  }
  const verify = () => verifyAudit(deps.store, tenant.tenantId)
  const pass = (ms: number) => {
    now += ms
  }
  const keyId = (key: string) => keyIdOf(hashOfKey(key))
  return { ...made, send, search, newest, verify, pass, management: keyId(tenant.managementKey), secret: keyId(tenant.secretKey) }
}

test('D5, LG-01: every change of configuration is on the audit log with key, address, and what was before and after', async (t) => {
  const { send, newest, search, management, verify } = await setUp(t)
  const action = '/management/action-configurations/transfer'
  const entryOf = async (event: string) => {
    const { actor, details, at } = await newest(event)
    assert.deepEqual(actor, { kind: 'management_key', id: management, keyId: management, ipAddress: remoteAddress }, event)
    assert.equal(at, '2026-05-01T12:00:00.000Z')
    return details
  }

  await send('PATCH', '/management/tenant', { name: 'Bank', tokenDurationInMinutes: 5 })
  assert.deepEqual(await entryOf('tenant.updated'), {
    fields: ['name', 'tokenDurationInMinutes'],
    before: { name: 'test-tenant', tokenDurationInMinutes: 10 },
    after: { name: 'Bank', tokenDurationInMinutes: 5 },
  })

  await send('PATCH', '/management/authenticator-configurations/passkey', { expectedOrigins: ['http://localhost:5000'] })
  assert.deepEqual(await entryOf('authenticator_configuration.updated'), {
    verificationMethod: 'PASSKEY',
    before: { expectedOrigins: ['http://localhost:4000', 'http://localhost:3000'] },
    after: { expectedOrigins: ['http://localhost:5000'] },
  })
  await send('DELETE', '/management/authenticator-configurations/passkey')
  const removed = (await entryOf('authenticator_configuration.deleted')) as { before: { expectedOrigins: unknown } }
  assert.deepEqual(removed.before.expectedOrigins, ['http://localhost:5000'])
  await send('POST', '/management/authenticator-configurations/passkey', {
    relyingParty: 'bank.example',
    expectedOrigins: ['https://bank.example'],
    isActive: true,
  })
  const created = (await entryOf('authenticator_configuration.created')) as { after: { relyingParty: unknown } }
  assert.equal(created.after.relyingParty, 'bank.example')

  const rule = { name: 'All', type: 'CHALLENGE', isActive: true, priority: 0, conditions: { '==': [{ var: 'ip.isTor' }, true] } }
  await send('POST', '/management/action-configurations', { actionCode: 'transfer', defaultUserActionResult: 'ALLOW' })
  const { ruleId } = await send('POST', `${action}/rules`, rule)
  assert.deepEqual((await entryOf('rule.created')).version, { before: 1, after: 2 })
  await send('PATCH', `${action}/rules/${ruleId}`, { name: 'Every one' })
  assert.deepEqual(await entryOf('rule.updated'), {
    action: 'transfer',
    version: { before: 2, after: 3 },
    rules: { added: [], removed: [], changed: [ruleId] },
    before: {},
    after: {},
  })
  await send('DELETE', `${action}/rules/${ruleId}`)
  assert.deepEqual((await entryOf('rule.deleted')).rules, { added: [], removed: [ruleId], changed: [] })
  await send('PATCH', action, { defaultUserActionResult: 'BLOCK' })
  const changed = await entryOf('action.updated')
  assert.deepEqual([changed.before, changed.after], [{ defaultOutcome: 'ALLOW' }, { defaultOutcome: 'BLOCK' }])
  await send('PUT', `${action}/policy`, { defaultUserActionResult: 'ALLOW', rules: [] })
  const [replaced] = (await entryOf('policy.replaced')).actions as { action: string; version: unknown }[]
  assert.deepEqual([replaced?.action, replaced?.version], ['transfer', { before: 5, after: 6 }])

  await send('POST', '/management/value-lists', { name: 'Mules', itemType: 'string', valueListItems: ['a', 'b'], isActive: true })
  await send('PATCH', '/management/value-lists/mules', { valueListItems: ['b', 'c', 'd'], isActive: false })
  assert.deepEqual(await entryOf('value_list.updated'), {
    alias: 'mules',
    before: { version: 1, isActive: true, items: 2 },
    after: { version: 2, isActive: false, items: 3 },
    added: 2,
    removed: 1,
  })
  await send('DELETE', '/management/value-lists/mules')
  assert.equal((await entryOf('value_list.deleted')).removed, 3)

  const point = { name: 'amount', dataType: 'number', modelType: 'action' }
  const { id } = await send('POST', '/management/custom-data-points', point)
  await send('PATCH', `/management/custom-data-points/${id}`, { description: 'In dollars' })
  assert.deepEqual(await entryOf('custom_data_point.updated'), {
    id,
    name: 'amount',
    before: { description: null },
    after: { description: 'In dollars' },
  })
  const feature = { name: 'spent', metric: 'count', per: 'user', windowMinutes: 60 }
  await send('POST', '/management/velocity-features', feature)
  await send('PATCH', '/management/velocity-features/spent', { windowMinutes: 120 })
  assert.deepEqual(await entryOf('velocity_feature.updated'), {
    name: 'spent',
    before: { windowMinutes: 60 },
    after: { windowMinutes: 120 },
  })
  await send('DELETE', '/management/velocity-features/spent')
  await send('DELETE', `/management/custom-data-points/${id}`)
  await send('DELETE', action)
  assert.deepEqual(await entryOf('action.deleted'), { action: 'transfer', version: 6 })

  const { entries } = await search()
  assert.equal(entries.length, 21, entries.map(({ event }) => event).join())
  assert.deepEqual((await verify()).findings, [])
})

test('D5, LG-01: changes of users, devices and actions name the key, the address, and the state before', async (t) => {
  const { send, newest, secret, verify } = await setUp(t)
  const { idempotencyKey } = await send('POST', '/users/ann/actions/transfer', { deviceId: 'd1' })
  assert.deepEqual((await newest('action.created')).actor, { kind: 'system', name: 'first track' })
  await send('PATCH', `/users/ann/actions/transfer/${idempotencyKey}`, { state: 'REVIEW_REQUIRED' })
  const { actor, details, userId } = await newest('action.updated')
  assert.deepEqual(actor, { kind: 'secret_key', id: secret, keyId: secret, ipAddress: remoteAddress })
  assert.deepEqual([userId, details.before, details.state], ['ann', 'ALLOW', 'REVIEW_REQUIRED'])
  await send('PATCH', '/users/ann', { email: 'ann@example.com', phoneNumber: '+6421123456' })
  assert.deepEqual((await newest('user.updated')).details, { attributes: ['email', 'phoneNumber'] })
  await send('PATCH', '/users/ann/devices/d1', { rememberedUntil: '2026-06-01T00:00:00Z' })
  const remembered = await newest('device.updated')
  assert.deepEqual(remembered.details, {
    deviceId: 'd1',
    before: { rememberedUntil: null },
    after: { rememberedUntil: '2026-06-01T00:00:00.000Z' },
  })
  assert.deepEqual((await verify()).findings, [])
})

test('D5: the audit log is searched by time, actor, event, user and text, newest first, a page at a time', async (t) => {
  const { send, search, pass, management } = await setUp(t)
  for (let n = 0; n < 7; n++) {
    pass(60_000)
    await send('PATCH', `/users/user-${n}`, { displayName: 'Somebody' })
    await send('POST', '/management/custom-data-points', { name: `point_${n}`, dataType: 'text', modelType: 'action' })
  }
  const times = (await search()).entries.map(({ at }) => at)
  assert.deepEqual(times, times.toSorted().reverse())
  const count = async (query: Record<string, string>) => (await search(query)).entries.length
  assert.equal(await count({ event: 'user.updated' }), 7)
  assert.equal(await count({ event: 'user' }), 7)
  assert.equal(await count({ event: 'use' }), 0)
  assert.equal(await count({ user: 'user-3' }), 1)
  assert.equal(await count({ actor: management }), 7)
  assert.equal(await count({ actor: 'management_key', text: 'POINT_3' }), 1)
  assert.equal(await count({ text: 'point%3' }), 0, 'nothing in a text is a wildcard')
  assert.equal(await count({ text: 'pointx3' }), 0)
  assert.equal(await count({ from: '2026-05-01T12:03:00Z', to: '2026-05-01T12:04:00Z' }), 4)
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await search({ limit: '4', ...(cursor === undefined ? {} : { cursor }) })
    seen.push(...page.entries.map(({ auditId }) => auditId))
    cursor = page.cursor
  } while (cursor !== undefined)
  assert.deepEqual([seen.length, new Set(seen).size], [15, 15])
  await send('GET', '/management/audit?cursor=garbage', undefined, 400)
  await send('GET', '/management/audit?from=yesterday', undefined, 400)
  await send('GET', '/management/audit?limit=0', undefined, 400)
})

test('D5, TN-01: a tenant reads its own audit log and no other', async (t) => {
  const { app, addTenant, send, tenant } = await setUp(t)
  await send('PATCH', '/users/ann', { displayName: 'Ann' })
  const other = await addTenant()
  const reply = await app.inject({ url: '/v1/management/audit', headers: other.asManagement })
  const { entries } = reply.json() as AuditPage
  assert.deepEqual(
    entries.map(({ event }) => event),
    ['tenant.created'],
  )
  assert.equal(reply.body.includes(tenant.tenantId), false)
})

test('D5, LG-02: neither a secret, nor a mail address, nor a phone number of a change is on the audit log', async (t) => {
  const { send, deps, tenant } = await setUp(t)
  const sent = ['ann@example.com', '+64 21 123 456', tenant.secretKey, 'hunter2', 'Zm9vYmFy']
  const [mail = '', phone = '', key = ''] = sent
  await send('PATCH', '/users/ann', { email: mail, phoneNumber: phone, username: 'hunter2', custom: { note: key } })
  await send('PATCH', '/management/tenant', { name: `Bank of ${mail}, ${phone}, ${key}` })
  await send('POST', '/management/value-lists', { name: 'Mules', itemType: 'string', valueListItems: ['hunter2', mail], isActive: true })
  const text = JSON.stringify(await deps.store.db.selectFrom('audit_log').selectAll().execute())
  for (const secret of sent) assert.equal(text.includes(secret), false, secret)
})

test('D5, LG-03: the erasure of a user takes their data from the entries, and the chain is whole', async (t) => {
  const made = await setUp(t)
  const { send, search, verify, deps } = made
  const client = createCeremonies(made)
  const { authenticator } = await client.enrol('zoe')
  const { token } = await client.track('zoe', 'transfer', {}, 'CHALLENGE_REQUIRED')
  assert.equal((await client.signIn(token, authenticator)).status, 200)
  await send('PATCH', '/users/zoe', { displayName: 'Zoe' })
  await send('PATCH', '/users/bob', { displayName: 'Bob' })
  const before = (await search({ user: 'zoe' })).entries.length
  assert.ok(before >= 4, String(before))
  await send('DELETE', '/users/zoe')
  const { entries } = await search()
  assert.equal(entries.filter(({ isErased }) => isErased).length, before)
  assert.equal(JSON.stringify(entries).includes('zoe'), false)
  for (const { isErased, actor, details } of entries) if (isErased) assert.deepEqual([actor.ipAddress, details], [undefined, {}])
  const report = await verify()
  assert.deepEqual([report.findings, report.erased], [[], before])

  // Somebody empties another entry, as if it were an erasure.
  await deps.store.db
    .updateTable('audit_log')
    .set({ user_id: null, ip_address: null, details: '{}', salt: null })
    .where('user_id', '=', 'bob')
    .execute()
  assert.deepEqual(
    (await verify()).findings.map(({ kind }) => kind),
    ['erased'],
  )
})
