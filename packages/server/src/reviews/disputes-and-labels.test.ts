import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'
import { verifyAudit } from '../../test/support/verify-audit.ts'
import { exportUser } from '../user-archive/export-user.ts'

const start = Date.UTC(2026, 10, 24, 12)
let now = start
const server = await createTestApp({ clock: () => now })
const { app, deps, asServer, asManagement, tenant, addTenant, close } = server
after(close)
await configureAction(server, 'pay', { defaultOutcome: 'ALLOW', rules: [] })
await configureAction(server, 'vet', { defaultOutcome: 'REVIEW', rules: [] })

type Body = Record<string, unknown>

async function call(method: 'GET' | 'PATCH' | 'POST' | 'DELETE', url: string, body?: object, headers = asServer) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>() }
}

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const place = { deviceId: 'd1', ipAddress: '118.92.10.1', userAgent: chrome }
const track = (userId: string, idempotencyKey: string, action = 'pay', more: object = place) =>
  call('POST', `/users/${userId}/actions/${action}`, { idempotencyKey, ...more })
const of = (userId: string, key: string, action = 'pay') => `/management/events/${userId}/${action}/${key}`
const dispute = (userId: string, key: string, reason = 'was not me', action = 'pay') =>
  call('POST', `${of(userId, key, action)}/dispute`, { reason }, asManagement)
const label = (userId: string, key: string, value: 'good' | 'fraud' | null, reason?: string, action = 'pay') =>
  call('POST', `${of(userId, key, action)}/label`, { label: value, ...(reason !== undefined && { reason }) }, asManagement)
const show = async (userId: string, key: string, action = 'pay') => (await call('GET', `/users/${userId}/actions/${action}/${key}`)).body
const signals = (body: Body) => (body.output as Body).signals as Record<string, unknown>
const entries = async (user: string, event: string) =>
  (await call('GET', `/management/audit?user=${user}&event=${event}`, undefined, asManagement)).body.entries as Body[]

test('a dispute answers with what it took back, keeps who said it and why, and labels the action fraud', async () => {
  now = start
  for (const key of ['k1', 'k2']) await track('ann', key)
  now += 1000
  const { status, body } = await dispute('ann', 'k2')
  assert.equal(status, 200, JSON.stringify(body))
  const at = new Date(now).toISOString()
  const { actor, ...said } = body.dispute as Body
  assert.equal((actor as Body).kind, 'management_key')
  assert.deepEqual(said, {
    at,
    reason: 'was not me',
    sentence:
      'The device d1 is new to the user again. The address 118.92.10.1 is new to the user again. The reputation of the address went from 0 to 57, where 100 is the worst.',
    learned: 'success',
    address: {
      address: '118.92.10.1',
      isTrusted: { before: false, after: false },
      timesSeen: { before: 2, after: 0 },
      reputation: { before: 0, after: 57 },
    },
    network: { network: '118.92.10.0/24', timesSeen: { before: 2, after: 1 } },
    device: { deviceId: 'd1', isTrusted: { before: false, after: false }, timesSeen: { before: 2, after: 0 } },
  })
  assert.deepEqual(body.label, { value: 'fraud', at, source: 'person', reason: 'was not me', actor })
  assert.deepEqual([body.state, body.disputedAt], ['ALLOW', at])

  await track('ann', 'k3')
  const seen = signals(await show('ann', 'k3'))
  assert.deepEqual([seen['ip.reputation'], seen['ip.timesSeen'], seen['device.isNew']], [57, 0, true])
})

test('a dispute takes trust away that a passed challenge gave', async () => {
  now = start
  await configureAction(server, 'transfer', { defaultOutcome: 'CHALLENGE', rules: [] })
  const client = createCeremonies(server)
  const { authenticator } = await client.enrol('amy')
  const { token, idempotencyKey } = await client.track('amy', 'transfer', place, 'CHALLENGE_REQUIRED')
  assert.equal((await client.signIn(token, authenticator)).status, 200)
  const passed = await show('amy', String(idempotencyKey), 'transfer')
  assert.deepEqual([(passed.label as Body).value, (passed.label as Body).source], ['good', 'challenge'])
  const { body } = await dispute('amy', String(idempotencyKey), 'I was at home', 'transfer')
  const { address, device, learned } = body.dispute as Record<string, Record<string, unknown>>
  assert.deepEqual(
    [learned, address?.isTrusted, device?.isTrusted],
    ['phishing_resistant', { before: true, after: false }, { before: true, after: false }],
  )
  assert.equal((body.label as Body).value, 'fraud')
})

test('a second dispute answers alike, whichever API it comes through, and changes nothing', async () => {
  now = start
  await track('ben', 'k')
  const first = await dispute('ben', 'k')
  const { tenantId } = tenant
  const stored = () => deps.store.findInstance({ tenantId, userId: 'ben', action: 'pay', idempotencyKey: 'k' })
  const before = await stored()
  now += 60_000
  assert.deepEqual(await dispute('ben', 'k', 'another reason'), first)
  assert.deepEqual(await call('POST', '/users/ben/actions/pay/k/dispute', { reason: 'a third' }), first)
  assert.deepEqual(await stored(), before)
  const [entry, ...others] = await entries('ben', 'action.disputed')
  assert.deepEqual(entry?.details, {
    action: 'pay',
    idempotencyKey: 'k',
    state: 'ALLOW',
    before: 'ALLOW',
    label: { before: null, after: { value: 'fraud', source: 'person' } },
    reason: 'was not me',
  })
  assert.deepEqual(others, [])
})

