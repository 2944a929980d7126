import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createSoftwarePhone } from '../../test/support/software-phone.ts'
import { openTestPgBouncer } from '../../test/support/test-pgbouncer.ts'
import { openTestPostgres } from '../../test/support/test-postgres.ts'
import { openSocket } from '../../test/support/test-socket.ts'
import { systemActor } from '../audit/actor.ts'
import { createKeyCipher } from '../keys/api-keys.ts'
import { rotateKey } from '../tenants/rotate-key.ts'
import { loadConfig, type RunningServer, startServer } from './start-server.ts'

const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false
// One connection for everything: code that holds it must not wait for a second one.
const pooler = typeof postgres === 'string' ? postgres : await openTestPgBouncer(await postgres.createDatabase(), { serverConnections: 1 })
const poolerSkip = typeof pooler === 'string' ? pooler : false
after(async () => {
  if (typeof pooler !== 'string') await pooler.close()
  if (typeof postgres !== 'string') await postgres.close()
})

describe('two servers on one PostgreSQL', () => checkTwoServers(skip, (url) => url))
describe('RE-02: two servers behind a PgBouncer in transaction mode with one connection', () =>
  checkTwoServers(poolerSkip, (url) => (typeof pooler === 'string' ? url : pooler.urlOf(url))))

