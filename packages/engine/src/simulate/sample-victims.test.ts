import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestTenant, noon } from '../../test/tenant.ts'
import { createVictimSample } from './sample-victims.ts'

const template = createTestTenant().track().instance

test('the sample has the newest accepted action of each user, and no user twice', () => {
  const sample = createVictimSample(10)
  sample.addInstance({ ...template, userId: 'ann', idempotencyKey: 'old' })
  sample.addInstance({ ...template, userId: 'ann', idempotencyKey: 'new', createdAt: noon + 1 })
  sample.addInstance({ ...template, userId: 'ann', idempotencyKey: 'disputed', createdAt: noon + 2, disputedAt: noon + 9 })
  sample.addInstance({ ...template, userId: 'ann', idempotencyKey: 'failed', createdAt: noon + 3, state: 'CHALLENGE_FAILED' })
  sample.addInstance({ ...template, userId: 'bob', idempotencyKey: 'unenrolled', outcome: 'CHALLENGE' })
  sample.addInstance({ ...template, userId: 'cid', idempotencyKey: 'passed', outcome: 'CHALLENGE', state: 'CHALLENGE_SUCCEEDED' })
  sample.addInstance({ ...template, userId: 'dan', idempotencyKey: 'untracked', signals: [] })
  assert.deepEqual(
    sample
      .result()
      .map(({ userId, idempotencyKey }) => `${userId} ${idempotencyKey}`)
      .toSorted(),
    ['ann new', 'cid passed'],
  )
})

test('who is in the sample hangs on neither order nor how often somebody was active', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60), { maxLength: 300 }), fc.integer({ min: 1, max: 20 }), (users, most) => {
      const drawn = (order: readonly number[]) => {
        const sample = createVictimSample(most)
        for (const user of order) sample.addInstance({ ...template, userId: `user-${user}` })
        return sample.result().map(({ userId }) => userId)
      }
      const found = drawn(users)
      assert.equal(found.length, Math.min(most, new Set(users).size))
      assert.deepEqual(drawn(users.toSorted((a, b) => a - b)), found)
      assert.deepEqual(drawn([...new Set(users)].reverse()), found)
    }),
  )
})
