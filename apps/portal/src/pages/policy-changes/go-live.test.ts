import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DraftRule, PolicyDraft } from '../../policy-draft/policy-draft.ts'
import { applyGoLive, newRuleIds, usualGoLive } from './go-live.ts'

const rule = (ruleId: string, fields: Partial<DraftRule> = {}): DraftRule => ({
  ruleId,
  name: ruleId,
  type: 'BLOCK',
  mode: 'active',
  ...fields,
})
const policy = (...rules: DraftRule[]): PolicyDraft => ({ defaultUserActionResult: 'ALLOW', rules })
const base = policy(rule('old', { rolloutPercent: 5 }))
const draft = policy(rule('new'), rule('old', { rolloutPercent: 5 }))

test('only rules that were not live before begin as chosen', () => {
  const ids = newRuleIds(base, draft)
  assert.deepEqual(ids, ['new'])
  assert.deepEqual(applyGoLive(draft, ids, 'percent', 10).rules, [rule('new', { rolloutPercent: 10 }), rule('old', { rolloutPercent: 5 })])
  assert.deepEqual(applyGoLive(draft, ids, 'shadow', 10).rules[0], rule('new', { mode: 'shadow' }))
  assert.deepEqual(applyGoLive(applyGoLive(draft, ids, 'percent', 10), ids, 'active', 10), draft)
  assert.equal(applyGoLive(draft, ids, 'drafted', 10), draft)
})

test('a draft that already says how a new rule begins is taken at its word', () => {
  assert.equal(usualGoLive(draft, ['new']), 'active')
  assert.equal(usualGoLive(policy(rule('new', { mode: 'shadow' })), ['new']), 'drafted')
  assert.equal(usualGoLive(base, []), 'active')
})
