import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createApiKey } from './keys/api-keys.ts'
import { weakSecretReason } from './weak-secret.ts'

test('TK-07: short, repeated and well-known secrets are refused', () => {
  const weak = [
    '',
    'secret',
    'changeme',
    'a'.repeat(64),
    'abc'.repeat(20),
    '0123456789abcdef'.repeat(4),
    'change-me-change-me-change-me-please!'.replace('!', ''),
    'sallyport-secret-key-change-me-default',
    'test-secret-key-test-secret-key-test1',
    `${'x'.repeat(30)} ${'y'.repeat(30)}`,
    `${randomBytes(32).toString('base64url')}:`,
    randomBytes(600).toString('hex'),
  ]
  for (const secret of weak) assert.notEqual(weakSecretReason(secret), undefined, secret)
})

test('random secrets of the usual forms are accepted', () => {
  for (let i = 0; i < 500; i += 1) {
    const bytes = randomBytes(32)
    for (const secret of [
      bytes.toString('hex'),
      bytes.toString('base64'),
      bytes.toString('base64url'),
      createApiKey('secret'),
      `sk_test_${bytes.toString('hex')}`,
    ]) {
      assert.equal(weakSecretReason(secret), undefined, secret)
    }
  }
})
