import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Instance } from '@sallyport/engine'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { verifyAudit } from '../../test/support/verify-audit.ts'
import { createChallengePurge } from '../challenges/purge-challenges.ts'
import { passkeyName } from '../methods/passkey/passkey-name.ts'
import { findCredentialFault } from '../webauthn/find-credential-fault.ts'
import { scenarios } from './plan-scenarios.ts'
import { attackerKinds } from './planned-step.ts'
import { type SeedDemoInput, seedDemo } from './seed-demo.ts'

const until = Date.UTC(2026, 10, 24, 12)
const small = { seed: 'test', people: 50, days: 10, until }
const opened: TestApp[] = []
after(() => Promise.all(opened.map(({ close }) => close())))

async function open(): Promise<TestApp> {
  const app = await createTestApp({ clock: () => until })
  opened.push(app)
  return app
}

function seed({ deps, tenant: { tenantId } }: TestApp, input: Partial<SeedDemoInput> = {}) {
  const seedDeps = {
    ...deps,
    trustedProxies: [],
    publicUrl: () => deps.config.publicUrl,
    issuer: deps.config.issuer,
    countUndetermined: async () => undefined,
    purge: createChallengePurge(deps),
  }
  return seedDemo(seedDeps, { tenantId, ...small, ...input })
}

/** The instances of each user, oldest first. */
async function instancesOf({ deps: { store }, tenant: { tenantId } }: TestApp): Promise<Map<string, Instance[]>> {
  const users = await store.db.selectFrom('users').where('tenant_id', '=', tenantId).select('user_id').orderBy('user_id').execute()
  const found = new Map<string, Instance[]>()
  for (const { user_id } of users) found.set(user_id, (await store.listInstances(tenantId, user_id, { limit: 1000 })).reverse())
  return found
}

const app = await open()
const seeded = await seed(app)
assert.ok(seeded.kind === 'seeded')
const { tally } = seeded
const instances = await instancesOf(app)
const all = [...instances.values()].flat()

test('the same seed, people and end give the same history', async () => {
  const other = await open()
  await seed(other)
  // In a database, what two users do at the same moment may be decided in either order.
  const isInOrder = app.deps.store.kind === 'sqlite'
  const told = (list: Instance[]) => list.map((one) => (isInOrder ? one : [one.createdAt, one.action, one.idempotencyKey, one.tracked]))
  const historyOf = (found: Map<string, Instance[]>) => [...found].map(([userId, list]) => [userId, told(list)])
  assert.deepEqual(historyOf(await instancesOf(other)), historyOf(instances))
})

test('another seed gives another history', async () => {
  const other = await open()
  await seed(other, { seed: 'other' })
  assert.notDeepEqual(
    [...(await instancesOf(other)).values()].flat().map(({ tracked }) => tracked.ipAddress),
    all.map(({ tracked }) => tracked.ipAddress),
  )
})

test('every state occurs, and the summary counts what is stored', () => {
  const states = Object.groupBy(all, ({ state }) => state)
  const counts = Object.fromEntries(Object.entries(states).map(([state, list]) => [state, list.length]))
  assert.equal(all.length, tally.decisions)
  assert.deepEqual(counts, Object.fromEntries(Object.entries(tally.lastStates).filter(([, count]) => count > 0)))
  assert.deepEqual(Object.keys(counts).sort(), [
    'ALLOW',
    'BLOCK',
    'CHALLENGE_FAILED',
    'CHALLENGE_REQUIRED',
    'CHALLENGE_SUCCEEDED',
    'REVIEW_FAILED',
    'REVIEW_REQUIRED',
    'REVIEW_SUCCEEDED',
  ])
  assert.equal(counts.REVIEW_REQUIRED, tally.openReviews)
})

