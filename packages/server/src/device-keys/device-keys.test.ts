import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { createSoftwarePhone, type SoftwarePhone } from '../../test/support/software-phone.ts'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Answer, type Ceremonies, createCeremonies, type Tracked } from '../../test/support/test-ceremony.ts'

// The application, which wakes the devices of its users.
let answer = 200
const woken: { type: string; data: Record<string, unknown> }[] = []
const receiver = createServer((request, reply) => {
  let body = ''
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () => {
    woken.push(JSON.parse(body))
    reply.writeHead(answer).end()
  })
})

let now = 1_750_000_000_000
let app: TestApp
let client: Ceremonies
let users = 0
const newUser = () => `user-${++users}`
const code = ({ status, body }: Answer) => [status, body.errorCode]
const configurations = '/management/authenticator-configurations'
const credentials = '/client/user-authenticators'
type Path = 'push' | 'qr-code' | 'in-app'

before(async () => {
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
  app = await createTestApp({ clock: () => now, config: { webhookNetworks: ['127.0.0.1'] } })
  client = createCeremonies(app)
  for (const path of ['push', 'qr-code', 'in-app']) {
    assert.equal((await client.send('POST', `${configurations}/${path}`, app.asManagement, {})).status, 200)
  }
  for (const [name, isPublic] of [
    ['amount', true],
    ['note', false],
  ]) {
    const point = { name, dataType: 'text', modelType: 'action', isPublic }
    assert.equal((await client.send('POST', '/management/custom-data-points', app.asManagement, point)).status, 200)
  }
})
after(async () => {
  receiver.close()
  await app.close()
})

const configure = async (path: Path, settings: object) => {
  const { status, body } = await client.send('PATCH', `${configurations}/${path}`, app.asManagement, settings)
  assert.equal(status, 200, JSON.stringify(body))
}

async function register(path: Path, userId: string, device: SoftwarePhone, extra: object = {}): Promise<Answer> {
  const { token } = await client.track(userId, 'enrol', { scope: 'add:authenticators' })
  const body = { publicKey: device.publicKey, deviceName: 'Phone', devicePlatform: 'android', ...extra }
  return client.send('POST', `${credentials}/${path}`, app.withToken(token), body)
}

async function enrol(path: Path, userId = newUser()): Promise<{ userId: string; device: SoftwarePhone }> {
  const device = createSoftwarePhone()
  const { status, body } = await register(path, userId, device)
  assert.equal(status, 200, JSON.stringify(body))
  return { userId, device }
}

const challenged = (userId: string, attributes: object = {}) => client.track(userId, 'transfer', attributes, 'CHALLENGE_REQUIRED')
const askPush = ({ token }: Tracked) => client.send('POST', '/client/challenge/push', app.withToken(token), { action: 'transfer' })
const collectPush = ({ token }: Tracked, { body: { challengeId } }: Answer) =>
  client.send('POST', '/client/verify/push', app.withToken(token), { challengeId })

function decide(path: Path, device: SoftwarePhone, { body: { challengeId } }: Answer, more: object = {}): Promise<Answer> {
  const body = { publicKey: device.publicKey, challengeId, signature: device.sign(String(challengeId)), approved: true, ...more }
  return client.send('POST', `${credentials}/${path}/challenge`, app.asBrowser, body)
}

const instanceOf = async ({ userId, action, idempotencyKey }: Tracked) => {
  const found = await app.deps.store.findInstance({ tenantId: app.tenant.tenantId, userId, action, idempotencyKey })
  return found ?? assert.fail('no such instance')
}

