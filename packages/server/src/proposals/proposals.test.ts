import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { openPortal } from '../../test/support/test-portal.ts'
import { verifyAudit } from '../../test/support/verify-audit.ts'
import { createKey } from '../tenants/change-keys.ts'
import { rotateKey } from '../tenants/rotate-key.ts'
import { listApproverAddresses } from './tell-approvers.ts'

const day = 86_400_000
let now = Date.now()
const server = await createTestApp({ clock: () => now })
const { app, deps, tenant, asManagement: asAda, asServer, addTenant, close } = server
after(close)

// biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, looked into by assertions.
type Body = any
type Headers = Record<string, string>

async function call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object, headers: Headers = asAda) {
  const reply = await app.inject({ method, url: `/v1${url}`, headers, payload })
  return { status: reply.statusCode, body: reply.json<Body>() }
}

const configurations = '/management/action-configurations'
const base = `${configurations}/transfer`
let asBo: Headers
before(async () => {
  const made = await createKey(
    { ...deps, cipher: server.cipher },
    { tenantId: tenant.tenantId, kind: 'management', name: 'Bo' },
    { kind: 'admin', id: 'bo' },
  )
  assert.ok(typeof made !== 'string')
  asBo = { authorization: `Basic ${Buffer.from(`${made.key}:`).toString('base64')}` }
  await call('POST', '/management/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' })
  for (const actionCode of ['transfer', 'login']) await call('POST', configurations, { actionCode, defaultUserActionResult: 'ALLOW' })
  assert.equal((await call('POST', `${base}/rules`, rule('high', 100))).status, 200)
  assert.deepEqual((await call('PUT', `${base}/approval`, { requireApproval: true })).body, {
    actionCode: 'transfer',
    requireApproval: true,
  })
})

const rule = (ruleId: string, limit: number, more: object = {}) => ({
  ruleId,
  name: ruleId,
  isActive: true,
  type: 'CHALLENGE',
  conditions: { '>': [{ var: 'custom.amount' }, limit] },
  ...more,
})
const version = async () => (await call('GET', base)).body.policyVersion
const limitInForce = async (ruleId = 'high') => (await call('GET', `${base}/rules/${ruleId}`)).body.conditions?.['>'][1]
const lower = (limit: number, query = 'propose=true', more: object = {}, headers?: Headers) =>
  call('PATCH', `${base}/rules/high?${query}`, { conditions: rule('high', limit).conditions, ...more }, headers)
const approve = (id: string, headers = asBo, query = '') => call('POST', `/management/proposals/${id}/approve?${query}`, {}, headers)
const stateOf = async (id: string) => (await call('GET', `/management/proposals/${id}`)).body.state
const settle = async (...ids: string[]) => {
  for (const id of ids) assert.equal((await call('POST', `/management/proposals/${id}/reject`, { reason: 'enough' })).status, 200)
}

test('a change of an action that requires approval is refused, with the remedy, for everybody who expects a saved rule', async () => {
  const before = await version()
  const policy = (await call('GET', `${base}/policy`)).body.policy
  const changes: [Parameters<typeof call>[0], string, object?][] = [
    ['PATCH', base, { defaultUserActionResult: 'BLOCK' }],
    ['POST', `${base}/rules`, rule('more', 5)],
    ['PATCH', `${base}/rules/high`, { name: 'Higher' }],
    ['DELETE', `${base}/rules/high`],
    ['PUT', `${base}/policy`, { ...policy, rules: [] }],
    ['PUT', '/management/rules', { actions: [{ actionCode: 'transfer', ...policy, rules: [] }] }],
    ['POST', `${base}/policy-versions/1/restore`],
    ['POST', `${base}/rules/high/snooze`, { userId: 'ann', until: new Date(now + day).toISOString(), reason: 'x' }],
  ]
  for (const [method, path, body] of changes) {
    const refused = await call(method, path, body)
    assert.deepEqual(
      [refused.status, refused.body.errorCode],
      [409, 'approval_required'],
      `${method} ${path} ${JSON.stringify(refused.body)}`,
    )
    assert.match(refused.body.errorDescription, /propose=true/)
    const { status, body: proposal } = await call(method, `${path}?propose=true`, body)
    assert.equal(status, 202, `${method} ${path} ${JSON.stringify(proposal)}`)
    assert.deepEqual([proposal.state, proposal.actionCodes], ['open', ['transfer']])
    assert.ok(proposal.actions[0].changes.length > 0)
    await settle(proposal.proposalId)
  }
  assert.equal(await version(), before)
  const deleted = await call('DELETE', base)
  assert.deepEqual([deleted.status, deleted.body.errorCode], [409, 'approval_required'])
})

