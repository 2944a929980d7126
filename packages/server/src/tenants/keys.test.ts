import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { systemActor } from '../audit/actor.ts'
import { createKeyUses } from '../callers/key-uses.ts'
import { hashOfKey, keyIdOf } from '../keys/api-keys.ts'
import { listKeys } from './change-keys.ts'
import { rotateKey } from './rotate-key.ts'

type Headers = Record<string, string>
const basic = (key: string): Headers => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` })

const day = 86_400_000

async function setUp(t: TestContext, clock?: () => number) {
  const made = await createTestApp({ clock })
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
  const withoutUses = async () => (await list()).map(({ lastUsedAt: _, ...key }) => key)
  const before = await withoutUses()
  for (const body of [{ role: 'viewer' }, { name: 'mine' }])
    assert.equal((await call('PATCH', `/keys/${ownId}`, body, admin.headers)).code, 'role_not_allowed')
  assert.equal((await call('DELETE', `/keys/${ownId}`, undefined, admin.headers)).code, 'role_not_allowed')
  assert.deepEqual(await withoutUses(), before)
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

test('a management key shows when it was last used, stored once however often that was', async (t) => {
  let now = Date.now()
  const { call, create, list, deps } = await setUp(t, () => now)
  const { keyId, headers } = await create('dashboard', 'viewer')
  const lastUse = async () => (await list()).find((one) => one.keyId === keyId)?.lastUsedAt
  const stored = async () => {
    const rows = await deps.store.db.selectFrom('api_keys').where('name', '=', 'dashboard').select('last_used_at').execute()
    return rows.map(({ last_used_at }) => last_used_at)
  }
  assert.equal(await lastUse(), undefined)
  await call('GET', '/value-lists', undefined, headers)
  assert.equal(await lastUse(), new Date(now).toISOString())
  assert.deepEqual(await stored(), [null], 'no request waits for it')
  now += 1000
  await call('GET', '/value-lists', undefined, headers)
  await deps.keyUses.save()
  assert.deepEqual(await stored(), [now])
  await deps.store.db
    .updateTable('api_keys')
    .set({ last_used_at: now + 5000 })
    .where('name', '=', 'dashboard')
    .execute()
  now += 1000
  await call('GET', '/value-lists', undefined, headers)
  await deps.keyUses.save()
  assert.deepEqual(await stored(), [now + 4000], 'another process has stored a later use')
  assert.equal((await call('DELETE', '/keys/0123', undefined, headers)).code, 'role_not_allowed')
  assert.equal(await lastUse(), new Date(now).toISOString(), 'a use that is refused for its role is one too')
})

test('a use that cannot be stored is told and does no harm', async (t) => {
  const { call, deps, logged } = await setUp(t)
  await call('GET', '/keys')
  const broken = createKeyUses({ ...deps, store: { transaction: () => Promise.reject(new Error('disk full')) } })
  broken.note('test-tenant', 'hash')
  await broken.save()
  assert.equal(broken.unsaved('hash'), undefined)
  assert.match(logged(), /the last use of API keys could not be stored/)
})

test('a key with an end is refused afterwards like an unknown one, and the list says that it has expired', async (t) => {
  let now = Date.now()
  const { call, create, list, entries, tenant, deps } = await setUp(t, () => now)
  const expiresAt = new Date(now + day).toISOString()
  const { body, status } = await call('POST', '/keys', { kind: 'management', name: 'audit', role: 'viewer', expiresAt })
  assert.deepEqual([status, body.expiresAt], [200, expiresAt], JSON.stringify(body))
  const headers = basic(body.key)
  assert.equal((await entries('api_key.created'))[0].details.expiresAt, expiresAt)
  assert.equal((await call('GET', '/value-lists', undefined, headers)).status, 200)
  const named = async () => (await list()).filter(({ name }) => name === 'audit').map(({ keyId, isExpired }) => [keyId, isExpired])
  assert.deepEqual(await named(), [[body.keyId, undefined]])
  now += day
  const [expired, unknown] = [
    await call('GET', '/value-lists', undefined, headers),
    await call('GET', '/value-lists', undefined, basic('sallyport_mk_unknown')),
  ]
  assert.deepEqual([expired.status, expired.body.errorDescription], [401, unknown.body.errorDescription])
  assert.deepEqual(await named(), [[body.keyId, true]])
  assert.equal((await call('PATCH', `/keys/${body.keyId}`, { name: 'x' })).code, 'not_found')
  const next = await create('audit', 'viewer')
  assert.deepEqual(await named(), [
    [body.keyId, true],
    [next.keyId, undefined],
  ])
  await call('DELETE', `/keys/${next.keyId}`)
  await rotateKey(deps, { tenantId: tenant.tenantId, kind: 'management', overlapMs: 0 }, systemActor('command line'))
  deps.tenants.invalidate(tenant.tenantId)
  const rows = await listKeys(deps, tenant.tenantId)
  assert.equal(rows?.filter(({ isExpired }) => isExpired).length, 1, 'what was revoked or replaced has not expired')
  now += 90 * day
  assert.equal(
    (await listKeys(deps, tenant.tenantId))?.some(({ isExpired }) => isExpired),
    false,
  )
})

test('an end lies ahead, belongs to management keys, survives a rotation, and passes on to the keys that such a key creates', async (t) => {
  const now = Date.now()
  const { call, tenant, deps } = await setUp(t, () => now)
  const soon = new Date(now + day).toISOString()
  const of = (more: object) => ({ kind: 'management', name: 'x', role: 'admin', ...more })
  for (const wrong of [
    of({ expiresAt: new Date(now).toISOString() }),
    of({ expiresAt: 'soon' }),
    { kind: 'secret', name: 'x', expiresAt: soon },
  ])
    assert.equal((await call('POST', '/keys', wrong)).code, 'invalid_request', JSON.stringify(wrong))
  const first = (await call('POST', '/keys', of({ expiresAt: soon }))).body
  const create = (name: string, expiresAt?: string) => call('POST', '/keys', of({ name, expiresAt }), basic(first.key))
  assert.match((await create('y')).body.errorDescription, /outlives/)
  assert.equal((await create('y', new Date(now + 2 * day).toISOString())).code, 'invalid_request')
  assert.equal((await create('y', soon)).status, 200)
  const rotate = { tenantId: tenant.tenantId, kind: 'management' as const, name: 'x', overlapMs: 60_000 }
  for (let turn = 0; turn < 2; turn += 1) {
    const next = keyIdOf(hashOfKey(String(await rotateKey(deps, rotate, systemActor('command line')))))
    const rows = (await listKeys(deps, tenant.tenantId))?.filter(({ name }) => name === 'x')
    assert.deepEqual(rows?.map(({ expiresAt }) => expiresAt).sort(), [now + 60_000, now + day])
    assert.equal(rows?.find(({ keyId }) => keyId === next)?.expiresAt, now + day)
  }
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
