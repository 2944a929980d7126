import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionCodeOf } from './action-code-of.ts'

test('the code of an action is made of its name', () => {
  assert.equal(actionCodeOf('Adaptive MFA transfer'), 'adaptive-mfa-transfer')
  assert.equal(actionCodeOf(' Änderung der Adresse! '), 'anderung-der-adresse')
  assert.equal(actionCodeOf('送金'), '')
  assert.equal(actionCodeOf('a'.repeat(100)).length, 64)
})