test('an application disputes without a reason, and is told the same', async () => {
  await track('cat', 'k')
  const { status, body } = await call('POST', '/users/cat/actions/pay/k/dispute')
  assert.equal(status, 200)
  const { reason, sentence } = body.dispute as Body
  assert.equal(reason, undefined)
  assert.match(String(sentence), /new to the user again/)
})

test('a label says how the action turned out, is on the audit log, and changes neither state nor trust', async () => {
  now = start
  await track('dan', 'k')
  const entity = async () => (await deps.store.loadSnapshot(tenant.tenantId, 'dan', [{ kind: 'user', key: 'dan' }])).entities
  const before = await entity()
  now += 1000
  const { status, body } = await label('dan', 'k', 'fraud', 'card was stolen')
  assert.equal(status, 200, JSON.stringify(body))
  const { actor, ...known } = body.label as Body
  assert.deepEqual(known, { value: 'fraud', at: new Date(now).toISOString(), source: 'person', reason: 'card was stolen' })
  assert.equal((actor as Body).kind, 'management_key')
  assert.deepEqual([body.state, body.disputedAt], ['ALLOW', undefined])
  assert.deepEqual(await entity(), before)
  assert.deepEqual((await show('dan', 'k')).label, body.label)

  now += 1000
  assert.deepEqual((await label('dan', 'k', 'fraud', 'card was stolen')).body, body)
  assert.equal(((await label('dan', 'k', 'good', 'card was found')).body.label as Body).value, 'good')
  now += 1000
  assert.ok(!('label' in (await label('dan', 'k', null)).body))
  assert.deepEqual(
    (await entries('dan', 'action.labelled')).map(({ details }) => details),
    [
      { before: { value: 'good', source: 'person' }, after: null },
      { before: { value: 'fraud', source: 'person' }, after: { value: 'good', source: 'person' }, reason: 'card was found' },
      { before: null, after: { value: 'fraud', source: 'person' }, reason: 'card was stolen' },
    ].map((details) => ({ action: 'pay', idempotencyKey: 'k', ...details })),
  )
})

test('a review implies a label, and a person can say that it was wrong', async () => {
  await track('eve', 'k', 'vet')
  const reviewed = await call('POST', `${of('eve', 'k', 'vet')}/review`, { state: 'REVIEW_SUCCEEDED', reason: 'known' }, asManagement)
  assert.deepEqual([(reviewed.body.label as Body).value, (reviewed.body.label as Body).source], ['good', 'challenge'])
  const { body } = await label('eve', 'k', 'fraud', 'we were deceived', 'vet')
  assert.deepEqual([(body.label as Body).value, body.state], ['fraud', 'REVIEW_SUCCEEDED'])
})

test('what was said of an action is in the export of its user, goes with the user, and leaves the audit log whole', async () => {
  await track('fay', 'k')
  await dispute('fay', 'k', 'wrote from fay@example.com')
  await track('fay', 'l', 'vet')
  await call('POST', `${of('fay', 'l', 'vet')}/review`, { state: 'REVIEW_FAILED', reason: 'no answer' }, asManagement)
  const exported = await exportUser(deps, tenant.tenantId, 'fay')
  const said = new Map(exported?.actions.map((action) => [action.idempotencyKey, action]))
  assert.deepEqual([said.get('k')?.dispute?.reason, said.get('k')?.label?.value], ['wrote from fay@example.com', 'fraud'])
  assert.deepEqual([said.get('l')?.review?.reason, said.get('l')?.label?.value], ['no answer', 'fraud'])
  assert.ok(!JSON.stringify(await entries('fay', 'action')).includes('fay@example.com'))
  await call('DELETE', '/users/fay')
  assert.equal((await call('GET', '/users/fay/actions/pay/k')).status, 404)
  assert.deepEqual((await verifyAudit(deps.store, tenant.tenantId)).findings, [])
})

test('disputes and labels refuse what is not there, other tenants, and what they do not know', async () => {
  await track('gil', 'k')
  const stranger = (await addTenant()).asManagement
  for (const [verb, body] of [
    ['dispute', { reason: 'x' }],
    ['label', { label: 'good' }],
  ] as const) {
    assert.equal((await call('POST', `${of('gil', 'other')}/${verb}`, body, asManagement)).status, 404)
    assert.equal((await call('POST', `${of('gil', 'k')}/${verb}`, body, stranger)).status, 404)
    assert.equal((await call('POST', `${of('gil', 'k')}/${verb}`, body, asServer)).status, 401)
    for (const wrong of [{}, { ...body, note: 'x' }, { ...body, reason: '' }, { ...body, reason: 'x'.repeat(1001) }])
      assert.equal((await call('POST', `${of('gil', 'k')}/${verb}`, wrong, asManagement)).status, 400, JSON.stringify(wrong))
  }
  assert.equal((await call('POST', `${of('gil', 'k')}/label`, { label: 'bad' }, asManagement)).status, 400)
  assert.ok(!('label' in (await show('gil', 'k'))))
})

test('the receipt tells each dispute and label once, in order', async () => {
  now = start
  await track('hal', 'k')
  now += 1000
  await dispute('hal', 'k', 'not me')
  now += 1000
  await label('hal', 'k', 'good', 'a cousin')
  now += 1000
  await label('hal', 'k', null)
  const { timeline } = (await call('GET', of('hal', 'k'), undefined, asManagement)).body
  assert.deepEqual(
    (timeline as Body[]).map(({ kind, sentence }) => [kind, sentence]),
    [
      ['tracked', 'The application tracked the action: allowed.'],
      ['disputed', 'Disputed: it was not the user. not me'],
      ['labelled', 'Labelled *good*. a cousin'],
      ['labelled', 'The label was taken away.'],
    ],
  )
})
