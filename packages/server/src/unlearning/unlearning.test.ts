import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { verifyAudit } from '../../test/support/verify-audit.ts'
import { purgeUnlearnings } from './purge-unlearnings.ts'
import { createUnlearnings } from './run-unlearnings.ts'

const start = Date.UTC(2026, 10, 24, 12)
const day = 86_400_000
let now = start
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, tenant, addTenant, close } = server
after(close)
await configureAction(server, 'pay', { defaultOutcome: 'ALLOW', rules: [] })

type Body = Record<string, unknown>

async function call(method: 'GET' | 'POST' | 'DELETE', url: string, body?: object, headers = asManagement) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>() }
}
const unlearn = (body: object, headers = asManagement) => call('POST', '/management/unlearnings', { reason: 'a breach', ...body }, headers)
const work = (sliceSize = 50) => createUnlearnings({ ...deps, sliceSize, pauseMs: 0 })
const progress = async (id: unknown) => (await call('GET', `/management/unlearnings/${id}`)).body
const idOf = (body: Body) => (body.unlearning as Body).unlearningId

const home = { ipAddress: '118.92.10.1', deviceId: 'home' }
const theirs = { ipAddress: '203.0.113.7', deviceId: 'theirs' }
let keys = 0
async function track(userId: string, from: object, headers = asServer) {
  const idempotencyKey = `k${++keys}`
  await call('POST', `/users/${userId}/actions/pay`, { idempotencyKey, ...from }, headers)
  return idempotencyKey
}
const seenOf = async (userId: string) => {
  const { addresses } = (await call('GET', `/management/users/${userId}/profile`)).body
  return Object.fromEntries((addresses as { address: string; timesSeen: number }[]).map(({ address, timesSeen }) => [address, timesSeen]))
}

/** Two users at home for three days; somebody else comes in on the fourth. */
async function live(...users: string[]) {
  for (const days of [0, 1, 2]) {
    now = start + days * day
    for (const userId of users) await track(userId, home)
  }
  now = start + 3 * day
  for (const userId of users) await track(userId, theirs)
  now += 1000
}

test('a dry run says what would be touched and changes nothing', async () => {
  await live('ann', 'ben')
  const { status, body } = await unlearn({ ipAddress: '203.0.113.0/24', from: '-1h', dryRun: true })
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual(body, {
    dryRun: true,
    preview: {
      sentence: '2 events of 2 users: 2 of them taught something, and 0 addresses among them are trusted now.',
      events: 2,
      lessons: 2,
      users: 2,
      addresses: 1,
      devices: 1,
      trustedAddresses: 0,
      isAtLeast: false,
    },
  })
  assert.deepEqual(await seenOf('ann'), { '118.92.10.1': 3, '203.0.113.7': 1 })
  assert.deepEqual((await call('GET', '/management/unlearnings')).body, { unlearnings: [] })
})

test('what an address taught is taken back from everybody, in the background, with its progress and an entry in the audit log', async () => {
  const { body } = await unlearn({ ipAddress: '203.0.113.7' })
  const id = idOf(body)
  assert.deepEqual([(body.unlearning as Body).state, (await seenOf('ann'))['203.0.113.7']], ['running', 1])
  now += 1000
  await work().runDue()
  const done = await progress(id)
  assert.deepEqual([done.state, done.events, done.unlearned, (done.asked as Body).ipAddress], ['done', 2, 2, '203.0.113.7'])
  for (const userId of ['ann', 'ben']) assert.deepEqual(await seenOf(userId), { '118.92.10.1': 3 })
  const { entries } = (await call('GET', '/management/audit?event=unlearning')).body as { entries: { event: string; details: Body }[] }
  assert.deepEqual(
    entries.map(({ event, details }) => [event, details.unlearningId, details.events, details.unlearned]),
    [
      ['unlearning.ended', id, 2, 2],
      ['unlearning.began', id, 2, undefined],
    ],
  )
  assert.equal(entries[1]?.details.reason, 'a breach')
  await verifyAudit(deps.store, tenant.tenantId)
})

test('asked again, nothing is left to take back; asked for the same while it is under way, there is one', async () => {
  const { body } = await unlearn({ ipAddress: '203.0.113.7' })
  now += 1000
  const again = await unlearn({ ipAddress: '203.0.113.7' })
  assert.equal(idOf(again.body), idOf(body))
  assert.notEqual(idOf((await unlearn({ ipAddress: '203.0.113.7', reason: 'another' })).body), idOf(body))
  await work().runDue()
  const { state, events, unlearned } = await progress(idOf(body))
  assert.deepEqual([state, events, unlearned], ['done', 2, 0])
})

test('"everything since Tuesday" takes back one lesson for each action, so that what was usual before stays', async () => {
  await live('cat')
  await track('cat', home)
  const { body } = await unlearn({ userId: 'cat', from: new Date(start + 3 * day).toISOString() })
  await work().runDue()
  assert.equal((await progress(idOf(body))).unlearned, 2)
  assert.deepEqual(await seenOf('cat'), { '118.92.10.1': 3 })
})

