import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { createSoftwareDevice } from '../../server/test/support/software-device.ts'
import { configureAction } from '../../server/test/support/test-action.ts'
import { createTestApp } from '../../server/test/support/test-app.ts'
import { createCeremonies } from '../../server/test/support/test-ceremony.ts'
import { Sallyport } from '../src/index.ts'

let server
let sallyport
let passkeys

before(async () => {
  server = await createTestApp()
  const apiUrl = `${await server.app.listen({ port: 0, host: '127.0.0.1' })}/v1`
  sallyport = new Sallyport({ apiSecretKey: server.tenant.secretKey, apiUrl })
  passkeys = createCeremonies(server)
})

after(() => server.close())

const action = 'transfer'

test('an action is tracked, read, listed, changed and disputed', async () => {
  const key = { userId: 'auth0|ada/1', action, idempotencyKey: 'order 1' }
  const custom = { amount: 5, note: 'é' }
  const tracked = await sallyport.track({ userId: key.userId, action, attributes: { idempotencyKey: 'order 1', custom } })
  assert.equal(tracked.state, 'ALLOW')
  assert.equal(tracked.idempotencyKey, 'order 1')
  assert.equal((await sallyport.track({ userId: key.userId, action, attributes: { idempotencyKey: 'order 1' } })).state, 'ALLOW')

  const instance = await sallyport.getAction(key)
  assert.equal(instance.state, 'ALLOW')
  assert.deepEqual(instance.custom, custom)
  assert.equal(typeof instance.output.sentence, 'string')
  assert.equal(instance.output.signals['user.hasPasskey'], false)
  assert.equal(instance.output.missing['ip.isAnonymous'], 'not_provided')
  assert.equal((await sallyport.updateAction({ ...key, attributes: { state: 'REVIEW_REQUIRED' } })).state, 'REVIEW_REQUIRED')
  const listed = await sallyport.queryUserActions({ userId: key.userId, actionCodes: [action], state: 'REVIEW_REQUIRED' })
  assert.deepEqual(
    listed.map(({ idempotencyKey }) => idempotencyKey),
    ['order 1'],
  )
  assert.deepEqual(await sallyport.queryUserActions({ userId: key.userId, actionCodes: ['other'] }), [])
  assert.ok((await sallyport.disputeAction(key)).disputedAt)
})

test('what is not there and what is wrong are told apart by code', async () => {
  await assert.rejects(sallyport.getAction({ userId: 'nobody', action, idempotencyKey: 'x' }), { code: 'not_found', statusCode: 404 })
  await assert.rejects(sallyport.track({ userId: 'ada', action: 'no such/name' }), { code: 'invalid_request', statusCode: 400 })
  await assert.rejects(
    sallyport.track({ userId: 'ada', action, attributes: { ipAddress: 'nonsense' } }),
    (error) => error.code === 'invalid_request' && typeof error.requestId === 'string',
  )
})

test('a wrong key is refused', async () => {
  const stranger = new Sallyport({ apiSecretKey: 'wrong', apiUrl: `http://127.0.0.1:${server.app.server.address().port}/v1` })
  await assert.rejects(stranger.getUser({ userId: 'ada' }), { code: 'unauthorized', statusCode: 401 })
})

test('a user is changed, found and deleted', async () => {
  assert.equal((await sallyport.getUser({ userId: 'bea' })).isEnrolled, false)
  await sallyport.updateUser({ userId: 'bea', attributes: { email: 'bea+1@example.com', custom: { tier: 'gold' } } })
  const user = await sallyport.getUser({ userId: 'bea' })
  assert.equal(user.email, 'bea+1@example.com')
  assert.deepEqual(user.custom, { tier: 'gold' })
  const { users } = await sallyport.queryUsers({ email: 'bea+1@example.com' })
  assert.deepEqual(
    users.map(({ userId }) => userId),
    ['bea'],
  )
  assert.equal(await sallyport.deleteUser({ userId: 'bea' }), undefined)
  assert.equal((await sallyport.getUser({ userId: 'bea' })).email, undefined)
})

test('authenticators are enrolled, listed and deleted', async () => {
  await sallyport.updateUser({ userId: 'cy', attributes: { email: 'cy@example.com' } })
  const { userAuthenticatorId } = await passkeys.enrol('cy')
  const [authenticator] = await sallyport.getAuthenticators({ userId: 'cy' })
  assert.equal(authenticator?.userAuthenticatorId, userAuthenticatorId)
  assert.equal(authenticator?.verificationMethod, 'PASSKEY')
  assert.equal(await sallyport.deleteAuthenticator({ userId: 'cy', userAuthenticatorId }), undefined)
  assert.deepEqual(await sallyport.getAuthenticators({ userId: 'cy' }), [])
})

test('a device is listed, remembered and invalidated', async () => {
  const device = { userId: 'di', deviceId: 'device 1' }
  await sallyport.track({ userId: 'di', action, attributes: { deviceId: 'device 1' } })
  assert.deepEqual(
    (await sallyport.getDevices({ userId: 'di' })).map(({ deviceId }) => deviceId),
    ['device 1'],
  )
  const rememberedUntil = '2999-01-01T00:00:00.000Z'
  assert.equal((await sallyport.updateDevice({ ...device, attributes: { rememberedUntil } })).rememberedUntil, rememberedUntil)
  assert.ok((await sallyport.invalidateDevice(device)).invalidatedAt)
})

