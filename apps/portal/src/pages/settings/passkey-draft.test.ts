import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesOf, draftOf } from './passkey-draft.ts'

const configuration = {
  authenticatorId: 'a',
  verificationMethod: 'PASSKEY',
  isActive: true,
  userVerificationRequirement: 'required',
} as const

test('only what was changed is sent, and null for what is as usual again', () => {
  const before = draftOf(configuration)
  assert.deepEqual(changesOf(before, before), {})
  const after = { ...before, relyingPartyName: ' Bank ', userVerificationRequirement: '' as const, topOrigins: 'https://a.example\n' }
  assert.deepEqual(changesOf(before, after), {
    relyingPartyName: 'Bank',
    userVerificationRequirement: null,
    expectedTopOrigins: ['https://a.example'],
  })
  assert.deepEqual(changesOf(after, before), {
    relyingPartyName: null,
    userVerificationRequirement: 'required',
    expectedTopOrigins: null,
  })
})
