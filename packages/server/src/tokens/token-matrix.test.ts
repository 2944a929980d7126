import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { followSentCodes } from '../../test/support/sent-codes.ts'
import type { RequestOptions, SoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { createSoftwareDevice } from '../../test/support/software-device.ts'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { type Ceremonies, createCeremonies } from '../../test/support/test-ceremony.ts'
import { openPortal, type Portal } from '../../test/support/test-portal.ts'

let now = Date.UTC(2026, 10, 30, 12)
const sent = followSentCodes()
let app: TestApp
let client: Ceremonies
let portal: Portal
let clientId: string
let passkey: SoftwareAuthenticator
const device = createSoftwareDevice()
let deviceId: string
let qrCode: string

before(async () => {
  app = sent.follow(await createTestApp({ clock: () => now, portalLimit: { points: 10_000, windowSeconds: 60 } }))
  client = createCeremonies(app)
  portal = openPortal(app)
  const manage = async (method: 'POST' | 'PATCH', path: string, body: object) => {
    const made = await client.send(method, `/management${path}`, app.asManagement, body)
    assert.equal(made.status, 200, JSON.stringify(made.body))
    return made.body
  }
  await manage('POST', '/authenticator-configurations/email-otp', {})
  await manage('POST', '/authenticator-configurations/qr-code', {})
  await manage('PATCH', '/tenant', { enrolmentLinkUrl: 'https://bank.example/enrol', enrolmentLinkWaitHours: 0 })
  clientId = String((await manage('POST', '/app-clients', { name: 'Bank' })).clientId)
  passkey = (await client.enrol('ann')).authenticator
  deviceId = (await device.prove(app)).deviceId
})
after(() => app.close())

let users = 0
async function newUser(): Promise<string> {
  users += 1
  const userId = `user-${users}`
  await client.send('PATCH', `/users/${userId}`, app.asServer, { email: `${userId}@example.com`, emailVerified: true })
  return userId
}

/** The token in a link of the mail to a user. */
async function mailed(userId: string, page: string): Promise<string> {
  const link = new RegExp(`/hosted/${page}\\?token=(\\S+)`)
  const messages = () => app.deps.delivery.record.list(app.tenant.tenantId).filter(({ to }) => to === `${userId}@example.com`)
  const find = () =>
    messages()
      .map(({ mail }) => link.exec(mail?.text ?? '')?.[1])
      .find((token) => token !== undefined)
  for (let turn = 0; find() === undefined && turn < 1000; turn += 1) await new Promise(setImmediate)
  return find() ?? assert.fail(`no mail with ${page}`)
}

async function linkFor(userId: string): Promise<string> {
  const { status, body } = await client.send('POST', `/management/users/${userId}/enrolment-links`, app.asManagement, { reason: 'x' })
  assert.equal(status, 200, JSON.stringify(body))
  return new URL(String(body.url)).hash.slice('#enrolment='.length)
}

const challengeToken = async () => (await client.track('ann', 'transfer', {}, 'CHALLENGE_REQUIRED')).token
const resultToken = async () => String((await client.signIn(await challengeToken(), passkey)).body.accessToken)
async function session(): Promise<Record<string, string>> {
  const { status, body } = await client.send('POST', '/sessions', app.asServer, { clientId, token: await resultToken() })
  assert.equal(status, 200, JSON.stringify(body))
  return body as Record<string, string>
}
const admin = () => portal.addAdmin('viewer')

/** Everything that the server makes and later takes back as a proof of something, by its name. */
const kinds = {
  'challenge token': challengeToken,
  'result token': resultToken,
  'access token': async () => (await session()).accessToken ?? '',
  'refresh token': async () => (await session()).refreshToken ?? '',
  'enrolment link': async () => linkFor(await newUser()),
  'cancel link': async () => {
    const userId = await newUser()
    await linkFor(userId)
    return mailed(userId, 'cancel-enrolment')
  },
  '"this was not me" link': async () => {
    const userId = await newUser()
    await client.enrol(userId)
    return mailed(userId, 'not-me')
  },
  'device proof': async () => (await device.prove(app)).deviceProof,
  'device nonce': async () => String((await client.send('POST', '/client/devices/nonce', app.asBrowser, {})).body.nonce),
  invitation: () => portal.invite('viewer', 'Vera'),
  'portal session': async () => (await admin()).cookie.split('=')[1] ?? '',
  'recovery code of an admin': async () => (await admin()).recoveryCodes[0] ?? '',
  'secret key': async () => app.tenant.secretKey,
  'management key': async () => app.tenant.managementKey,
  'tenant id': async () => app.tenant.tenantId,
  'challenge of a browser': async () =>
    String((await client.send('POST', '/client/challenge', app.asBrowser, { action: 'join' })).body.challengeId),
  'passkey challenge': async () => (await optionsOfPasskey()).challenge,
  'challenge of a server': async () => {
    const email = `${randomUUID()}@example.com`
    const asked = { verificationMethod: 'EMAIL_OTP', action: 'join', email }
    const { challengeId } = (await client.send('POST', '/challenge', app.asServer, asked)).body
    await client.send('POST', '/verify', app.asServer, { challengeId, verificationCode: sent.lastTo(email) })
    return String(challengeId)
  },
  'code of a waiting page': async () => {
    const { body } = await client.send('POST', '/client/challenge/qr-code', app.asBrowser, { action: 'join' })
    qrCode = String(body.challengeId)
    return String(body.deviceCode)
  },
} satisfies Record<string, () => Promise<string>>
type Kind = keyof typeof kinds

async function optionsOfPasskey(): Promise<RequestOptions> {
  return (await client.authenticationOptions(app.asBrowser)).body.options as RequestOptions
}

const basic = (user: string) => ({ authorization: `Basic ${Buffer.from(`${user}:`).toString('base64')}` })
const status = async (method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: object) =>
  (await client.send(method, path, headers, body)).status
const page = async (path: string) => (await app.app.inject(path)).statusCode
const asText = encodeURIComponent

/** Every place that takes such a proof: the kinds that it accepts, and how it shows that it did. */
const places: Record<string, { accepts: readonly Kind[]; take(text: string): Promise<boolean> }> = {
  'a read of the client API': {
    accepts: ['challenge token', 'result token'],
    take: async (text) => (await status('GET', '/client/user-authenticators', app.withToken(text))) === 200,
  },
  'a challenge of the client API': {
    accepts: ['challenge token'],
    take: async (text) => (await client.authenticationOptions(app.withToken(text))).status === 200,
  },
  'an enrolment': { accepts: ['result token'], take: async (text) => (await client.registrationOptions(text)).status === 200 },
  'the tenant id of the client API': {
    accepts: ['tenant id'],
    take: async (text) => (await status('POST', '/client/challenge', basic(text), { action: 'join' })) === 200,
  },
  'a challenge id of the client API': {
    accepts: ['challenge of a browser'],
    take: async (challengeId) => (await client.authenticationOptions(app.asBrowser, { challengeId })).status === 200,
  },
  'what a passkey signs': {
    accepts: ['passkey challenge'],
    async take(challenge) {
      const authenticationCredential = passkey.get({ ...(await optionsOfPasskey()), challenge })
      return (await status('POST', '/client/verify/passkey', app.asBrowser, { authenticationCredential })) === 200
    },
  },
  'what a device signs': {
    accepts: ['device nonce'],
    take: async (nonce) => (await status('POST', '/client/devices', app.asBrowser, device.signedNonce(app.tenant.tenantId, nonce))) === 200,
  },
  'the proof of a device': {
    accepts: ['device proof'],
    async take(deviceProof) {
      const reply = await client.send('POST', '/users/ann/actions/transfer', app.asServer, { deviceId, deviceProof })
      return reply.status === 200 && !JSON.stringify(reply.body.warnings ?? []).includes('device_unproven')
    },
  },
  'a waiting page': {
    accepts: ['code of a waiting page'],
    take: async (deviceCode) =>
      (await status('POST', '/client/verify/qr-code', app.asBrowser, { challengeId: qrCode, deviceCode })) === 200,
  },
  validate: { accepts: ['result token'], take: async (token) => (await client.validate(token)).isValid === true },
  'the opening of a session': {
    accepts: ['result token'],
    take: async (token) => (await status('POST', '/sessions', app.asServer, { clientId, token })) === 200,
  },
  'the validation of a session': {
    accepts: ['access token'],
    take: async (accessToken) => (await status('POST', '/sessions/validate', app.asServer, { accessToken })) === 200,
  },
  'the refresh of a session': {
    accepts: ['refresh token'],
    take: async (refreshToken) => (await status('POST', '/sessions/refresh', app.asServer, { refreshToken })) === 200,
  },
  'the end of a session': {
    accepts: ['access token'],
    take: async (accessToken) => (await status('POST', '/sessions/revoke', app.asServer, { accessToken })) === 200,
  },
  'the user of a token': {
    accepts: ['challenge token', 'result token'],
    take: async (text) => (await status('GET', `/users?token=${asText(text)}`, app.asServer)) === 200,
  },
  'a track with a challenge': {
    accepts: ['challenge of a server'],
    take: async (challengeId) => (await status('POST', `/users/${await newUser()}/actions/join`, app.asServer, { challengeId })) === 200,
  },
  'a claim': {
    accepts: ['challenge of a server'],
    take: async (challengeId) => (await status('POST', '/claim', app.asServer, { challengeId, userId: await newUser() })) === 200,
  },
  'an enrolment link': {
    accepts: ['enrolment link'],
    take: async (token) => (await status('POST', '/enrolment-links/redeem', app.asServer, { token })) === 200,
  },
  'the page that cancels a link': {
    accepts: ['cancel link'],
    take: async (text) => (await page(`/hosted/cancel-enrolment?token=${asText(text)}`)) === 200,
  },
  'the page "this was not me"': {
    accepts: ['"this was not me" link'],
    take: async (text) => (await page(`/hosted/not-me?token=${asText(text)}`)) === 200,
  },
  'the set-up of an admin': { accepts: ['invitation'], take: async (code) => (await portal.post('/set-up/look', { code })).status === 200 },
  'the cookie of the portal': {
    accepts: ['portal session'],
    take: async (text) => (await status('GET', '/management/tenant', { cookie: `sallyport=${text}` })) === 200,
  },
  'the server API': { accepts: ['secret key'], take: async (text) => (await status('GET', '/users/ann', basic(text))) === 200 },
  'a token at the server API': { accepts: [], take: async (text) => (await status('GET', '/users/ann', app.withToken(text))) === 200 },
  'the management API': {
    accepts: ['management key'],
    take: async (text) => (await status('GET', '/management/tenant', basic(text))) === 200,
  },
  'a token at the management API': {
    accepts: [],
    take: async (text) => (await status('GET', '/management/tenant', app.withToken(text))) === 200,
  },
}

test('TK-03: whatever the server gives out as a proof is accepted at its own places and at no other, by either algorithm', async () => {
  const samples: { kind: Kind; text: string }[] = []
  const sample = async (kind: Kind) => samples.push({ kind, text: await kinds[kind]() })
  await sample('challenge token')
  await sample('result token')
  await client.send('PATCH', '/management/tenant', app.asManagement, { tokenAlgorithm: 'RS256' })
  now += 2_000
  for (const kind of Object.keys(kinds) as Kind[]) await sample(kind)
  for (const { kind, text } of samples) assert.ok(text.length > 8, kind)

  for (const [place, { accepts, take }] of Object.entries(places)) {
    for (const { kind, text } of samples) {
      if (!accepts.includes(kind)) assert.equal(await take(text), false, `${place} accepts the ${kind}`)
    }
  }
  for (const [place, { accepts, take }] of Object.entries(places)) {
    for (const kind of accepts) assert.equal(await take(await kinds[kind]()), true, `${place} refuses the ${kind}`)
  }
})