test('four eyes: the second person sees what the first saw, and only their approval puts it into force', async () => {
  for (const amount of [50, 150]) await call('POST', '/users/u/actions/transfer', { custom: { amount } }, asServer)
  now += 1000
  const before = await version()
  const { status, body: proposal } = await lower(40, 'propose=true', { message: 'losses in May' })
  assert.equal(status, 202)
  assert.equal(await version(), before)
  const seen = (await call('GET', `/management/proposals/${proposal.proposalId}`, undefined, asBo)).body
  assert.deepEqual(seen, { ...proposal, isYours: false })
  assert.equal(seen.actions[0].changes[0].sentence, 'Rule *high*: applies when the amount is over 40, before when the amount is over 100.')
  assert.deepEqual(
    [seen.message, seen.event, seen.actions[0].basePolicyVersion, seen.isBaseMoved],
    ['losses in May', 'rule.updated', before, false],
  )
  assert.deepEqual([seen.actions[0].backtest.instances, seen.actions[0].backtest.changed], [2, 1])
  assert.equal('flips' in seen.actions[0].backtest, false, 'no events of users are kept')

  const own = await approve(proposal.proposalId, asAda)
  assert.deepEqual([own.status, own.body.errorCode], [403, 'own_proposal'])
  const { status: approved, body } = await approve(proposal.proposalId)
  assert.equal(approved, 200, JSON.stringify(body))
  assert.deepEqual([body.proposal.state, body.proposal.closedBy.name, body.actions[0].policyVersion], ['approved', 'Bo', before + 1])
  assert.equal(await limitInForce(), 40)
  const [latest] = (await call('GET', `${base}/policy-versions`)).body
  assert.equal(latest.message, 'losses in May (approved by Bo)')
  assert.equal(latest.actor.id, proposal.actor.id, 'the version is its author’s')
  const entries = (await call('GET', '/management/audit?limit=2')).body.entries
  assert.deepEqual(entries.map(({ event, actor, details }: Body) => [event, actor.name, details.proposalId]).sort(), [
    ['proposal.approved', 'Bo', proposal.proposalId],
    ['proposal.created', undefined, proposal.proposalId],
  ])
  assert.deepEqual((await verifyAudit(deps.store, tenant.tenantId)).findings, [])
})

