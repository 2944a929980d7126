import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DraftRule } from '../../policy-draft/policy-draft.ts'
import { describePolicy } from './describe-policy.ts'
import { overlapOf } from './overlap-of.ts'

const rule = (mode: DraftRule['mode']): DraftRule => ({ ruleId: mode, name: mode, type: 'BLOCK', mode })

test('the first sentence says what is in force', () => {
  assert.equal(
    describePolicy({ defaultUserActionResult: 'ALLOW', rules: [rule('off')] }, 5, 0),
    'No rule is active, so everything is allowed.',
  )
  assert.equal(
    describePolicy({ defaultUserActionResult: 'CHALLENGE', rules: [rule('active')] }, 0, 0),
    'One rule is active; when it does not match, a passkey is asked for.',
  )
  assert.equal(
    describePolicy({ defaultUserActionResult: 'BLOCK', rules: [rule('active'), rule('active'), rule('shadow')] }, 1200, 30),
    '2 rules are active, and the first that matches decides; when none does, it is blocked. In 30 days rules decided 30 of 1,200 events.',
  )
})

test('an overlap is a share of the hits of one rule, and unknown without hits or for a rule that was not evaluated', () => {
  const rules = [
    { ruleId: 'a', mode: 'active' as const, overlap: { hits: 10, with: [{ ruleId: 'b', events: 4 }] } },
    { ruleId: 'b', mode: 'active' as const, overlap: { hits: 0, with: [] } },
    { ruleId: 'c', mode: 'shadow' as const, overlap: { hits: 1, with: [] } },
    { ruleId: 'off', mode: 'off' as const, overlap: { hits: 0, with: [] } },
  ]
  assert.deepEqual(overlapOf(rules, 'a', 'b'), { events: 4, of: 10 })
  assert.deepEqual(overlapOf(rules, 'a', 'c'), { events: 0, of: 10 })
  assert.equal(overlapOf(rules, 'b', 'a'), undefined)
  assert.equal(overlapOf(rules, 'a', 'off'), undefined)
  assert.equal(overlapOf(rules, 'a', 'new'), undefined)
})