test('TX-01, TK-06: an approval says what was approved, holds for that alone, and once', async () => {
  const userId = 'ed'
  const custom = { amount: 100, payee: 'p1' }
  const { authenticator } = await passkeys.enrol(userId)
  const tracked = await passkeys.track(userId, action, { idempotencyKey: 'k1', custom }, 'CHALLENGE_REQUIRED')
  const pending = await sallyport.validateChallenge({ token: tracked.token, userId, action })
  assert.equal(pending.isValid, false)
  assert.equal(pending.state, 'CHALLENGE_REQUIRED')

  const token = String((await passkeys.signIn(tracked.token, authenticator)).body.accessToken)
  for (const wrong of [{ userId: 'ada' }, { action: 'other' }, { custom: { ...custom, amount: 101 } }]) {
    assert.equal((await sallyport.validateChallenge({ token, ...wrong })).isValid, false)
  }
  const approval = await sallyport.validateChallenge({ token, userId, action, idempotencyKey: 'k1', custom })
  assert.equal(approval.isValid, true)
  assert.equal(approval.idempotencyKey, 'k1')
  assert.deepEqual(approval.custom, custom)
  assert.equal(approval.verificationMethod, 'PASSKEY')

  const again = await sallyport.validateChallenge({ token, userId, action, idempotencyKey: 'k1', custom })
  assert.equal(again.isValid, false)
  assert.equal(again.isConsumed, true)
})

test('a passed challenge opens a session, which is refreshed, ends, and ends with all others', async () => {
  const userId = 'fay'
  const { body } = await passkeys.send('POST', '/management/app-clients', server.asManagement, { name: 'Web' })
  const clientId = String(body.clientId)
  const { authenticator } = await passkeys.enrol(userId)
  const open = async (idempotencyKey) => {
    const tracked = await passkeys.track(userId, action, { idempotencyKey }, 'CHALLENGE_REQUIRED')
    const token = String((await passkeys.signIn(tracked.token, authenticator)).body.accessToken)
    return sallyport.createSession({ clientId, token, action })
  }
  const opened = await open('s1')
  const { user, expiresAt } = await sallyport.validateSession({ accessToken: opened.accessToken, clientIds: [clientId] })
  assert.equal(user.userId, userId)
  assert.ok(expiresAt > Date.now() / 1000)
  const renewed = await sallyport.refreshSession({ refreshToken: opened.refreshToken })
  await sallyport.revokeSession({ accessToken: renewed.accessToken })
  await assert.rejects(sallyport.validateSession({ accessToken: renewed.accessToken }), { code: 'invalid_token' })
  const another = await open('s2')
  await sallyport.revokeUserSessions({ userId })
  await assert.rejects(sallyport.validateSession({ accessToken: another.accessToken }), { code: 'invalid_token' })
})

test('the scripts and the rule of the page about devices do what it says', async () => {
  const page = readFileSync(new URL('../../../docs/devices.md', import.meta.url), 'utf8')
  const scripts = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text]) => text.replaceAll(/^import .*$/gm, ''))
  assert.equal(scripts.length, 3)
  const [inPage, onServer, remember] = scripts
  const [, rule] = /^```json\n([\s\S]*?)^```$/m.exec(page)
  await configureAction(server, action, {
    defaultOutcome: 'ALLOW',
    rules: [{ name: 'Unproven', outcome: 'CHALLENGE', conditions: JSON.parse(rule) }],
  })
  const userId = 'dora'
  const { authenticator } = await passkeys.enrol(userId)
  const device = createSoftwareDevice()

  const sent = []
  const given = { getDeviceProof: async () => ({ data: await device.prove(server) }), Sallyport: class {}, amount: 5 }
  await run(inPage, { ...given, fetch: async (_, { body }) => sent.push(JSON.parse(body)) })
  const [body] = sent
  const track = (body) =>
    run(`return ${onServer.trim()}`, { sallyport, userId, body, ipAddress: '81.2.69.142', userAgent: 'Mozilla/5.0', amount: 5 })
  const tracked = await track(body)
  const isUnproven = ({ warnings }) => warnings.some(({ code }) => code === 'device_unproven')
  assert.deepEqual([tracked.state, isUnproven(tracked)], ['ALLOW', false])
  const copied = await track({ deviceId: body.deviceId })
  assert.deepEqual([copied.state, isUnproven(copied)], ['CHALLENGE_REQUIRED', true])

  const { idempotencyKey } = tracked
  await passkeys.setState({ userId, action, idempotencyKey }, 'CHALLENGE_REQUIRED')
  const { body: passed } = await passkeys.signIn(tracked.token, authenticator)
  await run(remember, { sallyport, userId, token: passed.accessToken, idempotencyKey, wantsToBeRemembered: true, ...body })
  const [remembered] = await sallyport.getDevices({ userId })
  assert.deepEqual([remembered.deviceId, typeof remembered.rememberedUntil], [body.deviceId, 'string'])
})

/** Runs a script with these names defined. */
function run(script, given) {
  const AsyncFunction = (async () => {}).constructor
  return new AsyncFunction(...Object.keys(given), script)(...Object.values(given))
}
