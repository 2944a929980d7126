import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { Webhook } from '@authsignal/node'
import { openReceiver } from '../../../test/support/receiver.ts'
import { followSentCodes } from '../../../test/support/sent-codes.ts'
import { createTestApp, type TestApp, type TestAppOptions } from '../../../test/support/test-app.ts'
import { createCeremonies } from '../../../test/support/test-ceremony.ts'
import { createKeyring } from '../../keys/keyring.ts'
import { createProviderSecrets } from '../../keys/provider-secrets.ts'
import { beginRotation, stepRotation } from '../../keys/rotate-master-key.ts'

const path = '/management/authenticator-configurations/sms'
const accountSid = `AC${'0'.repeat(32)}`
const messagingServiceSid = `MG${'1'.repeat(32)}`
const number = '+64211000001'

async function open(t: TestContext, options: TestAppOptions, settings: object) {
  const app: TestApp = await createTestApp(options)
  t.after(app.close)
  const client = createCeremonies(app)
  await client.send('PATCH', '/management/tenant', app.asManagement, { name: 'Acme' })
  const configured = await client.send('POST', path, app.asManagement, settings)
  assert.equal(configured.status, 200, JSON.stringify(configured.body))
  await client.send('POST', '/users/ann/authenticators', app.asServer, { verificationMethod: 'SMS', phoneNumber: number })
  const { token } = await client.track('ann', 'transfer', {}, 'CHALLENGE_REQUIRED')
  const ask = () => client.send('POST', '/client/challenge/sms', app.withToken(token))
  const say = (code: string | undefined) => client.send('POST', '/client/verify/sms', app.withToken(token), { verificationCode: code })
  return { app, client, configured, ask, say, token }
}

test('Twilio sends the message, and says by its status whether it took it', async (t) => {
  const { url, received } = await openReceiver(t, [201, 400, 401, 503])
  const twilioCredentials = { accountSid, authToken: 'very-secret-token', messagingServiceSid }
  const settings = { smsProvider: 'TWILIO', smsCountryCodes: ['NZ'], twilioCredentials }
  const { app, client, configured, ask, say } = await open(t, { twilioUrl: url }, settings)
  assert.deepEqual(configured.body.twilioCredentials, { accountSid, messagingServiceSid })
  assert.equal((await ask()).status, 200)
  const [sent] = received
  assert.equal(sent?.url, `/2010-04-01/Accounts/${accountSid}/Messages.json`)
  assert.equal(sent?.headers.authorization, `Basic ${Buffer.from(`${accountSid}:very-secret-token`).toString('base64')}`)
  const form = new URLSearchParams(sent?.body)
  assert.deepEqual([form.get('To'), form.get('MessagingServiceSid'), form.get('From')], [number, messagingServiceSid, null])
  assert.match(String(form.get('Body')), /^\d{6} is your code for Acme\. Do not tell it to anyone\. Action: Transfer$/)
  const reasons = []
  for (let tries = 0; tries < 3; tries++) {
    const refused = await ask()
    assert.deepEqual([refused.status, refused.body.errorCode], [424, 'delivery_failed'])
    const [latest] = (await client.send('GET', '/management/outbox', app.asManagement)).body.messages as { reason: string }[]
    reasons.push(latest?.reason)
  }
  assert.deepEqual(reasons, ['provider_refused', 'provider_login', 'provider_failed'])
  assert.equal((await say(String(form.get('Body')).slice(0, 6))).body.isVerified, true)

  // OT-11: the secret and the number are nowhere to be read.
  const shown = JSON.stringify([
    (await client.send('GET', path, app.asManagement)).body,
    (await client.send('GET', '/management/audit', app.asManagement)).body,
  ])
  const [row] = await app.deps.store.db
    .selectFrom('authenticator_configurations')
    .selectAll()
    .where('verification_method', '=', 'SMS')
    .execute()
  for (const text of [shown, app.logged(), String(row?.settings)]) assert.ok(!text.includes('very-secret-token'))
  assert.ok(!app.logged().includes(number))

  // The secret stays when it is not sent again, and opens under a new master key.
  const kept = await client.send('PATCH', path, app.asManagement, { twilioCredentials: { accountSid, messagingServiceSid } })
  assert.equal(kept.status, 200, JSON.stringify(kept.body))
  const ring = createKeyring(app.masterKey)
  const next = randomBytes(32)
  assert.equal(await beginRotation(app.deps.store, ring, next), 'begun')
  for (let place = (await stepRotation(app.deps.store, ring, null)).place; place !== null; ) {
    place = (await stepRotation(app.deps.store, ring, place)).place
  }
  const after = await app.deps.store.db
    .selectFrom('authenticator_configurations')
    .selectAll()
    .where('verification_method', '=', 'SMS')
    .execute()
  const { sealedToken } = JSON.parse(String(after[0]?.settings)).twilioCredentials
  assert.equal(createProviderSecrets(next).open(sealedToken, app.tenant.tenantId, 'SMS'), 'very-secret-token')
})

