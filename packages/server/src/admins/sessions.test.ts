import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { RequestOptions } from '../../test/support/software-authenticator.ts'
import { createTestApp, type TestAppOptions } from '../../test/support/test-app.ts'
import { openPortal } from '../../test/support/test-portal.ts'
import { listPurges } from '../app/list-purges.ts'
import { hashOfSecret } from './secret-text.ts'

const minute = 60_000
const hour = 60 * minute

async function setUp(t: TestContext, options: TestAppOptions = {}) {
  let now = Date.parse('2026-05-01T12:00:00Z')
  const made = await createTestApp({ ...options, clock: () => now })
  t.after(() => made.close())
  const portal = openPortal(made)
  const pass = (ms: number) => {
    now += ms
  }
  const statusOf = async (cookie: string) => (await portal.manage(cookie, 'GET', '/session')).status
  return { ...made, portal, pass, statusOf }
}

test('AD-02: over https the cookie has the prefix `__Host-` and can neither be read, sent along by others nor set by a sibling', async (t) => {
  const { portal, statusOf } = await setUp(t, { config: { publicUrl: 'https://mfa.bank.example' } })
  const { authenticator } = await portal.addAdmin('owner')
  const { setCookie, cookie } = await portal.signIn(authenticator)
  assert.match(setCookie, /^__Host-sallyport=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict; Secure$/)
  assert.equal(await statusOf(cookie), 200)
  assert.equal(await statusOf(cookie.replace('__Host-', '')), 401)
})

test('AD-02: on http://localhost the cookie has the plain name, for browsers refuse the other', async (t) => {
  const { portal } = await setUp(t)
  const { cookie } = await portal.addAdmin('owner')
  assert.match(cookie, /^sallyport=[\w-]{43}$/)
})

test('AD-02: every sign-in has a new id, of 256 random bits, of which only the hash is stored; an id that was planted is not taken over', async (t) => {
  const { portal, deps, statusOf } = await setUp(t)
  const admin = await portal.addAdmin('owner')
  const planted = `sallyport=${'A'.repeat(43)}`
  const first = await portal.signIn(admin.authenticator, undefined, { headers: { cookie: planted } })
  const second = await portal.signIn(admin.authenticator)
  const ids = [planted, admin.cookie, first.cookie, second.cookie]
  assert.equal(new Set(ids).size, 4)
  assert.equal(await statusOf(planted), 401)
  const stored = await deps.store.db.selectFrom('admin_sessions').selectAll().execute()
  assert.deepEqual(
    stored.map(({ secret_hash }) => secret_hash).sort(),
    [admin.cookie, first.cookie, second.cookie].map((cookie) => hashOfSecret(cookie.split('=')[1] ?? '')).sort(),
  )
  const text = JSON.stringify(stored)
  for (const cookie of ids) assert.equal(text.includes(cookie.split('=')[1] ?? ''), false)
})

test('AD-02: a sign-in ends the session that the browser had before', async (t) => {
  const { portal, statusOf } = await setUp(t)
  const admin = await portal.addAdmin('owner')
  const { cookie } = await portal.signIn(admin.authenticator, undefined, { headers: { cookie: admin.cookie } })
  assert.deepEqual([await statusOf(admin.cookie), await statusOf(cookie)], [401, 200])
})

test('AD-02: a session ends after an hour without use, and after twelve hours whatever happens', async (t) => {
  const { portal, pass, statusOf } = await setUp(t)
  const { cookie, authenticator } = await portal.addAdmin('owner')
  for (let quarter = 0; quarter < 12 * 4 - 1; quarter++) {
    pass(hour / 4)
    assert.equal(await statusOf(cookie), 200, `after ${(quarter + 1) / 4} hours`)
  }
  pass(hour / 4)
  assert.equal(await statusOf(cookie), 401)
  const idle = await portal.signIn(authenticator)
  pass(hour - 1)
  assert.equal(await statusOf(idle.cookie), 200)
  pass(hour)
  assert.equal(await statusOf(idle.cookie), 401)
})

test('AD-02: a session that only follows events live ends after an hour like any other', async (t) => {
  const { deps, portal, pass, statusOf } = await setUp(t)
  const { cookie } = await portal.addAdmin('owner')
  const secret = cookie.replace('sallyport=', '')
  for (let quarter = 1; quarter < 4; quarter++) {
    pass(hour / 4)
    assert.equal((await deps.sessions.check(secret))?.role, 'owner')
  }
  pass(hour / 4)
  assert.equal(await deps.sessions.check(secret), undefined)
  assert.equal(await statusOf(cookie), 401)
})

