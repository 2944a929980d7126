import assert from 'node:assert/strict'
import { test } from 'node:test'
import { disputeSentence } from './dispute-sentence.ts'

const lost = { before: true, after: false }
const never = { before: false, after: false }

test('a dispute says what is no longer trusted, what is new again, and what the address is worth now', () => {
  assert.equal(
    disputeSentence({
      learnt: 'phishing_resistant',
      address: { address: '203.0.113.9', isTrusted: lost, timesSeen: { before: 3, after: 0 }, reputation: { before: 0, after: 57 } },
      network: { network: '203.0.113.0/24', timesSeen: { before: 3, after: 2 } },
      device: { deviceId: 'd1', isTrusted: never, timesSeen: { before: 1, after: 0 } },
    }),
    'The device d1 is new to the user again. The address 203.0.113.9 is no longer trusted. The address 203.0.113.9 is new to the user again. ' +
      'The reputation of the address went from 0 to 57, where 100 is the worst.',
  )
})

test('a dispute that took back little says so', () => {
  assert.equal(disputeSentence({ learnt: 'success' }), 'The action no longer counts as usual for the user.')
  assert.equal(disputeSentence({ learnt: null }), 'Nothing had been learned from the action.')
  assert.equal(disputeSentence({ learnt: 'failure' }), 'Nothing had been learned from the action.')
})
