import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { systemActor } from '../audit/actor.ts'
import { hashOfKey, keyIdOf } from '../keys/api-keys.ts'
import { rotateKey } from './rotate-key.ts'

type Headers = Record<string, string>
const basic = (key: string): Headers => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` })

async function setUp(t: TestContext) {
  const made = await createTestApp()
  t.after(() => made.close())
  const call = async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    payload?: object,
    headers: Headers = made.asManagement,
  ) => {
    const reply = await made.app.inject({ method, url: `/v1/management${path}`, headers, payload })
    return { status: reply.statusCode, body: reply.json(), code: reply.json().errorCode }
  }
  const create = async (name: string, role: string, headers?: Headers) => {
    const { status, body } = await call('POST', '/keys', { kind: 'management', name, role }, headers)
    assert.equal(status, 200, JSON.stringify(body))
    return { keyId: String(body.keyId), key: String(body.key), headers: basic(body.key) }
  }
  const list = async () => (await call('GET', '/keys')).body as Record<string, string>[]
  const entries = async (event: string) => (await call('GET', `/audit?event=${event}`)).body.entries
  return { ...made, call, create, list, entries, ownId: keyIdOf(hashOfKey(made.tenant.managementKey)) }
}

test('TN-04: a key is shown when it is created and never again, and is listed with its name and role', async (t) => {
  const { call, create, list, ownId } = await setUp(t)
  const { keyId, key } = await create('dashboard', 'viewer')
  const secret = await call('POST', '/keys', { kind: 'secret', name: 'billing' })
  assert.equal(secret.status, 200)
  assert.ok(!('role' in secret.body))
  const listed = await list()
  assert.deepEqual(
    listed.map(({ kind, name, role }) => [kind, name, role]).sort(),
    [
      ['management', undefined, 'owner'],
      ['management', 'dashboard', 'viewer'],
      ['secret', undefined, undefined],
      ['secret', 'billing', undefined],
    ].sort(),
  )
  assert.equal(listed.find(({ name }) => name === 'dashboard')?.keyId, keyId)
  assert.ok(listed.some((one) => one.keyId === ownId))
  assert.ok(!JSON.stringify(listed).includes(key))
})

test('a management key needs a role, a secret key has none, and a name is given once', async (t) => {
  const { call, create, list } = await setUp(t)
  const before = (await list()).length
  for (const body of [
    { kind: 'management', name: 'x' },
    { kind: 'secret', name: 'x', role: 'viewer' },
    { kind: 'management', name: 'x', role: 'root' },
    { kind: 'management', name: '', role: 'viewer' },
    { kind: 'management', name: 'x', role: 'viewer', key: 'mine' },
    { name: 'x', role: 'viewer' },
  ])
    assert.equal((await call('POST', '/keys', body)).code, 'invalid_request', JSON.stringify(body))
  assert.equal((await list()).length, before)
  const { keyId } = await create('desk', 'support')
  assert.equal((await call('POST', '/keys', { kind: 'management', name: 'desk', role: 'viewer' })).code, 'already_exists')
  assert.equal((await call('POST', '/keys', { kind: 'secret', name: 'desk' })).status, 200)
  await create('other', 'support')
  assert.equal((await call('PATCH', `/keys/${keyId}`, { name: 'other' })).code, 'already_exists')
  assert.equal((await call('PATCH', `/keys/${keyId}`, {})).code, 'invalid_request')
  const secretId = (await list()).find(({ kind }) => kind === 'secret')?.keyId
  assert.equal((await call('PATCH', `/keys/${secretId}`, { role: 'viewer' })).code, 'invalid_request')
})

test('AD-06: another role, and the end of a key, take effect at once', async (t) => {
  const { call, create } = await setUp(t)
  const { keyId, headers } = await create('desk', 'analyst')
  const list = { name: 'Mules', itemType: 'string', valueListItems: ['a'], isActive: true }
  assert.equal((await call('POST', '/value-lists', list, headers)).status, 200)
  assert.equal((await call('PATCH', `/keys/${keyId}`, { role: 'viewer' })).body.role, 'viewer')
  assert.equal((await call('PATCH', '/value-lists/mules', { valueListItems: [] }, headers)).code, 'role_not_allowed')
  assert.equal((await call('GET', '/value-lists', undefined, headers)).status, 200)
  assert.equal((await call('DELETE', `/keys/${keyId}`)).status, 200)
  assert.equal((await call('GET', '/value-lists', undefined, headers)).status, 401)
  assert.equal((await call('DELETE', `/keys/${keyId}`)).code, 'not_found')
})

test('AD-06: no key makes, changes or ends one with more rights than its own', async (t) => {
  const { call, create, list, ownId } = await setUp(t)
  const admin = await create('admin', 'admin')
  assert.equal((await call('POST', '/keys', { kind: 'management', name: 'x', role: 'owner' }, admin.headers)).code, 'role_not_allowed')
  assert.equal((await call('PATCH', `/keys/${admin.keyId}`, { role: 'owner' }, admin.headers)).code, 'role_not_allowed')
  await create('second', 'owner')
  const before = await list()
  for (const body of [{ role: 'viewer' }, { name: 'mine' }])
    assert.equal((await call('PATCH', `/keys/${ownId}`, body, admin.headers)).code, 'role_not_allowed')
  assert.equal((await call('DELETE', `/keys/${ownId}`, undefined, admin.headers)).code, 'role_not_allowed')
  assert.deepEqual(await list(), before)
  const peer = await create('peer', 'admin', admin.headers)
  assert.equal((await call('DELETE', `/keys/${peer.keyId}`, undefined, admin.headers)).status, 200)
  assert.equal((await call('POST', '/keys', { kind: 'secret', name: 'shop' }, admin.headers)).status, 200)
})

test('the last key of an owner and the last secret key stay, so that nobody is locked out by the API', async (t) => {
  const { call, create, list, ownId } = await setUp(t)
  assert.equal((await call('DELETE', `/keys/${ownId}`)).code, 'last_owner')
  assert.equal((await call('PATCH', `/keys/${ownId}`, { role: 'admin' })).code, 'last_owner')
  const secretId = (await list()).find(({ kind }) => kind === 'secret')?.keyId
  assert.equal((await call('DELETE', `/keys/${secretId}`)).code, 'last_secret_key')
  const second = await create('second', 'owner')
  assert.equal((await call('DELETE', `/keys/${ownId}`, undefined, second.headers)).status, 200)
  assert.equal((await call('DELETE', `/keys/${second.keyId}`, undefined, second.headers)).code, 'last_owner')
})

test('the key that the last owner rotated away does not take the new one along', async (t) => {
  const { call, deps, tenant, ownId } = await setUp(t)
  const next = await rotateKey(deps, { tenantId: tenant.tenantId, kind: 'management', overlapMs: 60_000 }, systemActor('command line'))
  deps.tenants.invalidate(tenant.tenantId)
  const newId = keyIdOf(hashOfKey(String(next)))
  assert.equal((await call('PATCH', `/keys/${ownId}`, { role: 'viewer' })).code, 'last_owner')
  assert.equal((await call('DELETE', `/keys/${newId}`)).code, 'last_owner')
  assert.equal((await call('DELETE', `/keys/${ownId}`)).status, 200)
  assert.equal((await call('GET', '/keys', undefined, basic(String(next)))).status, 200)
})

test('the last two owners who end each other at the same moment leave one', async (t) => {
  const { call, create, ownId, asManagement } = await setUp(t)
  const { keyId, headers } = await create('second', 'owner')
  const replies = await Promise.all([
    call('DELETE', `/keys/${keyId}`, undefined, asManagement),
    call('DELETE', `/keys/${ownId}`, undefined, headers),
  ])
  const statuses = replies.map(({ status }) => status).sort()
  assert.equal(statuses[0], 200)
  assert.ok([401, 409].includes(Number(statuses[1])), String(statuses))
  const left = await call('GET', '/keys', undefined, replies[0]?.status === 200 ? asManagement : headers)
  assert.equal(left.body.filter(({ role }: { role?: string }) => role === 'owner').length, 1)
})

test('a rotated key keeps its role, and the key it replaced changes along', async (t) => {
  const { call, create, list, deps, tenant, entries } = await setUp(t)
  const { headers } = await create('desk', 'support')
  const next = await rotateKey(
    deps,
    { tenantId: tenant.tenantId, kind: 'management', name: 'desk', overlapMs: 60_000 },
    systemActor('command line'),
  )
  deps.tenants.invalidate(tenant.tenantId)
  const nextId = keyIdOf(hashOfKey(String(next)))
  assert.deepEqual(
    (await list()).filter(({ name }) => name === 'desk').map(({ role }) => role),
    ['support', 'support'],
  )
  assert.equal((await entries('api_key.rotated'))[0].details.role, 'support')
  const change = { displayName: 'Ann' }
  assert.equal((await call('PATCH', '/users/ann', change, headers)).status, 200)
  assert.equal((await call('PATCH', `/keys/${nextId}`, { role: 'viewer' })).status, 200)
  assert.equal((await call('PATCH', '/users/ann', change, headers)).code, 'role_not_allowed')
  assert.equal((await call('PATCH', '/users/ann', change, basic(String(next)))).code, 'role_not_allowed')
})

test('D5: the audit log says who created, changed and ended a key, with the roles before and after', async (t) => {
  const { call, create, entries, ownId } = await setUp(t)
  const { keyId, key } = await create('desk', 'support')
  await call('PATCH', `/keys/${keyId}`, { role: 'viewer', name: 'board' })
  await call('DELETE', `/keys/${keyId}`)
  const found = await entries('api_key')
  assert.ok(!JSON.stringify(found).includes(key))
  const of = (event: string) => found.find((entry: { event: string }) => entry.event === event)
  assert.deepEqual(of('api_key.created').details, { kind: 'management', name: 'desk', role: 'support', createdKeyId: keyId })
  assert.deepEqual(of('api_key.updated').details, {
    kind: 'management',
    updatedKeyIds: [keyId],
    before: { name: 'desk', role: 'support' },
    after: { name: 'board', role: 'viewer' },
  })
  assert.deepEqual(of('api_key.revoked').details, { kind: 'management', name: 'board', role: 'viewer', revokedKeyId: keyId })
  for (const entry of [of('api_key.created'), of('api_key.updated'), of('api_key.revoked')])
    assert.deepEqual([entry.actor.kind, entry.actor.id], ['management_key', ownId])
})

test('TN-01: a key of another tenant is answered like one that is not there', async (t) => {
  const { call, addTenant, list } = await setUp(t)
  const other = await addTenant()
  const theirs = keyIdOf(hashOfKey(other.managementKey))
  for (const [method, body] of [
    ['PATCH', { name: 'mine' }],
    ['DELETE', undefined],
  ] as const) {
    const [foreign, missing] = [await call(method, `/keys/${theirs}`, body), await call(method, '/keys/0123456789abcdef', body)]
    assert.deepEqual([foreign.status, foreign.body.errorDescription], [404, missing.body.errorDescription])
  }
  assert.equal((await call('GET', '/keys', undefined, other.asManagement)).status, 200)
  assert.ok(!(await list()).some(({ keyId }) => keyId === theirs))
})