test('AD-02: signing out ends the session on the server, and clears the cookie', async (t) => {
  const { portal, statusOf } = await setUp(t)
  const { cookie } = await portal.addAdmin('owner')
  const out = await portal.post('/sign-out', undefined, { headers: { cookie } })
  assert.match(out.setCookie, /^sallyport=; Max-Age=0; /)
  assert.equal(await statusOf(cookie), 401)
  assert.equal((await portal.post('/sign-out', undefined, { headers: { cookie } })).status, 200)
})

test('AD-02: sessions are listed and revoked: the own ones by everybody, all of the tenant by owners and admins', async (t) => {
  const { portal, statusOf } = await setUp(t)
  const owner = await portal.addAdmin('owner', 'Ada')
  const viewer = await portal.addAdmin('viewer', 'Ben')
  const second = await portal.signIn(viewer.authenticator, undefined, { headers: { 'user-agent': '<img src=x onerror=alert(1)>' } })
  const sessions = async (cookie: string) =>
    (await portal.manage(cookie, 'GET', '/sessions')).body.sessions as {
      sessionId: string
      name: string
      isCurrent: boolean
      userAgent?: string
    }[]
  assert.deepEqual((await sessions(owner.cookie)).map(({ name }) => name).sort(), ['Ada', 'Ben', 'Ben'])
  const own = await sessions(viewer.cookie)
  assert.deepEqual(own.map(({ name, isCurrent }) => [name, isCurrent]).sort(), [
    ['Ben', false],
    ['Ben', true],
  ])
  const ofOwner = (await sessions(owner.cookie)).find(({ name }) => name === 'Ada')?.sessionId
  assert.equal((await portal.manage(viewer.cookie, 'DELETE', `/sessions/${ofOwner}`)).status, 404)
  const other = own.find(({ isCurrent }) => !isCurrent)?.sessionId
  assert.equal((await portal.manage(viewer.cookie, 'DELETE', `/sessions/${other}`)).status, 200)
  assert.equal(await statusOf(second.cookie), 401)
  const mine = own.find(({ isCurrent }) => isCurrent)?.sessionId
  assert.equal((await portal.manage(owner.cookie, 'DELETE', `/sessions/${mine}`)).status, 200)
  assert.equal(await statusOf(viewer.cookie), 401)
})

test('AD-04: what changes something needs the origin of the portal, and no page of another origin reads anything', async (t) => {
  const { portal, deps } = await setUp(t)
  const { cookie, adminId } = await portal.addAdmin('owner', 'Ada')
  const patch = (origin: string | undefined) =>
    portal.manage(cookie, 'PATCH', `/admins/${adminId}`, { name: 'Eve' }, { headers: { origin } })
  for (const origin of [
    undefined,
    'null',
    'https://evil.example',
    'http://localhost:3000',
    'http://localhost:4000.evil.example',
    'http://localhost:4000/',
  ]) {
    const { status, body } = await patch(origin)
    assert.deepEqual([status, body.errorCode], [403, 'page_not_allowed'], String(origin))
    assert.equal((await portal.post('/sign-in/begin', undefined, { headers: { origin } })).status, 403, String(origin))
    assert.equal((await portal.post('/sign-out', undefined, { headers: { origin, cookie } })).status, 403, String(origin))
  }
  assert.equal((await deps.store.db.selectFrom('admins').selectAll().executeTakeFirstOrThrow()).name, 'Ada')
  assert.equal((await portal.manage(cookie, 'GET', '/session', undefined, { headers: { origin: 'https://evil.example' } })).status, 403)
  assert.equal((await patch(portal.origin)).status, 200)
})

test('AD-04: a port that browsers leave out of an origin is left out here too', async (t) => {
  const { portal } = await setUp(t, { config: { publicUrl: 'http://localhost:80' } })
  assert.equal(portal.origin, 'http://localhost')
  const { cookie, adminId } = await portal.addAdmin('owner')
  assert.equal((await portal.manage(cookie, 'PATCH', `/admins/${adminId}`, { name: 'Ada' })).status, 200)
})

