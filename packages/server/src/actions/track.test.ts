import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { encodeCBOR } from '@levischuck/tiny-cbor'
import { createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { verifyToken } from '../tokens/challenge-token.ts'

let now = Date.UTC(2026, 10, 24, 12)
const server = await createTestApp({
  clock: () => now,
  config: { trustedProxies: ['10.0.0.0/8'] },
})
const { app, deps, tenant, asServer, asManagement, addTenant, close } = server
after(close)

type Body = Record<string, unknown>

async function call(
  method: 'GET' | 'PATCH' | 'POST' | 'DELETE',
  url: string,
  body?: object | string,
  headers: Record<string, string> = asServer,
) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>(), headers: reply.headers }
}

const track = (userId: string, body?: object, action = 'transfer', headers = asServer) =>
  call('POST', `/users/${userId}/actions/${action}`, body, headers)
const view = (userId: string, key: unknown, action = 'transfer') => call('GET', `/users/${userId}/actions/${action}/${key}`)

async function enrol(userId: string) {
  const { credentialId, coseKey } = createSoftwareAuthenticator()
  const credentialPublicKey = Buffer.from(encodeCBOR(coseKey)).toString('base64url')
  const { status } = await call('POST', `/users/${userId}/authenticators`, {
    verificationMethod: 'PASSKEY',
    credentialId,
    credentialPublicKey,
  })
  assert.equal(status, 200)
}

before(async () => {
  const post = async (url: string, body: object) =>
    assert.equal((await call('POST', `/management${url}`, body, asManagement)).status, 200, url)
  await post('/custom-data-points', { name: 'transactionValue', dataType: 'number', modelType: 'action' })
  await post('/custom-data-points', { name: 'payee', dataType: 'text', modelType: 'action' })
  await configureAction(server, 'transfer', {
    defaultOutcome: 'ALLOW',
    rules: [
      { name: 'Known mule', outcome: 'BLOCK', conditions: { and: [{ '==': [{ var: 'custom.payee' }, 'mule'] }] } },
      { name: 'High value', outcome: 'CHALLENGE', conditions: { and: [{ '>': [{ var: 'custom.transactionValue' }, 2000] }] } },
    ],
  })
  await configureAction(server, 'strict', { defaultOutcome: 'CHALLENGE', requiredDataPoints: ['transactionValue'] })
})

test('a track without a body makes an instance of an action nobody configured, and lets it through', async () => {
  const { status, body, headers } = await track('new-user', undefined, 'never-seen')
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(body.state, 'ALLOW')
  assert.equal(body.isEnrolled, false)
  assert.deepEqual(body.allowedVerificationMethods, ['PASSKEY'])
  assert.deepEqual(body.ruleIds, [])
  assert.match(String(body.idempotencyKey), /^[0-9a-f-]{36}$/)
  assert.ok(!('defaultVerificationMethod' in body))
  const row = await deps.store.db.selectFrom('action_configurations').selectAll().where('action_code', '=', 'never-seen').executeTakeFirst()
  assert.equal(row?.is_configured, 0)
})

test('the rules decide: by value, by priority, else by the default', async () => {
  await enrol('ann')
  assert.equal((await track('ann', { custom: { transactionValue: 2000 } })).body.state, 'ALLOW')
  const challenged = (await track('ann', { custom: { transactionValue: '2000.01' } })).body
  assert.equal(challenged.state, 'CHALLENGE_REQUIRED')
  assert.equal(challenged.isEnrolled, true)
  assert.deepEqual(challenged.enrolledVerificationMethods, ['PASSKEY'])
  assert.equal(challenged.defaultVerificationMethod, 'PASSKEY')
  assert.equal((challenged.ruleIds as string[]).length, 1)
  const blocked = (await track('ann', { custom: { transactionValue: 5000, payee: 'mule' } })).body
  assert.equal(blocked.state, 'BLOCK')
  assert.equal((blocked.ruleIds as string[]).length, 2)
})

test('a user without a factor is not let through, and told so', async () => {
  const { body } = await track('unenrolled', { custom: { transactionValue: 3000 } })
  assert.equal(body.state, 'CHALLENGE_REQUIRED')
  assert.equal(body.isEnrolled, false)
})

