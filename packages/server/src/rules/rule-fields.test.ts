import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'

let now = Date.UTC(2026, 10, 24, 12)
const { app, asServer, asManagement, close } = await createTestApp({ clock: () => now })
after(close)

// biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes, looked into by assertions.
type Body = any

async function manage(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object | string) {
  const headers = typeof payload === 'string' ? { ...asManagement, 'content-type': 'application/json' } : asManagement
  const response = await app.inject({ method, url: `/v1/management${path}`, headers, payload })
  return { status: response.statusCode, body: response.json<Body>() }
}
/** Rules are for actions that exist. */
const addAction = (actionCode: string) => manage('POST', '/action-configurations', { actionCode, defaultUserActionResult: 'ALLOW' })
async function addRule(action: string, more: object): Promise<Body> {
  await addAction(action)
  const { status, body } = await manage('POST', `/action-configurations/${action}/rules`, {
    name: 'R',
    isActive: true,
    priority: 0,
    type: 'BLOCK',
    ...more,
  })
  assert.equal(status, 200, JSON.stringify(body))
  return body
}
let count = 0
async function track(action: string, userId: string, payload: object = {}): Promise<Body> {
  const idempotencyKey = `k${++count}`
  const response = await app.inject({
    method: 'POST',
    url: `/v1/users/${userId}/actions/${action}`,
    headers: asServer,
    payload: { idempotencyKey, ...payload },
  })
  assert.equal(response.statusCode, 200, response.body)
  return response.json()
}

before(() => manage('POST', '/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' }))

test('a roll-out applies to the same users every time, and a larger one to those and some more', async () => {
  const { ruleId } = await addRule('rolled', { rolloutPercent: 30 })
  const users = Array.from({ length: 60 }, (_, index) => `user-${index}`)
  const blocked = async () => {
    const states = await Promise.all(users.map(async (userId) => [userId, (await track('rolled', userId)).state] as const))
    return states.filter(([, state]) => state === 'BLOCK').map(([userId]) => userId)
  }
  const some = await blocked()
  assert.ok(some.length > 5 && some.length < 35, `${some.length} of 60`)
  assert.deepEqual(await blocked(), some)
  await manage('PATCH', `/action-configurations/rolled/rules/${ruleId}`, { rolloutPercent: 60 })
  const more = await blocked()
  assert.ok(more.length > some.length && some.every((userId) => more.includes(userId)))
  await manage('PATCH', `/action-configurations/rolled/rules/${ruleId}`, { rolloutPercent: 0 })
  assert.deepEqual(await blocked(), [])
})

test('a rule ends when it expires, a shadow rule is recorded and not applied, one that is off is neither', async () => {
  const { ruleId } = await addRule('timed', { expiresAt: new Date(now + 60_000).toISOString() })
  assert.equal((await track('timed', 'u')).state, 'BLOCK')
  now += 60_000
  assert.equal((await track('timed', 'u')).state, 'ALLOW')
  await manage('PATCH', `/action-configurations/timed/rules/${ruleId}`, { expiresAt: null, mode: 'shadow' })
  assert.equal((await track('timed', 'u')).state, 'ALLOW')
  const replayed = await manage('POST', `/users/u/actions/timed/k${count}/replay`)
  assert.deepEqual(replayed.body.decision.shadowRuleIds, [ruleId])
  await manage('PATCH', `/action-configurations/timed/rules/${ruleId}`, { mode: 'off' })
  await track('timed', 'u')
  assert.deepEqual((await manage('POST', `/users/u/actions/timed/k${count}/replay`)).body.decision.shadowRuleIds, [])
})

test('what a challenge means for a user without an authenticator is the rule’s, else the action’s', async () => {
  for (const [whenUnenrolled, state] of [
    ['ENROLL', 'CHALLENGE_REQUIRED'],
    ['BLOCK', 'BLOCK'],
    ['ALLOW', 'ALLOW'],
  ]) {
    const action = `unenrolled-${whenUnenrolled}`
    const { ruleId } = await addRule(action, { type: 'CHALLENGE', whenUnenrolled })
    const tracked = await track(action, 'u')
    assert.deepEqual([tracked.state, tracked.isEnrolled], [state, false])
    await manage('PATCH', `/action-configurations/${action}/rules/${ruleId}`, { whenUnenrolled: null })
    assert.equal((await track(action, 'u')).state, 'CHALLENGE_REQUIRED')
  }
})

