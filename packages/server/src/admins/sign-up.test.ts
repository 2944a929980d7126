import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type CreationOptions, createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { openPortal } from '../../test/support/test-portal.ts'
import { offerSetUp } from './offer-set-up.ts'

async function setUp(t: TestContext) {
  let now = Date.parse('2026-05-01T12:00:00Z')
  const made = await createTestApp({ clock: () => now })
  t.after(() => made.close())
  const pass = (ms: number) => {
    now += ms
  }
  const events = async () => {
    const rows = await made.deps.store.db
      .selectFrom('audit_log')
      .select(['actor', 'actor_name', 'event', 'details'])
      .where('event', 'like', 'admin.%')
      .orderBy('tenant_id', 'desc')
      .orderBy('sequence')
      .execute()
    return rows.map(({ actor, actor_name, event }) => [event, actor, actor_name])
  }
  return { ...made, portal: openPortal(made), pass, events }
}

const codeOf = (link: string | undefined) => new URL(link ?? '').hash.slice(1)

test('AD-01: a fresh server has no account; its link makes the first owner, once, and then there is no other link', async (t) => {
  const { deps, portal, events, tenant } = await setUp(t)
  assert.deepEqual(await deps.store.db.selectFrom('admins').selectAll().execute(), [])
  const link = await offerSetUp(deps)
  const other = await offerSetUp(deps)
  assert.match(link ?? '', /^http:\/\/localhost:4000\/portal\/set-up#[\w-]{43}$/)
  const code = codeOf(link)
  const look = await portal.post('/set-up/look', { code })
  assert.deepEqual(look.body, { tenantName: tenant.tenantId, role: 'owner', expiresAt: '2026-05-01T13:00:00.000Z' })
  const owner = await portal.signUp(code, 'Ada')
  assert.equal(owner.recoveryCodes.length, 10)
  const me = await portal.manage(owner.cookie, 'GET', '/session')
  assert.equal(me.status, 200)
  assert.partialDeepStrictEqual(me.body, {
    tenantId: tenant.tenantId,
    role: 'owner',
    name: 'Ada',
    adminId: owner.adminId,
    recoveryCodesLeft: 10,
  })

  for (const used of [code, codeOf(other)]) {
    const again = await portal.post('/set-up/begin', { code: used, name: 'Eve' })
    assert.deepEqual([again.status, again.body.errorCode], [400, 'invalid_credential'], 'also the link that another process printed')
  }
  assert.equal(await offerSetUp(deps), undefined)
  await deps.refusedEntries.flush()
  assert.deepEqual(await events(), [
    ['admin.invited', 'system', 'first start'],
    ['admin.invited', 'system', 'first start'],
    ['admin.created', 'admin', 'Ada'],
    ['admin.sign_in_refused', 'system', 'unknown visitor'],
  ])
})

test('AD-01: a link ends after its hour, and a wrong code opens nothing', async (t) => {
  const { deps, portal, pass } = await setUp(t)
  const code = codeOf(await offerSetUp(deps))
  pass(60 * 60_000 - 1)
  assert.equal((await portal.post('/set-up/look', { code })).status, 200)
  pass(1)
  for (const wrong of [code, 'x'.repeat(43), '']) {
    assert.equal((await portal.post('/set-up/begin', { code: wrong, name: 'Ada' })).status, 400)
  }
})

test('AD-01: of two people who use a link at once, one gets in', async (t) => {
  const { deps, portal } = await setUp(t)
  const code = await portal.invite('analyst')
  const credentials = await Promise.all(
    ['Ada', 'Eve'].map(async (name) => {
      const { body } = await portal.post('/set-up/begin', { code, name })
      return createSoftwareAuthenticator({ origin: portal.origin }).create(body.options as CreationOptions)
    }),
  )
  const answers = await Promise.all(credentials.map((credential) => portal.post('/set-up/finish', { code, credential })))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400])
  assert.equal((await deps.store.db.selectFrom('admins').selectAll().execute()).length, 1)
  assert.equal((await deps.store.db.selectFrom('admin_sessions').selectAll().execute()).length, 1)
  assert.equal(answers.find(({ status }) => status === 400)?.setCookie, '')
})

test('AD-01: of two links of a first start that are used at once, one makes the owner', async (t) => {
  const { deps, portal } = await setUp(t)
  const codes = [codeOf(await offerSetUp(deps)), codeOf(await offerSetUp(deps))]
  const answers = await Promise.all(
    codes.map(async (code) => {
      const { body } = await portal.post('/set-up/begin', { code, name: 'Ada' })
      const credential = createSoftwareAuthenticator({ origin: portal.origin }).create(body.options as CreationOptions)
      return (await portal.post('/set-up/finish', { code, credential })).status
    }),
  )
  assert.deepEqual(answers.sort(), [200, 400])
  assert.equal((await deps.store.db.selectFrom('admins').selectAll().execute()).length, 1)
})

test('AD-01: no passkey without user verification, for another origin, or for a challenge of somebody else makes an admin', async (t) => {
  const { portal, deps } = await setUp(t)
  const code = await portal.invite('viewer', 'Ada')
  const otherCode = await portal.invite('owner', 'Eve')
  const begin = async (of: string) => (await portal.post('/set-up/begin', { code: of })).body.options as CreationOptions
  const attempts = [
    createSoftwareAuthenticator({ origin: portal.origin, userVerified: false }).create(await begin(code)),
    createSoftwareAuthenticator({ origin: 'http://localhost:3000' }).create(await begin(code)),
    createSoftwareAuthenticator({ origin: portal.origin }).create(await begin(otherCode)),
    createSoftwareAuthenticator({ origin: portal.origin }).create({ ...(await begin(code)), challenge: 'AAAA' }),
  ]
  for (const credential of attempts) assert.equal((await portal.post('/set-up/finish', { code, credential })).status, 400)
  assert.deepEqual(await deps.store.db.selectFrom('admins').selectAll().execute(), [])
  // The failed attempts cost nobody the link.
  assert.equal((await portal.signUp(code)).name, 'Ada')
})

test('AD-01: whoever was invited by name acts under that name', async (t) => {
  const { portal } = await setUp(t)
  const code = await portal.invite('analyst', 'Ada')
  const admin = await portal.signUp(code, 'Somebody else')
  assert.equal((await portal.manage(admin.cookie, 'GET', '/session')).body.name, 'Ada')
  const nameless = await portal.invite('analyst')
  assert.equal((await portal.post('/set-up/begin', { code: nameless })).status, 400)
  for (const name of ['', ' Ada', 'Ada\n', 'a'.repeat(101)]) {
    assert.equal((await portal.post('/set-up/begin', { code: nameless, name })).status, 400, JSON.stringify(name))
  }
})

test('AD-01: admins are no users of their tenant', async (t) => {
  const { portal, deps, tenant } = await setUp(t)
  await portal.addAdmin('owner')
  const { db } = deps.store
  for (const table of ['users', 'authenticators'] as const) assert.deepEqual(await db.selectFrom(table).selectAll().execute(), [])
  const challenges = await db.selectFrom('challenges').select(['tenant_id', 'user_id', 'kind']).execute()
  assert.deepEqual(
    challenges.map((row) => ({ ...row })),
    [{ tenant_id: tenant.tenantId, user_id: null, kind: 'portal_authentication' }],
  )
})
