import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, test } from 'node:test'
import { encodeCBOR } from '@levischuck/tiny-cbor'
import { createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { makeToken, passChallenge } from '../../test/support/test-challenge.ts'
import type { InstanceKey } from '../storage/store.ts'
import { invalidReasons } from './invalid-reasons.ts'

let now = Date.UTC(2026, 10, 24, 12)
const server = await createTestApp({ clock: () => now })
const { app, deps, tenant, asServer, asManagement, addTenant, close } = server
after(close)

type Body = Record<string, unknown>

async function post(url: string, body: object, headers = asServer) {
  const reply = await app.inject({ method: 'POST', url: `/v1${url}`, headers, payload: body })
  return { status: reply.statusCode, body: reply.json<Body>(), headers: reply.headers }
}

async function validate(token: string, expected: object = {}, headers = asServer): Promise<Body> {
  const { status, body } = await post('/validate', { token, ...expected }, headers)
  assert.equal(status, 200)
  return body
}

await post('/management/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' }, asManagement)
await configureAction(server, 'transfer', { defaultOutcome: 'CHALLENGE' })

let count = 0

/** A tracked transfer that waits for its challenge. */
async function tracked(custom: object = { amount: 10, payee: 'acme' }, userId = 'ann'): Promise<{ key: InstanceKey; token: string }> {
  count += 1
  const idempotencyKey = `k${count}`
  const { body } = await post(`/users/${userId}/actions/transfer`, { idempotencyKey, custom })
  assert.equal(body.state, 'CHALLENGE_REQUIRED')
  return { key: { tenantId: tenant.tenantId, userId, action: 'transfer', idempotencyKey }, token: String(body.token) }
}

async function approved(custom?: object, userId?: string) {
  const { key } = await tracked(custom, userId)
  return { key, token: await passChallenge(server, key) }
}

test('a passed challenge is valid and says which transfer was approved', async () => {
  const { key, token } = await approved({ amount: '10.00', payee: 'acme' })
  assert.deepEqual(await validate(token), {
    isValid: true,
    state: 'CHALLENGE_SUCCEEDED',
    stateUpdatedAt: new Date(now).toISOString(),
    userId: 'ann',
    action: 'transfer',
    actionCode: 'transfer',
    idempotencyKey: key.idempotencyKey,
    verificationMethod: 'PASSKEY',
    custom: { amount: 10, payee: 'acme' },
    isTracked: true,
  })
})

test('TX-01: the approval of one transfer is not valid for another of the same data, and is not used up by asking', async () => {
  const { key, token } = await approved()
  const other = await tracked()
  assert.deepEqual(await validate(token, { idempotencyKey: other.key.idempotencyKey }), {
    isValid: false,
    reason: 'other_idempotency_key',
    error: 'Idempotency key is invalid.',
  })
  assert.equal((await validate(token, { idempotencyKey: key.idempotencyKey })).isValid, true)
})

test('TX-04: the token of a fresh track is not valid, and says where the instance stands', async () => {
  const { key, token } = await tracked()
  const body = await validate(token)
  assert.equal(body.isValid, false)
  assert.equal(body.state, 'CHALLENGE_REQUIRED')
  assert.equal(body.userId, 'ann')
  assert.equal(body.action, 'transfer')
  assert.equal(body.actionCode, 'transfer')
  assert.equal(body.idempotencyKey, key.idempotencyKey)
})

test('TX-04: a result token does not make an instance valid that failed, is blocked or was set back', async () => {
  const { key, token } = await approved()
  for (const state of ['CHALLENGE_FAILED', 'BLOCK', 'CHALLENGE_REQUIRED', 'REVIEW_REQUIRED', 'ALLOW']) {
    await app.inject({
      method: 'PATCH',
      url: `/v1/users/ann/actions/transfer/${key.idempotencyKey}`,
      headers: asServer,
      payload: { state },
    })
    const body = await validate(token)
    assert.equal(body.isValid, false)
    assert.equal(body.state, state)
  }
})

test('TK-03: the token of the track does not approve, also after the challenge was passed', async () => {
  const { key, token } = await tracked()
  await passChallenge(server, key)
  const body = await validate(token)
  assert.equal(body.isValid, false)
  assert.equal(body.state, 'CHALLENGE_SUCCEEDED')
})

