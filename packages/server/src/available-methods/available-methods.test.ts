import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { createCeremonies } from '../../test/support/test-ceremony.ts'
import { methods } from '../methods/methods.ts'
import { findGaps } from './find-gaps.ts'

const app = await createTestApp()
const client = createCeremonies(app)
after(app.close)

interface Listed {
  verificationMethod: string
  path: string
  state: string
  gaps: { sentence: string; isBlocking: boolean }[]
  limits: Record<string, { isUsual: boolean } | undefined>
  settings: Record<string, object>
  required: string[]
}

const manage = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: object) =>
  client.send(method, `/management${path}`, app.asManagement, body)
const list = async () => (await manage('GET', '/verification-methods')).body as unknown as Listed[]
const find = async (method: string) => (await list()).find((one) => one.verificationMethod === method) ?? assert.fail(method)
const gapsOf = async (method: string) => (await find(method)).gaps.map(({ sentence }) => sentence)

test('every method of the server is listed with its settings, also those that are not configured', async () => {
  const listed = await list()
  assert.deepEqual(
    listed.map(({ verificationMethod, path, settings }) => [verificationMethod, path, Object.keys(settings)]),
    methods.map(({ name, configuration }) => [name, configuration.path, Object.keys(configuration.fields)]),
  )
  const states = Object.fromEntries(listed.map(({ verificationMethod, state }) => [verificationMethod, state]))
  assert.deepEqual([states.PASSKEY, states.SMS], ['READY', 'NOT_CONFIGURED'])
  assert.deepEqual((await find('SECURITY_KEY')).required, ['relyingParty', 'expectedOrigins'])
})

test('text messages say what they lack, one thing after the other, and their secret is marked as never shown', async () => {
  await manage('POST', '/authenticator-configurations/sms', {})
  assert.equal((await find('SMS')).state, 'INCOMPLETE')
  assert.deepEqual(await gapsOf('SMS'), [
    'It reaches nobody: no country is allowed.',
    'It reaches nobody: no provider is set, so messages stay in the outbox.',
  ])
  const path = '/authenticator-configurations/sms'
  await manage('PATCH', path, { smsCountryCodes: ['NZ'], smsProvider: 'WEBHOOK', webhookUrl: 'https://sms.example' })
  const { state, gaps, limits, settings } = await find('SMS')
  assert.deepEqual([state, gaps], ['READY', []])
  assert.deepEqual([limits.answers?.isUsual, limits.sends?.isUsual, limits.prefixes?.isUsual], [true, true, true])
  assert.match(JSON.stringify(settings.twilioCredentials), /"authToken":\{[^}]*"writeOnly":true/)
  await manage('PATCH', path, { isActive: false, submissionRateLimitConfiguration: { rateLimit: 3, windowInMinutes: 60 } })
  const off = await find('SMS')
  assert.deepEqual([off.state, off.limits.answers], ['OFF', { isUsual: false, limit: { rateLimit: 3, windowInMinutes: 60 } }])
})

test('mail reaches nobody without a mail server or a provider, and recovery codes can be switched off for the tenant', () => {
  const lacks = (method: 'EMAIL_OTP' | 'RECOVERY_CODE' | 'PUSH' | 'PASSKEY', settings: object, around: object) =>
    findGaps(method, settings as never, { tenant: {}, hasMailServer: false, members: ['emailProvider'], ...around }).map(
      ({ sentence, isBlocking }) => [isBlocking, sentence.split(':')[0]],
    )
  assert.deepEqual(lacks('EMAIL_OTP', {}, {}), [[true, 'It reaches nobody']])
  assert.deepEqual(lacks('EMAIL_OTP', {}, { hasMailServer: true }), [])
  assert.deepEqual(lacks('EMAIL_OTP', { emailProvider: 'WEBHOOK' }, {}), [])
  assert.deepEqual(lacks('RECOVERY_CODE', {}, { tenant: { disableRecoveryCodes: true } }), [[true, 'No code is made or accepted']])
  assert.deepEqual(lacks('PUSH', {}, { members: ['pushProvider'] }), [[false, 'Nothing wakes the phone']])
  assert.deepEqual(lacks('PASSKEY', { relyingParty: { id: 'localhost' } }, {}), [[false, 'It works on this machine only']])
})
