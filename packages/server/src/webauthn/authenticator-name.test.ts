import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findAuthenticatorName } from './authenticator-name.ts'

test('well-known models have a name, others none', () => {
  assert.equal(findAuthenticatorName('ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4'), 'Google Password Manager')
  assert.equal(findAuthenticatorName('00000000-0000-0000-0000-000000000000'), undefined)
  assert.equal(findAuthenticatorName('constructor'), undefined)
})
