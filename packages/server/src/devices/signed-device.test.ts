import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSoftwareDevice } from '../../test/support/software-device.ts'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { passChallenge } from '../../test/support/test-challenge.ts'

let now = Date.UTC(2026, 10, 29, 12)
const minute = 60_000
const server = await createTestApp({ clock: () => now })
const { app, tenant, asServer, asBrowser, addTenant } = server
after(server.close)

type Body = Record<string, unknown>

async function post(url: string, payload?: object, headers = asServer) {
  const reply = await app.inject({ method: 'POST', url: `/v1${url}`, headers, payload })
  return { status: reply.statusCode, body: reply.json<Body>() }
}

await configureAction(server, 'transfer', {
  defaultOutcome: 'ALLOW',
  rules: [{ name: 'Unproven', outcome: 'CHALLENGE', conditions: { '==': [{ var: 'custom.ask' }, true] } }],
})

const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36'
let count = 0

async function track(userId: string, attributes: object) {
  const idempotencyKey = `k${++count}`
  const tracked = await post(`/users/${userId}/actions/transfer`, { idempotencyKey, ipAddress: '81.2.69.142', userAgent, ...attributes })
  assert.equal(tracked.status, 200, JSON.stringify(tracked.body))
  return { key: { tenantId: tenant.tenantId, userId, action: 'transfer', idempotencyKey }, body: tracked.body }
}

/** The value of a signal of the device, as a rule would read it. */
async function signalOf(userId: string, attributes: { deviceId?: string; deviceProof?: string }, name: string) {
  const { key } = await track(userId, { ...attributes, custom: { ask: true } })
  const url = `/v1/management/events/${userId}/transfer/${key.idempotencyKey}`
  const receipt = (await app.inject({ url, headers: server.asManagement })).json<{ signals: { name: string; value?: unknown }[] }>()
  return receipt.signals.find((signal) => signal.name === name)?.value
}

/** Passes a challenge of an action with these attributes. */
async function pass(userId: string, attributes: object) {
  const { key } = await track(userId, { ...attributes, custom: { ask: true } })
  await passChallenge(server, key)
}

test('a browser that shows its key gets an id made of it, with a proof that a track believes', async () => {
  const device = createSoftwareDevice()
  const proven = await device.prove(server)
  assert.match(proven.deviceId, /^dk_[A-Za-z0-9_-]{43}$/)
  assert.equal((await device.prove(server)).deviceId, proven.deviceId)
  assert.equal(await signalOf('ann', proven, 'device.isProven'), true)
  assert.equal(await signalOf('ann', { deviceId: proven.deviceId }, 'device.isProven'), false)
  assert.equal(await signalOf('ann', { deviceId: 'cookie' }, 'device.isProven'), undefined)
})

test('a device that does not prove its id is warned of, and the action is decided all the same', async () => {
  const proven = await createSoftwareDevice().prove(server)
  const warningsOf = async (attributes: object) => (await track('bob', attributes)).body.warnings as { code: string; message: string }[]
  assert.equal(await warningsOf(proven), undefined)
  const [forgotten] = await warningsOf({ deviceId: proven.deviceId })
  assert.equal(forgotten?.code, 'device_unproven')
  assert.match(String(forgotten?.message), /`deviceProof` was not sent/)
  const [foreign] = await warningsOf({ ...proven, deviceId: 'another' })
  assert.match(String(foreign?.message), /not of this `deviceId`/)
  now += 10 * minute
  const [expired] = await warningsOf(proven)
  assert.match(String(expired?.message), /has expired/)
})

