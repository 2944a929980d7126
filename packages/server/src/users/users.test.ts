import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'

const { app, deps, tenant, asServer, addTenant, close } = await createTestApp()
after(close)

type Body = Record<string, unknown>

async function call(method: 'GET' | 'PATCH' | 'POST' | 'DELETE', url: string, body?: object, headers = asServer) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>(), headers: reply.headers }
}

test('a user nobody has seen is answered with 200, not enrolled and with nothing known', async () => {
  const { status, body, headers } = await call('GET', '/users/nobody')
  assert.equal(status, 200)
  assert.deepEqual(body, {
    userId: 'nobody',
    emailVerified: false,
    phoneNumberVerified: false,
    isEnrolled: false,
    enrolledVerificationMethods: [],
    allowedVerificationMethods: ['PASSKEY'],
  })
  assert.equal(headers['content-type'], 'application/json')
})

test('a change makes the user, leaves what it does not name, and clears what it names `null`', async () => {
  const first = await call('PATCH', '/users/u1', {
    email: 'a@example.com',
    emailVerified: true,
    custom: { tier: 'gold', limits: { day: 5 } },
  })
  assert.deepEqual(first.body, {
    userId: 'u1',
    email: 'a@example.com',
    emailVerified: true,
    phoneNumberVerified: false,
    custom: { tier: 'gold', limits: { day: 5 } },
  })
  await call('POST', '/users/u1', { phoneNumber: '9876543210', displayName: 'Ann' })
  const { body } = await call('GET', '/users/u1')
  assert.equal(body.email, 'a@example.com')
  assert.equal(body.emailVerified, true)
  assert.equal(body.phoneNumber, '9876543210')
  assert.equal(body.displayName, 'Ann')
  assert.deepEqual(body.allowedVerificationMethods, ['PASSKEY'])
  const cleared = await call('PATCH', '/users/u1', { displayName: null, custom: null })
  assert.ok(!('displayName' in cleared.body))
  assert.ok(!('custom' in cleared.body))
})

test('an address that changes is no longer verified', async () => {
  await call('PATCH', '/users/u2', { email: 'old@example.com', emailVerified: true, phoneNumber: '1', phoneNumberVerified: true })
  const same = await call('PATCH', '/users/u2', { email: 'old@example.com' })
  assert.equal(same.body.emailVerified, true)
  const changed = await call('PATCH', '/users/u2', { email: 'new@example.com', phoneNumber: '2' })
  assert.equal(changed.body.emailVerified, false)
  assert.equal(changed.body.phoneNumberVerified, false)
})

test('TN-05: privileged and unknown members of a change are ignored', async () => {
  await call('PATCH', '/users/u3', { tenantId: 'other', userId: 'u4', isEnrolled: true, user_handle: 'x', role: 'admin', createdAt: 5 })
  const { body } = await call('GET', '/users/u3')
  assert.deepEqual(body, {
    userId: 'u3',
    emailVerified: false,
    phoneNumberVerified: false,
    isEnrolled: false,
    enrolledVerificationMethods: [],
    allowedVerificationMethods: ['PASSKEY'],
  })
  assert.deepEqual((await call('GET', '/users?userId=u4')).body, { users: [] })
})

test('a default method that is not enabled is refused with the text clients look for', async () => {
  const { status, body } = await call('PATCH', '/users/u5', { defaultVerificationMethod: 'SMS' })
  assert.equal(status, 400)
  assert.equal(body.errorCode, 'invalid_request')
  assert.equal(body.errorDescription, 'SMS is not an enabled verification method')
})

test('users are found by exact attributes, a page at a time', async () => {
  for (const id of ['q1', 'q2', 'q3']) await call('PATCH', `/users/${id}`, { username: 'quinn', email: `${id}@example.com` })
  const first = await call('GET', '/users?username=quinn&limit=2')
  assert.deepEqual(
    (first.body.users as Body[]).map(({ userId }) => userId),
    ['q1', 'q2'],
  )
  assert.equal(first.body.lastEvaluatedUserId, 'q2')
  const last = await call('GET', '/users?username=quinn&limit=2&lastEvaluatedUserId=q2')
  assert.deepEqual(
    (last.body.users as Body[]).map(({ userId }) => userId),
    ['q3'],
  )
  assert.ok(!('lastEvaluatedUserId' in last.body))
  const [found] = (await call('GET', '/users?email=q3%40example.com')).body.users as Body[]
  assert.equal(found?.userId, 'q3')
  assert.equal(found?.isEnrolled, false)
  assert.ok(typeof found?.createdAt === 'string')
  assert.deepEqual((await call('GET', '/users?username=quin')).body, { users: [] })
  assert.equal((await call('GET', '/users')).status, 400)
  assert.equal((await call('GET', '/users?username=quinn&limit=0')).status, 400)
  assert.equal((await call('GET', '/users?token=garbage')).status, 400)
})

