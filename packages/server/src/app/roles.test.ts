import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import { differences, openScanner } from '../../test/faults/scan-store.ts'
import { createScene, deviceId, ipAddress, otherUserId, type Sent, scenario, userId } from '../../test/faults/scenario.ts'
import { createTestApp, type TestAppOptions } from '../../test/support/test-app.ts'
import { type Role, roles } from '../callers/role.ts'
import type { App } from '../http/app-type.ts'
import { createKey } from '../tenants/change-keys.ts'
import { accessFault, enforceAccess } from './enforce-access.ts'
import { listRouteAccess, permissions, type RouteAccess } from './route-access.ts'

type Headers = Record<string, string>

/** The application with a management key of each role. */
async function setUp(t: TestContext, options: TestAppOptions = {}) {
  const made = await createTestApp(options)
  t.after(() => made.close())
  const { deps, tenant } = made
  const holders = {} as Record<Role, Headers>
  for (const role of roles) {
    // Only a key that stands for a person can approve what another proposed.
    const creator = { kind: 'admin', id: `who holds the ${role}` } as const
    const created = await createKey(deps, { tenantId: tenant.tenantId, kind: 'management', name: `a ${role}`, role }, creator)
    if (typeof created === 'string') return assert.fail(created)
    holders[role] = { authorization: `Basic ${Buffer.from(`${created.key}:`).toString('base64')}` }
  }
  deps.tenants.invalidate(tenant.tenantId)
  return { ...made, holders }
}

const mayCall = (role: Role, { may }: RouteAccess) => permissions[may].roles.some((one) => one === role)

/** A route as the application has it. */
function isRegistered(app: App, name: string): boolean {
  const [method = '', path = ''] = name.split(' ')
  return app.hasRoute({ method: method as 'GET', url: path.replaceAll(/\{(\w+)\}/g, ':$1') })
}

test('AD-06: every route of the management API is answered to the roles of its row, and refused to all others', async (t) => {
  const { app, deps, holders } = await setUp(t)
  let asked = 0
  for (const [name, access] of listRouteAccess(deps.methods)) {
    if (!isRegistered(app, name)) {
      // Not every method has every route, nor every path two spellings.
      assert.match(name, /\{method\}($|\/limits\/)|\/action_configurations/, `${name} is no route: remove its row`)
      continue
    }
    const [method = '', path = ''] = name.split(' ')
    for (const role of roles) {
      const url = path.replaceAll(/\{\w+\}/g, 'nothing')
      const reply = await app.inject({
        method: method as 'GET',
        url,
        headers: holders[role],
        ...(method !== 'GET' && { payload: {} }),
      })
      asked += 1
      if (mayCall(role, access)) assert.notEqual(reply.json().errorCode, 'role_not_allowed', `${role}: ${name}`)
      else {
        assert.deepEqual([reply.statusCode, reply.json().errorCode], [403, 'role_not_allowed'], `${role}: ${name}`)
        for (const allowed of permissions[access.may].roles) assert.ok(reply.json().errorDescription.includes(`\`${allowed}\``))
      }
    }
  }
  assert.ok(asked > 300)
})

test('AD-06: what a role may not do has no effect, although an owner could do it at the same moment', async (t) => {
  let now = Date.parse('2026-05-01T12:00:00Z')
  const { app, deps, tenant, holders, asServer, asManagement, asBrowser } = await setUp(t, { clock: () => now })
  const scene = createScene({ ...tenant, asServer, asManagement, asBrowser }, holders.owner, now)
  const refs = [{ kind: 'device', key: deviceId } as const, { kind: 'address', key: ipAddress } as const]
  const scanner = await openScanner(deps.store)
  t.after(scanner.close)
  const scan = () => scanner.scan(tenant.tenantId, [userId, otherUserId], refs)
  const send = ({ method, path, headers, body }: Sent) =>
    app.inject({ method: method as 'GET', url: `/v1${path}`, headers, ...(body !== undefined && { payload: body }) })
  let refused = 0
  for (const step of scenario) {
    now += 1000
    const sent = step.request(scene)
    if (sent.path.startsWith('/management/')) {
      const before = await scan()
      for (const role of roles) {
        // A viewer changes nothing, whatever they may call.
        if (role !== 'viewer' && (await isAllowed(role, sent))) continue
        const reply = await send({ ...sent, headers: holders[role] })
        const isRefused = reply.statusCode === 403 && reply.json().errorCode === 'role_not_allowed'
        // What an admin does with their own session, a key does not have.
        const isForSessions = reply.statusCode === 403 && reply.json().errorCode === 'insufficient_scope'
        if (isRefused) refused += 1
        else if (!isForSessions) assert.deepEqual([role, reply.statusCode], ['viewer', 200], `${role}: ${step.title}`)
      }
      assert.deepEqual(differences(before, await scan()), [], step.title)
    }
    const reply = await send(sent)
    assert.equal(reply.statusCode, step.isProposal === true ? 202 : 200, `${step.title}: ${reply.body}`)
    scene.answers.set(step.title, { ...reply.json(), cookie: reply.headers['set-cookie'] })
  }
  assert.ok(refused > 80, String(refused))

  /** Asked in a form that no route accepts, so that nothing is done. */
  async function isAllowed(role: Role, { method, path }: Sent): Promise<boolean> {
    const reply = await app.inject({ method: method as 'GET', url: `/v1${path}?odd=1&odd=2`, headers: holders[role] })
    return reply.json().errorCode !== 'role_not_allowed'
  }
})