test('the client API refuses a nonce that is old or of another tenant, and a signature that is not of the key', async () => {
  const device = createSoftwareDevice()
  const { nonce } = (await post('/client/devices/nonce', {}, asBrowser)).body
  const refused = async (body: object) => {
    const { status, body: answer } = await post('/client/devices', body, asBrowser)
    return [status, answer.errorCode]
  }
  const signed = device.signedNonce(tenant.tenantId, String(nonce))
  assert.deepEqual(await refused({ ...signed, publicKey: createSoftwareDevice().signedNonce('', '').publicKey }), [
    400,
    'invalid_credential',
  ])
  assert.deepEqual(await refused(device.signedNonce('another', String(nonce))), [400, 'invalid_credential'])
  assert.deepEqual(await refused({ ...signed, signature: 'short' }), [400, 'invalid_request'])
  const other = await addTenant()
  const { nonce: theirs } = (await post('/client/devices/nonce', {}, other.asBrowser)).body
  assert.deepEqual(await refused(device.signedNonce(tenant.tenantId, String(theirs))), [400, 'invalid_request'])
  now += 11 * minute
  assert.deepEqual(await refused(signed), [400, 'invalid_request'])
})

test('after a passed challenge its device is remembered for some days, and then no longer', async () => {
  const device = createSoftwareDevice()
  await pass('cleo', await device.prove(server))
  const proven = await device.prove(server)
  const { status, body } = await post('/users/cleo/devices', { ...proven, days: 7 })
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.deviceId, proven.deviceId)
  assert.equal(body.rememberedUntil, new Date(now + 7 * 1440 * minute).toISOString())
  assert.equal(await signalOf('cleo', proven, 'device.isRemembered'), true)
  assert.equal(await signalOf('cleo', { deviceId: proven.deviceId }, 'device.isRemembered'), false)
  now += 7 * 1440 * minute
  assert.equal(await signalOf('cleo', await device.prove(server), 'device.isRemembered'), false)
})

test('A-19: a device is not remembered without its key, without a fresh challenge of its own, or after it was invalidated', async () => {
  const device = createSoftwareDevice()
  const proven = await device.prove(server)
  const remember = async (userId: string, body: object) => {
    const { status, body: answer } = await post(`/users/${userId}/devices`, body)
    return status === 200 ? 'remembered' : String(answer.errorDescription)
  }
  await track('dan', proven)
  assert.match(await remember('dan', proven), /passed no challenge/)
  await pass('dan', { deviceId: 'cookie' })
  assert.match(await remember('dan', proven), /passed no challenge/)
  assert.match(await remember('dan', { deviceId: 'cookie', deviceProof: proven.deviceProof }), /signed id/)
  // Planted: the browser of the user names the id of somebody else, who then comes with the key.
  await pass('dan', { deviceId: proven.deviceId })
  assert.match(await remember('dan', proven), /passed no challenge/)
  await pass('dan', proven)
  assert.match(await remember('eve', proven), /passed no challenge/)
  assert.match(await remember('dan', { ...proven, deviceProof: `${proven.deviceProof}x` }), /not what the browser SDK answered/)
  now += 17 * minute
  const fresh = await device.prove(server)
  assert.match(await remember('dan', proven), /expired/)
  assert.match(await remember('dan', fresh), /passed no challenge/)
  await pass('dan', fresh)
  assert.equal(await remember('dan', fresh), 'remembered')
  await post(`/users/dan/devices/${fresh.deviceId}/invalidate`)
  assert.match(await remember('dan', fresh), /invalidated/)
})

test('TK-03: a proof of a device is no token, and a token is no proof of a device', async () => {
  const device = createSoftwareDevice()
  const proven = await device.prove(server)
  const { body } = await track('fay', { ...proven, custom: { ask: true } })
  const headers = { authorization: `Bearer ${proven.deviceProof}` }
  assert.equal((await post('/client/user-authenticators/passkey/authentication-options', {}, headers)).status, 401)
  assert.equal((await post('/validate', { token: proven.deviceProof })).body.isValid, false)
  const [warning] = (await track('fay', { deviceId: proven.deviceId, deviceProof: String(body.token).slice(0, 256) })).body.warnings as [
    Body,
  ]
  assert.equal(warning.code, 'device_unproven')
})
