import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type CreationOptions, createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { openPortal } from '../../test/support/test-portal.ts'
import { createApp } from '../app/app.ts'
import { roles } from '../callers/role.ts'

async function setUp(t: TestContext) {
  const made = await createTestApp()
  t.after(() => made.close())
  const portal = openPortal(made)
  const statusOf = async (cookie: string) => (await portal.manage(cookie, 'GET', '/session')).status
  const rolesNow = async () =>
    (await made.deps.store.db.selectFrom('admins').select(['name', 'role']).orderBy('name').execute()).map(
      ({ name, role }) => `${name}: ${role}`,
    )
  return { ...made, portal, statusOf, rolesNow }
}

test('AD-02: a role that is changed counts with the next request, and whoever is removed is out at once', async (t) => {
  const { portal, statusOf } = await setUp(t)
  const owner = await portal.addAdmin('owner', 'Ada')
  const other = await portal.addAdmin('admin', 'Ben')
  const phone = await portal.signIn(other.authenticator)
  const path = `/admins/${other.adminId}`
  assert.equal((await portal.manage(owner.cookie, 'PATCH', path, { role: 'viewer', name: 'Benjamin' })).status, 200)
  assert.partialDeepStrictEqual((await portal.manage(other.cookie, 'GET', '/session')).body, { role: 'viewer', name: 'Benjamin' })
  assert.equal((await portal.manage(owner.cookie, 'DELETE', path)).status, 200)
  assert.deepEqual([await statusOf(other.cookie), await statusOf(phone.cookie), await statusOf(owner.cookie)], [401, 401, 200])
  const back = await portal.signIn(other.authenticator)
  assert.deepEqual([back.status, back.body.errorCode], [400, 'unknown_credential'])
  assert.equal((await portal.post('/recovery/begin', { code: other.recoveryCodes[0] })).status, 400)
  assert.equal((await portal.manage(owner.cookie, 'DELETE', path)).status, 404)
})

test('AD-02: a session that is opened or ended in one process is so in every other, at once', async (t) => {
  const made = await setUp(t)
  const { portal, deps } = made
  const app = await createApp(deps, { checkResponses: true })
  t.after(() => app.close())
  const elsewhere = openPortal({ ...made, app })
  const owner = await portal.addAdmin('owner')
  const viewer = await portal.addAdmin('viewer')
  const statusThere = async () => (await elsewhere.manage(viewer.cookie, 'GET', '/session')).status
  assert.equal(await statusThere(), 200)
  await portal.manage(owner.cookie, 'PATCH', `/admins/${viewer.adminId}`, { role: 'support' })
  assert.equal((await elsewhere.manage(viewer.cookie, 'GET', '/session')).body.role, 'support')
  await portal.manage(owner.cookie, 'DELETE', `/admins/${viewer.adminId}`)
  assert.equal(await statusThere(), 401)
  await elsewhere.post('/sign-out', undefined, { headers: { cookie: owner.cookie } })
  assert.equal(await made.statusOf(owner.cookie), 401)
})

test('the last owner can neither be removed nor be made something else, by a session or by a key', async (t) => {
  const { app, portal, asManagement, rolesNow } = await setUp(t)
  const owner = await portal.addAdmin('owner', 'Ada')
  await portal.addAdmin('admin', 'Ben')
  const path = `/admins/${owner.adminId}`
  for (const [method, body] of [
    ['DELETE', undefined],
    ['PATCH', { role: 'admin' }],
  ] as const) {
    const refused = await portal.manage(owner.cookie, method, path, body)
    assert.deepEqual([refused.status, refused.body.errorCode], [400, 'invalid_request'])
    const byKey = await app.inject({ method, url: `/v1/management${path}`, headers: asManagement, ...(body && { payload: body }) })
    assert.equal(byKey.statusCode, 400)
  }
  assert.deepEqual(await rolesNow(), ['Ada: owner', 'Ben: admin'])
})

test('of two owners who demote or remove each other at once, one stays', async (t) => {
  const { portal, rolesNow } = await setUp(t)
  const ada = await portal.addAdmin('owner', 'Ada')
  const ben = await portal.addAdmin('owner', 'Ben')
  const answers = await Promise.all([
    portal.manage(ada.cookie, 'PATCH', `/admins/${ben.adminId}`, { role: 'viewer' }),
    portal.manage(ben.cookie, 'DELETE', `/admins/${ada.adminId}`),
  ])
  assert.equal(answers.filter(({ status }) => status === 200).length, 1, JSON.stringify(answers))
  assert.equal((await rolesNow()).filter((line) => line.endsWith('owner')).length, 1)
})