test('LG-03, TN-03: erasing a user leaves nothing of them, and the id begins again', async () => {
  await call('PATCH', '/users/gone', { email: 'gone@example.com', custom: { secret: 'x' } })
  await deps.store.db
    .insertInto('devices')
    .values({
      tenant_id: tenant.tenantId,
      user_id: 'gone',
      device_id: 'd',
      created_at: 1,
      authenticated_at: null,
      invalidated_at: null,
      remembered_until: null,
      last_verification_method: null,
    })
    .execute()
  const { status, body } = await call('DELETE', '/users/gone')
  assert.equal(status, 200)
  assert.deepEqual(body, { success: true })
  assert.equal((await call('GET', '/users/gone')).body.email, undefined)
  assert.deepEqual((await call('GET', '/users/gone/devices')).body, [])
  assert.deepEqual((await call('GET', '/users?email=gone%40example.com')).body, { users: [] })
  for (const table of ['users', 'authenticators', 'devices', 'challenges', 'audit_log'] as const) {
    const rows = await deps.store.db.selectFrom(table).selectAll().execute()
    assert.ok(!JSON.stringify(rows).includes('gone'), table)
  }
  const erased = await deps.store.db.selectFrom('audit_log').selectAll().where('event', '=', 'user.deleted').execute()
  assert.equal(erased.length, 1)
  assert.equal((await call('DELETE', '/users/gone')).status, 200)
})

test('TN-01: a tenant neither sees nor changes the users of another', async () => {
  const other = await addTenant()
  await call('PATCH', '/users/shared', { email: 'mine@example.com' })
  assert.equal((await call('GET', '/users/shared', undefined, other.asServer)).body.email, undefined)
  assert.deepEqual((await call('GET', '/users?email=mine%40example.com', undefined, other.asServer)).body, { users: [] })
  await call('PATCH', '/users/shared', { email: 'theirs@example.com' }, other.asServer)
  await call('DELETE', '/users/shared', undefined, other.asServer)
  assert.equal((await call('GET', '/users/shared')).body.email, 'mine@example.com')
})

test('A-17: odd ids work or are refused, and are never a fault', async () => {
  for (const id of [
    'auth0|abc',
    "' OR 1=1--",
    '"; DROP TABLE users',
    '%',
    '_',
    '../x',
    'ü',
    '😀',
    ' ',
    'a/b',
    '__proto__',
    'constructor',
    '\r\nx',
  ]) {
    const url = `/users/${encodeURIComponent(id)}`
    assert.equal((await call('PATCH', url, { displayName: id })).status, 200, id)
    const { body } = await call('GET', url)
    assert.equal(body.userId, id)
    assert.equal(body.displayName, id)
  }
  for (const raw of ['a%00b', '%ED%A0%80', '%ff', 'x'.repeat(600), 'x'.repeat(65_536)]) {
    const { status, body } = await call('GET', `/users/${raw}`)
    assert.ok(status >= 400 && status < 500, `${raw.slice(0, 20)}: ${status}`)
    assert.ok(body.error && body.errorCode && body.errorDescription)
  }
  for (const text of ['a\0b', '\ud800', 'x'.repeat(65_536)]) {
    for (const name of ['email', 'phoneNumber', 'username', 'displayName', 'locale']) {
      assert.equal((await call('PATCH', '/users/odd', { [name]: text })).status, 400, name)
    }
    assert.equal((await call('PATCH', '/users/odd', { custom: { text } })).status, 200)
    assert.deepEqual((await call('GET', '/users/odd')).body.custom, { text })
  }
})
