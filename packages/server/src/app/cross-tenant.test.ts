import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'
import { passChallenge } from '../../test/support/test-challenge.ts'
import { openPortal } from '../../test/support/test-portal.ts'

const app = await createTestApp()
const client = createCeremonies(app)
const other = await app.addTenant()
after(app.close)

/** Stands in everything that belongs to the first tenant and that nobody else may ever be shown. */
const mark = 'only-of-the-first-tenant'
const manage = (method: 'POST' | 'PATCH' | 'PUT', path: string, body: object) =>
  client.send(method, `/management${path}`, app.asManagement, body)

async function make(method: 'POST' | 'PATCH' | 'PUT', path: string, body: object, status = 200): Promise<Record<string, unknown>> {
  const made = await manage(method, path, body)
  assert.equal(made.status, status, `${path} ${JSON.stringify(made.body)}`)
  return made.body
}

/** One of everything, and the path parameters that name it. */
async function fillFirstTenant() {
  await make('PATCH', '/tenant', { name: mark })
  const point = await make('POST', '/custom-data-points', { name: 'note', dataType: 'text', modelType: 'action', description: mark })
  const list = await make('POST', '/value-lists', { name: 'Mules', itemType: 'string', isActive: true, valueListItems: [mark] })
  await make('POST', '/velocity-features', { name: 'often', metric: 'count', per: 'user', windowMinutes: 60 })
  await make('POST', '/action-configurations', { actionCode: 'transfer', defaultUserActionResult: 'ALLOW' })
  const conditions = { '==': [{ var: 'custom.note' }, mark] }
  const rules = '/action-configurations/transfer/rules'
  const rule = await make('POST', rules, { name: mark, isActive: true, priority: 0, type: 'BLOCK', conditions })
  await make('POST', '/action-configurations/transfer/tests', {
    name: 'a test',
    description: mark,
    event: {},
    expect: { outcome: 'ALLOW' },
  })
  const approval = '/action-configurations/transfer/approval'
  await make('PUT', approval, { requireApproval: true })
  const message = { message: mark }
  const { proposalId } = await make('PATCH', `${rules}/${rule.ruleId}?propose=true`, { name: `${mark} too`, ...message }, 202)
  await make('PUT', approval, { requireApproval: false })
  await client.send('PATCH', '/users/ann', app.asServer, { email: `ann@${mark}.example`, displayName: mark })
  const { authenticator, userAuthenticatorId } = await client.enrol('ann')
  const { idempotencyKey, token } = await client.track('ann', 'transfer', { deviceId: 'a-device', custom: { note: `a ${mark}` } })
  await client.setState({ userId: 'ann', action: 'transfer', idempotencyKey, token, state: '', isEnrolled: true }, 'CHALLENGE_REQUIRED')
  const passed = await client.signIn(token, authenticator)
  const { clientId } = await make('POST', '/app-clients', { name: mark })
  const { idempotencyKey: signInKey } = await client.track('ann', 'sign-in', {}, 'CHALLENGE_REQUIRED')
  const signIn = { tenantId: app.tenant.tenantId, userId: 'ann', action: 'sign-in', idempotencyKey: signInKey }
  const opened = await client.send('POST', '/sessions', app.asServer, { clientId, token: await passChallenge(app, signIn) })
  assert.equal(opened.status, 200, JSON.stringify(opened.body))
  const admin = await openPortal(app).addAdmin('owner', mark)
  const invited = await make('POST', '/admins', { role: 'viewer', name: mark })
  const me = await openPortal(app).manage(admin.cookie, 'GET', '/session')
  const [configuration] = (await app.app.inject({ url: '/v1/management/authenticator-configurations', headers: app.asManagement })).json()
  return {
    token,
    resultToken: String(passed.body.accessToken),
    session: opened.body,
    credentialId: authenticator.credentialId,
    params: {
      userId: 'ann',
      action: 'transfer',
      actionCode: 'transfer',
      idempotencyKey,
      userAuthenticatorId,
      deviceId: 'a-device',
      alias: String(list.alias),
      id: String(point.id),
      ruleId: String(rule.ruleId),
      clientId: String(clientId),
      tenantId: app.tenant.tenantId,
      adminId: admin.adminId,
      invitationId: String(invited.invitationId),
      sessionId: String(me.body.sessionId),
      proposalId: String(proposalId),
      authenticatorId: configuration.authenticatorId,
      keyId: (await app.app.inject({ url: '/v1/management/keys', headers: app.asManagement })).json()[0].keyId,
      version: '1',
      a: '1',
      b: '1',
    } as Record<string, string>,
  }
}