test('TX-01: another user or another action is not valid, and nothing more is said', async () => {
  const { token } = await approved()
  assert.deepEqual(await validate(token, { userId: 'ben' }), { isValid: false, reason: 'other_user', error: 'User is invalid.' })
  assert.deepEqual(await validate(token, { action: 'sign-in' }), { isValid: false, reason: 'other_action', error: 'Action is invalid.' })
  assert.deepEqual(await validate(token, { userId: '' }), { isValid: false, reason: 'other_user', error: 'User is invalid.' })
  assert.equal((await validate(token, { userId: 'ann', action: 'transfer' })).isValid, true)
})

test('TX-02: any difference of the transaction data is not valid, and uses nothing up', async () => {
  const { token } = await approved({ amount: 10, payee: 'acme' })
  for (const custom of [
    { amount: 10_000, payee: 'acme' },
    { amount: 10, payee: 'evil' },
    { amount: 10 },
    { amount: 10, payee: 'acme', extra: null },
    { amount: '10,00', payee: 'acme' },
    { amount: null, payee: 'acme' },
    { amount: [10], payee: 'acme' },
    {},
  ]) {
    const body = await validate(token, { custom })
    assert.equal(body.isValid, false, JSON.stringify(custom))
    assert.equal(body.error, 'Transaction data does not match.')
  }
  assert.equal((await validate(token, { custom: { payee: 'acme', amount: '10.00' } })).isValid, true)
})

test('TK-06: a token is valid once, and then says that it was used', async () => {
  const { token } = await approved()
  assert.equal((await validate(token)).isValid, true)
  const body = await validate(token)
  assert.equal(body.isValid, false)
  assert.equal(body.isConsumed, true)
  assert.equal(body.error, 'The token was already used.')
  assert.equal(body.state, 'CHALLENGE_SUCCEEDED')
})

test('TK-06: of a hundred validations at once exactly one is valid', async () => {
  const { token } = await approved()
  const bodies = await Promise.all(Array.from({ length: 100 }, () => validate(token)))
  assert.equal(bodies.filter(({ isValid }) => isValid).length, 1)
  assert.equal(bodies.filter(({ isConsumed }) => isConsumed).length, 99)
})

test('TX-06: one passed challenge approves once, however many tokens speak of it', async () => {
  const { key, token } = await approved()
  const second = await makeToken(server, key, 'result')
  const bodies = await Promise.all([validate(token), validate(second)])
  assert.equal(bodies.filter(({ isValid }) => isValid).length, 1)
  assert.equal(bodies.filter(({ isConsumed }) => isConsumed).length, 1)
  now += 1000
  await app.inject({
    method: 'PATCH',
    url: `/v1/users/ann/actions/transfer/${key.idempotencyKey}`,
    headers: asServer,
    payload: { state: 'CHALLENGE_REQUIRED' },
  })
  const anew = await passChallenge(server, key)
  assert.equal((await validate(token)).isConsumed, true)
  assert.equal((await validate(anew)).isValid, true)
})

test('TK-06: another spelling of a token is no other token', async () => {
  const { token } = await approved()
  const last = token.at(-1) ?? ''
  const changed = String.fromCharCode(last.charCodeAt(0) + 1)
  for (const text of [
    `${token}\n`,
    `${token}=`,
    `${token} `,
    ` ${token}`,
    token.slice(0, -1) + changed,
    `${token}.`,
    token.toUpperCase(),
  ]) {
    assert.equal((await validate(text)).isValid, false)
  }
  assert.equal((await validate(token)).isValid, true)
})

test('garbage is not valid, and never a fault', async () => {
  for (const token of ['', 'garbage', 'a.b.c', '..', '\0', '\ud800', 'é.é.é', 'x'.repeat(100_000), 'eyJhbGciOiJub25lIn0.e30.']) {
    assert.deepEqual(await validate(token), { isValid: false, reason: 'malformed', error: invalidReasons.malformed })
  }
  for (const body of [{}, { token: null }, { token: 5 }, { token: {} }]) assert.equal((await post('/validate', body)).status, 400)
})

