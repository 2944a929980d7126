import assert from 'node:assert/strict'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { createSoftwarePhone, type SoftwarePhone } from '../../../test/support/software-phone.ts'
import { createTestApp, type TestApp } from '../../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies } from '../../../test/support/test-ceremony.ts'
import { openSocket, type TestSocket } from '../../../test/support/test-socket.ts'

let now = 1_750_000_000_000
let app: TestApp
let client: Ceremonies
let host: string
let users = 0
const path = '/ws-v1-challenge'
const page = { origin: 'http://localhost:3000' }
const spoken = 'authsignal-ws'
const asTenant = () => [spoken, `x.authsignal.tenant.${app.tenant.tenantId}`]
const asToken = (token: string) => [spoken, `x.authsignal.token.${token}`]

async function start(options: Parameters<typeof createTestApp>[0] = {}): Promise<{ app: TestApp; host: string }> {
  const started = await createTestApp({ clock: () => now, ...options, socketLimits: { pollMs: 5, closeMs: 50, ...options.socketLimits } })
  await started.app.listen({ port: 0, host: '127.0.0.1' })
  const headers = { ...started.asManagement, 'content-type': 'application/json' }
  const url = '/v1/management/authenticator-configurations/qr-code'
  assert.equal((await started.app.inject({ method: 'POST', url, headers, payload: {} })).statusCode, 200)
  return { app: started, host: `127.0.0.1:${(started.app.server.address() as AddressInfo).port}` }
}

before(async () => {
  ;({ app, host } = await start({ config: { webhookNetworks: ['127.0.0.1'] } }))
  client = createCeremonies(app)
})
after(() => app.close())

async function open(protocols = asTenant(), headers: Record<string, string> = page, at = `ws://${host}${path}`): Promise<TestSocket> {
  const opened = await openSocket(at, protocols, headers)
  return 'send' in opened ? opened : assert.fail(JSON.stringify(opened))
}

async function refused(protocols: string[], headers: Record<string, string> = page, at = `ws://${host}${path}`) {
  const opened = await openSocket(at, protocols, headers)
  return 'send' in opened ? assert.fail('it was opened') : [opened.status, opened.body.errorCode]
}

async function enrol(): Promise<{ userId: string; device: SoftwarePhone }> {
  const userId = `user-${++users}`
  const device = createSoftwarePhone()
  const { token } = await client.track(userId, 'enrol', { scope: 'add:authenticators' })
  const body = { publicKey: device.publicKey, deviceName: 'Phone', devicePlatform: 'ios' }
  assert.equal((await client.send('POST', '/client/user-authenticators/qr-code', app.withToken(token), body)).status, 200)
  return { userId, device }
}

/** What the phone sends, signed as the mobile SDK does it. */
async function scan({ publicKey, sign }: SoftwarePhone, challengeId: string): Promise<Record<string, unknown>> {
  const body = { publicKey, challengeId, signature: sign(challengeId) }
  return (await client.send('POST', '/client/user-authenticators/qr-code/challenge/claim', app.asBrowser, body)).body
}
async function decide({ publicKey, sign }: SoftwarePhone, challengeId: string, approved: boolean): Promise<void> {
  const body = { publicKey, challengeId, signature: sign(challengeId), approved }
  assert.equal((await client.send('POST', '/client/user-authenticators/qr-code/challenge', app.asBrowser, body)).status, 200)
}

async function created(socket: TestSocket, action: string, custom?: object): Promise<string> {
  socket.create(action, custom)
  const { type, data } = await socket.next()
  assert.equal(type, 'CHALLENGE_CREATED', JSON.stringify(data))
  const expiresAt = new Date(now + 600_000).toISOString()
  assert.deepEqual(data, { challengeId: data.challengeId, challengeType: 'QR_CODE', expiresAt, state: 'unclaimed' })
  return String(data.challengeId)
}

test('a page without a token makes a QR code, and hears that it was scanned and approved', async () => {
  const { userId, device } = await enrol()
  const socket = await open()
  assert.equal(socket.protocol, spoken)
  const challengeId = await created(socket, 'login', { amount: '7' })
  assert.equal((await scan(device, challengeId)).success, true)
  assert.deepEqual(await socket.next(), { type: 'STATE_CHANGE', data: { challengeId, state: 'claimed' } })
  await decide(device, challengeId, true)
  const { data } = await socket.next()
  assert.deepEqual([data.challengeId, data.state], [challengeId, 'approved'])
  const validated = await client.validate(data.accessToken, { userId, action: 'login' })
  assert.deepEqual([validated.isValid, validated.verificationMethod], [true, 'QR_CODE'])
  socket.close()
  assert.equal((await socket.closed)[0], 1005)
})

