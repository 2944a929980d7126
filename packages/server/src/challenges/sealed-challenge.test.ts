import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { idOfSealed } from './sealed-challenge.ts'

const now = 1_700_000_000_000

test('the id of a sealed challenge is a UUID that grows with the time, and tells challenges of one time apart', () => {
  const idAt = (at: number) => idOfSealed(randomBytes(32).toString('base64url'), at)
  assert.match(idAt(now), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const times = [0, 1, now - 1, now, now + 1, now + 60_000]
  const ids = times.map(idAt)
  assert.deepEqual(ids.toSorted(), ids)
  assert.equal(new Set(Array.from({ length: 1000 }, () => idAt(now))).size, 1000)
})