test('TK-01, TK-05: a token of other keys, of another tenant, or signed by nobody is not valid', async () => {
  const { key, token } = await approved()
  const other = await addTenant()
  assert.deepEqual(await validate(token, {}, other.asServer), {
    isValid: false,
    reason: 'other_tenant',
    error: invalidReasons.other_tenant,
  })
  const [header = '', payload = ''] = token.split('.')
  const forged = createHmac('sha256', 'guess').update(`${header}.${payload}`).digest('base64url')
  assert.deepEqual(await validate(`${header}.${payload}.${forged}`), {
    isValid: false,
    reason: 'bad_signature',
    error: invalidReasons.bad_signature,
  })
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  assert.deepEqual(await validate(`${none}.${payload}.`), { isValid: false, reason: 'malformed', error: invalidReasons.malformed })
  assert.equal((await validate(token)).idempotencyKey, key.idempotencyKey)
})

test('an expired token is not valid and says so', async () => {
  const { token } = await approved()
  now += 10 * 60 * 1000
  assert.deepEqual(await validate(token), { isValid: false, reason: 'expired', error: 'Token is expired.' })
})

test('TK-10: a proof does not outlive the authenticator that gave it, nor the user', async () => {
  const { credentialId, coseKey } = createSoftwareAuthenticator()
  const enrolled = await post('/users/rob/authenticators', {
    verificationMethod: 'PASSKEY',
    credentialId,
    credentialPublicKey: Buffer.from(encodeCBOR(coseKey)).toString('base64url'),
  })
  const { userAuthenticatorId } = enrolled.body.authenticator as Body
  const { key } = await tracked({}, 'rob')
  const token = await passChallenge(server, key, String(userAuthenticatorId))
  await app.inject({ method: 'DELETE', url: `/v1/users/rob/authenticators/${userAuthenticatorId}`, headers: asServer })
  const body = await validate(token)
  assert.equal(body.isValid, false)
  assert.equal(body.error, 'The authenticator was removed.')

  const gone = await approved({}, 'gone')
  await app.inject({ method: 'DELETE', url: '/v1/users/gone', headers: asServer })
  assert.deepEqual(await validate(gone.token), { isValid: false, reason: 'instance_gone', error: invalidReasons.instance_gone })
})

test('a disputed transfer is not approved', async () => {
  const { key, token } = await approved()
  await post(`/users/ann/actions/transfer/${key.idempotencyKey}/dispute`, {})
  assert.equal((await validate(token)).isValid, false)
})

test('used tokens are forgotten after they expired, and not before', async () => {
  const { token } = await approved()
  await validate(token)
  const rows = () => deps.store.db.selectFrom('consumed_tokens').select('jti').where('jti', 'not like', 'approval:%').execute()
  now += 9 * 60 * 1000
  assert.equal((await validate(token)).isConsumed, true)
  assert.ok((await rows()).length > 0)
  now += 5 * 60 * 1000
  await validate((await tracked()).token)
  assert.equal((await rows()).length, 0)
})

test('TK-08: a token of a key that was rotated out stays good while the key is in force', async () => {
  const { token } = await approved()
  await deps.store.db
    .updateTable('api_keys')
    .set({ expires_at: now + 1000 })
    .where('tenant_id', '=', tenant.tenantId)
    .where('kind', '=', 'secret')
    .execute()
  deps.tenants.invalidate(tenant.tenantId)
  assert.equal((await validate(token)).isValid, true)
})

test('C13: every answer that is not valid says why, in a word and in a sentence', async () => {
  const reasonOf = async (token: string, expected: object = {}) => {
    const { isValid, reason, error } = await validate(token, expected)
    assert.equal(isValid, false)
    if (reason !== 'not_passed') assert.equal(error, invalidReasons[reason as keyof typeof invalidReasons])
    return reason
  }
  const waiting = await tracked()
  assert.equal(await reasonOf(waiting.token), 'not_passed')
  const { key, token } = await approved()
  const path = `/users/ann/actions/transfer/${key.idempotencyKey}`
  assert.equal(await reasonOf(await makeToken(server, key, 'challenge')), 'not_a_result')
  assert.equal(await reasonOf(token, { custom: { amount: 11, payee: 'acme' } }), 'other_data')
  assert.equal((await validate(token)).isValid, true)
  assert.equal(await reasonOf(token), 'already_used')
  await post(`${path}/dispute`, {})
  assert.equal(await reasonOf(token), 'disputed')
  const [header = '', payload = '', signature = ''] = (await approved()).token.split('.')
  const unknown = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'sallyport-result+jwt', kid: '0' })).toString('base64url')
  assert.equal(await reasonOf(`${unknown}.${payload}.${signature}`), 'unknown_key')
  const session = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT', kid: '0' })).toString('base64url')
  assert.equal(await reasonOf(`${session}.${payload}.${signature}`), 'wrong_kind')
  assert.equal(await reasonOf(`${header}.${payload}`), 'malformed')
})