test('four eyes are two persons: a key counts as the admin who created it, also by way of other keys', async () => {
  const portal = openPortal(server)
  const cy = await portal.addAdmin('owner', 'Cy')
  const dee = await portal.addAdmin('analyst', 'Dee')
  const create = async (name: string, by: { cookie: string } | Headers, role = 'admin') => {
    const key = { kind: 'management', name, role }
    const { status, body } =
      typeof by.cookie === 'string'
        ? await portal.manage(by.cookie, 'POST', '/keys', key)
        : await call('POST', '/management/keys', key, by as Headers)
    assert.equal(status, 200, JSON.stringify(body))
    return { ...body, as: { authorization: `Basic ${Buffer.from(`${body.key}:`).toString('base64')}` } }
  }
  const first = await create('cy-first', cy)
  const second = await create('cy-second', first.as, 'analyst')
  assert.deepEqual([first.createdBy, second.createdBy], [cy.adminId, cy.adminId])
  const bystander = await create('ci', asAda, 'analyst')
  assert.equal(bystander.createdBy, undefined)
  const approveAs = (by: { cookie: string }, id: string) => portal.manage(by.cookie, 'POST', `/proposals/${id}/approve`, {})
  const propose = async (as: Headers, limit: number) => (await lower(limit, 'propose=true', {}, as)).body.proposalId

  const ofKey = await propose(second.as, 60)
  for (const refused of [await approveAs(cy, ofKey), await approve(ofKey, first.as), await approve(ofKey, second.as)])
    assert.deepEqual([refused.status, refused.body.errorCode], [403, 'own_proposal'])
  assert.match((await approve(ofKey, first.as)).body.errorDescription, /counts as the admin who created it/)
  const isYours = async (by: { cookie: string }) => (await portal.manage(by.cookie, 'GET', `/proposals/${ofKey}`)).body.isYours
  assert.deepEqual([await isYours(cy), await isYours(dee)], [true, false], 'a page knows whom to offer the approval')
  assert.equal((await approveAs(dee, ofKey)).status, 200)
  assert.equal(await limitInForce(), 60)

  const own = await portal.manage(cy.cookie, 'PATCH', '/action-configurations/transfer/rules/high?propose=true', {
    conditions: rule('high', 61).conditions,
  })
  const ofAdmin = String(own.body.proposalId)
  assert.equal((await approve(ofAdmin, second.as)).body.errorCode, 'own_proposal')
  const next = await rotateKey(deps, { tenantId: tenant.tenantId, kind: 'management', name: 'cy-second', overlapMs: 0 }, { kind: 'system' })
  deps.tenants.invalidate(tenant.tenantId)
  const rotated = { authorization: `Basic ${Buffer.from(`${next}:`).toString('base64')}` }
  assert.equal((await approve(ofAdmin, rotated)).body.errorCode, 'own_proposal', 'a rotated key is the same person’s')
  assert.equal((await call('POST', `/management/proposals/${ofAdmin}/withdraw`, {}, first.as)).body.state, 'withdrawn')

  // A key that no admin created may be anybody's.
  const ofNobody = await propose(bystander.as, 62)
  const byNobody = await approve(ofNobody, asAda)
  assert.deepEqual([byNobody.status, byNobody.body.errorCode], [403, 'own_proposal'])
  assert.match(byNobody.body.errorDescription, /no admin created this key; approve it as an admin/)
  assert.equal((await approve(ofNobody, first.as)).status, 200)
  await lower(100, 'propose=true').then(({ body }) => approve(body.proposalId))
})

test('of two approvals at once one puts it into force, and the other is told', async () => {
  const before = await version()
  const { body: proposal } = await lower(41)
  const answers = await Promise.all([approve(proposal.proposalId), approve(proposal.proposalId), approve(proposal.proposalId)])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409])
  assert.ok(answers.every(({ status, body }) => status === 200 || body.errorCode === 'proposal_closed'))
  assert.deepEqual([await version(), await limitInForce()], [before + 1, 41])
})

test('of two proposals on one version the second cannot be approved: nobody has seen what it would put into force', async () => {
  const { body: first } = await lower(42)
  const { body: second } = await call('PATCH', `${base}?propose=true`, { defaultUserActionResult: 'REVIEW' })
  assert.equal((await approve(first.proposalId)).status, 200)
  assert.equal((await call('GET', `/management/proposals/${second.proposalId}`)).body.isBaseMoved, true)
  const refused = await approve(second.proposalId)
  assert.deepEqual([refused.status, refused.body.errorCode], [409, 'base_moved'])
  assert.deepEqual([await stateOf(second.proposalId), (await call('GET', base)).body.defaultUserActionResult], ['open', 'ALLOW'])
  await settle(second.proposalId)
})

test('a proposal is rejected with a reason, withdrawn by its author alone, and closed for good', async () => {
  const { body: proposal } = await lower(43)
  const path = `/management/proposals/${proposal.proposalId}`
  assert.equal((await call('POST', `${path}/reject`, {}, asBo)).status, 400)
  assert.equal((await call('POST', `${path}/withdraw`, {}, asBo)).body.errorCode, 'own_proposal')
  const { body: rejected } = await call('POST', `${path}/reject`, { reason: 'too low' }, asBo)
  assert.deepEqual([rejected.state, rejected.reason, rejected.closedBy.name], ['rejected', 'too low', 'Bo'])
  for (const again of [
    await approve(proposal.proposalId),
    await call('POST', `${path}/withdraw`, {}),
    await call('POST', `${path}/reject`, { reason: 'x' }),
  ])
    assert.deepEqual(
      [again.status, again.body.errorCode, again.body.errorDescription],
      [409, 'proposal_closed', 'the proposal was rejected'],
    )
  const { body: other } = await lower(44)
  assert.equal((await call('POST', `/management/proposals/${other.proposalId}/withdraw`)).body.state, 'withdrawn')
  assert.equal(await limitInForce(), 42)
})

