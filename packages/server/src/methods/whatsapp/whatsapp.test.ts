import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Authsignal, Webhook } from '@authsignal/node'
import { openReceiver } from '../../../test/support/receiver.ts'
import { followSentCodes } from '../../../test/support/sent-codes.ts'
import { createTestApp, type TestAppOptions } from '../../../test/support/test-app.ts'
import { createCeremonies } from '../../../test/support/test-ceremony.ts'

const path = '/management/authenticator-configurations/whatsapp'
const accountSid = `AC${'0'.repeat(32)}`
const whatsAppContentSid = `HX${'2'.repeat(32)}`
const number = '+64211000001'

async function open(t: TestContext, options: TestAppOptions, settings: object) {
  const app = await createTestApp(options)
  t.after(app.close)
  const client = createCeremonies(app)
  const configured = await client.send('POST', path, app.asManagement, settings)
  assert.equal(configured.status, 200, JSON.stringify(configured.body))
  return { app, client, configured }
}

async function challenge({ app, client }: Awaited<ReturnType<typeof open>>) {
  await client.send('POST', '/users/ann/authenticators', app.asServer, { verificationMethod: 'WHATSAPP', phoneNumber: number })
  const { token } = await client.track('ann', 'transfer', {}, 'CHALLENGE_REQUIRED')
  return {
    ask: () => client.send('POST', '/client/challenge/whatsapp', app.withToken(token)),
    say: (code: unknown) => client.send('POST', '/client/verify/whatsapp', app.withToken(token), { verificationCode: code }),
  }
}

test('Twilio fills an approved template in, and sends it to the WhatsApp of the number', async (t) => {
  const { url, received } = await openReceiver(t, [201, 400])
  const twilioCredentials = { accountSid, authToken: 'very-secret-token' }
  const settings = { whatsAppProvider: 'TWILIO', smsCountryCodes: ['NZ'], twilioCredentials, sender: '+15005550006', whatsAppContentSid }
  const opened = await open(t, { twilioUrl: url }, settings)
  assert.deepEqual(opened.configured.body.twilioCredentials, { accountSid })
  const { ask, say } = await challenge(opened)
  assert.equal((await ask()).status, 200)
  const form = new URLSearchParams(received[0]?.body)
  const { ContentVariables, ...sent } = Object.fromEntries(form)
  assert.deepEqual(sent, { To: `whatsapp:${number}`, From: 'whatsapp:+15005550006', ContentSid: whatsAppContentSid })
  const variables = JSON.parse(String(ContentVariables)) as Record<string, string>
  assert.deepEqual(Object.keys(variables), ['1'])
  assert.equal((await ask()).body.errorCode, 'delivery_failed')
  assert.equal((await say(variables['1'])).body.isVerified, true)
  for (const secret of ['very-secret-token', number, String(variables['1'])]) assert.ok(!opened.app.logged().includes(secret))
})

test('your own server is told by which method it sends', async (t) => {
  const { url, received } = await openReceiver(t, [204])
  const settings = { whatsAppProvider: 'WEBHOOK', webhookUrl: `${url}/send`, smsCountryCodes: ['NZ'] }
  const opened = await open(t, { config: { webhookNetworks: ['127.0.0.1'] } }, settings)
  const { ask, say } = await challenge(opened)
  assert.equal((await ask()).status, 200)
  const [call] = received
  const event = new Webhook(opened.app.tenant.secretKey).constructEvent(String(call?.body), String(call?.headers['x-signature-v2']))
  const { type, data } = event as unknown as { type: string; data: Record<string, string> }
  assert.deepEqual([type, data.to, data.verificationMethod], ['sms.created', number, 'WHATSAPP'])
  assert.equal((await say(data.code)).body.isVerified, true)
})

test('the application’s server asks for it as a method, or as a channel of text messages', async (t) => {
  const sent = followSentCodes()
  const { app } = await open(t, {}, { smsCountryCodes: ['NZ'] })
  sent.follow(app)
  const url = await app.app.listen({ port: 0 })
  const official = new Authsignal({ apiSecretKey: app.tenant.secretKey, apiUrl: `${url}/v1` })
  const about = { action: 'sign-in', phoneNumber: number, userId: 'ann' }
  for (const [idempotencyKey, asked] of Object.entries({
    method: { verificationMethod: 'WHATSAPP' },
    channel: { verificationMethod: 'SMS', smsChannel: 'WHATSAPP' },
  })) {
    const { challengeId } = await official.challenge({ ...about, ...asked, idempotencyKey } as never)
    const open = await official.getChallenge({ challengeId: String(challengeId) })
    assert.deepEqual([open.verificationMethod, open.smsChannel, open.phoneNumber], ['WHATSAPP', 'WHATSAPP', number])
    const verified = await official.verify({ challengeId: String(challengeId), verificationCode: sent.lastTo(number) })
    assert.deepEqual([verified.isVerified, verified.verificationMethod], [true, 'WHATSAPP'])
    await official.track({ userId: 'ann', action: 'sign-in', attributes: { idempotencyKey } })
    const { token, verificationMethod } = await official.claimChallenge({ challengeId: String(challengeId), userId: 'ann' })
    assert.deepEqual([verificationMethod, (await official.validateChallenge({ token })).isValid], ['WHATSAPP', true])
  }
  const mail = { verificationMethod: 'EMAIL_OTP', email: 'ann@example.com', smsChannel: 'WHATSAPP', action: 'sign-in' }
  await assert.rejects(official.challenge(mail as never), { errorCode: 'invalid_request' })
})

test('OT-08: its messages count with text messages for the number and the country', async (t) => {
  const opened = await open(t, {}, { smsCountryCodes: ['NZ'] })
  const { app, client } = opened
  await client.send('POST', '/management/authenticator-configurations/sms', app.asManagement, { smsCountryCodes: ['NZ'] })
  const send = (verificationMethod: string) =>
    client.send('POST', '/challenge', app.asServer, { verificationMethod, action: 'sign-in', phoneNumber: number })
  for (const method of ['SMS', 'WHATSAPP', 'SMS', 'WHATSAPP', 'SMS', 'WHATSAPP']) assert.equal((await send(method)).status, 200)
  for (const method of ['SMS', 'WHATSAPP']) assert.equal((await send(method)).status, 429, method)
})

test('a configuration that could send nothing is refused, and nothing is sent until a country is allowed', async (t) => {
  const opened = await open(t, {}, {})
  const { app, client } = opened
  const { ask } = await challenge(opened)
  assert.equal((await ask()).body.errorCode, 'invalid_configuration')
  const twilioCredentials = { accountSid, authToken: 'x' }
  for (const settings of [
    { whatsAppProvider: 'TWILIO' },
    { whatsAppProvider: 'TWILIO', twilioCredentials, sender: '+15005550006' },
    { whatsAppProvider: 'TWILIO', twilioCredentials, whatsAppContentSid },
    { whatsAppProvider: 'WEBHOOK' },
    { whatsAppProvider: 'BIRD' },
    { smsProvider: 'TWILIO' },
    { whatsAppContentSid: '../x' },
    { messageTemplate: '{{code}}' },
  ]) {
    assert.equal((await client.send('PATCH', path, app.asManagement, settings)).status, 400, JSON.stringify(settings))
  }
})
