import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Instance, instanceEntities } from '@sallyport/engine'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'

const start = Date.UTC(2026, 10, 24, 12)
let now = start
const server = await createTestApp({ clock: () => now })
const { app, asServer, asManagement, tenant, addTenant, close } = server
after(close)
await configureAction(server, 'pay', { defaultOutcome: 'REVIEW', rules: [] })

type Body = Record<string, unknown>

async function call(method: 'GET' | 'PATCH' | 'POST' | 'DELETE', url: string, body?: object, headers = asServer) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>() }
}

const track = (userId: string, idempotencyKey: string, more: object = {}) =>
  call('POST', `/users/${userId}/actions/pay`, { idempotencyKey, ...more })
const review = (userId: string, idempotencyKey: string, state: string, reason: string, headers = asManagement) =>
  call('POST', `/management/events/${userId}/pay/${idempotencyKey}/review`, { state, reason }, headers)
const show = async (userId: string, idempotencyKey: string) => (await call('GET', `/users/${userId}/actions/pay/${idempotencyKey}`)).body
const entries = async (user: string) =>
  (await call('GET', `/management/audit?user=${user}&event=action.reviewed`, undefined, asManagement)).body.entries as Body[]

test('D4: a review approves or rejects what waits for one, and its reason and actor are kept with the action and on the audit log', async () => {
  for (const [userId, state] of [
    ['ann', 'REVIEW_SUCCEEDED'],
    ['ben', 'REVIEW_FAILED'],
  ] as const) {
    now = start
    assert.equal((await track(userId, 'k')).body.state, 'REVIEW_REQUIRED')
    now += 60_000
    const { status, body } = await review(userId, 'k', state, 'called the customer')
    assert.equal(status, 200, JSON.stringify(body))
    const at = new Date(now).toISOString()
    const { actor, ...rest } = body.review as Body
    assert.deepEqual([body.state, body.stateUpdatedAt, rest], [state, at, { at, state, reason: 'called the customer' }])
    assert.equal((actor as Body).kind, 'management_key')
    const shown = await show(userId, 'k')
    assert.deepEqual([shown.state, shown.review], [state, body.review])
    const [entry, ...others] = await entries(userId)
    assert.deepEqual(entry?.details, {
      action: 'pay',
      idempotencyKey: 'k',
      before: 'REVIEW_REQUIRED',
      state,
      reason: 'called the customer',
    })
    assert.equal((entry?.actor as Body | undefined)?.id, (actor as Body).id)
    assert.deepEqual(others, [])
  }
})

test('D4: the same review again changes nothing and is answered alike; another one is refused with the state', async () => {
  await track('cat', 'k')
  const first = await review('cat', 'k', 'REVIEW_SUCCEEDED', 'known device')
  now += 1000
  assert.deepEqual(await review('cat', 'k', 'REVIEW_SUCCEEDED', 'known device'), first)
  for (const [state, reason] of [
    ['REVIEW_FAILED', 'known device'],
    ['REVIEW_SUCCEEDED', 'another reason'],
  ] as const) {
    const { status, body } = await review('cat', 'k', state, reason)
    assert.deepEqual([status, body.errorCode], [409, 'not_in_review'])
    assert.match(String(body.errorDescription), /`REVIEW_SUCCEEDED`/)
  }
  assert.deepEqual((await show('cat', 'k')).review, first.body.review)
  assert.equal((await entries('cat')).length, 1)
})

test('D4: only what waits for a review can be reviewed, whatever else its state is', async () => {
  for (const state of [
    'ALLOW',
    'BLOCK',
    'CHALLENGE_REQUIRED',
    'CHALLENGE_SUCCEEDED',
    'CHALLENGE_FAILED',
    'REVIEW_SUCCEEDED',
    'REVIEW_FAILED',
  ]) {
    await track('dan', state)
    await call('PATCH', `/users/dan/actions/pay/${state}`, { state })
    const { status, body } = await review('dan', state, 'REVIEW_FAILED', 'why not')
    assert.deepEqual([status, body.errorCode], [409, 'not_in_review'], state)
    assert.equal((await show('dan', state)).state, state)
  }
  await track('dan', 'disputed')
  await call('POST', '/users/dan/actions/pay/disputed/dispute')
  assert.equal((await review('dan', 'disputed', 'REVIEW_SUCCEEDED', 'looks fine')).status, 409)
  assert.deepEqual(await entries('dan'), [])
})

test('D4: of two reviews at the same moment, one settles the action', async () => {
  for (let n = 0; n < 5; n++) {
    await track('eve', `k${n}`)
    const replies = await Promise.all([
      review('eve', `k${n}`, 'REVIEW_SUCCEEDED', 'fine'),
      review('eve', `k${n}`, 'REVIEW_FAILED', 'fraud'),
      review('eve', `k${n}`, 'REVIEW_SUCCEEDED', 'also fine'),
    ])
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409, 409])
    const winner = replies.find(({ status }) => status === 200)
    assert.deepEqual((await show('eve', `k${n}`)).review, winner?.body.review)
  }
  assert.equal((await entries('eve')).length, 5)
})

