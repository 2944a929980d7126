import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { authenticationCredentialSchema } from './credential-schema.ts'

function parseSignature(signature: unknown): string | undefined {
  const response = { clientDataJSON: '', authenticatorData: '', signature }
  return authenticationCredentialSchema.safeParse({ id: '', rawId: '', type: 'public-key', response }).data?.response.signature
}

test('WA-18: bytes have one spelling, without padding', () => {
  const alphabet = 'ABQEgw048_-+/= \nAéz'.split('')
  const texts = fc.oneof(
    fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 12 }),
    fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const unpadded = text.replace(/={1,2}$/, '')
      const isCanonical = Buffer.from(unpadded, 'base64url').toString('base64url') === unpadded
      assert.equal(parseSignature(text), isCanonical ? unpadded : undefined)
    }),
    { numRuns: 2000 },
  )
})

test('WA-18: bytes that are too many are refused before they are read', () => {
  assert.equal(parseSignature('A'.repeat(2732)), 'A'.repeat(2732))
  assert.equal(parseSignature('A'.repeat(2736)), undefined)
  assert.equal(parseSignature(7), undefined)
})
