import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeThrottled } from './describe-throttled.ts'

const one = (userId: string, isLocked: boolean) => ({ userId, verificationMethod: 'SMS', wrongAnswers: 20, isLocked })
const stop = { scope: 'country' as const, prefix: 'WS', stoppedUntil: '2026-11-30T00:00:00.000Z' }

test('the sentence counts people, not methods, and says who waits for somebody', () => {
  assert.equal(describeThrottled({ authenticators: [], prefixes: [] }), 'No user has to wait. Messages go out wherever they are allowed.')
  assert.equal(
    describeThrottled({ authenticators: [one('ann', true), one('ann', false)], prefixes: [stop] }),
    'One user has to wait after wrong answers, until somebody unlocks the method. Messages to one place are stopped, because nobody answered them.',
  )
  assert.match(
    describeThrottled({ authenticators: [one('ann', true), one('bob', false)], prefixes: [stop, stop] }),
    /^2 users have to wait after wrong answers, 1 of them until somebody unlocks their methods\. Messages to 2 places are stopped/,
  )
})
