import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonValue } from '../facts/json-value.ts'
import type { PolicyDefinition, RuleDefinition } from '../policy/policy-definition.ts'
import { diffPolicies } from './diff-policies.ts'

const amount: RuleDefinition = {
  ruleId: 'r1',
  name: 'High amount',
  priority: 1,
  outcome: 'CHALLENGE',
  mode: 'active',
  conditions: { '>': [{ var: 'custom.amount' }, 2000] },
}
const anonymous: RuleDefinition = {
  ruleId: 'r2',
  name: 'Anonymous',
  priority: 2,
  outcome: 'BLOCK',
  mode: 'active',
  conditions: { '==': [{ var: 'ip.isAnonymous' }, true] },
}
const policy = (rules: RuleDefinition[], more: Partial<PolicyDefinition> = {}): PolicyDefinition => ({
  action: 'pay',
  version: 1,
  defaultOutcome: 'ALLOW',
  whenUnenrolled: 'ENROLL',
  verificationMethods: [],
  rules,
  ...more,
})
const sentences = (before: PolicyDefinition, after: PolicyDefinition) => diffPolicies(before, after).map(({ sentence }) => sentence)

test('rules that came, went and changed are told apart by their ids', () => {
  const before = policy([amount])
  const after = policy([{ ...anonymous, priority: 0 }])
  assert.deepEqual(diffPolicies(before, after), [
    {
      kind: 'rule_added',
      ruleId: 'r2',
      name: 'Anonymous',
      sentence: 'New rule *Anonymous* with priority 0: Block when the address is anonymous.',
    },
    {
      kind: 'rule_removed',
      ruleId: 'r1',
      name: 'High amount',
      sentence: 'Rule *High amount* is gone. It was: Challenge when the amount is over 2,000.',
    },
  ])
})

test('a changed rule says every field that differs', () => {
  const changed: RuleDefinition = {
    ...amount,
    name: 'Very high amount',
    priority: 4,
    outcome: 'REVIEW',
    mode: 'shadow',
    conditions: { '>': [{ var: 'custom.amount' }, 5000] },
    expiresAt: Date.UTC(2027, 0, 1),
    rolloutPercent: 20,
    challenge: { phishingResistant: true, maxAgeSeconds: 60 },
    tags: ['a', 'b'],
    note: 'why',
  }
  const [change] = diffPolicies(policy([amount]), policy([changed]))
  assert.equal(
    change?.sentence,
    'Rule *Very high amount*: was called *High amount*; its priority is 4 instead of 1; REVIEW instead of CHALLENGE; is in shadow now, recorded but ' +
      'not applied; applies when the amount is over 5,000, before when the amount is over 2,000; ends at 2027-01-01 00:00 UTC instead of never; its ' +
      'share of the users in percent is 20 instead of not set; demands phishingResistant, maxAgeSeconds 60 of the proof, before ' +
      'nothing; its tags are a, b instead of not set; has another note.',
  )
  assert.ok(change?.kind === 'rule_changed')
  assert.deepEqual(
    change.fields.find(({ field }) => field === 'priority'),
    { field: 'priority', before: 1, after: 4 },
  )
})

test('what concerns the whole policy comes first', () => {
  assert.deepEqual(
    sentences(policy([]), policy([], { defaultOutcome: 'CHALLENGE', whenUnenrolled: 'BLOCK', verificationMethods: ['PASSKEY'] })),
    [
      'When no rule matches, the outcome is CHALLENGE instead of ALLOW.',
      'For a user without an authenticator a challenge means BLOCK instead of ENROLL.',
      'A challenge may be answered with PASSKEY instead of any enabled method.',
    ],
  )
})

test('the order of members, rules in another order and the version number are no difference', () => {
  const reordered = Object.fromEntries(Object.entries(amount).reverse()) as unknown as RuleDefinition
  assert.deepEqual(diffPolicies(policy([amount, anonymous]), policy([anonymous, reordered], { version: 9 })), [])
  const turned = { ...amount, conditions: { '>': [2000, { var: 'custom.amount' }] } }
  assert.equal(diffPolicies(policy([amount]), policy([turned])).length, 1, 'the order of arguments is one')
})

test('two policies differ exactly when their contents do', () => {
  const rule: fc.Arbitrary<RuleDefinition> = fc.record(
    {
      ruleId: fc.constantFrom('a', 'b', 'c'),
      name: fc.constantFrom('x', 'y'),
      priority: fc.nat(3),
      outcome: fc.constantFrom('ALLOW' as const, 'BLOCK' as const),
      mode: fc.constantFrom('active' as const, 'off' as const),
      conditions: fc.constantFrom<JsonValue>({}, { var: 'device.isNew' }),
      rolloutPercent: fc.constantFrom(5, 10),
    },
    { requiredKeys: ['ruleId', 'name', 'priority', 'outcome', 'mode'] },
  )
  const rules = fc.uniqueArray(rule, { selector: ({ ruleId }) => ruleId, maxLength: 3 })
  const byId = (all: RuleDefinition[]) =>
    JSON.stringify([...all].sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1)).map((one) => Object.entries(one).sort()))
  fc.assert(
    fc.property(rules, rules, (one, two) => {
      assert.equal(diffPolicies(policy(one), policy(two)).length === 0, byId(one) === byId(two))
    }),
  )
})
