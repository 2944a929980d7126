import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'

let now = Date.UTC(2026, 10, 24, 12)
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, addTenant, close } = server
after(close)

type Body = Record<string, unknown>

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const [highAmount = ''] = await configureAction(server, 'pay', {
  defaultOutcome: 'ALLOW',
  rules: [{ name: 'High amount', outcome: 'CHALLENGE', conditions: { '>': [{ var: 'custom.amount' }, 2000] } }],
})

async function call(method: 'GET' | 'PATCH' | 'POST' | 'DELETE', url: string, body?: object, headers = asServer) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>() }
}

async function receiptOf(userId: string, action: string, key: string, headers = asManagement): Promise<Body> {
  await deps.store.foldReadSide()
  const { status, body } = await call('GET', `/management/events/${userId}/${action}/${encodeURIComponent(key)}`, undefined, headers)
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

async function track(userId: string, idempotencyKey: string, more: object = {}) {
  now += 60_000
  return call('POST', `/users/${userId}/actions/pay`, { idempotencyKey, ...more })
}

test('a receipt has all that a decision rests on, and says where each value came from', async () => {
  await track('ann', 'before', { ipAddress: '8.8.8.8' })
  await track('ben', 'beside', { ipAddress: '8.8.8.8' })
  await track('ann', 'k/1', { ipAddress: '8.8.8.8', deviceId: 'phone', userAgent: chrome, custom: { amount: 3000 } })
  await track('ann', 'later')
  const body = await receiptOf('ann', 'pay', 'k/1')
  assert.equal(body.sentence, 'Challenged by *High amount*: the amount was 3,000, limit 2,000.')
  const output = body.output as Body
  assert.equal((output.counterfactual as Body).sentence, 'Would have been allowed if the amount were at most 2,000.')
  assert.equal((output.trace as Body[])[0]?.ruleId, highAmount)
  assert.deepEqual((body.replay as Body).identical, true)
  assert.equal(body.policyVersion, (body.replay as Body).policyVersion)

  const signals = new Map((body.signals as Body[]).map((signal) => [signal.name, signal]))
  assert.deepEqual(signals.get('custom.amount'), { name: 'custom.amount', value: 3000, source: 'event', usedBy: [highAmount] })
  assert.deepEqual(signals.get('ip.address'), { name: 'ip.address', value: '8.8.8.8', source: 'event', usedBy: [] })
  const country = signals.get('ip.location.country.countryCode')
  assert.deepEqual([country?.source, country?.dataSet], ['address data', 'country'])
  assert.match(String(country?.dataDate), /^20\d\d-/)
  const city = signals.get('ip.location.city.name')
  assert.equal(city?.value === undefined ? city?.missing : city.dataSet, city?.value === undefined ? 'unavailable' : 'city')
  assert.equal(signals.get('device.isNew')?.source, 'profile')
  assert.equal(signals.get('velocity.actions1h')?.source, 'counter')

  assert.equal((body.place as Body).country, country?.value)
  assert.deepEqual([(body.device as Body).deviceId, (body.device as Body).browser], ['phone', 'Chrome'])
  const nearby = body.nearby as Record<string, Body[]>
  assert.deepEqual(
    [nearby.user, nearby.address].map((events) => events?.map(({ idempotencyKey }) => idempotencyKey)),
    [
      ['later', 'before'],
      ['beside', 'before'],
    ],
  )
  assert.deepEqual(
    (body.timeline as Body[]).map(({ kind, sentence }) => [kind, sentence]),
    [['tracked', 'The application tracked the action: challenged.']],
  )
})

test('the timeline tells what became of it, and by whom', async () => {
  const client = createCeremonies(server)
  const { authenticator } = await client.enrol('cat')
  const { token, idempotencyKey } = await client.track('cat', 'pay', { custom: { amount: 5000 } })
  now += 1000
  const signedIn = await client.signIn(token, authenticator)
  assert.equal(signedIn.status, 200)
  now += 1000
  for (const isFirst of [true, false]) {
    const { body: validated } = await call('POST', '/validate', { token: signedIn.body.accessToken })
    assert.equal(validated.isValid, isFirst)
    now += 1000
  }
  const path = `/users/cat/actions/pay/${idempotencyKey}`
  await call('PATCH', path, { state: 'REVIEW_REQUIRED' })
  now += 1000
  const review = { state: 'REVIEW_SUCCEEDED', reason: 'called the customer' }
  await call('POST', `/management/events/cat/pay/${idempotencyKey}/review`, review, asManagement)
  now += 1000
  await call('POST', `${path}/dispute`, {})
  const body = await receiptOf('cat', 'pay', idempotencyKey)
  const timeline = body.timeline as Body[]
  assert.deepEqual(timeline.map(({ kind, actor }) => [kind, (actor as Body | undefined)?.kind]).slice(0, 7), [
    ['tracked', undefined],
    ['challenge_asked', undefined],
    ['challenge_passed', 'user'],
    ['validated', undefined],
    ['state_set', 'secret_key'],
    ['reviewed', 'management_key'],
    ['disputed', 'secret_key'],
  ])
  assert.equal(timeline[1]?.sentence, 'The user was asked for a passkey.')
  assert.equal(timeline[2]?.sentence, 'The user passed the challenge with a passkey.')
  assert.equal(timeline[3]?.sentence, "The application's server validated the passed challenge.")
  assert.equal(Date.parse(String(timeline[3]?.at)) - Date.parse(String(timeline[2]?.at)), 1000, 'the first time, which was valid')
  assert.equal(timeline[4]?.sentence, 'The state was set from CHALLENGE_SUCCEEDED to REVIEW_REQUIRED.')
  assert.equal(timeline[5]?.sentence, 'Approved in a review: called the customer')
  assert.ok(typeof (body.dispute as Body).at === 'string')
})

test('a wrong answer is on the timeline of the event that it was for', async () => {
  const client = createCeremonies(server)
  const { authenticator } = await client.enrol('dan')
  const { token, idempotencyKey } = await client.track('dan', 'pay', { custom: { amount: 5000 } })
  assert.equal((await client.signIn(token, authenticator, { origin: 'https://evil.example' })).status, 400)
  const body = await receiptOf('dan', 'pay', idempotencyKey)
  assert.deepEqual(
    (body.timeline as Body[]).map(({ kind }) => kind),
    ['tracked', 'challenge_asked', 'challenge_refused'],
  )
})

test('a receipt of what is not there, or of another tenant, is 404', async () => {
  const other = await addTenant()
  assert.equal((await call('GET', '/management/events/ann/pay/nothing', undefined, asManagement)).status, 404)
  assert.equal((await call('GET', '/management/events/ann/pay/later', undefined, other.asManagement)).status, 404)
  assert.equal((await call('GET', '/management/events/ann/pay/later')).status, 401)
})