function checkTwoServers(skip: string | false, toUrl: (databaseUrl: string) => string): void {
  const dataDirs = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'sallyport-two-')))

  const masterKey = randomBytes(32).toString('base64')
  const secretKey = randomBytes(24).toString('base64url')
  const managementKey = randomBytes(24).toString('base64url')
  let servers: RunningServer[] = []

  before(async () => {
    if (skip || typeof postgres === 'string') return
    const databaseUrl = toUrl(await postgres.createDatabase())
    const env = {
      SALLYPORT_DATABASE_URL: databaseUrl,
      SALLYPORT_MASTER_KEY: masterKey,
      SALLYPORT_PUBLIC_URL: 'http://localhost:4000',
      SALLYPORT_BOOTSTRAP_TENANT_ID: 'bank',
      SALLYPORT_BOOTSTRAP_SECRET_KEY: secretKey,
      SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY: managementKey,
    }
    // Both start at the same moment, on an empty database.
    servers = await Promise.all(
      dataDirs.map((dataDir) => startServer(loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent' }, env))),
    )
  })
  after(async () => {
    await Promise.all(servers.map((server) => server.close()))
    for (const dataDir of dataDirs) rmSync(dataDir, { recursive: true, force: true })
  })

  async function call(
    server: number,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const key = path.startsWith('/v1/management') ? managementKey : secretKey
    const response = await fetch(`${servers[server]?.url}${path}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  test('servers that start together on one database make one tenant', { skip }, () => {
    assert.equal(servers.filter(({ created }) => created !== undefined).length, 1)
  })

  test('RE-02, I7: an action tracked on one server is known to the other', { skip }, async () => {
    const path = '/v1/users/alice/actions/login'
    const first = await call(0, 'POST', path, { idempotencyKey: 'k', custom: { amount: 5 } })
    const again = await call(1, 'POST', path, { idempotencyKey: 'k', custom: { amount: 5 } })
    assert.deepEqual([first.body.state, again.body.state], ['ALLOW', 'ALLOW'])
    assert.equal((await call(1, 'POST', path, { idempotencyKey: 'k', custom: { amount: 6 } })).status, 422)
    assert.equal((await call(1, 'GET', `${path}/k`)).status, 200)
    await call(1, 'PATCH', `${path}/k`, { state: 'REVIEW_FAILED' })
    assert.equal((await call(0, 'GET', `${path}/k`)).body.state, 'REVIEW_FAILED')
  })

  test('RU-08: a limit on actions holds across servers: of 40 in parallel just those within it pass', { skip }, async () => {
    await call(0, 'POST', '/v1/management/action-configurations', { actionCode: 'withdraw', defaultUserActionResult: 'ALLOW' })
    await call(0, 'POST', '/v1/management/action-configurations/withdraw/rules', {
      name: 'too many',
      isActive: true,
      priority: 0,
      type: 'BLOCK',
      conditions: { and: [{ '>': [{ var: 'velocity.actions1h' }, 10] }] },
    })
    await takenOver(1, 'withdraw', 2)
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => call(n % 2, 'POST', '/v1/users/bob/actions/withdraw', {})))
    assert.equal(answers.filter(({ body }) => body.state === 'ALLOW').length, 10)
    assert.equal(answers.filter(({ body }) => body.state === 'BLOCK').length, 30)
  })

  test('a rule saved on one server is in force on the other within a second', { skip }, async () => {
    const path = '/v1/users/carol/actions/transfer'
    await call(0, 'POST', '/v1/management/action-configurations', { actionCode: 'transfer', defaultUserActionResult: 'ALLOW' })
    for (const server of [0, 1]) assert.equal((await call(server, 'POST', path, {})).body.state, 'ALLOW')
    const rule = { name: 'all', isActive: true, priority: 0, type: 'BLOCK' }
    await call(0, 'POST', '/v1/management/action-configurations/transfer/rules', rule)
    await arrives(async (server) => (await call(server, 'POST', path, {})).body.state === 'BLOCK')
  })

  test('what is put on a value list on one server is on it on the other within a second', { skip }, async () => {
    const path = '/v1/users/dora/actions/payout'
    const ipAddress = '192.0.2.66'
    await call(0, 'POST', '/v1/management/value-lists', {
      name: 'bad',
      itemType: 'string',
      valueListItems: ['192.0.2.1'],
      isActive: true,
    })
    await call(0, 'POST', '/v1/management/action-configurations', { actionCode: 'payout', defaultUserActionResult: 'ALLOW' })
    const conditions = { and: [{ in: [{ var: 'ip.address' }, { var: 'lists.bad' }] }] }
    const saved = await call(0, 'POST', '/v1/management/action-configurations/payout/rules', {
      name: 'listed',
      isActive: true,
      priority: 0,
      type: 'BLOCK',
      conditions,
    })
    assert.equal(saved.status, 200, JSON.stringify(saved.body))
    await takenOver(1, 'payout', 2)
    assert.equal((await call(1, 'POST', path, { ipAddress })).body.state, 'ALLOW')
    const put = await call(0, 'PATCH', '/v1/management/value-lists/bad', { valueListItems: ['192.0.2.1', ipAddress] })
    assert.equal(put.status, 200, JSON.stringify(put.body))
    await arrives(async (server) => (await call(server, 'POST', path, { ipAddress })).body.state === 'BLOCK')
  })

  test('a page that waits at one server hears by WebSocket what a phone decided at the other', { skip }, async () => {
    await call(0, 'POST', '/v1/management/authenticator-configurations/qr-code', {})
    const asTenant = `Basic ${btoa('bank')}`
    const post = async (place: string, authorization: string, body: object) => {
      const headers = { authorization, 'content-type': 'application/json' }
      const url = `${servers[1]?.url}/v1/client/user-authenticators/qr-code${place}`
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
      return response.status
    }
    await arrives(async (server) => JSON.stringify((await call(server, 'GET', '/v1/authenticators')).body).includes('QR_CODE'))
    const { body: tracked } = await call(1, 'POST', '/v1/users/quentin/actions/enrol', { scope: 'add:authenticators' })
    const { publicKey, sign } = createSoftwarePhone()
    assert.equal(await post('', `Bearer ${tracked.token}`, { publicKey, deviceName: 'Phone', devicePlatform: 'ios' }), 200)
    const url = `${servers[0]?.url}/ws-v1-challenge`.replace('http', 'ws')
    const page = await openSocket(url, ['authsignal-ws', 'x.authsignal.tenant.bank'])
    if (!('send' in page)) assert.fail(JSON.stringify(page))
    page.create('login')
    const { challengeId = '' } = (await page.next()).data
    const signed = { publicKey, challengeId, signature: sign(challengeId) }
    assert.equal(await post('/challenge/claim', asTenant, signed), 200)
    assert.equal((await page.next()).data.state, 'claimed')
    assert.equal(await post('/challenge', asTenant, { ...signed, approved: true }), 200)
    const { state, accessToken } = (await page.next()).data
    assert.equal(state, 'approved')
    const { body } = await call(1, 'POST', '/v1/validate', { token: accessToken, action: 'login' })
    assert.deepEqual([body.isValid, body.userId], [true, 'quentin'])
    page.close()
  })

  test('TK-08, A-23: a key that leaked is refused by every server within a second', { skip }, async () => {
    const { deps } = servers[0] ?? assert.fail()
    const cipher = createKeyCipher(Buffer.from(masterKey, 'base64'))
    const rotated = await rotateKey({ ...deps, cipher }, { tenantId: 'bank', kind: 'secret', overlapMs: 0 }, systemActor('test'))
    deps.tenants.invalidate('bank')
    assert.ok(rotated !== undefined)
    await arrives(async (server) => (await call(server, 'GET', '/v1/users/dora')).status === 401)
    const response = await fetch(`${servers[1]?.url}/v1/users/dora`, {
      headers: { authorization: `Basic ${Buffer.from(`${rotated}:`).toString('base64')}` },
    })
    assert.equal(response.status, 200)
  })

  test('AD-06, TK-08: another role, and the end of a key, apply on every server within a second', { skip }, async () => {
    const made = await call(0, 'POST', '/v1/management/keys', { kind: 'management', name: 'desk', role: 'analyst' })
    assert.equal(made.status, 200, JSON.stringify(made.body))
    const headers = { authorization: `Basic ${Buffer.from(`${made.body.key}:`).toString('base64')}`, 'content-type': 'application/json' }
    const status = async (server: number) => {
      const url = `${servers[server]?.url}/v1/management/value-lists`
      return (await fetch(url, { method: 'POST', headers, body: '{}' })).status
    }
    await arrives(async (server) => (await status(server)) === 400)
    await call(0, 'PATCH', `/v1/management/keys/${made.body.keyId}`, { role: 'viewer' })
    await arrives(async (server) => (await status(server)) === 403)
    await call(0, 'DELETE', `/v1/management/keys/${made.body.keyId}`)
    await arrives(async (server) => (await status(server)) === 401)
  })

  /** A change applies at once on the server that made it, and soon on the other. */
  async function arrives(isInForce: (server: number) => Promise<boolean>): Promise<void> {
    assert.equal(await isInForce(0), true, 'on its own server at once')
    const deadline = performance.now() + 60_000
    while (!(await isInForce(1))) assert.ok(performance.now() < deadline, 'the change never arrived')
  }

  /** Whether the server has loaded that version of the action's policy. */
  async function takenOver(server: number, actionCode: string, version: number): Promise<void> {
    for (const deadline = performance.now() + 60_000; performance.now() < deadline; ) {
      const tenant = await servers[server]?.deps.tenants.find('bank')
      if (tenant?.actions.get(actionCode)?.definition.version === version) return
      await call(server, 'GET', '/healthz')
    }
    assert.fail(`version ${version} of ${actionCode} did not arrive`)
  }
}
