import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { createOperations } from '../app/operations.ts'

const start = Date.UTC(2026, 10, 24, 12)
let now = start
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, tenant, addTenant, close } = server
after(close)
await configureAction(server, 'pay', { defaultOutcome: 'REVIEW', rules: [] })

type Body = Record<string, unknown>

async function call(method: 'GET' | 'PATCH' | 'POST' | 'DELETE', url: string, headers: Record<string, string>, body?: object) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>() }
}

/** A person with a key of their own. */
async function hire(name: string): Promise<Record<string, string>> {
  const operations = createOperations({ ...deps, cipher: server.cipher })
  const created = await operations.createKey({ tenantId: tenant.tenantId, kind: 'management', role: 'analyst', name })
  if (typeof created === 'string') return assert.fail(created)
  return { authorization: `Basic ${Buffer.from(`${created.key}:`).toString('base64')}` }
}
const ana = await hire('Ana')
const bo = await hire('Bo')

const track = (userId: string, idempotencyKey = 'k') => call('POST', `/users/${userId}/actions/pay`, asServer, { idempotencyKey })
const of = (userId: string, key = 'k') => `/management/events/${userId}/pay/${key}`
const claim = (userId: string, as: Record<string, string>) => call('POST', `${of(userId)}/claim`, as, {})
const release = (userId: string, as: Record<string, string>) => call('DELETE', `${of(userId)}/claim`, as)
const review = (userId: string, as: Record<string, string>, state = 'REVIEW_SUCCEEDED') =>
  call('POST', `${of(userId)}/review`, as, { state, reason: 'called the customer' })
const shown = async (userId: string) => (await call('GET', `/users/${userId}/actions/pay/k`, asServer)).body
const entries = async (user: string, event: string) =>
  (await call('GET', `/management/audit?user=${user}&event=${event}`, asManagement)).body.entries as Body[]
const iso = (at: number) => new Date(at).toISOString()

test('a claim stands for ten minutes, is shown with the action, and keeps others from reviewing it', async () => {
  now = start
  await track('ann')
  const { status, body } = await claim('ann', ana)
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual([body.claimedAt, body.expiresAt, (body.actor as Body).name], [iso(now), iso(now + 600_000), 'Ana'])
  assert.deepEqual((await shown('ann')).claim, body)
  now += 599_999
  for (const refused of [
    await claim('ann', bo),
    await review('ann', bo),
    await review('ann', bo, 'REVIEW_FAILED'),
    await release('ann', bo),
  ]) {
    assert.deepEqual([refused.status, refused.body.errorCode], [409, 'claimed_by_another'])
    assert.equal(refused.body.errorDescription, `\`Ana\` has claimed the action until ${iso(start + 600_000)}`)
  }
  assert.equal((await shown('ann')).state, 'REVIEW_REQUIRED')
  assert.deepEqual(await entries('ann', 'action.reviewed'), [])
  assert.equal((await review('ann', ana)).status, 200)
  assert.ok(!('claim' in (await shown('ann'))))
  assert.equal((await deps.store.db.selectFrom('review_claims').selectAll().where('user_id', '=', 'ann').execute()).length, 0)
})

test('a claim that was lost expires: then anybody may claim the action, or review it without a claim', async () => {
  for (const step of ['claim', 'review'] as const) {
    now = start
    await track(`ben-${step}`)
    await claim(`ben-${step}`, ana)
    now += 600_000
    assert.ok(!('claim' in (await shown(`ben-${step}`))))
    if (step === 'claim') {
      const taken = await claim('ben-claim', bo)
      assert.deepEqual([taken.status, taken.body.claimedAt, (taken.body.actor as Body).name], [200, iso(now), 'Bo'])
      assert.equal((await claim('ben-claim', ana)).status, 409)
    } else assert.equal((await review('ben-review', bo)).status, 200)
  }
})

test('the same person renews a claim, and only the first time is on the audit log', async () => {
  now = start
  await track('cat')
  const first = await claim('cat', ana)
  now += 500_000
  const again = await claim('cat', ana)
  assert.deepEqual([again.body.claimedAt, again.body.expiresAt], [first.body.claimedAt, iso(now + 600_000)])
  now += 500_000
  assert.equal((await claim('cat', bo)).status, 409)
  const [entry, ...others] = await entries('cat', 'review.claimed')
  assert.deepEqual([entry?.details, (entry?.actor as Body | undefined)?.name, others], [{ action: 'pay', idempotencyKey: 'k' }, 'Ana', []])
})

test('a claim is released by who has it, and releasing twice is no fault', async () => {
  now = start
  await track('dan')
  await claim('dan', ana)
  for (let n = 0; n < 2; n++) assert.deepEqual(await release('dan', ana), { status: 200, body: { success: true } })
  assert.equal((await entries('dan', 'review.released')).length, 1)
  assert.equal((await claim('dan', bo)).status, 200)
})

test('of many who claim at once, one does', async () => {
  for (let n = 0; n < 5; n++) {
    await track(`eve${n}`)
    const replies = await Promise.all([ana, bo, asManagement, bo, ana].map((as) => claim(`eve${n}`, as)))
    const names = new Set(replies.filter(({ status }) => status === 200).map(({ body }) => (body.actor as Body).id))
    assert.equal(names.size, 1)
    assert.ok(replies.filter(({ status }) => status === 409).length >= 3)
  }
})

test('only what waits for a review can be claimed, and neither what is not there nor another tenant', async () => {
  await track('fay')
  await call('PATCH', '/users/fay/actions/pay/k', asServer, { state: 'ALLOW' })
  assert.deepEqual([(await claim('fay', ana)).status, (await claim('fay', ana)).body.errorCode], [409, 'not_in_review'])
  assert.equal((await claim('nobody', ana)).status, 404)
  assert.equal((await release('nobody', ana)).status, 404)
  await track('gil')
  assert.equal((await claim('gil', (await addTenant()).asManagement)).status, 404)
  assert.equal((await call('POST', `${of('gil')}/claim`, ana, { minutes: 60 })).status, 400)
})

test('whatever settles the action takes the claim away, and so does the erasure of its user', async () => {
  const rows = (userId: string) => deps.store.db.selectFrom('review_claims').selectAll().where('user_id', '=', userId).execute()
  now = start
  for (const userId of ['hal', 'ida', 'joe']) {
    await track(userId)
    await claim(userId, ana)
    assert.equal((await rows(userId)).length, 1)
  }
  assert.equal((await call('POST', '/users/hal/actions/pay/k/dispute', asServer)).status, 200)
  assert.equal((await call('PATCH', '/users/ida/actions/pay/k', asServer, { state: 'BLOCK' })).status, 200)
  assert.equal((await call('DELETE', '/users/joe', asServer)).status, 200)
  for (const userId of ['hal', 'ida', 'joe']) assert.deepEqual(await rows(userId), [])
})