test('AD-04: a key decides when a key and a session come together, and a key is still refused in a browser', async (t) => {
  const { portal, asManagement, asServer } = await setUp(t)
  const { cookie } = await portal.addAdmin('viewer')
  const both = await portal.manage(cookie, 'GET', '/session', undefined, { headers: asManagement })
  assert.equal(both.body.adminId, undefined)
  assert.equal(both.body.role, 'owner')
  assert.equal(
    (await portal.manage(cookie, 'GET', '/session', undefined, { headers: { ...asManagement, origin: portal.origin } })).status,
    401,
  )
  assert.equal((await portal.manage(cookie, 'GET', '/session', undefined, { headers: { authorization: 'Basic !!!' } })).status, 401)
  assert.equal((await portal.manage(cookie, 'GET', '/session', undefined, { headers: asServer })).status, 401)
})

test('AD-04: the session of an admin opens the management API alone', async (t) => {
  const { app, portal } = await setUp(t)
  const { cookie } = await portal.addAdmin('owner')
  for (const url of ['/v1/users/u', '/v1/client/user-authenticators']) {
    assert.equal((await app.inject({ url, headers: { cookie } })).statusCode, 401, url)
  }
})

test('AD-04: a page of the portal is not asked for a key by a dialog of the browser', async (t) => {
  const { app } = await setUp(t)
  const own = await app.inject({ url: '/v1/management/session', headers: { 'sec-fetch-site': 'same-origin' } })
  assert.deepEqual([own.statusCode, own.headers['www-authenticate']], [401, undefined])
  assert.match(String((await app.inject('/v1/management/session')).headers['www-authenticate']), /^Basic/)
})

test('AD-04: the pages of the portal take script and style from the server alone, and stand in no frame', async (t) => {
  const { app } = await setUp(t, { config: { publicUrl: 'https://mfa.bank.example' } })
  for (const url of ['/portal', '/portal/', '/portal/set-up']) {
    const { statusCode, headers, body } = await app.inject(url)
    assert.equal(statusCode, 200, url)
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    const policy = String(headers['content-security-policy'])
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]) {
      assert.ok(policy.includes(part), `${url} ${part}`)
    }
    assert.doesNotMatch(policy, /unsafe/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.match(String(headers['strict-transport-security']), /max-age=31536000/)
    assert.doesNotMatch(body, /<style|style=|\son\w+=|<script(?![^>]* src=)/, 'nothing inline')
    for (const [, file = ''] of body.matchAll(/(?:src|href)="(\/portal\/[\w-]+\.\w+)"/g)) {
      assert.equal((await app.inject(file)).statusCode, 200, file)
    }
  }
})

test('TN-01: a session reaches its own tenant alone, and its id means nothing elsewhere', async (t) => {
  const made = await setUp(t)
  const { portal, addTenant, tenant } = made
  const other = await addTenant()
  const theirs = openPortal({ ...made, asManagement: other.asManagement })
  const admin = await portal.addAdmin('owner', 'Ada')
  const eve = await theirs.addAdmin('owner', 'Eve')
  assert.equal((await theirs.manage(eve.cookie, 'GET', '/session')).body.tenantId, other.tenantId)
  assert.equal((await portal.manage(admin.cookie, 'GET', '/session')).body.tenantId, tenant.tenantId)
  const { sessionId } = (await portal.manage(admin.cookie, 'GET', '/session')).body
  for (const [method, path, body] of [
    ['GET', `/admins/${admin.adminId}`],
    ['PATCH', `/admins/${admin.adminId}`, { role: 'viewer' }],
    ['DELETE', `/admins/${admin.adminId}`],
    ['DELETE', `/sessions/${sessionId}`],
  ] as const) {
    assert.equal((await theirs.manage(eve.cookie, method, path, body)).status, 404, `${method} ${path}`)
  }
  const listed = JSON.stringify([
    (await theirs.manage(eve.cookie, 'GET', '/admins')).body,
    (await theirs.manage(eve.cookie, 'GET', '/sessions')).body,
    (await theirs.manage(eve.cookie, 'GET', '/admin-invitations')).body,
  ])
  assert.equal(listed.includes('Ada'), false)
  assert.equal((await portal.manage(admin.cookie, 'GET', '/session')).status, 200)
})