test('OT-10: an approval needs the number of the waiting page, which the device learns from its user alone', async () => {
  const { userId, device } = await enrol('push')
  const tracked = await challenged(userId)
  const asked = await askPush(tracked)
  assert.match(String(asked.body.verificationCode), /^\d\d$/)
  assert.ok(!Object.values((await pending(device, true)).body).includes(asked.body.verificationCode))
  assert.deepEqual((await collectPush(tracked, asked)).body, { isVerified: false, isConsumed: false })
  assert.equal((await decide('push', device, asked)).status, 200)
  const refused = { isVerified: false, isConsumed: true, failureReason: 'CODE_INVALID_OR_EXPIRED' }
  assert.deepEqual((await collectPush(tracked, asked)).body, refused, 'a plain approval is a wrong answer')
  assert.equal((await decide('push', device, asked, { verificationCode: asked.body.verificationCode })).status, 400, 'one try')

  const again = await askPush(tracked)
  assert.equal((await decide('push', device, again, { verificationCode: again.body.verificationCode })).status, 200)
  const { body } = await collectPush(tracked, again)
  assert.deepEqual([body.isVerified, body.isConsumed, body.userId], [true, true, userId])
  assert.equal((await client.validate(body.accessToken)).isValid, true)
  assert.equal((await instanceOf(tracked)).learnt, 'challenge')
})

test('OT-10: where the tenant wants no number, an approval passes and teaches no more than being allowed', async () => {
  await configure('push', { requireNumberMatching: false })
  const { userId, device } = await enrol('push')
  const tracked = await challenged(userId)
  const asked = await askPush(tracked)
  assert.equal('verificationCode' in asked.body, false)
  assert.equal((await decide('push', device, asked)).status, 200)
  assert.equal((await collectPush(tracked, asked)).body.isVerified, true)
  const { state, learnt } = await instanceOf(tracked)
  assert.deepEqual([state, learnt], ['CHALLENGE_SUCCEEDED', 'success'])
  await configure('push', { requireNumberMatching: null })
})

test('OT-10: a denial ends the action at once, labels it fraud, and is on the audit log, and raises an alarm', async () => {
  const { userId, device } = await enrol('push')
  const tracked = await challenged(userId)
  const asked = await askPush(tracked)
  assert.equal((await decide('push', device, asked, { approved: false })).status, 200)
  const { state, label } = await instanceOf(tracked)
  assert.deepEqual([state, label?.value], ['CHALLENGE_FAILED', 'fraud'])
  assert.deepEqual((await collectPush(tracked, asked)).body, { isVerified: false, isConsumed: true })
  const audit = await app.deps.store.db.selectFrom('audit_log').select('event').where('user_id', '=', userId).execute()
  assert.ok(audit.some(({ event }) => event === 'challenge.denied'))
  const metrics = await app.deps.metrics.render()
  assert.match(metrics, /method="PUSH".*reason="denied"/)
  assert.match(metrics, /^sallyport_challenges_denied_total\{method="PUSH"\} 1$/m)
  assert.match(app.logged(), new RegExp(`"userId":"${userId}".*a user denied a challenge at their device`))
})

test('OT-10: a wrong number that is sent twice at once ends its request and is counted once', async () => {
  const { userId, device } = await enrol('push')
  const tracked = await challenged(userId)
  const asked = await askPush(tracked)
  const counted = async () =>
    (await app.deps.store.db.selectFrom('audit_log').select('event').where('user_id', '=', userId).execute()).length
  const before = await counted()
  const wrong = { verificationCode: 'xx' }
  const answers = await Promise.all([decide('push', device, asked, wrong), decide('push', device, asked, wrong)])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400])
  assert.equal(await counted(), before + 1)
})

test('TX-06: what a device signed is good for one challenge, one method, one user and one tenant', async () => {
  const { userId, device } = await enrol('push')
  const [one, two] = [await challenged(userId), await challenged(userId)]
  const [first, second] = [await askPush(one), await askPush(two)]
  const signature = device.sign(String(first.body.challengeId))
  assert.deepEqual(code(await decide('push', device, second, { signature })), [400, 'invalid_credential'])
  const { verificationCode } = first.body
  const stranger = await enrol('push')
  assert.deepEqual(code(await decide('push', stranger.device, first, { verificationCode })), [400, 'invalid_request'])
  const scanned = await enrol('qr-code', userId)
  assert.deepEqual(code(await decide('push', scanned.device, first, { verificationCode })), [400, 'unknown_credential'])
  assert.deepEqual(code(await decide('qr-code', scanned.device, first)), [400, 'invalid_request'])
  const other = await app.addTenant()
  const body = { publicKey: device.publicKey, challengeId: first.body.challengeId, signature, approved: true, verificationCode }
  const elsewhere = await client.send('POST', `${credentials}/push/challenge`, other.asBrowser, body)
  assert.equal(elsewhere.status, 400)
  assert.equal((await decide('push', device, first, { verificationCode })).status, 200)
  assert.deepEqual(code(await collectPush(two, first)), [400, 'invalid_request'])
  assert.equal((await collectPush(one, first)).body.isVerified, true)
  assert.equal((await collectPush(one, first)).status, 400, 'once')
})

