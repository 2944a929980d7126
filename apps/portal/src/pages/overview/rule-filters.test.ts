import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Overview } from './overview.ts'
import { aloneAmong, decidedBy, wouldMatch } from './rule-filters.ts'

test('what a rule decided, would have matched and matched alone are searches of their own', () => {
  const bounds = { from: '2026-03-01', to: '2026-03-08' }
  const matched = { count: 9, filter: { action: 'pay', ruleId: 'r1', ...bounds } }
  const rule = { ruleId: 'r1', action: 'pay', matched, decided: 4, shadow: 2 } as unknown as Overview['rules'][number]
  assert.deepEqual(decidedBy(rule), { count: 4, filter: { action: 'pay', decidedBy: 'r1', ...bounds } })
  assert.deepEqual(wouldMatch(rule), { count: 2, filter: { action: 'pay', shadowRuleId: 'r1', ...bounds } })
  assert.deepEqual(aloneAmong(rule, '2026-03-05'), { action: 'pay', ruleId: 'r1', isAlone: 'true', from: '2026-03-05', to: '2026-03-08' })
})
