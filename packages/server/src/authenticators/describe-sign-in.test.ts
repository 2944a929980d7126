import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeSignIn } from './describe-sign-in.ts'
import type { NamedMethod } from './named-method.ts'

test('a sign-in is described in the words of its method', () => {
  const key: NamedMethod = { name: 'SECURITY_KEY', noun: 'security key', aNoun: 'a security key' }
  const device: NamedMethod = { name: 'DEVICE', noun: 'device', aNoun: 'a device' }
  for (const [methods, verificationMethod, words] of [
    [[key, device], 'DEVICE', 'a device'],
    [[key, device], 'SECURITY_KEY', 'a security key'],
    [[key], null, 'a security key'],
    [[key, device], null, 'an authenticator'],
    [[], 'PASSKEY', 'an authenticator'],
  ] as const) {
    assert.equal(describeSignIn(methods, { verificationMethod }), `No rule decided this: it is a sign-in with ${words}.`)
  }
})