test('your own server sends the message, asked by a signed call, and fails it by any answer but 2xx', async (t) => {
  const { url, received } = await openReceiver(t, [204, 500])
  const settings = { smsProvider: 'WEBHOOK', webhookUrl: `${url}/sms`, smsCountryCodes: ['NZ'] }
  const { app, ask, say } = await open(t, { config: { webhookNetworks: ['127.0.0.1'] } }, settings)
  assert.equal((await ask()).status, 200)
  const [call] = received
  const { type, data } = new Webhook(app.tenant.secretKey).constructEvent(
    String(call?.body),
    String(call?.headers['x-signature-v2']),
  ) as unknown as {
    type: string
    data: Record<string, string>
  }
  assert.equal(type, 'sms.created')
  assert.deepEqual([data.to, data.userId, data.actionCode, data.verificationMethod], [number, 'ann', 'transfer', 'SMS'])
  assert.equal((await ask()).body.errorCode, 'delivery_failed')
  assert.equal((await say(data.code)).body.isVerified, true)
})

test('nothing is sent until a country is allowed, nor to a number of another country or to none', async (t) => {
  const sent = followSentCodes()
  const { app, client, ask } = await open(t, {}, {})
  sent.follow(app)
  assert.equal((await ask()).body.errorCode, 'invalid_configuration')
  await client.send('PATCH', path, app.asManagement, { smsCountryCodes: ['AU'] })
  assert.match(String((await ask()).body.errorDescription), /numbers of NZ are not sent to/)
  await client.send('PATCH', path, app.asManagement, { smsCountryCodes: ['NZ'], defaultCountryCode: 'NZ' })
  const { token } = await client.track('bob', 'enrol', { scope: 'add:authenticators' })
  const enrol = (phoneNumber: string) => client.send('POST', '/client/user-authenticators/sms', app.withToken(token), { phoneNumber })
  for (const odd of ['', '12', '+999123456789', 'call me', '+64 21 100 0002 or so']) {
    assert.equal((await enrol(odd)).body.errorCode, 'invalid_request', odd)
  }
  assert.equal((await enrol('021 100 0002')).status, 200)
  const verified = await client.send('POST', '/client/verify/sms', app.withToken(token), { verificationCode: sent.lastTo('+64211000002') })
  assert.equal(verified.body.isVerified, true)
  const user = (await client.send('GET', '/users/bob', app.asServer)).body
  assert.deepEqual([user.phoneNumber, user.phoneNumberVerified], ['+64211000002', true])
})

test('a tenant has its own text, with the code in it', async (t) => {
  const sent = followSentCodes()
  const { app, client, ask } = await open(t, {}, { smsCountryCodes: ['NZ'], messageTemplate: 'Acme: {{code}}' })
  sent.follow(app)
  assert.equal((await ask()).status, 200)
  const [message] = (await client.send('GET', '/management/outbox', app.asManagement)).body.messages as { text: string; to: string }[]
  assert.match(String(message?.text), /^Acme: \d{6}$/)
  for (const messageTemplate of ['no code', '{{code}} {{name}}']) {
    assert.equal((await client.send('PATCH', path, app.asManagement, { messageTemplate })).status, 400, messageTemplate)
  }
})

test('a configuration that could send nothing is refused', async (t) => {
  const app = await createTestApp()
  t.after(app.close)
  const { send } = createCeremonies(app)
  const twilioCredentials = { accountSid, authToken: 'x', messagingServiceSid }
  for (const settings of [
    { smsProvider: 'TWILIO' },
    { smsProvider: 'TWILIO', twilioCredentials: { accountSid, authToken: 'x' } },
    { smsProvider: 'TWILIO', twilioCredentials: { accountSid, messagingServiceSid } },
    { smsProvider: 'TWILIO', twilioCredentials: { ...twilioCredentials, accountSid: '../../other' } },
    { smsProvider: 'WEBHOOK' },
    { smsProvider: 'WEBHOOK', webhookUrl: 'https://a.example', twilioCredentials },
    { smsProvider: 'MESSAGE_BIRD' },
    { smsCountryCodes: ['XX'] },
    { verificationCodeLength: 4 },
  ]) {
    assert.equal((await send('POST', path, app.asManagement, settings)).status, 400, JSON.stringify(settings))
  }
})