test('nobody gives a role above the own, nor touches somebody who has one', async (t) => {
  const { portal, rolesNow } = await setUp(t)
  const owner = await portal.addAdmin('owner', 'Ada')
  const admin = await portal.addAdmin('admin', 'Ben')
  const refused = [
    await portal.manage(admin.cookie, 'POST', '/admins', { role: 'owner', name: 'Eve' }),
    await portal.manage(admin.cookie, 'PATCH', `/admins/${admin.adminId}`, { role: 'owner' }),
    await portal.manage(admin.cookie, 'PATCH', `/admins/${owner.adminId}`, { name: 'Eve' }),
    await portal.manage(admin.cookie, 'PATCH', `/admins/${owner.adminId}`, { role: 'viewer' }),
    await portal.manage(admin.cookie, 'DELETE', `/admins/${owner.adminId}`),
  ]
  assert.deepEqual(
    refused.map(({ status }) => status),
    [403, 403, 403, 403, 403],
  )
  assert.deepEqual(await rolesNow(), ['Ada: owner', 'Ben: admin'])
  for (const role of roles.filter((role) => role !== 'owner')) {
    assert.equal((await portal.manage(admin.cookie, 'POST', '/admins', { role, name: `A ${role}` })).status, 200, role)
  }
})

test('an invitation ends with its maker, or when the maker could not make it any longer, or when it is revoked', async (t) => {
  const { portal } = await setUp(t)
  const ada = await portal.addAdmin('owner', 'Ada')
  const ben = await portal.addAdmin('owner', 'Ben')
  const invite = async (role: string) => {
    const { body } = await portal.manage(ben.cookie, 'POST', '/admins', { role, name: `B ${role}`, expiresInHours: 168 })
    return { code: new URL(String(body.url)).hash.slice(1), invitationId: String(body.invitationId) }
  }
  const [owner, viewer, support] = [await invite('owner'), await invite('viewer'), await invite('support')]
  const look = async ({ code }: { code: string }) => (await portal.post('/set-up/look', { code })).status
  assert.equal((await portal.manage(ada.cookie, 'DELETE', `/admin-invitations/${support.invitationId}`)).status, 200)
  await portal.manage(ada.cookie, 'PATCH', `/admins/${ben.adminId}`, { role: 'admin' })
  assert.deepEqual([await look(owner), await look(viewer), await look(support)], [400, 200, 400])
  const listed = (await portal.manage(ada.cookie, 'GET', '/admin-invitations')).body.invitations as {
    name: string
    madeBy: { name: string }
  }[]
  assert.deepEqual(
    listed.map(({ name, madeBy }) => [name, madeBy.name]),
    [['B viewer', 'Ben']],
  )
  await portal.manage(ada.cookie, 'DELETE', `/admins/${ben.adminId}`)
  assert.equal(await look(viewer), 400)
})

test('an admin adds and removes own passkeys, never the last one', async (t) => {
  const { portal } = await setUp(t)
  const admin = await portal.addAdmin('viewer')
  const other = await portal.addAdmin('owner')
  const passkeys = async () => (await portal.manage(admin.cookie, 'GET', '/session/passkeys')).body.passkeys as { passkeyId: string }[]
  const [first] = await passkeys()
  const remove = (cookie: string) => portal.manage(cookie, 'DELETE', `/session/passkeys/${first?.passkeyId}`)
  assert.equal((await remove(admin.cookie)).status, 400)
  const { body } = await portal.manage(admin.cookie, 'POST', '/session/passkeys/begin')
  const second = createSoftwareAuthenticator({ origin: portal.origin })
  const credential = second.create(body.options as CreationOptions)
  assert.equal(
    (await portal.manage(other.cookie, 'POST', '/session/passkeys/finish', { credential })).status,
    400,
    'made for somebody else',
  )
  assert.equal((await portal.manage(admin.cookie, 'POST', '/session/passkeys/finish', { credential })).status, 200)
  assert.equal((await portal.manage(admin.cookie, 'POST', '/session/passkeys/finish', { credential })).status, 400, 'used')
  assert.equal((await remove(other.cookie)).status, 404)
  assert.equal((await remove(admin.cookie)).status, 200)
  assert.equal((await portal.signIn(admin.authenticator)).body.errorCode, 'unknown_credential')
  assert.equal((await portal.signIn(second)).status, 200)
  assert.equal((await passkeys()).length, 1)
})

test('what only an admin can do is refused to a key, and a key learns who it is', async (t) => {
  const { app, asManagement } = await setUp(t)
  for (const [method, url] of [
    ['POST', '/session/proof/begin'],
    ['GET', '/session/passkeys'],
    ['POST', '/session/recovery-codes'],
  ] as const) {
    const { statusCode } = await app.inject({ method, url: `/v1/management${url}`, headers: asManagement })
    assert.equal(statusCode, 403, url)
  }
  assert.equal((await app.inject({ url: '/v1/management/session', headers: asManagement })).json().role, 'owner')
})

test('TN-05: unknown members of a change are refused', async (t) => {
  const { portal } = await setUp(t)
  const owner = await portal.addAdmin('owner')
  const bodies = [
    { role: 'viewer', tenantId: 'x' },
    { role: 'root' },
    { name: 'x', userHandle: 'y' },
    { role: 'viewer', expiresInHours: 169 },
  ]
  for (const body of bodies) assert.equal((await portal.manage(owner.cookie, 'POST', '/admins', body)).status, 400, JSON.stringify(body))
  assert.equal((await portal.manage(owner.cookie, 'PATCH', `/admins/${owner.adminId}`, { tenantId: 'x' })).status, 400)
})
