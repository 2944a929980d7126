import assert from 'node:assert/strict'
import { test } from 'node:test'
import { featureSentence } from './feature-sentence.ts'

test('a velocity feature says what it counts, for whom, in which time and of which events', () => {
  const feature = { name: 'f', metric: 'count', per: 'user', windowMinutes: 60 } as const
  assert.equal(featureSentence(feature), 'The number of actions per user in one hour.')
  assert.equal(
    featureSentence({ ...feature, metric: 'sum', of: 'custom.amount', actions: ['transfer'], windowMinutes: 1440 }),
    'The total amount in “transfer” actions per user in one day.',
  )
  assert.equal(
    featureSentence({ ...feature, condition: { '>': [{ var: 'custom.amount' }, 100] } }),
    'The number of actions per user in one hour, counting only events where the amount is over 100.',
  )
})