test('a proposal expires by itself', async () => {
  const { body: proposal } = await lower(45)
  now += 30 * day
  assert.equal(await stateOf(proposal.proposalId), 'expired')
  const late = await approve(proposal.proposalId)
  assert.deepEqual([late.body.errorCode, late.body.errorDescription], ['proposal_closed', 'the proposal has expired'])
  const { proposals } = (await call('GET', '/management/proposals?state=expired')).body
  assert.deepEqual(
    proposals.map(({ proposalId }: Body) => proposalId),
    [proposal.proposalId],
  )
})

test('proposals are listed newest first, a page at a time', async () => {
  const ids: string[] = []
  for (const limit of [46, 47, 48]) {
    ids.unshift((await lower(limit)).body.proposalId)
    now += 1
  }
  const first = (await call('GET', '/management/proposals?state=open&limit=2')).body
  const second = (await call('GET', `/management/proposals?state=open&limit=2&cursor=${first.cursor}`)).body
  assert.deepEqual(
    [...first.proposals, ...second.proposals].map(({ proposalId }) => proposalId),
    ids,
  )
  assert.equal(second.cursor, undefined)
  assert.equal((await call('GET', '/management/proposals?cursor=x')).status, 400)
  await settle(...ids)
})

test('saved tests run when a change is proposed, and again when it is approved', async () => {
  const large = { name: 'large', event: { custom: { amount: 5000 } }, expect: { outcome: 'CHALLENGE' } }
  assert.equal((await call('POST', `${base}/tests`, large)).status, 200)
  const refused = await lower(9000)
  assert.deepEqual([refused.status, refused.body.errorCode], [409, 'failing_tests'])
  const { body: forced } = await lower(9000, 'propose=true&ignoreFailingTests=true')
  assert.equal(forced.broken[0].test.name, 'large')
  assert.equal((await approve(forced.proposalId)).body.errorCode, 'failing_tests')
  assert.equal(await stateOf(forced.proposalId), 'open')
  await settle(forced.proposalId)
  const { body: proposal } = await lower(3000)
  await call('POST', `${base}/tests`, { ...large, name: 'smaller', event: { custom: { amount: 2000 } }, expect: { outcome: 'CHALLENGE' } })
  assert.equal((await approve(proposal.proposalId)).body.errorCode, 'failing_tests')
  assert.equal((await approve(proposal.proposalId, asBo, 'ignoreFailingTests=true')).status, 200)
  assert.equal(await limitInForce(), 3000)
})

