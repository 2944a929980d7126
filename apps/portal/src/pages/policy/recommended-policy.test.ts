import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recommendedFeature, recommendedRules, withRecommended } from './recommended-policy.ts'

test('the recommended rules come after those that are there, once, with the inputs they need', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f']
  const own = { ruleId: 'own', name: 'Tor', type: 'BLOCK', mode: 'active', conditions: {} } as const
  const draft = withRecommended(
    { defaultUserActionResult: 'ALLOW', requires: ['ip', 'payee'], rules: [own] },
    'unproven',
    () => ids.shift() ?? '',
  )
  assert.deepEqual(draft.requires, ['ip', 'payee', 'device', 'userAgent', 'transactionValue'])
  assert.equal(draft.whenMissing, 'FAIL_CLOSED')
  assert.equal(draft.rules[0], own)
  assert.deepEqual(
    draft.rules.slice(1).map(({ ruleId, name }) => [ruleId, name]),
    recommendedRules('unproven')
      .slice(1)
      .map(({ name }, index) => ['abcd'[index], name]),
  )
  assert.deepEqual(
    withRecommended(draft, 'unproven', () => 'none'),
    draft,
  )
})

test('a feature that counts the same is used again; a name that is taken for something else is not', () => {
  const { feature, isDeclared } = recommendedFeature('transfer', [])
  assert.deepEqual([feature.name, feature.actions, isDeclared], ['unprovenLast24h', ['transfer'], false])
  assert.deepEqual(recommendedFeature('transfer', [{ ...feature }]), { feature, isDeclared: true })
  const other = recommendedFeature('payout', [{ ...feature }])
  assert.deepEqual([other.feature.name, other.feature.actions, other.isDeclared], ['unprovenLast24h2', ['payout'], false])
})