test('tags, notes and what a challenge demands come back as they were sent', async () => {
  const sent = {
    type: 'CHALLENGE',
    tags: ['money', 'q4'],
    note: 'asked for by risk',
    challenge: { phishingResistant: true, userVerification: true, deviceBound: true, maxAgeSeconds: 120 },
    verificationMethods: ['PASSKEY'],
  }
  const { ruleId } = await addRule('noted', sent)
  const { body } = await manage('GET', `/action-configurations/noted/rules/${ruleId}`)
  for (const [field, value] of Object.entries(sent)) assert.deepEqual(body[field], value, field)
  assert.equal((await manage('PATCH', `/action-configurations/noted/rules/${ruleId}`, { challenge: { strong: true } })).status, 400)
})

test('an address is looked for in a list of networks', async () => {
  const valueListItems = ['8.8.8.0/24', '2001:4860::/32']
  await manage('POST', '/value-lists', { name: 'Networks', itemType: 'string', valueListItems, isActive: true })
  await addRule('networks', { conditions: { in: [{ var: 'ip.address' }, { var: 'lists.networks' }] } })
  const states: [string, string][] = [
    ['8.8.8.200', 'BLOCK'],
    ['8.8.9.1', 'ALLOW'],
    ['2001:4860:4860::8888', 'BLOCK'],
  ]
  for (const [ipAddress, state] of states) {
    assert.equal((await track('networks', 'u', { ipAddress })).state, state, ipAddress)
  }
})

test('RU-01, RU-04: hostile conditions are refused in the order of the time of the largest honest ones', async () => {
  const nested = (depth: number) => `${'{"!":['.repeat(depth)}true${']}'.repeat(depth)}`
  const wide = JSON.stringify({ or: Array.from({ length: 5000 }, () => ({ '==': [{ var: 'custom.amount' }, 1] })) })
  const hostile: Record<string, string> = {
    'nested 10,000 deep': nested(10_000),
    'nested 33 deep': nested(40),
    'too many leaves': wide,
    'too many bytes': JSON.stringify({ '==': [{ var: 'custom.amount' }, 'x'.repeat(70_000)] }),
    'an operator that is a property of every object': '{"constructor":[{"var":"custom.amount"}]}',
    'a prototype': '{"__proto__":[1]}',
    'code as a name': `{"var":"constructor.constructor('return process')()"}`,
    'a prototype as a path': '{"==":[{"var":"custom.__proto__.x"},1]}',
    'a pattern without an end': JSON.stringify({ matches: [{ var: 'custom.amount' }, `${'('.repeat(2000)}a+`] }),
  }
  let priority = 0
  const bodyOf = (conditions: string) => () =>
    `{"name":"H","isActive":true,"priority":${++priority},"type":"BLOCK","conditions":${conditions}}`
  /** The best of a few requests: other processes share the machine. */
  async function costOf(expected: number, body: () => string, isEnough: (cost: number) => boolean, what: string): Promise<number> {
    let best = Number.POSITIVE_INFINITY
    for (let attempt = 0; attempt < 5 && !isEnough(best); attempt++) {
      const startedAt = performance.now()
      const { status, body: answer } = await manage('POST', '/action-configurations/hostile/rules', body())
      best = Math.min(best, performance.now() - startedAt)
      assert.equal(status, expected, `${what} ${JSON.stringify(answer)}`)
    }
    return best
  }
  await addAction('hostile')
  const honest = JSON.stringify({ or: Array.from({ length: 160 }, (_, i) => ({ '==': [{ var: 'custom.amount' }, i] })) })
  const most = 10 * (await costOf(200, bodyOf(honest), () => false, 'honest'))
  for (const [what, conditions] of Object.entries(hostile)) {
    const body = bodyOf(conditions)
    const cost = await costOf(400, body, (best) => best <= most, what)
    assert.ok(cost <= most, `${what}: ${cost} ms are more than ${most} ms`)
  }
})
