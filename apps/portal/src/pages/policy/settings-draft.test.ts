import assert from 'node:assert/strict'
import { test } from 'node:test'
import { draftOfSettings, settingsOfDraft } from './settings-draft.ts'

test('settings become fields and the same settings again', () => {
  const none = { defaultVerificationMethod: null, verificationWebhookUrl: null, allowUntrackedSignIn: null, requiredDataPoints: null }
  assert.deepEqual(settingsOfDraft(draftOfSettings({})), none)
  const some = {
    defaultVerificationMethod: 'PASSKEY',
    verificationWebhookUrl: 'https://bank.example/verify',
    allowUntrackedSignIn: false,
    requiredDataPoints: ['amount'],
  }
  assert.deepEqual(settingsOfDraft(draftOfSettings(some)), some)
  assert.equal(settingsOfDraft({ ...draftOfSettings(some), verificationWebhookUrl: ' ' }).verificationWebhookUrl, null)
})
