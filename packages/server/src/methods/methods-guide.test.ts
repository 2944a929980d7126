import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { verificationMethods } from '@sallyport/engine'
import { codeOf } from '../../test/support/code-of.ts'
import { readGuide } from '../../test/support/guide-examples.ts'
import { followSentCodes } from '../../test/support/sent-codes.ts'
import { followSentLinks } from '../../test/support/sent-links.ts'
import { type CreationOptions, createSoftwareAuthenticator, type RequestOptions } from '../../test/support/software-authenticator.ts'
import { createSoftwarePhone } from '../../test/support/software-phone.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies, type Headers } from '../../test/support/test-ceremony.ts'
import { createSeed, toUri } from './authenticator-app/one-time-password.ts'

// Sends every request of docs/methods.md, in the order of the page, and compares the tables of the page with the code.

let now = 1_750_000_000_000
const sent = followSentCodes()
const links = followSentLinks()
const app = links.follow(sent.follow(await createTestApp({ clock: () => now, config: { webhookNetworks: ['127.0.0.1'] } })))
after(app.close)
const client = createCeremonies(app)
const guide = readGuide('methods.md')
const scope = 'add:authenticators'
const origin = 'https://bank.example'

const asBinder = async (userId = 'ada') => app.withToken((await client.track(userId, 'enrol', { scope })).token)
const asChallenged = async (userId = 'ada') => app.withToken((await client.track(userId, 'transfer', {}, 'CHALLENGE_REQUIRED')).token)
const follow = (section: string) => (headers: Headers, given?: Record<string, unknown>) => guide.follow(client, section, headers, given)
const isVerified = (body: Record<string, unknown>) => assert.notEqual(body.isVerified, false, JSON.stringify(body))

test('the page says of each method what the engine has of it', () => {
  const rows = [...guide.text.matchAll(/^\| ((?:`[A-Z_]+`(?:, )?)+) \| (\w+)[^|]*\| (\w+)[^|]*\| (\w+)[^|]*\| (\w+)/gm)]
  const said = rows.flatMap(([, names = '', ...values]) =>
    (names.match(/[A-Z_]+/g) ?? []).map((name) => [name, ...values.map((value) => value === 'yes')]),
  )
  assert.ok(said.length >= 11)
  for (const [name, ...values] of said) {
    const { phishingResistant, possession, outOfBand, verifiesUser } = verificationMethods[name as keyof typeof verificationMethods]
    assert.deepEqual(values, [phishingResistant, possession, outOfBand, verifiesUser], String(name))
  }
})

test('the guide: passkeys', async () => {
  const next = follow('Passkeys')
  const device = createSoftwareAuthenticator({ origin })
  await next(app.asManagement)
  const binder = await asBinder()
  const made = await next(binder)
  const registrationCredential = device.create(made.options as CreationOptions)
  await next(binder, { challengeId: made.challengeId, registrationCredential })
  const challenged = await asChallenged()
  const asked = await next(challenged)
  const authenticationCredential = device.get(asked.options as RequestOptions)
  isVerified(await next(challenged, { challengeId: asked.challengeId, authenticationCredential }))
})

test('the guide: security keys', async () => {
  const next = follow('Security keys')
  const device = createSoftwareAuthenticator({ origin })
  await next(app.asManagement)
  const binder = await asBinder()
  await next(binder, { ...device.create((await next(binder)) as unknown as CreationOptions) })
  const challenged = await asChallenged()
  isVerified(await next(challenged, { ...device.get((await next(challenged)) as unknown as RequestOptions) }))
})

test('the guide: a key in an app is registered, and approves a push', async () => {
  await client.send('POST', '/management/authenticator-configurations/push', app.asManagement, {})
  const next = follow('Keys in apps: push, QR codes, in-app')
  const phone = createSoftwarePhone()
  const { publicKey } = phone
  await next(await asBinder(), { publicKey })
  const challenged = await asChallenged()
  const { challengeId, verificationCode } = await next(challenged)
  const decision = { publicKey, challengeId, signature: phone.sign(String(challengeId)), approved: true, verificationCode }
  assert.equal((await client.send('POST', '/client/user-authenticators/push/challenge', challenged, decision)).status, 200)
  const { body } = await client.send('POST', '/client/verify/push', challenged, { challengeId })
  assert.deepEqual([body.isConsumed, body.isVerified], [true, true])
})

