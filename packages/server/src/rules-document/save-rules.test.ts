import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'

const server = await createTestApp()
const { app, deps, tenant, asManagement, close } = server
after(close)

// biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, looked into by assertions.
type Body = any

async function call(method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) {
  const response = await app.inject({ method, url: `/v1/management${path}`, headers: asManagement, payload })
  return { status: response.statusCode, body: response.json<Body>() }
}
const configVersion = async () =>
  (await deps.store.db.selectFrom('tenants').where('tenant_id', '=', tenant.tenantId).select('config_version').executeTakeFirst())
    ?.config_version
const everything = async () => [
  (await call('GET', '/custom-data-points')).body,
  (await call('GET', '/value-lists')).body,
  (await call('GET', '/velocity-features')).body,
  (await call('GET', '/action-configurations')).body,
  await configVersion(),
]

const inMules = { in: [{ var: 'custom.payee' }, { var: 'lists.mules' }] }
const much = { '>': [{ var: 'velocity.sum24h' }, 1000] }
const policy = (actionCode: string, conditions: object, more: object = {}) => ({
  actionCode,
  defaultUserActionResult: 'ALLOW',
  rules: [{ name: 'R', type: 'BLOCK', conditions }],
  ...more,
})
const isMule = { name: 'a mule is blocked', event: { custom: { payee: 'm' } }, expect: { outcome: 'BLOCK' } }
const document = (more: object = {}) => ({
  dataPoints: [
    { name: 'payee', dataType: 'text', modelType: 'action' },
    { name: 'amount', dataType: 'number', modelType: 'action' },
  ],
  lists: [{ name: 'Money mules', alias: 'mules', itemType: 'string', valueListItems: ['m'], isActive: true }],
  features: [{ name: 'sum24h', metric: 'sum', of: 'custom.amount', per: 'user', windowMinutes: 1440 }],
  actions: [policy('pay', inMules, { tests: [isMule] }), policy('send', much)],
  message: 'from the repository',
  ...more,
})

test('a dry run says all that would change, and nothing is there afterwards', async () => {
  const before = await everything()
  const dry = await call('PUT', '/rules?dryRun=true', document())
  assert.equal(dry.status, 200, JSON.stringify(dry.body))
  assert.deepEqual(
    dry.body.changes.map(({ sentence }: Body) => sentence),
    [
      'New data point *payee*: text, of the action.',
      'New data point *amount*: number, of the action.',
      'New list *mules* with 1 entry.',
      'New velocity feature *sum24h*.',
    ],
  )
  assert.deepEqual(
    dry.body.actions.map(({ policyVersion, changes, tests }: Body) => [policyVersion, changes.length, tests.length]),
    [
      [0, 3, 1],
      [0, 2, 0],
    ],
  )
  assert.deepEqual(await everything(), before)
})

test('a document with a mistake in its last part changes nothing at all', async () => {
  const before = await everything()
  const unknown = { var: 'ip.isAnonymos' }
  const failing = { ...isMule, expect: { outcome: 'ALLOW' } }
  const cases: [object, number, RegExp][] = [
    [document({ actions: [policy('pay', inMules), policy('send', unknown)] }), 400, /action `send`: rule `R`: .*ip.isAnonymous/],
    [
      document({ actions: [policy('send', much), policy('pay', inMules, { tests: [failing] })] }),
      409,
      /`a mule is blocked` of the action `pay`/,
    ],
    [
      document({ actions: [policy('pay', inMules), policy('send', much, { expectedPolicyVersion: 7 })] }),
      409,
      /does not exist, expected version 7/,
    ],
    [document({ actions: [policy('pay', inMules), policy('pay', much)] }), 400, /`pay` appears twice/],
    [document({ lists: [{ name: 'L', itemType: 'number', valueListItems: ['x'], isActive: true }] }), 400, /not a number/],
    [document({ features: [{ name: 'f', metric: 'sum', of: 'custom.nothing', per: 'user', windowMinutes: 5 }] }), 400, /nothing/],
  ]
  for (const [body, status, message] of cases) {
    const answer = await call('PUT', '/rules', body)
    assert.equal(answer.status, status, JSON.stringify(answer.body))
    assert.match(answer.body.errorDescription, message)
    assert.deepEqual(await everything(), before)
  }
})

test('all of it is there at once, in one version of the configuration; the same once more changes nothing', async () => {
  const version = (await configVersion()) ?? 0
  const first = await call('PUT', '/rules', document())
  assert.equal(first.status, 200, JSON.stringify(first.body))
  assert.deepEqual(
    first.body.actions.map(({ policyVersion }: Body) => policyVersion),
    [1, 1],
  )
  assert.equal(await configVersion(), version + 1)
  const before = await everything()
  const again = await call('PUT', '/rules', document())
  assert.deepEqual([again.body.changes, again.body.actions.flatMap(({ changes }: Body) => changes)], [[], []])
  assert.deepEqual(await everything(), before)
  assert.deepEqual(
    (await call('GET', '/value-lists/mules/versions')).body.map(({ version: number, message }: Body) => [number, message]),
    [[1, 'from the repository']],
  )
})

test('what a document changes of a list runs the tests of actions that are not in it', async () => {
  const lists = [{ name: 'Money mules', alias: 'mules', itemType: 'string', valueListItems: ['n'], isActive: true }]
  const refused = await call('PUT', '/rules', { lists })
  assert.deepEqual([refused.status, refused.body.errorCode], [409, 'failing_tests'])
  const dry = await call('PUT', '/rules?dryRun=true', { lists })
  assert.deepEqual(
    dry.body.broken.map(({ actionCode, test: { name } }: Body) => [actionCode, name]),
    [['pay', 'a mule is blocked']],
  )
  assert.equal(
    (await call('PUT', '/rules', { lists: lists.map((list) => ({ ...list, expectedVersion: 9 })) })).body.errorCode,
    'version_conflict',
  )
  assert.equal((await call('PUT', '/rules?ignoreFailingTests=true', { lists })).status, 200)
})