test('a page with a token has the action of its user approved, and hears of a denial', async () => {
  const { userId, device } = await enrol()
  for (const approved of [true, false]) {
    const tracked = await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
    const socket = await open(asToken(tracked.token))
    const challengeId = await created(socket, 'transfer')
    const stranger = await enrol()
    assert.equal((await scan(stranger.device, challengeId)).errorCode, 'invalid_request')
    await scan(device, challengeId)
    await socket.next()
    await decide(device, challengeId, approved)
    const { data } = await socket.next()
    assert.equal(data.state, approved ? 'approved' : 'rejected')
    assert.equal(typeof data.accessToken, approved ? 'string' : 'undefined')
    assert.equal(await client.stateOf(tracked), approved ? 'CHALLENGE_SUCCEEDED' : 'CHALLENGE_FAILED')
    socket.close()
  }
})

test('an approval that comes before the page was told of the scan is told at once, and a code that was replaced is still followed', async () => {
  const { device } = await enrol()
  const socket = await open(asTenant(), page, `ws://${host}/api-ws${path}?from=below-api`)
  const first = await created(socket, 'login')
  const second = await created(socket, 'login')
  await scan(device, first)
  await decide(device, first, true)
  const told = [await socket.next()]
  if (told[0]?.data.state === 'claimed') told.push(await socket.next())
  assert.deepEqual([told.at(-1)?.data.challengeId, told.at(-1)?.data.state], [first, 'approved'])
  await scan(device, second)
  assert.deepEqual((await socket.next()).data, { challengeId: second, state: 'claimed' })
  socket.close()
})

test('the application that has to confirm says no: the page hears that the code was rejected', async () => {
  const { device } = await enrol()
  const action = { actionCode: 'confirmed', defaultUserActionResult: 'ALLOW', verificationWebhookUrl: 'http://127.0.0.1:9/verify' }
  assert.equal((await client.send('POST', '/management/action-configurations', app.asManagement, action)).status, 200)
  const socket = await open()
  const challengeId = await created(socket, 'confirmed')
  await scan(device, challengeId)
  await decide(device, challengeId, true)
  for (;;) {
    const { data } = await socket.next()
    if (data.state === 'claimed') continue
    assert.deepEqual(data, { challengeId, state: 'rejected' })
    break
  }
  socket.close()
})

test('a WebSocket is refused without a credential, with a wrong one, and from a page that the tenant does not expect', async () => {
  assert.deepEqual(await refused([spoken]), [401, 'unauthorized'])
  assert.deepEqual(await refused([spoken, 'x.authsignal.tenant.nobody']), [401, 'unauthorized'])
  assert.deepEqual(await refused(asToken('garbage')), [401, 'unauthorized'])
  assert.deepEqual(await refused([`x.authsignal.tenant.${app.tenant.tenantId}`]), [400, 'invalid_request'])
  assert.deepEqual(await refused(asTenant(), { origin: 'https://evil.example' }), [400, 'origin_not_allowed'])
  assert.deepEqual(await refused(asTenant(), { origin: 'null' }), [400, 'origin_not_allowed'])
  assert.deepEqual(await refused(asTenant(), page, `ws://${host}/v1/ws-v1-challenge`), [401, 'unauthorized'])
  assert.deepEqual(await refused(asTenant(), page, `ws://${host}/elsewhere`), [404, 'not_found'])
  const { token } = await client.track('someone', 'transfer')
  now += 700_000
  assert.deepEqual(await refused(asToken(token)), [401, 'expired_token'])
  const other = await app.addTenant()
  assert.deepEqual(await refused([spoken, `x.authsignal.tenant.${other.tenantId}`]), [400, 'invalid_configuration'])
  // Not a browser, so no page.
  ;(await open(asTenant(), {})).close()
})