test('WA-02: the answer to a sign-in opens one session, is not replayed, and proves nothing in another ceremony', async (t) => {
  const { portal } = await setUp(t)
  const admin = await portal.addAdmin('owner')
  const options = (await portal.post('/sign-in/begin')).body.options as RequestOptions
  const credential = admin.authenticator.get(options)
  const answers = await Promise.all([1, 2, 3].map(() => portal.post('/sign-in/finish', { credential })))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400])
  const signedIn = answers.find(({ status }) => status === 200)?.cookie ?? ''
  const other = admin.authenticator.get((await portal.post('/sign-in/begin')).body.options as RequestOptions)
  assert.equal((await portal.manage(signedIn, 'POST', '/session/proof/finish', { credential: other })).status, 400)
  const proof = (await portal.manage(signedIn, 'POST', '/session/proof/begin')).body.options as RequestOptions
  assert.equal((await portal.post('/sign-in/finish', { credential: admin.authenticator.get(proof) })).status, 400)
})

test('a proof renews the session that asked for it, with a passkey of its admin', async (t) => {
  const { portal, pass } = await setUp(t)
  const admin = await portal.addAdmin('owner')
  const other = await portal.addAdmin('owner')
  pass(10 * minute)
  const begin = async (cookie: string) => (await portal.manage(cookie, 'POST', '/session/proof/begin')).body.options as RequestOptions
  const finish = (cookie: string, credential: object) => portal.manage(cookie, 'POST', '/session/proof/finish', { credential })
  assert.equal((await finish(admin.cookie, other.authenticator.get(await begin(admin.cookie)))).status, 400)
  const theirs = await begin(other.cookie)
  assert.equal((await finish(admin.cookie, admin.authenticator.get(theirs))).status, 400)
  const credential = admin.authenticator.get(await begin(admin.cookie))
  assert.deepEqual((await finish(admin.cookie, credential)).body, { provenAt: '2026-05-01T12:10:00.000Z' })
  assert.equal((await finish(admin.cookie, credential)).status, 400)
  assert.equal((await portal.manage(admin.cookie, 'GET', '/session')).body.provenAt, '2026-05-01T12:10:00.000Z')
  assert.equal((await portal.manage(other.cookie, 'GET', '/session')).body.provenAt, '2026-05-01T12:00:00.000Z')
})

test('LG-01: who signs in, fails to, proves, and signs out is on the audit log of the tenant, failures at most once a minute', async (t) => {
  const { portal, deps, tenant, logged } = await setUp(t)
  const admin = await portal.addAdmin('owner', 'Ada')
  for (let n = 0; n < 30; n++) {
    const { status } = await portal.signIn(admin.authenticator, {
      signature: (signature) => Buffer.from(signature.map((byte) => byte ^ 1)),
    })
    assert.equal(status, n < 29 ? 400 : 429, 'sixty calls a minute')
  }
  await deps.refusedEntries.stop()
  const rows = await deps.store.db
    .selectFrom('audit_log')
    .selectAll()
    .where('tenant_id', '=', tenant.tenantId)
    .where('event', '=', 'admin.sign_in_refused')
    .orderBy('sequence')
    .execute()
  assert.deepEqual(
    rows.map(({ actor, actor_name, details }) => [actor, actor_name, JSON.parse(details).way, JSON.parse(details).count]),
    [
      ['admin', 'Ada', 'passkey', 1],
      ['admin', 'Ada', 'passkey', 28],
    ],
  )
  for (const secret of [admin.cookie.split('=')[1] ?? '', ...admin.recoveryCodes]) assert.equal(logged().includes(secret), false)
})

test('sessions and invitations whose time is over are erased', async (t) => {
  const { portal, deps, pass } = await setUp(t)
  await portal.addAdmin('owner')
  await portal.invite('viewer')
  pass(25 * hour)
  for (const { run } of listPurges({ ...deps, config: { retention: { eventDays: 0, auditDays: 0 } } }))
    await run(deps.clock(), new AbortController().signal)
  const { db } = deps.store
  // A server in a database believes the earlier of two clocks, and the clock of this test is far from that of the database.
  if (deps.store.kind === 'sqlite') {
    assert.deepEqual(await db.selectFrom('admin_sessions').selectAll().execute(), [])
    assert.deepEqual(await db.selectFrom('admin_invitations').selectAll().execute(), [])
  }
})