const kept = [
  'tenants',
  'api_keys',
  'users',
  'authenticators',
  'devices',
  'value_lists',
  'value_list_versions',
  'custom_data_points',
  'action_configurations',
  'policy_versions',
  'authenticator_configurations',
  'velocity_features',
  'proposals',
  'unlearnings',
  'tries',
  'sends',
  'challenges',
  'consumed_tokens',
  'audit_log',
  'admins',
  'admin_passkeys',
  'admin_sessions',
  'admin_invitations',
  'admin_recovery_codes',
  'signing_keys',
  'app_clients',
  'user_sessions',
] as const

/** Everything stored of the first tenant. */
async function snapshot(idempotencyKey: string): Promise<string> {
  const rows: unknown[] = []
  for (const table of kept) {
    const found = await app.deps.store.db.selectFrom(table).where('tenant_id', '=', app.tenant.tenantId).selectAll().execute()
    rows.push([table, found.map((row) => JSON.stringify(row)).sort()])
  }
  const key = { tenantId: app.tenant.tenantId, userId: 'ann', action: 'transfer', idempotencyKey }
  return JSON.stringify([rows, await app.deps.store.findInstance(key)], (_, value) => (typeof value === 'bigint' ? String(value) : value))
}

test('A-13: no route shows or changes anything of another tenant, whatever ids it is given', async () => {
  const { params, token, resultToken, session, credentialId } = await fillFirstTenant()
  const names = (path: string) => path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(nameOf(path, name)))
  const nameOf = (path: string, name: string) =>
    name === 'name' ? (path.includes('velocity') ? 'often' : 'a test') : (params[name] ?? `no ${name}`)
  const document = (await app.app.inject('/openapi.json')).json()
  const before = await snapshot(params.idempotencyKey ?? '')
  const body = { token: resultToken, userId: 'ann', action: 'transfer', challengeId: 'x', message: 'x', state: 'BLOCK', isActive: false }
  const bodies = [
    {},
    body,
    { name: 'x' },
    { role: 'viewer' },
    { rememberedUntil: null },
    { isActive: false },
    { state: 'BLOCK' },
    { valueListItems: [] },
    { token: resultToken },
    { token: resultToken, clientId: params.clientId },
    session,
  ]
  let asked = 0
  for (const [path, item] of Object.entries<Record<string, unknown>>(document.paths)) {
    if (!path.startsWith('/v1/')) continue
    const isClient = path.startsWith('/v1/client/')
    const theirs = isClient ? other.asBrowser : path.startsWith('/v1/management/') ? other.asManagement : other.asServer
    for (const method of Object.keys(item)) {
      for (const payload of method === 'get' ? [undefined] : bodies) {
        const reply = await app.app.inject({
          method: method.toUpperCase() as 'GET',
          url: `${names(path)}${path.endsWith('/passkey') && method === 'get' && isClient ? `?credentialIds=${credentialId}` : ''}`,
          headers: { ...theirs, ...(payload && { 'content-type': 'application/json' }) },
          ...(payload && { payload: JSON.stringify(payload) }),
        })
        asked += 1
        assert.ok(reply.statusCode < 500, `${method} ${path}`)
        assert.ok(!reply.body.includes(mark), `${method} ${path} shows ${reply.body.slice(0, 300)}`)
      }
    }
  }
  assert.ok(asked > 200)
  for (const bearer of [token, resultToken]) {
    const found = await app.app.inject({ url: `/v1/users?token=${bearer}`, headers: other.asServer })
    assert.ok(!found.body.includes(mark))
  }
  assert.equal(await snapshot(params.idempotencyKey ?? ''), before)
  const validated = await app.app.inject({ method: 'POST', url: '/v1/validate', headers: app.asServer, payload: { token: resultToken } })
  assert.equal(validated.json().isValid, true, 'the approval was used up by another tenant')
})

test('A-13, TN-02: a token reads and changes its own user alone, also in the same tenant', async () => {
  const { token } = await client.track('ben', 'transfer', { scope: 'add:authenticators' })
  const listed = await app.app.inject({ url: '/v1/client/user-authenticators', headers: app.withToken(token) })
  assert.deepEqual(listed.json(), [])
  for (const extra of ['?userId=ann', '?user_id=ann']) {
    const again = await app.app.inject({
      url: `/v1/client/user-authenticators${extra}`,
      headers: { ...app.withToken(token), 'x-user-id': 'ann' },
    })
    assert.deepEqual(again.json(), [])
  }
})