test('D4: a review teaches what the same state set by hand teaches', async () => {
  const device = { deviceId: 'd1', ipAddress: '203.0.113.9' }
  for (const state of ['REVIEW_SUCCEEDED', 'REVIEW_FAILED'] as const) {
    const byReview = `fay-${state}`
    const byHand = `gil-${state}`
    const learnt: unknown[] = []
    for (const userId of [byReview, byHand]) {
      now = start
      await track(userId, 'k', device)
      now += 1000
      if (userId === byReview) await review(userId, 'k', state, 'a reason')
      else await call('PATCH', `/users/${userId}/actions/pay/k`, { state })
      const { tenantId } = tenant
      const key = { tenantId, userId, action: 'pay', idempotencyKey: 'k' }
      const instance: Instance = (await server.deps.store.findInstance(key)) ?? assert.fail()
      const user = instanceEntities(instance, []).filter(({ kind }) => kind === 'user')
      assert.equal(user.length, 1)
      const snapshot = await server.deps.store.loadSnapshot(tenantId, userId, user)
      learnt.push([instance.learnt, Object.values(snapshot.entities)])
    }
    assert.equal((learnt[0] as unknown[])[0], state === 'REVIEW_FAILED' ? 'failure' : 'success')
    assert.deepEqual(learnt[0], learnt[1])
  }
})

test('D4: a review that was set aside by hand is no longer shown, and the action can be reviewed again', async () => {
  await track('hal', 'k')
  await review('hal', 'k', 'REVIEW_FAILED', 'no answer')
  now += 1000
  await call('PATCH', '/users/hal/actions/pay/k', { state: 'REVIEW_REQUIRED' })
  assert.ok(!('review' in (await show('hal', 'k'))))
  assert.equal((await review('hal', 'k', 'REVIEW_SUCCEEDED', 'called back')).status, 200)
  assert.deepEqual(
    (await entries('hal')).map(({ details }) => (details as Body).reason),
    ['called back', 'no answer'],
  )
})

test('D4: a review needs a reason and a known state, and reaches neither what is not there nor another tenant', async () => {
  await track('ida', 'k')
  const path = '/management/events/ida/pay/k/review'
  for (const body of [
    {},
    { state: 'REVIEW_SUCCEEDED' },
    { state: 'REVIEW_SUCCEEDED', reason: '' },
    { state: 'REVIEW_SUCCEEDED', reason: ' \n' },
    { state: 'REVIEW_SUCCEEDED', reason: 'x'.repeat(1001) },
    { state: 'REVIEW_SUCCEEDED', reason: 'a\u0000b' },
    { state: 'ALLOW', reason: 'x' },
    { state: 'REVIEW_SUCCEEDED', reason: 'x', note: 'y' },
  ])
    assert.equal((await call('POST', path, body, asManagement)).status, 400, JSON.stringify(body))
  assert.equal((await review('ida', 'other', 'REVIEW_FAILED', 'x')).status, 404)
  assert.equal((await review('ida', 'k', 'REVIEW_FAILED', 'x', (await addTenant()).asManagement)).status, 404)
  assert.equal((await review('ida', 'k', 'REVIEW_FAILED', 'x', asServer)).status, 401)
  assert.equal((await show('ida', 'k')).state, 'REVIEW_REQUIRED')
})

test('D4: the reason goes with the user, and the audit log has no mail address from it', async () => {
  await track('joe', 'k')
  await review('joe', 'k', 'REVIEW_FAILED', 'wrote to joe@example.com')
  assert.equal(((await show('joe', 'k')).review as Body).reason, 'wrote to joe@example.com')
  const [entry] = await entries('joe')
  assert.ok(!JSON.stringify(entry).includes('joe@example.com'))
  await app.inject({ method: 'DELETE', url: '/v1/users/joe', headers: asServer })
  assert.equal((await call('GET', '/users/joe/actions/pay/k')).status, 404)
  const { body } = await call('GET', '/management/audit?event=action.reviewed&limit=500', undefined, asManagement)
  assert.ok(!JSON.stringify(body).includes('wrote to'))
})

test('D4: `events review` approves or rejects on a running server, and `events show` prints the reason', async () => {
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const env = { SALLYPORT_API_URL: url, SALLYPORT_MANAGEMENT_KEY: tenant.managementKey, SALLYPORT_SECRET_KEY: tenant.secretKey }
  const run = (...args: string[]) => runSallyport(['events', ...args], { env })
  await track('kim', 'k/1')
  const of = ['kim', 'pay', 'k/1']
  const settled = await run('review', ...of, '--approve', '--reason', 'called the customer')
  assert.deepEqual([settled.code, settled.out, settled.err], [0, 'Approved pay k/1 of kim.\n', ''])
  const { state, review: kept } = JSON.parse((await run('show', ...of)).out)
  assert.deepEqual([state, kept.reason, kept.actor.kind], ['REVIEW_SUCCEEDED', 'called the customer', 'management_key'])
  assert.equal((await run('review', ...of, '--approve', '--reason', 'called the customer')).code, 0)
  const late = await run('review', ...of, '--reject', '--reason', 'second thoughts')
  assert.deepEqual([late.code, late.out], [1, ''])
  assert.match(late.err, /^sallyport: the state of the action is `REVIEW_SUCCEEDED`.*\n$/)
  for (const wrong of [['--reason', 'x'], ['--approve', '--reject', '--reason', 'x'], ['--approve']])
    assert.equal((await run('review', ...of, ...wrong)).code, 2, wrong.join(' '))
})