test('AD-06: a route without a row is not registered, and the server does not start', async () => {
  const app = Fastify() as unknown as App
  const add = app.register(
    async (scope: App) => {
      enforceAccess(scope, { methods: [], clock: Date.now })
      scope.get('/all-secrets', () => 'secret')
    },
    { prefix: '/v1/management' },
  )
  await assert.rejects(async () => add, /GET \/v1\/management\/all-secrets has no row in app\/route-access\.ts/)
})

test('AD-06: a caller of whom no role is known, or a route without a row, is refused', () => {
  const now = { at: 0, isDryRun: false }
  assert.equal(accessFault(null, { may: 'read' }, now)?.code, 'role_not_allowed')
  assert.equal(accessFault({}, { may: 'read' }, now)?.code, 'role_not_allowed')
  assert.equal(accessFault({ role: 'owner' }, undefined, now)?.code, 'role_not_allowed')
})

test('AD-03: an admin proves their passkey again when the last proof is older than five minutes; a key needs none', () => {
  const minute = 60_000
  const provenAt = Date.parse('2026-05-01T12:00:00Z')
  const session = { sessionId: 's', adminId: 'a', name: 'Ada', provenAt }
  const faultOf = (access: RouteAccess, minutes: number, { isDryRun = false, role = 'owner' as Role } = {}) =>
    accessFault({ role, session }, access, { at: provenAt + minutes * minute, isDryRun })?.code
  assert.equal(faultOf({ may: 'keys', proof: true }, 5), undefined)
  assert.equal(faultOf({ may: 'keys', proof: true }, 5.01), 'proof_required')
  assert.equal(faultOf({ may: 'keys', proof: true }, 5.01, { isDryRun: true }), 'proof_required')
  assert.equal(faultOf({ may: 'keys' }, 600), undefined)
  assert.equal(faultOf({ may: 'rules', proof: 'unless dryRun' }, 600), 'proof_required')
  assert.equal(faultOf({ may: 'rules', proof: 'unless dryRun' }, 600, { isDryRun: true }), undefined)
  assert.equal(faultOf({ may: 'keys', proof: true }, 600, { role: 'analyst' }), 'role_not_allowed')
  assert.equal(accessFault({ role: 'owner' }, { may: 'keys', proof: true }, { at: provenAt, isDryRun: false }), undefined)
})

test('AD-03: keys, the export and the erasure of users, factors, settings and everything that publishes rules need a fresh proof', async (t) => {
  const { deps } = await setUp(t)
  const rows = listRouteAccess(deps.methods)
  for (const [name, { may, proof }] of rows) {
    const isRead = name.startsWith('GET ')
    if (['keys', 'settings'].includes(may) && !isRead) assert.equal(proof, true, name)
    if (/(export|\/authenticators\/\{\w+\})$/.test(name)) assert.equal(proof, true, name)
    if (/(\/rules(\/\{\w+\})?|\/policy|\/restore|\/rules)$/.test(name) && !isRead && !name.includes('value-lists')) assert.ok(proof, name)
  }
  assert.equal(rows.get('DELETE /v1/management/users/{userId}')?.proof, true)
})

test('AD-06: the API description shows who may call each management route', async (t) => {
  const { app, deps } = await setUp(t)
  const rows = listRouteAccess(deps.methods)
  const { paths } = (await app.inject('/openapi.json')).json()
  let seen = 0
  for (const [path, item] of Object.entries<Record<string, Record<string, unknown>>>(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const access = rows.get(`${method.toUpperCase()} ${path}`)
      assert.equal(access !== undefined, path.startsWith('/v1/management/'), `${method} ${path}`)
      if (access === undefined) continue
      seen += 1
      assert.deepEqual(operation['x-roles'], permissions[access.may].roles)
      assert.equal(operation['x-proof'], access.proof)
      assert.match(String(operation.description), /Roles: `owner`, `admin`/)
    }
  }
  assert.ok(seen > 60)
})

test('a path that is no route is answered to every role as before', async (t) => {
  const { app, holders } = await setUp(t)
  const missing = await app.inject({ url: '/v1/management/nothing', headers: holders.viewer })
  const wrongMethod = await app.inject({ method: 'DELETE', url: '/v1/management/tenant', headers: holders.viewer })
  const head = await app.inject({ method: 'HEAD', url: '/v1/management/tenant', headers: holders.viewer })
  assert.deepEqual([missing.statusCode, wrongMethod.statusCode, head.statusCode], [404, 405, 200])
  assert.equal((await app.inject({ method: 'HEAD', url: '/v1/management/keys', headers: holders.viewer })).statusCode, 403)
})