test('a fourth push waits until one of three is decided or has expired', async () => {
  const { userId, device } = await enrol('push')
  const tracked = await challenged(userId)
  const asked = [await askPush(tracked), await askPush(tracked), await askPush(tracked)]
  const refused = await askPush(tracked)
  assert.deepEqual([...code(refused), refused.headers['retry-after']], [429, 'too_many_requests', '300'])
  const [first] = asked
  await decide('push', device, first ?? refused, { verificationCode: 'xx' })
  assert.equal((await askPush(tracked)).status, 200)
})

test('the webhook `push.created` wakes the device, and a failure is an answer', async () => {
  const { userId } = await enrol('push')
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/push`
  await configure('push', { pushProvider: 'WEBHOOK', webhookUrl })
  const tracked = await challenged(userId)
  const asked = await askPush(tracked)
  assert.equal(asked.status, 200, JSON.stringify(asked.body))
  const [call] = woken.splice(0)
  const { challengeId, idempotencyKey, actionCode } = call?.data ?? {}
  assert.deepEqual([call?.type, challengeId, idempotencyKey], ['push.created', asked.body.challengeId, tracked.idempotencyKey])
  assert.equal(actionCode, 'transfer')
  assert.ok(!JSON.stringify(call).includes(`"${asked.body.verificationCode}"`))
  answer = 500
  for (let tries = 0; tries < 4; tries++) assert.deepEqual(code(await askPush(tracked)), [424, 'delivery_failed'])
  answer = 200
  await configure('push', { pushProvider: null, webhookUrl: null })
})

async function pending(device: SoftwarePhone, isSigned: boolean): Promise<Answer> {
  const { body } = await client.send('POST', `${credentials}/push/challenge/sign?publicKey=${device.queriedKey}`, app.asBrowser)
  const headers = isSigned ? { ...app.asBrowser, 'x-authsignal-signature': device.sign(String(body.message)) } : app.asBrowser
  return client.send('GET', `${credentials}/push/challenge?publicKey=${device.queriedKey}`, headers)
}

test('a device is shown what waits; details only when it signed, and of the data only what is public', async () => {
  const { userId, device } = await enrol('push')
  assert.deepEqual(Object.keys((await pending(device, true)).body), ['userAuthenticatorId'])
  const tracked = await challenged(userId, { custom: { amount: '10', note: 'private' } })
  const asked = await askPush(tracked)
  const { body } = await pending(device, true)
  assert.deepEqual([body.challengeId, body.idempotencyKey], [asked.body.challengeId, tracked.idempotencyKey])
  assert.deepEqual([body.custom, body.ipAddress, body.isNumberRequired], [{ amount: '10' }, '127.0.0.1', true])
  const unsigned = (await pending(device, false)).body
  assert.deepEqual([unsigned.challengeId, unsigned.custom, unsigned.ipAddress], [asked.body.challengeId, undefined, undefined])
})

test('a credential is found by its key, expires, is renewed by the device, and removed by it', async () => {
  await configure('push', { credentialLifetimeInMinutes: 60 })
  const { userId, device } = await enrol('push')
  const find = () => client.send('GET', `${credentials}/push?publicKey=${device.queriedKey}`, app.asBrowser)
  const { body: found } = await find()
  assert.deepEqual([found.userId, found.expiresAt], [userId, new Date(now + 3_600_000).toISOString()])
  now += 3_000_000
  const { body: toSign } = await client.send('POST', `${credentials}/push/sign?publicKey=${device.queriedKey}`, app.asBrowser)
  const renewal = { publicKey: device.publicKey, challengeId: toSign.challengeId, resetExpiry: true }
  const renew = (signature: string) => client.send('PATCH', `${credentials}/push`, app.asBrowser, { ...renewal, signature })
  assert.deepEqual(code(await renew(device.sign('another'))), [400, 'invalid_credential'])
  assert.equal((await renew(device.sign(String(toSign.challengeId)))).body.expiresAt, new Date(now + 3_600_000).toISOString())
  now += 3_600_000
  assert.deepEqual(code(await find()), [400, 'unknown_credential'])
  assert.deepEqual(code(await askPush(await challenged(userId))), [400, 'not_enrolled'])
  await configure('push', { credentialLifetimeInMinutes: null })

  const { device: other } = await enrol('in-app')
  const remove = (signature: string) =>
    client.send('POST', `${credentials}/in-app/remove`, app.asBrowser, { publicKey: other.publicKey, signature })
  assert.deepEqual(code(await remove(other.signRemoval(now - 1_800_000))), [400, 'invalid_credential'])
  assert.equal((await remove(other.signRemoval(now))).status, 200)
  assert.deepEqual(code(await remove(other.signRemoval(now))), [400, 'unknown_credential'])
})

test('EN-03, WA-14: a token binds one key; a key of the same user is renewed, and one of anybody else refused', async () => {
  const { userId, device } = await enrol('in-app')
  const { token } = await client.track(userId, 'enrol', { scope: 'add:authenticators' })
  const again = { publicKey: device.point, deviceName: 'New name', devicePlatform: 'ios' }
  const renewed = await client.send('POST', `${credentials}/in-app`, app.withToken(token), again)
  assert.equal(renewed.status, 200, JSON.stringify(renewed.body))
  const { body } = await client.send('GET', `/users/${userId}/authenticators`, app.asServer)
  const [shown, ...others] = body as unknown as Record<string, unknown>[]
  assert.deepEqual([shown?.displayName, shown?.devicePlatform, others], ['New name', 'IOS', []])
  const second = { publicKey: createSoftwarePhone().publicKey }
  assert.deepEqual(code(await client.send('POST', `${credentials}/in-app`, app.withToken(token), second)), [403, 'insufficient_scope'])
  assert.deepEqual(code(await register('in-app', newUser(), device)), [400, 'invalid_credential'])
  assert.deepEqual(code(await register('push', userId, device)), [400, 'invalid_credential'], 'nor by another method')
})

test('app attestation is refused, and so is what is no key', async () => {
  const settings = { requireAppAttestation: true }
  assert.deepEqual(code(await client.send('PATCH', `${configurations}/push`, app.asManagement, settings)), [400, 'invalid_request'])
  const attested = { performAttestation: { provider: 'PLAY_INTEGRITY', token: 'x' } }
  assert.deepEqual(code(await register('push', newUser(), createSoftwarePhone(), attested)), [400, 'invalid_request'])
  assert.deepEqual(code(await register('push', newUser(), createSoftwarePhone(), { publicKey: 'AAAA' })), [400, 'invalid_request'])
})

const askQrCode = (headers: Record<string, string>, custom?: object) =>
  client.send('POST', '/client/challenge/qr-code', headers, { action: 'login', custom })
const collectQrCode = ({ body: { challengeId, deviceCode } }: Answer) =>
  client.send('POST', '/client/verify/qr-code', app.asBrowser, { challengeId, deviceCode })
const claim = ({ publicKey, sign }: SoftwarePhone, { body: { challengeId } }: Answer) =>
  client.send('POST', `${credentials}/qr-code/challenge/claim`, app.asBrowser, {
    publicKey,
    challengeId,
    signature: sign(String(challengeId)),
  })

test('a QR code signs in the user of the device that scans it and approves', async () => {
  const { userId, device } = await enrol('qr-code')
  const asked = await askQrCode(app.asBrowser, { amount: '7', note: 'x' })
  const states = async () => {
    const { isClaimed, isVerified, isConsumed } = (await collectQrCode(asked)).body
    return [isClaimed, isVerified, isConsumed]
  }
  assert.deepEqual(await states(), [false, false, false])
  assert.equal((await decide('qr-code', device, asked)).status, 400, 'it was not scanned')
  const { body: shown } = await claim(device, asked)
  assert.deepEqual([shown.success, shown.actionCode, shown.custom, shown.ipAddress], [true, 'login', { amount: '7' }, '127.0.0.1'])
  assert.deepEqual(await states(), [true, false, false])
  const stranger = await enrol('qr-code')
  assert.equal((await claim(stranger.device, asked)).status, 400)
  assert.equal((await decide('qr-code', stranger.device, asked)).status, 400)
  assert.equal((await decide('qr-code', device, asked)).status, 200)
  const guessed = { status: 200, headers: {}, body: { ...asked.body, deviceCode: 'A'.repeat(43) } }
  assert.deepEqual(code(await collectQrCode(guessed)), [400, 'invalid_request'])
  const { body } = await collectQrCode(asked)
  assert.deepEqual([body.isVerified, body.userId], [true, userId])
  const validated = await client.validate(body.accessToken, { userId, action: 'login' })
  assert.deepEqual([validated.isValid, validated.verificationMethod], [true, 'QR_CODE'])
})

test('a QR code of a user is for that user, and a denial ends the action', async () => {
  const { userId, device } = await enrol('qr-code')
  const tracked = await client.track(userId, 'login', {}, 'CHALLENGE_REQUIRED')
  const asked = await askQrCode(app.withToken(tracked.token))
  const stranger = await enrol('qr-code')
  assert.equal((await claim(stranger.device, asked)).status, 400)
  assert.equal((await claim(device, asked)).status, 200)
  assert.equal((await decide('qr-code', device, asked, { approved: false })).status, 200)
  const { isClaimed, isVerified, isConsumed } = (await collectQrCode(asked)).body
  assert.deepEqual([isClaimed, isVerified, isConsumed], [true, false, true])
  assert.equal((await instanceOf(tracked)).label?.value, 'fraud')
  const late = await askQrCode(app.asBrowser)
  now += 600_000
  assert.deepEqual(code(await claim(device, late)), [400, 'invalid_request'])
})

test('an app signs in with its key, once for each challenge', async () => {
  const { userId, device } = await enrol('in-app')
  const { body: started } = await client.send('POST', '/client/challenge', app.asBrowser)
  const challengeId = String(started.challengeId)
  const verify = (signature: string) =>
    client.send('POST', '/client/verify/in-app', app.asBrowser, { challengeId, publicKey: device.publicKey, signature })
  const { status, body } = await verify(device.sign(challengeId))
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual([body.userId, typeof body.token], [userId, 'string'])
  assert.equal((await client.validate(body.token, { action: 'in-app-sign-in' })).isValid, true)
  assert.equal((await verify(device.sign(challengeId))).status, 400)
})

test('OT-08: pushes to one user are limited, whatever becomes of them', async () => {
  const { userId, device } = await enrol('push')
  const tracked = await challenged(userId)
  for (let sent = 0; sent < 12; sent++) {
    now += 1000
    const asked = await askPush(sent % 3 === 0 ? await challenged(userId) : tracked)
    assert.equal(asked.status, 200, JSON.stringify(asked.body))
    const { body } = asked
    await client.send('POST', `${credentials}/push/challenge`, app.asBrowser, {
      publicKey: device.publicKey,
      challengeId: body.challengeId,
      signature: device.sign(String(body.challengeId)),
      approved: true,
      verificationCode: body.verificationCode,
    })
  }
  assert.deepEqual(code(await askPush(tracked)), [429, 'too_many_requests'])
  now += 600_000
})