test('the url carries the token behind a `?`, and the token names the instance and nothing else of the user', async () => {
  const { body } = await track('tess', { email: 'tess@example.com', scope: 'add:authenticators read:authenticators' })
  const token = String(body.token)
  assert.equal(body.url, `http://localhost:4000/challenge?token=${token}`)
  const loaded = await deps.tenants.find(tenant.tenantId)
  assert.ok(loaded)
  const verified = verifyToken(loaded, token, { issuer: deps.config.issuer, kinds: ['challenge'], at: now })
  assert.ok(verified.verified)
  assert.equal(verified.claims.userId, 'tess')
  assert.equal(verified.claims.actionCode, 'transfer')
  assert.equal(verified.claims.idempotencyKey, body.idempotencyKey)
  assert.deepEqual([...verified.claims.scopes], ['add:authenticators', 'read:authenticators'])
  assert.ok(
    !Buffer.from(token.split('.')[1] ?? '', 'base64url')
      .toString()
      .includes('example.com'),
  )
  assert.equal((await track('tess', { scope: 'admin:everything' })).status, 400)
})

test('the same idempotency key answers with the same instance as it stands now, and decides nothing', async () => {
  await enrol('ida')
  const first = (await track('ida', { idempotencyKey: 'k1', custom: { transactionValue: 3000 } })).body
  const again = (await track('ida', { idempotencyKey: 'k1', custom: { transactionValue: '3000.00' }, ipAddress: '203.0.113.9' })).body
  assert.equal(again.state, 'CHALLENGE_REQUIRED')
  assert.deepEqual(again.ruleIds, first.ruleIds)
  assert.deepEqual(again.allowedVerificationMethods, first.allowedVerificationMethods)
  await call('PATCH', '/users/ida/actions/transfer/k1', { state: 'CHALLENGE_FAILED' })
  assert.equal((await track('ida', { idempotencyKey: 'k1' })).body.state, 'CHALLENGE_FAILED')
  assert.equal((await view('ida', 'k1')).body.ipAddress, undefined)
  assert.equal((await track('ida', { idempotencyKey: 'k1' }, 'other')).body.state, 'ALLOW')
  assert.equal((await track('ivo', { idempotencyKey: 'k1' })).body.state, 'ALLOW')
})

test('ID-02, TX-02: an idempotency key that was tracked with other data is refused', async () => {
  await track('iris', { idempotencyKey: 'k', custom: { transactionValue: 10, payee: 'acme' } })
  for (const custom of [
    { transactionValue: 10_000, payee: 'acme' },
    { transactionValue: 10, payee: 'evil' },
    { transactionValue: 10 },
    {},
  ]) {
    const { status, body } = await track('iris', { idempotencyKey: 'k', custom })
    assert.equal(status, 422)
    assert.equal(body.errorCode, 'idempotency_conflict')
  }
  assert.deepEqual((await view('iris', 'k')).body.custom, { transactionValue: 10, payee: 'acme' })
})

test('TX-10: fifty tracks at once with one idempotency key make one instance', async () => {
  const replies = await Promise.all(
    Array.from({ length: 50 }, () => track('many', { idempotencyKey: 'one', custom: { transactionValue: 3000 } })),
  )
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200])
  assert.deepEqual([...new Set(replies.map(({ body }) => `${body.state} ${body.ruleIds}`))].length, 1)
  const listed = await app.inject({ url: '/v1/users/many/actions', headers: asServer })
  assert.equal(listed.json<Body[]>().length, 1)
})