test('a document with several actions is one proposal, all or nothing, lists included', async () => {
  const transfer = (await call('GET', `${base}/policy`)).body.policy
  const document = {
    lists: [{ name: 'Mules', alias: 'mules', itemType: 'string', valueListItems: ['m1'] }],
    actions: [
      { actionCode: 'login', defaultUserActionResult: 'REVIEW', rules: [] },
      { actionCode: 'transfer', ...transfer, defaultUserActionResult: 'CHALLENGE' },
    ],
  }
  const dry = (await call('PUT', '/management/rules?dryRun=true', document)).body
  assert.deepEqual(
    dry.actions.map(({ needsApproval }: Body) => needsApproval),
    [undefined, true],
  )
  const { status, body: proposal } = await call('PUT', '/management/rules?propose=true', document)
  assert.equal(status, 202, JSON.stringify(proposal))
  assert.equal(proposal.changes[0].sentence, 'New list *mules* with 1 entry.')
  const login = async () => (await call('GET', `${configurations}/login`)).body
  assert.equal((await login()).defaultUserActionResult, 'ALLOW')
  assert.equal((await call('GET', '/management/value-lists/mules')).status, 404)
  assert.equal((await approve(proposal.proposalId)).status, 200)
  assert.deepEqual(
    [(await login()).defaultUserActionResult, (await call('GET', base)).body.defaultUserActionResult],
    ['REVIEW', 'CHALLENGE'],
  )
  assert.equal((await call('GET', '/management/value-lists/mules')).status, 200)

  // The action that needs no approval has moved on: the other one waits as well.
  const again = {
    ...document,
    lists: [],
    actions: [
      { ...document.actions[0], defaultUserActionResult: 'BLOCK' },
      { ...document.actions[1], whenUnenrolled: 'BLOCK' },
    ],
  }
  const { body: stale } = await call('PUT', '/management/rules?propose=true', again)
  await call('PATCH', `${configurations}/login`, { defaultUserActionResult: 'CHALLENGE' })
  assert.equal((await approve(stale.proposalId)).body.errorCode, 'base_moved')
  assert.equal((await call('GET', base)).body.defaultUserActionResult, 'CHALLENGE')
  await settle(stale.proposalId)
  const only = await call('PUT', '/management/rules', { actions: [{ actionCode: 'login', defaultUserActionResult: 'ALLOW', rules: [] }] })
  assert.equal(only.status, 200, 'a document without the action needs nobody')
})

test('what was proposed is what comes into force: every rule, snooze and setting', async () => {
  const full = {
    snoozes: [{ userId: 'ann', until: new Date(now + day).toISOString(), reason: 'moves house' }],
    challenge: { phishingResistant: true },
    tags: ['a'],
    note: 'n',
    expiresAt: new Date(now + day).toISOString(),
    rolloutPercent: 50,
    whenUndetermined: 'SKIP',
  }
  const { body: proposal } = await call('POST', `${base}/rules?propose=true`, rule('full', 7, full))
  assert.equal((await approve(proposal.proposalId)).status, 200)
  const { snoozes, challenge, tags, note, expiresAt, rolloutPercent, whenUndetermined } = (await call('GET', `${base}/rules/full`)).body
  assert.deepEqual({ snoozes, challenge, tags, note, expiresAt, rolloutPercent, whenUndetermined }, full)
  const woken = await call('DELETE', `${base}/rules/full/snooze?userId=ann&propose=true`)
  assert.equal(woken.status, 202)
  assert.equal((await approve(woken.body.proposalId)).status, 200)
  assert.equal((await call('GET', `${base}/rules/full`)).body.snoozes, undefined)
  const { body: settings } = await call('PATCH', `${base}?propose=true`, { requiredDataPoints: ['amount'] })
  assert.equal((await approve(settings.proposalId)).status, 200)
  const action = (await call('GET', base)).body
  assert.deepEqual([action.requiredDataPoints, action.requireApproval], [['amount'], true])
  const { body: cleared } = await call('PATCH', `${base}?propose=true`, { requiredDataPoints: null })
  assert.equal((await approve(cleared.proposalId)).status, 200)
  assert.equal((await call('GET', base)).body.requiredDataPoints, undefined)
  assert.equal((await call('PATCH', `${base}?propose=true`, { defaultUserActionResult: 'CHALLENGE' })).status, 400, 'nothing changes')
})

test('nobody can get around it by the settings, and switching it off is on the audit log', async () => {
  for (const [method, path, body] of [
    ['PATCH', base, { requireApproval: false }],
    ['PUT', `${base}/policy`, { defaultUserActionResult: 'ALLOW', rules: [], settings: { requireApproval: false } }],
    ['POST', configurations, { actionCode: 'other', defaultUserActionResult: 'ALLOW', requireApproval: true }],
  ] as const)
    assert.equal((await call(method, `${path}${method === 'POST' ? '' : '?propose=true'}`, body)).status, 400)
  const { body: kept } = await call('PATCH', `${base}?propose=true`, { requireApproval: true, whenUnenrolled: 'ALLOW' })
  assert.equal(kept.state, 'open', 'a client may send it back as it is')
  await settle(kept.proposalId)
  now += 1
  await call('PUT', `${base}/approval`, { requireApproval: false })
  const [entry] = (await call('GET', '/management/audit?limit=1')).body.entries
  assert.deepEqual(
    [entry.event, entry.details.before, entry.details.after],
    ['action.updated', { requireApproval: true }, { requireApproval: false }],
  )
  assert.equal((await lower(99, '')).status, 200)
  await call('PUT', `${base}/approval`, { requireApproval: true })
  assert.equal((await call('PUT', `${configurations}/none/approval`, { requireApproval: true })).status, 404)
})

