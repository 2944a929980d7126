import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validateConditions } from '@sallyport/engine/check'
import { nodesOf, readTree } from '../../rule-tree/read-tree.ts'
import { suggestName } from './say-rule.ts'
import { starts } from './start-from.ts'

test('every rule to start from can be saved as it is, and is drawn whole', () => {
  const context = { dataPoints: new Map([['amount', { dataType: 'number', modelType: 'action' } as const]]), lists: new Map() }
  for (const { name, conditions } of starts('amount')) {
    assert.deepEqual(validateConditions(conditions, context), [], name)
    const root = readTree(conditions) ?? assert.fail(name)
    assert.ok([...nodesOf(root)].every(({ kind }) => kind === 'group' || kind === 'condition'))
  }
  assert.equal(starts(undefined).length, 4)
})

test('a rule without a name is called after what it asks for', () => {
  const world = { words: {} }
  assert.equal(suggestName({ and: [{ '==': [{ var: 'ip.isAnonymous' }, true] }] }, world), 'Address is anonymous')
  assert.equal(suggestName({ and: [] }, world), '')
  assert.equal(suggestName(undefined, world), '')
  const long = { or: Array.from({ length: 9 }, (_, place) => ({ '==': [{ var: 'user.id' }, `u${place}`] })) }
  assert.ok(suggestName(long, world).length <= 60)
})
