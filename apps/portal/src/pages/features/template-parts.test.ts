import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forAction, missingPoints } from './template-parts.ts'

test('a template fits an action of one’s own, and declares only what is missing', () => {
  const feature = { name: 'f', metric: 'count', per: 'user', windowMinutes: 10 } as const
  assert.deepEqual(forAction({ ...feature, actions: ['transfer'] }, 'payout').actions, ['payout'])
  assert.equal(forAction(feature, 'payout').actions, undefined)
  const amount = { name: 'amount', dataType: 'number', modelType: 'action' } as const
  assert.deepEqual(missingPoints([amount, { ...amount, modelType: 'user' }], [amount]), [{ ...amount, modelType: 'user' }])
})