test('TN-01: one tenant neither sees nor settles another’s proposals', async () => {
  const { body: proposal } = await lower(98)
  const other = await addTenant()
  const path = `/management/proposals/${proposal.proposalId}`
  assert.deepEqual((await call('GET', '/management/proposals', undefined, other.asManagement)).body.proposals, [])
  for (const [method, to, body] of [
    ['GET', path, undefined],
    ['POST', `${path}/approve`, {}],
    ['POST', `${path}/reject`, { reason: 'x' }],
  ] as const)
    assert.equal((await call(method, to, body, other.asManagement)).status, 404)
  await settle(proposal.proposalId)
})

test('LG-03: a proposal that names an erased user is erased with them', async () => {
  const until = new Date(now + day).toISOString()
  await call('POST', '/users/person-to-erase/actions/login', {}, asServer)
  const { body: gone } = await call('POST', `${base}/rules/high/snooze?propose=true`, { userId: 'person-to-erase', until, reason: 'x' })
  const { body: kept } = await call('POST', `${base}/rules/high/snooze?propose=true`, { userId: 'person-to-erase-not', until, reason: 'x' })
  await call('DELETE', '/users/person-to-erase', undefined, asServer)
  assert.equal((await call('GET', `/management/proposals/${gone.proposalId}`)).status, 404)
  assert.equal(await stateOf(kept.proposalId), 'open')
})

test('people who may approve are written to, each once, and neither the author nor those who may not', async () => {
  const admins = [
    ['ada', 'owner', 'ada@example.com'],
    ['bo', 'analyst', 'bo@example.com'],
    ['cy', 'analyst', null],
    ['di', 'viewer', 'di@example.com'],
    ['ed', 'admin', 'bo@example.com'],
  ] as const
  const tenant_id = tenant.tenantId
  const rows = admins.map(([admin_id, role, email]) => ({ tenant_id, admin_id, name: admin_id, role, email }))
  const values = rows.map((row, n) => ({ ...row, user_handle: row.admin_id, created_at: n, last_seen_at: null }))
  await deps.store.db.insertInto('admins').values(values).execute()
  const asked = (id: string) => deps.delivery.record.list(tenant_id).filter(({ mail }) => mail?.text.includes(id))

  const { body } = await lower(51, 'propose=true', { message: 'Lower <b>now</b>' })
  assert.deepEqual(
    asked(body.proposalId).map(({ to }) => to),
    ['bo@example.com', 'ada@example.com'],
  )
  const [{ mail } = {}] = asked(body.proposalId)
  assert.match(mail?.text ?? '', /a management key proposes.*Action: transfer\nReason given: Lower <b>now<\/b>/s)
  assert.ok(mail?.text.includes(`http://localhost:4000/portal/actions/transfer/proposals/${body.proposalId}`))
  assert.ok(!mail?.html.includes('<b>now'))
  await settle(body.proposalId)

  const actor = { kind: 'admin', id: 'bo', name: 'Bo' } as const
  const list = (author: Parameters<typeof listApproverAddresses>[2]) => listApproverAddresses(deps.store.db, tenant_id, author)
  assert.deepEqual(await list(actor), ['ada@example.com', 'bo@example.com'], 'somebody else has the same address')
  assert.deepEqual(await list({ ...actor, id: 'ada' }), ['bo@example.com'])

  const key = await createKey(
    deps,
    { tenantId: tenant_id, kind: 'management', name: 'of Ada', role: 'owner' },
    { kind: 'admin', id: 'ada' },
  )
  assert.ok(typeof key !== 'string')
  assert.deepEqual(await list({ kind: 'management_key', keyId: key.keyId }), ['bo@example.com'], 'her key is her')
})