test('every kind of attacker is there; what is known to be theirs is on record, and most was stopped', () => {
  for (const kind of attackerKinds) assert.ok((tally.attacks[kind]?.attempts ?? 0) > 0, kind)
  const attacks = Object.values(tally.attacks)
  const sum = (member: 'attempts' | 'stopped' | 'reported') => attacks.reduce((total, count) => total + count[member], 0)
  assert.equal(all.filter(({ disputedAt }) => disputedAt !== null).length, sum('reported'))
  assert.ok(sum('reported') > 0 && sum('reported') <= sum('attempts'))
  assert.ok(sum('stopped') > sum('attempts') / 2 && sum('stopped') < sum('attempts'))
})

test('the actions of a user are stored in their order, within the period and in no state from the future', () => {
  for (const [userId, list] of instances) {
    const times = list.map(({ createdAt }) => createdAt)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
      userId,
    )
  }
  for (const { createdAt, updatedAt } of all)
    assert.ok(createdAt >= until - 10 * 86_400_000 && createdAt < until && updatedAt <= until + 120_000)
})

test("the article's four users pay as the article says, in the last hours", () => {
  const last = Object.fromEntries(
    scenarios.map(({ userId }) => {
      const instance = instances.get(userId)?.at(-1)
      assert.ok(instance !== undefined && instance.createdAt > until - 3 * 3_600_000, userId)
      return [userId, instance.state]
    }),
  )
  assert.deepEqual(last, {
    'victor-vpn': 'CHALLENGE_SUCCEEDED',
    'hannah-high-amount': 'CHALLENGE_SUCCEEDED',
    'nora-normal-amount': 'ALLOW',
    'theo-tor': 'CHALLENGE_SUCCEEDED',
  })
})

test('the audit log is whole, and says that all of it was made up', async () => {
  const { deps, tenant } = app
  assert.deepEqual((await verifyAudit(deps.store, tenant.tenantId)).findings, [])
  const events = await deps.store.db
    .selectFrom('audit_log')
    .where('event', 'like', 'demo.%')
    .select(['event', 'details'])
    .orderBy('sequence')
    .execute()
  const made = JSON.stringify({ seed: 'test', people: 50, days: 10, until: new Date(until).toISOString() })
  assert.deepEqual(
    events.map(({ event, details }) => [event, details]),
    [
      ['demo.seed_begun', made],
      ['demo.seeded', made],
    ],
  )
})

test('challenges that were answered in the past are gone', async () => {
  const left = await app.deps.store.db
    .selectFrom('challenges')
    .selectAll()
    .where('expires_at', '<', until - 3_600_000)
    .execute()
  assert.deepEqual(left, [])
})

test('a tenant is filled once', async () => {
  assert.equal((await seed(app)).kind, 'seeded_before')
  assert.deepEqual((await instancesOf(app)).size, instances.size)
})

test('a tenant with users is left alone, and so is one whose filling was interrupted', async () => {
  const other = await open()
  const { app: server, asServer, deps, tenant } = other
  await deps.store.transaction({ tenantId: tenant.tenantId }, async ({ db }) => {
    await db.insertInto('users').values(userRow(tenant.tenantId)).execute()
  })
  assert.equal((await seed(other)).kind, 'has_users')
  assert.equal((await server.inject({ method: 'GET', url: '/v1/users/ann', headers: asServer })).statusCode, 200)
  const third = await open()
  const failing = { ...third.deps, ip: { ...third.deps.ip, lookUp: () => assert.fail('the machine went off') } }
  await assert.rejects(seed({ ...third, deps: failing }), /went off/)
  assert.equal((await seed(third)).kind, 'interrupted')
})

function userRow(tenant_id: string) {
  return {
    tenant_id,
    user_id: 'ann',
    user_handle: 'aGFuZGxl',
    email: null,
    email_verified: 0 as const,
    phone_number: null,
    phone_number_verified: 0 as const,
    username: null,
    custom: '{}',
    created_at: until,
    updated_at: until,
  }
}

test('passkeys of made-up customers are as good as others, but for their private keys', async () => {
  const rows = await app.deps.store.db.selectFrom('authenticators').selectAll().execute()
  assert.ok(rows.length > 20)
  for (const row of rows) assert.equal(findCredentialFault(passkeyName, row), undefined)
  assert.equal(new Set(rows.map(({ public_key }) => public_key)).size, rows.length)
})
