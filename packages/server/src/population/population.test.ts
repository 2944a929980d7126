import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { emptyPopulation } from '@sallyport/engine'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { passChallenge } from '../../test/support/test-challenge.ts'
import { findPopulation } from './population-row.ts'
import { createTenantPopulations } from './tenant-populations.ts'

let now = Date.UTC(2026, 10, 24, 12)
const server = await createTestApp({ clock: () => now })
const { app, deps, tenant, asServer, asManagement, close } = server
after(close)

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0'

async function track(userId: string, attributes: object = {}, action = 'sign-in') {
  const url = `/v1/users/${userId}/actions/${action}`
  const payload = { ipAddress: '118.92.10.10', userAgent: chrome, ...attributes }
  const { idempotencyKey, state } = (await app.inject({ method: 'POST', url, headers: asServer, payload })).json()
  const shown = (await app.inject({ method: 'GET', url: `${url}/${idempotencyKey}`, headers: asServer })).json()
  const { signals, missing } = shown.output
  return { idempotencyKey, state, signals, missing }
}

const sample = (value: string) => ({ values: [value, 1, 'NZ', value, 'Chrome', 'Windows', 'desktop', 9], isFirst: true })

test('a user has a score from the second action on; what changed is named, and a rule can ask for it', async () => {
  await configureAction(server, 'sign-in', {
    defaultOutcome: 'ALLOW',
    rules: [{ name: 'Not as usual', outcome: 'REVIEW', conditions: { '==': [{ var: 'risk.level' }, 'HIGH'] } }],
  })
  const first = await track('ann')
  assert.equal(first.missing['risk.score'], 'not_applicable')
  for (let i = 0; i < 8; i++) {
    now += 24 * 3_600_000
    const { signals } = await track('ann')
    assert.deepEqual([signals['risk.score'], signals['risk.level'], signals['risk.reasons']], [0, 'LOW', []])
  }
  const stranger = await track('ann', { ipAddress: '84.112.1.1', userAgent: firefox })
  assert.equal(stranger.state, 'REVIEW_REQUIRED')
  assert.equal(stranger.signals['risk.level'], 'HIGH')
  assert.ok(stranger.signals['risk.reasons'].includes('new_country'), JSON.stringify(stranger.signals['risk.reasons']))
})

test('what everybody does is counted from what was accepted, by a decision or by a passed challenge, once', async () => {
  const shares = async () => (await deps.store.loadSnapshot(tenant.tenantId, 'nobody', [])).population?.users ?? 0
  const before = await shares()
  await configureAction(server, 'guarded', { defaultOutcome: 'CHALLENGE' })
  const challenged = await track('ben', {}, 'guarded')
  assert.equal(await shares(), before)
  await passChallenge(server, { tenantId: tenant.tenantId, userId: 'ben', action: 'guarded', idempotencyKey: challenged.idempotencyKey })
  assert.equal(await shares(), before + 1)
  await track('ben')
  assert.equal(await shares(), before + 1)
})

/** Counts of a tenant that does not exist are not stored. */
async function addTenant(tenantId: string): Promise<void> {
  await deps.store.db
    .insertInto('tenants')
    .values({ tenant_id: tenantId, name: tenantId, settings: '{}', config_version: 1, created_at: 1 })
    .execute()
}

test('D4: what is counted of a tenant that was deleted meanwhile is not stored', async () => {
  const populations = createTenantPopulations({ store: deps.store, log: deps.log, clock: () => now })
  populations.add('deleted', sample('a'))
  await populations.save()
  assert.equal(await findPopulation(deps.store.db, 'deleted'), undefined)
  populations.forget('deleted')
  assert.equal(populations.get('deleted').users, 0)
})

test('what two processes count is stored together, and read again by a third', async () => {
  await addTenant('other')
  const populations = () => createTenantPopulations({ store: deps.store, log: deps.log, clock: () => now })
  const [one, two] = [populations(), populations()]
  for (let i = 0; i < 30; i++) (i % 3 === 0 ? one : two).add('other', sample(`v${i % 5}`))
  await Promise.all([one.save(), two.save()])
  assert.equal((await findPopulation(deps.store.db, 'other'))?.statistics.users, 30)
  one.add('other', sample('v0'))
  await one.save()
  const stored = (await findPopulation(deps.store.db, 'other'))?.statistics
  assert.equal(stored?.users, 31)
  assert.equal(stored?.levels[0]?.counts.get('v0'), 7)
  assert.equal(one.get('other').users, 31)
  const third = populations()
  assert.equal(third.get('other'), emptyPopulation)
  for (let i = 0; i < 1_000_000 && third.get('other') === emptyPopulation; i++) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(third.get('other').users, 31)
})

test('a save that fails loses nothing', async () => {
  await addTenant('broken')
  let isBroken = true
  const store: Pick<typeof deps.store, 'db' | 'transaction'> = {
    db: deps.store.db,
    transaction: (scope, work) => (isBroken ? Promise.reject(new Error('disk full')) : deps.store.transaction(scope, work)),
  }
  const populations = createTenantPopulations({ store, log: deps.log, clock: () => now })
  populations.add('broken', sample('a'))
  await assert.rejects(populations.save(), /disk full/)
  populations.add('broken', sample('b'))
  isBroken = false
  await populations.save()
  assert.equal((await findPopulation(deps.store.db, 'broken'))?.statistics.users, 2)
})

test('what is published does not change, and follows what is counted', () => {
  const populations = createTenantPopulations({ store: deps.store, log: deps.log, clock: () => now })
  populations.add('much', sample('a'))
  const published = populations.get('much')
  assert.equal(published.users, 1)
  for (let i = 0; i < 5000; i++) populations.add('much', sample(`v${i}`))
  assert.equal(published.users, 1)
  assert.ok(populations.get('much').users > 4700)
})

test('a tenant can have the published reference score', async () => {
  const patched = await app.inject({
    method: 'PATCH',
    url: '/v1/management/tenant',
    headers: asManagement,
    payload: { riskScoreMode: 'freeman-reference' },
  })
  assert.equal(patched.json().riskScoreMode, 'freeman-reference')
  const { signals } = await track('ann')
  assert.ok(signals['risk.score'] > 0 && signals['risk.score'] < 0.9, String(signals['risk.score']))
  await app.inject({ method: 'PATCH', url: '/v1/management/tenant', headers: asManagement, payload: { riskScoreMode: null } })
})