test('the guide: an authenticator app is bound by its first code, or brought in', async () => {
  const next = follow('Authenticator apps')
  await next(app.asManagement)
  const binder = await asBinder()
  const { secret } = await next(binder)
  isVerified(await next(binder, { verificationCode: codeOf(String(secret), now) }))
  now += 60_000
  const verificationCode = codeOf(String(secret), now)
  isVerified((await client.send('POST', '/client/verify/totp', await asChallenged(), { verificationCode })).body)
  await next(app.asServer, { otpUri: toUri(createSeed(), { issuer: 'Bank', label: 'ada' }) })
})

test('the guide: a code by mail', async () => {
  const next = follow('Codes by mail')
  await next(app.asManagement)
  await next(app.asServer)
  const challenged = await asChallenged()
  await next(challenged)
  isVerified(await next(challenged, { verificationCode: sent.lastTo('ada@example.com') }))
})

test('the guide: the event by which your own server sends the mail', async (t) => {
  const [, shown = ''] = /^```json\n([\s\S]*?"email\.created"[\s\S]*?)^```$/m.exec(guide.text) ?? []
  const received: string[] = []
  const server = createServer(async (request, reply) => {
    for await (const chunk of request) received.push(String(chunk))
    reply.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const path = '/management/authenticator-configurations/email-otp'
  await client.send('PATCH', path, app.asManagement, { emailProvider: 'WEBHOOK', webhookUrl })
  const { data } = JSON.parse(shown) as { data: Record<string, string> }
  const { idempotencyKey, ipAddress, locale } = data
  const tracked = await client.track('ada', 'transfer', { idempotencyKey, ipAddress, locale }, 'CHALLENGE_REQUIRED')
  assert.equal((await client.send('POST', '/client/challenge/email-otp', app.withToken(tracked.token))).status, 200)
  const event = JSON.parse(received.join(''))
  // Of the page that asks, which here is this test.
  const same = { ipAddress, userAgent: data.userAgent, code: data.code }
  assert.match(event.data.code, /^\d{6}$/)
  assert.deepEqual(
    { version: event.version, type: event.type, data: { ...event.data, ...same } },
    { ...JSON.parse(shown), data: { ...data, ...same } },
  )
  await client.send('PATCH', path, app.asManagement, { emailProvider: null, webhookUrl: null })
})

test('the guide: codes by text message are set up', async () => {
  const twilioCredentials = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'secret', messagingServiceSid: `MG${'1'.repeat(32)}` }
  await follow('Codes by text message')(app.asManagement, { twilioCredentials })
})

test('the guide: codes by WhatsApp are set up', async () => {
  const twilioCredentials = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'secret', messagingServiceSid: `MG${'1'.repeat(32)}` }
  await follow('Codes by WhatsApp')(app.asManagement, { twilioCredentials, whatsAppContentSid: `HX${'2'.repeat(32)}` })
})

test('the guide: a link by mail, and its code', async () => {
  const next = follow('Links by mail')
  await next(app.asManagement)
  const attributes = { verificationMethod: 'EMAIL_MAGIC_LINK', email: 'ada@example.com' }
  assert.equal((await client.send('POST', '/users/ada/authenticators', app.asServer, attributes)).status, 200)
  const challenged = await asChallenged()
  await next(challenged)
  assert.deepEqual(await next(challenged), { isVerified: false })
  isVerified(await next(challenged, { verificationCode: links.last().code }))
})

test('the guide: a code for somebody who is not known yet becomes theirs with the claim', async () => {
  await client.send('POST', '/management/action-configurations', app.asManagement, { actionCode: 'sign-up', allowUntrackedSignIn: true })
  const next = follow('Codes before the user is known')
  const { challengeId } = await next(app.asServer)
  const { body } = await client.send('GET', `/challenges?challengeId=${challengeId}`, app.asServer)
  assert.equal(body.challengeId, challengeId)
  isVerified(await next(app.asServer, { challengeId, verificationCode: sent.lastTo('ada@example.com') }))
  const { token } = await next(app.asServer, { challengeId })
  assert.equal((await client.validate(token)).isValid, true)
})

test('the guide has no request that these tests do not send', () => guide.assertFollowed())
