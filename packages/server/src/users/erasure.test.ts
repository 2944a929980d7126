import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { findTraces } from '../../test/support/find-traces.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'
import { exportUser } from '../user-archive/export-user.ts'

const made = await createTestApp()
after(made.close)
const { app, deps, tenant, asServer, asManagement, asBrowser } = made
const ceremonies = createCeremonies(made)

/** Everything of the user that could be found somewhere. */
const traces = [
  'person-to-erase',
  'erase-me@mail.example',
  '+4930123456',
  'device-to-erase',
  '203.0.113.77',
  'Agent77',
  'custom-to-erase',
  'key-to-erase',
]

for (const [name, per, metric, of] of [
  ['notes', 'custom.note', 'count'],
  ['note_users', 'custom.note', 'distinct', 'user.id'],
  ['user_notes', 'user+custom.note', 'count'],
  ['users_notes', 'user', 'distinct', 'custom.note'],
  ['of_address', 'address', 'count'],
  ['of_network', 'network', 'distinct', 'user.id'],
]) {
  if (name === 'notes') await manage('/custom-data-points', { name: 'note', dataType: 'text', modelType: 'action' })
  await manage('/velocity-features', { name, metric, per, windowMinutes: 60, ...(of !== undefined && { of }) })
}

async function manage(path: string, payload: object): Promise<void> {
  const { statusCode, body } = await app.inject({ method: 'POST', url: `/v1/management${path}`, headers: asManagement, payload })
  assert.equal(statusCode, 200, body)
}

async function act(userId: string, own: Record<string, unknown>): Promise<void> {
  const enrolled = await ceremonies.enrol(userId)
  const { token } = await ceremonies.track(userId, 'transfer', own, 'CHALLENGE_REQUIRED')
  assert.equal((await ceremonies.signIn(token, enrolled.authenticator)).status, 200)
  for (let n = 0; n < 20; n++) await ceremonies.track(userId, 'login', { ...own, idempotencyKey: `${own.idempotencyKey}-${n}` })
  await ceremonies.setState(await ceremonies.track(userId, 'login', own), 'REVIEW_REQUIRED')
  const leaving = { ...own, idempotencyKey: `${own.idempotencyKey}-left`, scope: 'add:authenticators' }
  const left = await ceremonies.track(userId, 'transfer', leaving)
  assert.equal((await ceremonies.authenticationOptions(made.withToken(left.token))).status, 200)
  assert.equal((await ceremonies.registrationOptions(left.token)).status, 200)
  assert.equal((await ceremonies.authenticationOptions(asBrowser)).status, 200)
}

/** Everything that is written besides when somebody changes, refuses, disputes, removes or is unknown. */
async function actOddly(userId: string, own: Record<string, unknown>): Promise<void> {
  const { send } = ceremonies
  const second = await ceremonies.enrol(userId)
  const disputed = await ceremonies.track(
    userId,
    'transfer',
    { ...own, idempotencyKey: `${own.idempotencyKey}-disputed` },
    'CHALLENGE_REQUIRED',
  )
  assert.notEqual(
    (await ceremonies.signIn(disputed.token, second.authenticator, { signature: (signature) => signature.fill(1, 8, 12) })).status,
    200,
  )
  assert.equal((await send('POST', `/users/${userId}/actions/transfer/${disputed.idempotencyKey}/dispute`, asServer)).status, 200)
  const anonymous = await ceremonies.authenticationOptions(asBrowser)
  assert.equal((await ceremonies.verify(asBrowser, anonymous, second.authenticator)).status, 200)
  assert.equal((await send('PATCH', `/users/${userId}`, asServer, { displayName: `name of ${userId}` })).status, 200)
  const device = `/users/${userId}/devices/${own.deviceId}`
  assert.equal((await send('PATCH', device, asServer, { rememberedUntil: new Date(Date.now() + 86_400_000).toISOString() })).status, 200)
  assert.equal((await send('POST', `${device}/invalidate`, asServer)).status, 200)
  assert.equal((await send('DELETE', `/users/${userId}/authenticators/${second.userAuthenticatorId}`, asServer)).status, 200)
}

test('LG-03: everything kept of a user is in the export, and nothing of it anywhere in the store after the erasure', async () => {
  await act('person-to-erase', {
    idempotencyKey: 'key-to-erase',
    email: 'erase-me@mail.example',
    phoneNumber: '+4930123456',
    deviceId: 'device-to-erase',
    ipAddress: '203.0.113.77',
    userAgent: 'Agent77/1.0',
    custom: { note: 'custom-to-erase' },
  })
  await act('person-to-keep', {
    idempotencyKey: 'k',
    deviceId: 'device-to-keep',
    ipAddress: '198.51.100.7',
    custom: { note: 'custom-to-keep' },
  })
  await actOddly('person-to-erase', { deviceId: 'device-to-erase', custom: { note: 'custom-to-erase' }, idempotencyKey: 'key-to-erase' })
  const exported = await exportUser(deps, tenant.tenantId, 'person-to-erase')
  assert.deepEqual(
    traces.filter((trace) => JSON.stringify(exported).includes(trace)),
    traces,
  )
  assert.equal(exported?.actions.length, 27)
  assert.equal(exported?.user?.authenticators?.length, 2, 'the removed one too')
  assert.ok(exported?.challenges.some(({ isAnswered }) => !isAnswered))
  assert.ok(exported?.auditLog.some(({ event }) => event === 'authenticator.created'))
  assert.ok((await findTraces(deps.store, deps.config.dataDir, traces)).length > 0)

  const { statusCode } = await app.inject({ method: 'DELETE', url: '/v1/users/person-to-erase', headers: asServer })
  assert.equal(statusCode, 200)
  assert.equal(await exportUser(deps, tenant.tenantId, 'person-to-erase'), undefined)
  assert.equal((await exportUser(deps, tenant.tenantId, 'person-to-keep'))?.actions.length, 24)
  // Closing the embedded store writes its log into its file; PostgreSQL is asked while it is there.
  if (deps.store.kind === 'sqlite') await deps.store.close()
  assert.deepEqual(await findTraces(deps.store, deps.config.dataDir, traces), [])
})
