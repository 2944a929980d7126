import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hrefOfUse } from './href-of-use.ts'

test('a use leads to its rule, its policy or its feature, whatever its name is', () => {
  assert.equal(hrefOfUse({ kind: 'rule', actionCode: 'transfer', ruleId: 'a/b' }), '/actions/transfer/rules/a%2Fb')
  assert.equal(hrefOfUse({ kind: 'test', actionCode: 'transfer', name: 'home' }), '/actions/transfer')
  assert.equal(hrefOfUse({ kind: 'requirement', actionCode: 'transfer' }), '/actions/transfer')
  assert.equal(hrefOfUse({ kind: 'velocity_feature', name: 'f1' }), '/features/f1')
})