test('B9: what was tracked is validated by the same bytes after a data point was declared or removed', async () => {
  const point = { name: 'fee', dataType: 'number', modelType: 'action' }
  const custom = { fee: '10.00', payee: 'acme' }
  const text = await approved(custom)
  await post('/management/custom-data-points', point, asManagement)
  const number = await approved(custom)
  assert.equal((await validate(text.token, { custom: { ...custom, fee: '10.01' } })).isValid, false)
  assert.equal((await validate(text.token, { custom })).isValid, true)
  const { idempotencyKey } = text.key
  assert.equal((await post('/users/ann/actions/transfer', { idempotencyKey, custom })).status, 200)
  assert.equal((await post('/users/ann/actions/transfer', { idempotencyKey, custom: { ...custom, fee: 10 } })).status, 422)

  const points = (await app.inject({ url: '/v1/management/custom-data-points', headers: asManagement })).json<Body[]>()
  const declared = points.find(({ name }) => name === 'fee') ?? assert.fail()
  await app.inject({ method: 'DELETE', url: `/v1/management/custom-data-points/${declared.id}`, headers: asManagement })
  const again = { idempotencyKey: number.key.idempotencyKey, custom }
  assert.equal((await post('/users/ann/actions/transfer', again)).status, 200)
  assert.equal((await validate(number.token, { custom: { ...custom, fee: '10.0x' } })).isValid, false)
  assert.equal((await validate(number.token, { custom })).isValid, true)
})

test('B9: a retry is answered although its data would be refused by now, and new data is refused', async () => {
  const custom = { note: 'no number' }
  const { key } = await tracked(custom)
  const retry = { idempotencyKey: key.idempotencyKey, custom }
  await post('/management/custom-data-points', { name: 'note', dataType: 'number', modelType: 'action' }, asManagement)
  assert.equal((await post('/users/ann/actions/transfer', retry)).status, 200)
  for (const other of [{ ...retry, custom: { note: 'other' } }, { ...retry, idempotencyKey: 'new' }, { custom }]) {
    const { status, body } = await post('/users/ann/actions/transfer', other)
    assert.equal(status, 400)
    assert.match(String(body.errorDescription), /custom\.note/)
  }
  assert.equal((await app.inject({ url: '/v1/users/ann/actions/transfer/new', headers: asServer })).statusCode, 404)
})

test('A3: two account numbers that differ in their last digits are two, and are refused as numbers', async () => {
  const raw = (url: string, payload: string) =>
    app.inject({ method: 'POST', url: `/v1${url}`, headers: { ...asServer, 'content-type': 'application/json' }, payload })
  const numbers = await raw('/users/ann/actions/transfer', '{"custom":{"account":40817810099910004312}}')
  assert.equal(numbers.statusCode, 400)
  assert.match(numbers.json().errorDescription, /^`custom\.account` is a number that a double cannot hold/)
  const digits = await post('/users/ann/actions/transfer', { custom: { amount: '40817810099910004312' } })
  assert.equal(digits.status, 400, 'digits as text, where a number is declared')
  const { token } = await approved({ account: '40817810099910004312' })
  assert.equal((await validate(token, { custom: { account: '40817810099910004313' } })).isValid, false)
  assert.equal((await raw('/validate', `{"token":"${token}","custom":{"account":40817810099910004312}}`)).statusCode, 400)
  assert.equal((await validate(token, { custom: { account: '40817810099910004312' } })).isValid, true)
})
