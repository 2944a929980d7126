import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'

const { app, deps, tenant, asServer, addTenant, close } = await createTestApp()
after(close)

type Body = Record<string, unknown>

async function call(method: 'GET' | 'PATCH' | 'POST', url: string, body?: object, headers = asServer) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>() }
}

await deps.store.db
  .insertInto('devices')
  .values({
    tenant_id: tenant.tenantId,
    user_id: 'ann',
    device_id: 'laptop',
    created_at: 0,
    authenticated_at: null,
    invalidated_at: null,
    remembered_until: null,
    last_verification_method: null,
  })
  .execute()

test('a device is remembered until a time, and forgotten again', async () => {
  const remembered = await call('PATCH', '/users/ann/devices/laptop', { rememberedUntil: '2030-01-01T00:00:00.000Z' })
  assert.deepEqual(remembered.body, {
    userId: 'ann',
    deviceId: 'laptop',
    createdAt: '1970-01-01T00:00:00.000Z',
    rememberedUntil: '2030-01-01T00:00:00.000Z',
  })
  const offset = await call('PATCH', '/users/ann/devices/laptop', { rememberedUntil: '2030-01-01T02:00:00+02:00' })
  assert.equal(offset.body.rememberedUntil, '2030-01-01T00:00:00.000Z')
  const [listed] = (await app.inject({ url: '/v1/users/ann/devices', headers: asServer })).json<Body[]>()
  assert.equal(listed?.rememberedUntil, '2030-01-01T00:00:00.000Z')
  const forgotten = await call('PATCH', '/users/ann/devices/laptop', { rememberedUntil: null })
  assert.ok(!('rememberedUntil' in forgotten.body))
})

test('an invalidated device is no longer remembered', async () => {
  await call('PATCH', '/users/ann/devices/laptop', { rememberedUntil: '2030-01-01' })
  const { status, body } = await call('POST', '/users/ann/devices/laptop/invalidate')
  assert.equal(status, 200)
  assert.equal(typeof body.invalidatedAt, 'string')
  assert.ok(!('rememberedUntil' in body))
  const again = await call('POST', '/users/ann/devices/laptop/invalidate')
  assert.equal(again.body.invalidatedAt, body.invalidatedAt)
})

test('a time that is none is refused by name', async () => {
  for (const rememberedUntil of ['tomorrow', '2030-13-01', '2030-01-01T25:00:00Z', '', 5, undefined]) {
    const { status, body } = await call('PATCH', '/users/ann/devices/laptop', { rememberedUntil })
    assert.equal(status, 400, String(rememberedUntil))
    assert.match(String(body.errorDescription), /rememberedUntil/)
  }
})

test('TN-01: a device of another tenant or user is answered like one that is not there', async () => {
  const other = await addTenant()
  const refused = [
    await call('PATCH', '/users/ann/devices/phone', { rememberedUntil: null }),
    await call('PATCH', '/users/ann/devices/laptop', { rememberedUntil: null }, other.asServer),
    await call('POST', '/users/ben/devices/laptop/invalidate'),
    await call('POST', '/users/ann/devices/laptop/invalidate', undefined, other.asServer),
  ]
  for (const { status, body } of refused) {
    assert.equal(status, 404)
    assert.equal(body.errorDescription, 'the user has no such device')
  }
  assert.deepEqual((await app.inject({ url: '/v1/users/ann/devices', headers: other.asServer })).json(), [])
})