test('TK-10: a token stops when what it rests on does: the WebSocket is refused, and one that is open makes no other code', async () => {
  const { userId } = await enrol()
  const tracked = await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
  const socket = await open(asToken(tracked.token))
  await created(socket, 'transfer')
  assert.equal((await client.send('DELETE', `/users/${userId}`, app.asServer)).status, 200)
  socket.create('transfer')
  const { type, data } = await socket.next()
  assert.deepEqual([type, data.errorCode], ['ERROR', 'expired_token'])
  assert.deepEqual(await socket.closed, [1008, 'expired_token'])
  assert.deepEqual(await refused(asToken(tracked.token)), [401, 'expired_token'])
})

test('a message that is refused is the last one', async () => {
  const endings = async (message: string | object) => {
    const socket = await open()
    socket.send(message)
    return [(await socket.next()).data.errorCode, ...(await socket.closed)]
  }
  const refusal = ['invalid_request', 1008, 'invalid_request']
  const data = { challengeType: 'QR_CODE', actionCode: 'login' }
  assert.deepEqual(await endings('{'), refusal)
  assert.deepEqual(await endings({ type: 'SUBSCRIBE', data }), refusal)
  assert.deepEqual(await endings({ type: 'CREATE_CHALLENGE', data: { ...data, actionCode: 'a b' } }), refusal)
  assert.deepEqual(await endings({ type: 'CREATE_CHALLENGE', data: { ...data, custom: { text: 'x'.repeat(5_000) } } }), refusal)
  assert.deepEqual(
    await endings('{"type":"CREATE_CHALLENGE","data":{"challengeType":"QR_CODE","actionCode":"a","actionCode":"b"}}'),
    refusal,
  )
  const tooLong = await open()
  tooLong.send('x'.repeat(17_000))
  assert.equal((await tooLong.closed)[0], 1009)
})

test('a connection makes twelve codes a minute, and ends when it has waited for nothing for a minute', async () => {
  const socket = await open()
  for (let made = 0; made < 12; made++) await created(socket, 'login')
  socket.create('login')
  assert.equal((await socket.next()).data.errorCode, 'too_many_requests')
  assert.deepEqual(await socket.closed, [1013, 'too_many_requests'])
  const idle = await open()
  await created(idle, 'login')
  now += 540_000
  await created(idle, 'login')
  now += 600_000
  assert.deepEqual(await idle.closed.then(([code]) => code), 1000)
})

test('an address, a tenant and the server have a limited number of WebSockets, and closing gives the place back', async () => {
  const limited = await start({ socketLimits: { ofAddress: 2 } })
  const at = `ws://${limited.host}${path}`
  const protocols = [spoken, `x.authsignal.tenant.${limited.app.tenant.tenantId}`]
  const [one, two] = [await open(protocols, page, at), await open(protocols, page, at)]
  assert.deepEqual(await refused(protocols, page, at), [429, 'too_many_requests'])
  assert.match(await limited.app.deps.metrics.render(), /^sallyport_open_sockets 2$/m)
  one.close()
  await one.closed
  const three = await open(protocols, page, at)
  // The server stops: both hear it, and nothing is left open.
  const ends = Promise.all([two.closed, three.closed])
  await limited.app.close()
  assert.deepEqual(await ends, [
    [1001, 'the server stops'],
    [1001, 'the server stops'],
  ])
})

test('TK-09: no token is in the log, and none in an address', async () => {
  const { userId } = await enrol()
  const { token } = await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')
  const socket = await open(asToken(token))
  socket.send('{')
  await socket.closed
  assert.equal(app.logged().includes(token), false)
  assert.equal(app.logged().includes(token.split('.')[2] ?? token), false)
})

test('an upgrade to anything but a WebSocket is ignored, and the request answered', async () => {
  const body = JSON.stringify({ action: 'login' })
  const headers = {
    ...app.asBrowser,
    'content-type': 'application/json',
    connection: 'Upgrade, HTTP2-Settings',
    upgrade: 'h2c',
    'http2-settings': 'AAMAAABk',
  }
  const status = await new Promise((resolve, reject) => {
    const sent = request(`http://${host}/v1/client/challenge/qr-code`, { method: 'POST', headers }, (reply) =>
      resolve(reply.resume().statusCode),
    )
    sent.on('error', reject).end(body)
  })
  assert.equal(status, 200)
  const { statusCode, body: text } = await app.app.inject({ url: path, headers: { 'sec-websocket-protocol': asTenant().join(', ') } })
  assert.equal(statusCode, 400)
  assert.match(text, /reverse proxy has to pass on/)
})
