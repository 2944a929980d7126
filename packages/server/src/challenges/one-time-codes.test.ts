import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createKeyring } from '../keys/keyring.ts'
import { createOneTimeCodes } from './one-time-codes.ts'

const place = { tenantId: 'acme', challengeId: 'one' }

test('OT-05: codes have the digits that were asked for, each as likely as any other, also zeros in front', () => {
  const codes = createOneTimeCodes(randomBytes(32))
  for (let position = 0; position < 6; position++) {
    const counts = new Array<number>(10).fill(0)
    for (let drawn = 0; drawn < 10_000; drawn++) {
      const code = codes.draw(6)
      assert.match(code, /^\d{6}$/)
      counts[Number(code[position])] = (counts[Number(code[position])] ?? 0) + 1
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
    // Nine degrees of freedom: one run in a million is above.
    assert.ok(chiSquare < 45, `position ${position}: ${chiSquare}`)
  }
  assert.match(codes.draw(10), /^\d{10}$/)
})

test('OT-07, OT-11: the hash of a code is good at its place only and says nothing without the key', () => {
  const codes = createOneTimeCodes(randomBytes(32))
  const hash = codes.hash(place, '081804')
  assert.ok(codes.matches(place, '081804', hash))
  assert.ok(!codes.matches(place, '081805', hash))
  assert.ok(!codes.matches({ ...place, challengeId: 'two' }, '081804', hash))
  assert.ok(!codes.matches({ ...place, tenantId: 'other' }, '081804', hash))
  assert.ok(!codes.matches(place, '081804', ''))
  assert.ok(!createOneTimeCodes(randomBytes(32)).matches(place, '081804', hash))
  assert.equal(codes.answerId(place, '1'), codes.answerId(place, '1'))
  assert.notEqual(codes.answerId(place, '1'), codes.answerId(place, '2'))
  assert.match(codes.answerId(place, '1'), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('a code that was sent before the master key was changed is still good', () => {
  const ring = createKeyring(randomBytes(32))
  const codes = createOneTimeCodes(ring)
  const hash = codes.hash(place, '081804')
  ring.adopt(randomBytes(32))
  assert.ok(codes.matches(place, '081804', hash))
})
