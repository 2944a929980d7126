import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Assignment, signalsOf } from '../../test/arbitrary-conditions.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import type { PolicyDefinition, RuleDefinition } from '../policy/policy-definition.ts'
import type { RuleSnooze } from '../policy/snoozes.ts'
import { diffPolicies } from './diff-policies.ts'
import { explainDecision } from './explain-decision.ts'
import { explainRule } from './explain-rule.ts'
import { traceRules } from './trace-rules.ts'

const until = Date.UTC(2026, 11, 1)
const moving: RuleSnooze = { userId: 'user-42', until, reason: 'The customer is moving house.', by: 'Ada' }
const high: RuleDefinition = {
  ruleId: 'high',
  name: 'High amount',
  priority: 1,
  outcome: 'CHALLENGE',
  mode: 'active',
  conditions: { '>': [{ var: 'custom.amount' }, 2000] },
  snoozes: [moving],
}
const veryHigh: RuleDefinition = {
  ...high,
  ruleId: 'very',
  name: 'Very high amount',
  priority: 2,
  outcome: 'BLOCK',
  conditions: { '>': [{ var: 'custom.amount' }, 9000] },
  snoozes: undefined,
}
const event: Assignment = { 'custom.amount': 3000, 'ip.address': '203.0.113.7', 'device.id': 'phone' }

function policyOf(rules: RuleDefinition[], more: Partial<PolicyDefinition> = {}): PolicyDefinition {
  return { action: 'pay', version: 1, defaultOutcome: 'ALLOW', whenUnenrolled: 'ENROLL', verificationMethods: [], rules, ...more }
}
const compiled = (definition: PolicyDefinition) => compilePolicy(definition, { lists: new Map(), enabledMethods: [], configVersion: 1 })
const explain = (rules: RuleDefinition[], assignment = event, userId = 'user-42') =>
  explainDecision(compiled(policyOf(rules)), { userId, createdAt: until - 1, outcome: 'ALLOW' }, signalsOf(assignment))

test('the receipt says which rule would have matched, for whom it is snoozed, until when, and why', () => {
  const { sentence, snoozed, counterfactual, outcome } = explain([high])
  assert.equal(outcome, 'ALLOW')
  assert.equal(
    sentence,
    'Allowed by default: no other rule matched. *High amount* would have matched; it is snoozed for this user until 2026-12-01 00:00 UTC because “The customer is moving house”.',
  )
  assert.deepEqual(
    snoozed.map(({ ruleId, outcome, snooze, isSilenced }) => ({ ruleId, outcome, snooze, isSilenced })),
    [{ ruleId: 'high', outcome: 'CHALLENGE', snooze: moving, isSilenced: true }],
  )
  assert.deepEqual(counterfactual, {
    sentence: 'Would have been challenged if *High amount* were not snoozed for this user.',
    outcome: 'CHALLENGE',
    changes: [],
    withoutSnoozeOf: 'high',
  })
})

test('a snooze is named by what it is for', () => {
  const ends = (snooze: Partial<RuleSnooze>) =>
    / snoozed for (.*) until/.exec(explain([{ ...high, snoozes: [{ until, reason: 'x', ...snooze }] }]).sentence)?.[1]
  assert.equal(ends({ deviceId: 'phone' }), 'this device')
  assert.equal(ends({ ipAddress: '203.0.113.7' }), 'this address')
  assert.equal(ends({ ipAddress: '203.0.113.0/24' }), 'the network 203.0.113.0/24')
})

test('where another rule decides, the snoozed one is named beside it', () => {
  const review: RuleDefinition = { ...high, ruleId: 'review', name: 'Look closer', priority: 3, snoozes: undefined }
  const { sentence, alsoMatched } = explain([high, review])
  assert.match(sentence, /^Challenged by \*Look closer\*: the amount was 3,000, limit 2,000\. \*High amount\* would have matched;/)
  assert.deepEqual(alsoMatched, [])
})

test('a rule that counts although it is snoozed says why', () => {
  const { sentence, outcome, snoozed } = explain([high, veryHigh], { ...event, 'custom.amount': 10_000 })
  assert.equal(outcome, 'CHALLENGE')
  assert.equal(snoozed[0]?.isSilenced, false)
  assert.equal(
    sentence,
    'Challenged by *High amount*: the amount was 10,000, limit 2,000. *High amount* is snoozed for this user until 2026-12-01 00:00 UTC because “The customer is moving house”, but counts all the same: without it the outcome would be stricter.',
  )
})

test('what would have changed the outcome counts the snoozes that stay', () => {
  const { counterfactual } = explain([high, { ...veryHigh, priority: 0 }], { ...event, 'custom.amount': 100 })
  assert.equal(counterfactual?.sentence, 'Would have been blocked if the amount were over 9,000.')
})

test('the trace marks a snoozed rule, whose conditions hold and which does not match', () => {
  const [trace] = traceRules(compiled(policyOf([high])), signalsOf(event), { userId: 'user-42', at: until - 1 })
  assert.deepEqual([trace?.result, trace?.matched, trace?.applies, trace?.snooze], [true, false, true, moving])
  for (const subject of [{ userId: 'user-43', at: until - 1 }, { userId: 'user-42', at: until }, undefined]) {
    const [awake] = traceRules(compiled(policyOf([high])), signalsOf(event), subject)
    assert.deepEqual([awake?.matched, awake !== undefined && 'snooze' in awake], [true, false])
  }
})

test('a rule says for whom it is snoozed', () => {
  assert.equal(
    explainRule(high).sentence,
    'Challenge when the amount is over 2,000 (snoozed for the user `user-42` until 2026-12-01 00:00 UTC).',
  )
  const two = [moving, { ipAddress: '203.0.113.0/24', until: until + 60_000, reason: 'office' }]
  assert.match(
    explainRule({ ...high, snoozes: two }).sentence,
    /\(snoozed for 2 users, devices or networks until 2026-12-01 00:01 UTC at the latest\)/,
  )
})

test('a snooze that is made, prolonged or ended is a sentence of the difference', () => {
  const change = (before: RuleSnooze[] | undefined, after: RuleSnooze[] | undefined) =>
    diffPolicies(policyOf([{ ...high, snoozes: before }]), policyOf([{ ...high, snoozes: after }])).map(({ sentence }) => sentence)
  assert.deepEqual(change(undefined, [moving]), [
    'Rule *High amount*: is snoozed for the user `user-42` until 2026-12-01 00:00 UTC because “The customer is moving house”.',
  ])
  assert.deepEqual(change([moving], [{ ...moving, until: until + 60_000 }]), [
    'Rule *High amount*: is snoozed for the user `user-42` until 2026-12-01 00:01 UTC because “The customer is moving house”, before until 2026-12-01 00:00 UTC because “The customer is moving house”.',
  ])
  assert.deepEqual(change([moving], undefined), [
    'Rule *High amount*: is no longer snoozed for the user `user-42` (was until 2026-12-01 00:00 UTC because “The customer is moving house”).',
  ])
})
