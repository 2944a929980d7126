import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createHmacSha256 } from './hmac-sha256.ts'

test('an HMAC is the one of node:crypto, whatever the key and the parts of the message', () => {
  const keys = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 63, maxLength: 65 }))
  fc.assert(
    fc.property(keys, fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 3 }), (key, parts) => {
      const hmac = createHmacSha256(key)
      const expected = createHmac('sha256', key).update(Buffer.concat(parts)).digest()
      assert.deepEqual(hmac(...parts), expected)
      assert.deepEqual(hmac(...parts), expected)
    }),
    { numRuns: 1000 },
  )
})

test('an HMAC holds after others were made under the same key', () => {
  const hmac = createHmacSha256(Buffer.from('Jefe'))
  const first = hmac(Buffer.from('what do ya want for nothing?'))
  hmac(Buffer.from('something else'))
  // RFC 4231, "Test Case 2".
  assert.equal(first.toString('hex'), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
})