test('each action is unlearnt once, however often the work is cut off and by whichever process it is done', async () => {
  await live('dan')
  for (let at = 0; at < 12; at += 1) await track('dan', theirs)
  const { body } = await unlearn({ userId: 'dan', deviceId: 'theirs' })
  let calls = 0
  const store = {
    ...deps.store,
    searchEvents: (...args: Parameters<typeof deps.store.searchEvents>) => deps.store.searchEvents(...args),
    foldReadSide: () => deps.store.foldReadSide(),
    transaction: ((...args: Parameters<typeof deps.store.transaction>) => {
      calls += 1
      // The process ends in the middle of a slice, and before its progress is written down.
      if (calls % 7 === 0) throw new Error('killed')
      return deps.store.transaction(...args)
    }) as typeof deps.store.transaction,
  }
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { state } = await progress(idOf(body))
    if (state !== 'running') break
    now += 61_000
    await createUnlearnings({ ...deps, store: { ...store, db: deps.store.db } as typeof deps.store, sliceSize: 4, pauseMs: 0 })
      .runDue()
      .catch(() => undefined)
  }
  const { state, events, unlearned } = await progress(idOf(body))
  assert.deepEqual([state, events, unlearned], ['done', 13, 13])
  assert.deepEqual(await seenOf('dan'), { '118.92.10.1': 3 })
})

test('while one process works on it no other does, until that one was silent for a minute', async () => {
  await live('eve')
  const { body } = await unlearn({ userId: 'eve', from: '-1h' })
  const other = { holder: 'another process', held_until: now + 60_000 }
  await deps.store.db
    .updateTable('unlearnings')
    .set(other)
    .where('unlearning_id', '=', String(idOf(body)))
    .execute()
  await work().runDue()
  assert.equal((await progress(idOf(body))).state, 'running')
  now += 60_001
  await work().runDue()
  assert.equal((await progress(idOf(body))).state, 'done')
})

test('as fraud, each action is disputed as well', async () => {
  await live('fay')
  const key = await track('fay', theirs)
  const { body } = await unlearn({ userId: 'fay', ipAddress: '203.0.113.7', isFraud: true })
  await work().runDue()
  assert.equal((await progress(idOf(body))).unlearned, 2)
  const event = (await call('GET', `/management/events/fay/pay/${key}`)).body
  assert.match(JSON.stringify(event), /Disputed: it was not the user\. a breach/)
  await deps.store.foldReadSide()
  const found = (await call('GET', '/management/events?userId=fay&label=fraud')).body
  assert.equal((found.events as unknown[]).length, 2)
})

test('the receipt of an action says that it was unlearnt, why and by whom', async () => {
  now += day
  const key = await track('gil', theirs)
  now += 1000
  await unlearn({ userId: 'gil', from: '-1h' })
  await work().runDue()
  const { timeline } = (await call('GET', `/management/events/gil/pay/${key}`)).body as { timeline: { kind: string; sentence: string }[] }
  assert.deepEqual(timeline.at(-1)?.kind, 'unlearned')
  assert.match(timeline.at(-1)?.sentence ?? '', /a breach/)
})

test('TN-01: another tenant neither sees nor touches it', async () => {
  const other = await addTenant()
  const headers = other.asManagement
  assert.equal((await unlearn({ ipAddress: '203.0.113.7', dryRun: true }, headers)).body.preview !== undefined, true)
  assert.equal(((await unlearn({ ipAddress: '203.0.113.7', dryRun: true }, headers)).body.preview as Body).events, 0)
  const { body } = await unlearn({ userId: 'ann', from: '-30d' })
  assert.equal((await call('GET', `/management/unlearnings/${idOf(body)}`, undefined, headers)).status, 404)
  assert.deepEqual((await call('GET', '/management/unlearnings', undefined, headers)).body, { unlearnings: [] })
})

test('a request that names nothing, or no range, is refused', async () => {
  for (const body of [
    {},
    { to: '-1h' },
    { ipAddress: 'nonsense' },
    { from: '-1h', to: '-2h' },
    { userId: 'ann', reason: '' },
    { action: 'pay', from: '-1h' },
  ]) {
    assert.equal((await unlearn(body)).status, 400, JSON.stringify(body))
  }
})

test('LG-03: erasing a user erases the requests about them, and old ones go after three months', async () => {
  const { body } = await unlearn({ userId: 'hal', from: '-1h' })
  await call('DELETE', '/users/hal', undefined, asServer)
  assert.equal((await call('GET', `/management/unlearnings/${idOf(body)}`)).status, 404)
  await work().runDue()
  const before = ((await call('GET', '/management/unlearnings')).body.unlearnings as unknown[]).length
  assert.ok(before > 0)
  assert.equal(await purgeUnlearnings(deps.store, now + 91 * day), before)
})