test('IP-02: one address is taken of what was sent, in its canonical form', async () => {
  for (const [sent, stored] of [
    ['203.0.113.9', '203.0.113.9'],
    [' 203.0.113.9:443 ', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['[2001:DB8::1]:443', '2001:db8::1'],
    ['198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['6.6.6.6, 203.0.113.9, 10.1.2.3, 10.0.0.1', '203.0.113.9'],
  ] as const) {
    const { status, body } = await track('ip', { ipAddress: sent })
    assert.equal(status, 200, sent)
    assert.equal((await view('ip', body.idempotencyKey)).body.ipAddress, stored, sent)
  }
})

test('IP-02: what is no address is refused by name', async () => {
  for (const ipAddress of [
    'unknown',
    '',
    '1.2.3',
    '0177.0.0.1',
    '1.2.3.4.5',
    'localhost',
    '203.0.113.9, x, 10.0.0.1',
    '1'.repeat(5000),
    5,
    ['1.2.3.4'],
  ]) {
    const { status, body } = await track('ip', { ipAddress })
    assert.equal(status, 400, String(ipAddress).slice(0, 40))
    assert.match(String(body.errorDescription), /ipAddress/)
  }
})

test('IP-01: forwarded headers of the request itself say nothing of the user', async () => {
  const { body } = await track('hdr', {}, 'transfer', {
    ...asServer,
    'x-forwarded-for': '6.6.6.6',
    forwarded: 'for=6.6.6.6',
    'x-real-ip': '6.6.6.6',
  })
  assert.equal((await view('hdr', body.idempotencyKey)).body.ipAddress, undefined)
})

test('RU-03: data of the wrong type is refused by name, and makes no instance', async () => {
  for (const transactionValue of ['3,000', [3000], { $gt: 0 }, null, '', true, 'NaN']) {
    const { status, body } = await track('typ', { custom: { transactionValue } })
    assert.equal(status, 400)
    assert.match(String(body.errorDescription), /custom\.transactionValue/)
  }
  const huge = await call('POST', '/users/typ/actions/transfer', '{"custom":{"transactionValue":1e400}}', {
    ...asServer,
    'content-type': 'application/json',
  })
  assert.equal(huge.status, 400)
  const listed = await app.inject({ url: '/v1/users/typ/actions', headers: asServer })
  assert.deepEqual(listed.json(), [])
})

test('a data point that an action requires is required by name', async () => {
  const { status, body } = await track('req', { custom: { payee: 'acme' } }, 'strict')
  assert.equal(status, 400)
  assert.match(String(body.errorDescription), /custom\.transactionValue/)
  assert.equal((await track('req', {}, 'strict')).status, 400)
  assert.equal((await track('req', { custom: { transactionValue: 1 } }, 'strict')).status, 200)
})

test('RU-02: keys that reach for a prototype do nothing or are refused', async () => {
  const post = (custom: string) =>
    call('POST', '/users/proto/actions/transfer', `{"custom":${custom}}`, { ...asServer, 'content-type': 'application/json' })
  const { status } = await post('{"__proto__":{"transactionValue":9999}}')
  assert.equal(status, 400)
  const { body } = await post('{"constructor":{"a":1},"prototype":"x","toString":"y","hasOwnProperty":1}')
  assert.equal(body.state, 'ALLOW')
  assert.deepEqual((await view('proto', body.idempotencyKey)).body.custom, {
    constructor: { a: 1 },
    prototype: 'x',
    toString: 'y',
    hasOwnProperty: 1,
  })
  assert.equal(({} as Body).transactionValue, undefined)
})

test('AUTHENTICATOR_NOT_FOUND: a tenant with no authenticator configured cannot track', async () => {
  const other = await addTenant()
  await deps.store.db.updateTable('authenticator_configurations').set({ is_active: 0 }).where('tenant_id', '=', other.tenantId).execute()
  deps.tenants.invalidate(other.tenantId)
  const { status, body } = await track('u', {}, 'transfer', other.asServer)
  assert.equal(status, 400)
  assert.equal(body.error, 'AUTHENTICATOR_NOT_FOUND')
})

test('what a track says of the user is kept, and a new address is not a verified one', async () => {
  await call('PATCH', '/users/kim', { email: 'kim@example.com', emailVerified: true })
  await track('kim', { email: 'kim@new.example', phoneNumber: '123', username: 'kim' })
  const { body } = await call('GET', '/users/kim')
  assert.equal(body.email, 'kim@new.example')
  assert.equal(body.emailVerified, false)
  assert.equal(body.phoneNumber, '123')
  assert.equal(body.username, 'kim')
})

test('a device that was tracked is on the list of the user', async () => {
  await track('dee', { deviceId: 'phone-1', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0' })
  const listed = await app.inject({ url: '/v1/users/dee/devices', headers: asServer })
  assert.deepEqual(
    listed.json<Body[]>().map(({ deviceId }) => deviceId),
    ['phone-1'],
  )
})

test('unknown members are ignored, `null` is as good as absent, and empty texts say nothing', async () => {
  const { status, body } = await track('odd', {
    redirect_url: 'x',
    tenantId: 'other',
    state: 'CHALLENGE_SUCCEEDED',
    ipAddress: null,
    custom: null,
    idempotencyKey: null,
    userAgent: '',
    deviceId: '',
    email: '',
  })
  assert.equal(status, 200)
  assert.equal(body.state, 'ALLOW')
  assert.equal((await call('GET', '/users/odd')).body.email, undefined)
})

test('A-28: a redirect that a browser would run is refused', async () => {
  for (const redirectUrl of [
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '//evil',
    '/path',
    '',
    'x'.repeat(3000),
  ]) {
    assert.equal((await track('red', { redirectUrl })).status, 400, redirectUrl.slice(0, 30))
  }
  assert.equal((await track('red', { redirectUrl: 'https://app.example.com/done?x=1' })).status, 200)
  assert.equal((await track('red', { redirectUrl: 'myapp://done' })).status, 200)
})

test('a challenge that is not there cannot be claimed', async () => {
  assert.equal((await track('cla', { challengeId: 'none' })).status, 401)
})

test('TX-02: the tracked data is part of the instance and stays as it was tracked', async () => {
  const { body } = await track('tx', {
    idempotencyKey: 't1',
    custom: { transactionValue: '10.00', payee: 'acme', note: { lines: [1, 'b', null] } },
  })
  const patched = await call('PATCH', `/users/tx/actions/transfer/${body.idempotencyKey}`, {
    state: 'REVIEW_REQUIRED',
    custom: { transactionValue: 1 },
  })
  assert.equal(patched.status, 200)
  assert.deepEqual((await view('tx', 't1')).body.custom, { transactionValue: 10, payee: 'acme', note: { lines: [1, 'b', null] } })
})

test('A-17: odd texts in every id work or are refused, and are never a fault', async () => {
  for (const text of ["' OR 1=1--", '"', '%00', '😀', '\r\nSet-Cookie: x', '__proto__', 'a/b', '{"$gt":""}']) {
    const key = encodeURIComponent(text)
    const tracked = await track(key, {
      idempotencyKey: text,
      deviceId: text,
      userAgent: text,
      locale: text,
      username: text,
      custom: { text },
    })
    assert.equal(tracked.status, 200, text)
    const { status, body } = await view(key, key)
    assert.equal(status, 200)
    assert.equal(body.idempotencyKey, text)
    assert.deepEqual(body.custom, { text })
  }
  for (const text of ['a\0b', '\ud800', 'x'.repeat(65_536)]) {
    for (const name of ['idempotencyKey', 'deviceId', 'email', 'username', 'phoneNumber']) {
      assert.equal((await track('hostile', { [name]: text })).status, 400, name)
    }
    assert.equal((await track('hostile', { custom: { text } })).status, 200)
  }
  for (const userAgent of ['a\0b', '\ud800', `${'x'.repeat(511)}😀`, 'x'.repeat(8000)]) {
    assert.equal((await track('hostile', { userAgent })).status, 200)
    assert.equal((await track('hostile', { userAgent })).status, 200)
  }
  for (const code of ['a b', '../x', 'x'.repeat(65), '%00', "'"]) {
    const { status } = await track('hostile', {}, encodeURIComponent(code))
    assert.ok(status >= 400 && status < 500, code)
  }
  const big = await track('hostile', { custom: { text: 'x'.repeat(300_000) } })
  assert.equal(big.status, 413)
})

test('the clock is the server’s: an instance is as old as its track', async () => {
  now += 60_000
  const { body } = await track('tim', { idempotencyKey: 'k' })
  assert.equal(body.idempotencyKey, 'k')
  assert.equal((await view('tim', 'k')).body.createdAt, new Date(now).toISOString())
})
