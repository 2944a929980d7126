import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesOf, draftOf, isShown } from './method-draft.ts'
import { readSetting, readSettings } from './read-setting.ts'

const nullable = (schema: object, description?: string) => ({ anyOf: [schema, { type: 'null' }], ...(description && { description }) })
const schemas = {
  smsCountryCodes: nullable({ type: 'array', items: { type: 'string' } }),
  smsProvider: nullable({ type: 'string', enum: ['TWILIO', 'WEBHOOK'] }),
  webhookUrl: nullable({ type: 'string' }),
  twilioCredentials: nullable({
    type: 'object',
    properties: { accountSid: { type: 'string' }, authToken: { type: 'string', writeOnly: true } },
  }),
  verificationCodeLength: nullable({ type: 'integer', minimum: 6, maximum: 10 }),
  requireNumberMatching: nullable({ type: 'boolean' }),
  submissionRateLimitConfiguration: nullable({ type: 'object', properties: {} }),
  colourOfTheSky: nullable({ type: 'string' }, 'As seen from `here`.'),
}
const settings = readSettings(schemas)

test('members are drawn by their schema and in plain words, one that nobody knows by its description, and limits elsewhere', () => {
  assert.deepEqual(
    settings.map(({ name, kind }) => [name, kind]),
    [
      ['smsCountryCodes', 'countries'],
      ['smsProvider', 'choice'],
      ['webhookUrl', 'text'],
      ['twilioCredentials', 'group'],
      ['verificationCodeLength', 'number'],
      ['colourOfTheSky', 'text'],
      ['requireNumberMatching', 'flag'],
    ],
  )
  assert.deepEqual(readSetting('colourOfTheSky', schemas.colourOfTheSky), {
    name: 'colourOfTheSky',
    label: 'Colour of the sky',
    hint: 'As seen from here.',
    kind: 'text',
  })
  assert.equal(readSetting('authToken', schemas.twilioCredentials.anyOf[0])?.kind, 'group')
  assert.equal(readSetting('smtpPassword', { type: 'string' })?.kind, 'secret')
  assert.equal(readSetting('constructor', { type: 'boolean' })?.label, 'Constructor')
})

test('only what changed is sent, and an empty field clears its member', () => {
  const stored = { smsCountryCodes: ['NZ'], verificationCodeLength: 8, twilioCredentials: { accountSid: 'AC1' }, smsProvider: 'TWILIO' }
  const before = draftOf(settings, stored)
  assert.deepEqual(changesOf(settings, before, before), {})
  assert.deepEqual(
    changesOf(settings, before, { ...before, smsCountryCodes: [], verificationCodeLength: '', requireNumberMatching: false }),
    {
      smsCountryCodes: null,
      verificationCodeLength: null,
      requireNumberMatching: false,
    },
  )
  const withToken = { ...before, twilioCredentials: { accountSid: 'AC1', authToken: 't' } }
  assert.deepEqual(changesOf(settings, before, withToken), { twilioCredentials: { accountSid: 'AC1', authToken: 't' } })
})

test('the account of a provider is asked for, and sent, only while that provider is chosen', () => {
  const before = draftOf(settings)
  const after = {
    ...before,
    smsProvider: 'WEBHOOK',
    webhookUrl: 'https://x.example',
    twilioCredentials: { accountSid: 'AC1', authToken: '' },
  }
  assert.deepEqual(
    [isShown('twilioCredentials', after), isShown('webhookUrl', after), isShown('smsCountryCodes', after)],
    [false, true, true],
  )
  assert.deepEqual(changesOf(settings, before, after), { smsProvider: 'WEBHOOK', webhookUrl: 'https://x.example' })
})
