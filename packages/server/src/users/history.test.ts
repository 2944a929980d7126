import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'

const start = Date.UTC(2026, 10, 24, 12)
const day = 86_400_000
const now = start
const server = await createTestApp({ clock: () => now })
const { app, asServer, asManagement, close } = server
after(close)
await configureAction(server, 'pay', { defaultOutcome: 'ALLOW', rules: [] })

type Body = Record<string, unknown>

async function call(method: 'GET' | 'POST' | 'DELETE', url: string, body?: object, headers = asManagement) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>() }
}
const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const home = { ipAddress: '118.92.10.1', deviceId: 'home', userAgent: chrome }
const history = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, at) => ({ time: new Date(start - (count - at) * day).toISOString(), ...home, ...more }))
const importFor = (userId: string, events: object[], more: object = {}) =>
  call('POST', `/management/users/${userId}/history`, { events, ...more })
async function firstAction(userId: string) {
  await call('POST', `/users/${userId}/actions/pay`, { idempotencyKey: 'first', ...home }, asServer)
  const { output } = (await call('GET', `/users/${userId}/actions/pay/first`, undefined, asServer)).body as { output: { signals: Body } }
  return output.signals
}

test('a user with imported history is no stranger at the first action, and limits count from zero', async () => {
  const { status, body } = await importFor('ann', history(20, { verificationMethod: 'PASSKEY' }))
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual(body, {
    userId: 'ann',
    dryRun: false,
    sentence: '20 event(s) taught the profile, 0 already known, 0 refused.',
    taught: 20,
    alreadyKnown: 0,
    refused: [],
  })
  const known = await firstAction('ann')
  assert.deepEqual([known['ip.isTrusted'], known['device.isNew'], known['ip.timesSeen']], [true, false, 20])
  assert.deepEqual([known['velocity.actions24h'], known['velocity.ips1h'], known['user.accountAgeDays']], [1, 1, 20])
  assert.ok(Number(known['risk.score']) < 20, String(known['risk.score']))
})

test('without a verification method nothing is proved', async () => {
  await importFor('ben', history(20))
  const known = await firstAction('ben')
  assert.deepEqual([known['ip.isTrusted'], known['ip.timesSeen'], known['user.hasPreviouslyVerified']], [false, 20, false])
})

test('the same request again teaches nothing, also after live actions', async () => {
  const events = history(5)
  await importFor('cat', events)
  await firstAction('cat')
  assert.deepEqual((({ taught, alreadyKnown }) => [taught, alreadyKnown])((await importFor('cat', events)).body), [0, 5])
  const { entries } = (await call('GET', '/management/audit?user=cat&event=user.history_imported')).body as { entries: { details: Body }[] }
  assert.deepEqual(
    entries.map(({ details }) => details),
    [{ taught: 5, alreadyKnown: 0, refused: 0, from: events[0]?.time, to: events[4]?.time }],
  )
})

test('an event that cannot be read is refused by itself, with the reason, and the others count', async () => {
  const [good] = history(1)
  const { body } = await importFor('dan', [
    { ...good, time: 'yesterday' },
    { ...good, time: '2026-02-31' },
    { ...good, time: new Date(start + day).toISOString() },
    { ...good, time: new Date(start - 366 * day).toISOString() },
    { ...good, ipAddress: '010.0.0.1' },
    { ...good, verificationMethod: 'password' },
    { time: good?.time },
    good ?? {},
  ])
  assert.equal(body.taught, 1)
  const reasons = (body.refused as { index: number; reason: string }[]).map(({ reason }) => reason)
  assert.deepEqual(
    reasons.map((reason) => reason.split(' ').slice(0, 4).join(' ')),
    [
      '`time` is not a',
      '`time` names a day',
      '`time` is in the',
      '`time` is more than',
      '`ipAddress` is not an',
      '`verificationMethod` is none of',
      'it says nothing: it',
    ],
  )
})

test('a dry run says what would be taught and leaves no trace', async () => {
  const { body } = await importFor('eve', history(3), { dryRun: true })
  assert.deepEqual([body.taught, body.sentence], [3, '3 event(s) would teach the profile, 0 already known, 0 refused.'])
  assert.deepEqual((await call('GET', '/management/users/eve/profile')).body.restsOn, { actions: 0, challengesPassed: 0 })
  assert.deepEqual((await call('GET', '/management/audit?user=eve')).body.entries, [])
  assert.equal((await importFor('eve', history(3))).body.taught, 3)
})

test('one request is bounded, and refuses members that it does not know', async () => {
  assert.equal((await importFor('fay', history(501))).status, 400)
  assert.equal((await importFor('fay', [])).status, 400)
  assert.equal((await importFor('fay', history(1, { country: 'NZ' }))).status, 400)
})

test('forgetting a profile forgets the import too, so that it can be made again', async () => {
  await importFor('gil', history(3))
  await call('DELETE', '/management/users/gil/profile?reason=wrong+file')
  assert.equal((await importFor('gil', history(3))).body.taught, 3)
})
