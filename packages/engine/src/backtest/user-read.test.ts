import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hostileCondition, standardCondition } from '../../test/arbitrary-conditions.ts'
import { policyOf } from '../../test/arbitrary-history.ts'
import { createTestTenant, isTrue, throughJson } from '../../test/tenant.ts'
import type { JsonValue } from '../facts/json-value.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import { evaluatePolicy } from '../policy/evaluate-policy.ts'
import type { PolicyContext, RuleDefinition } from '../policy/policy-definition.ts'
import { createBacktest } from './backtest.ts'
import { replayDecision } from './replay-decision.ts'
import { createSignalReader } from './signal-reader.ts'
import { signalReadsOf } from './signal-reads.ts'

const context: PolicyContext = { lists: new Map([['x', new Set(['a', 'b'])]]), enabledMethods: ['PASSKEY', 'EMAIL_OTP'], configVersion: 1 }

const names = [
  'email',
  'emailDomain',
  'phoneNumber',
  'custom.tier',
  'custom.balance',
  'custom.address.city',
  'custom.address',
  'custom.toString',
]
const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom('', 'a', 'ab', 'gold', '5'), fc.boolean(), fc.constant(null))
const name = fc.constantFrom(...names).map((short) => `user.${short}`)
const ofRecord: fc.Arbitrary<JsonValue> = fc.oneof(
  fc
    .tuple(fc.constantFrom('==', '!=', '>', '<='), name, value)
    .map(([operator, read, constant]) => ({ [operator]: [{ var: read }, constant] })),
  fc.tuple(name, value).map(([read, fallback]) => ({ '==': [{ var: [read, fallback] }, fallback] })),
  name.map((read) => ({ isMissing: [{ var: read }] })),
  name.map((read) => ({ '!!': [{ missing: [read] }] })),
  name.map((read) => ({ in: [{ var: read }, { var: 'lists.x' }] })),
  // A name that is computed.
  name.map((read) => ({ '!!': [{ var: [{ cat: ['user.', read.slice(5)] }] }] })),
  standardCondition(),
  hostileCondition(),
)
const arbitraryRules: fc.Arbitrary<RuleDefinition[]> = fc
  .array(
    fc.record({
      conditions: ofRecord,
      outcome: fc.constantFrom('ALLOW', 'CHALLENGE', 'REVIEW', 'BLOCK'),
      mode: fc.constantFrom('active', 'active', 'shadow', 'off'),
      whenUndetermined: fc.constantFrom(undefined, 'SKIP'),
    }),
    { maxLength: 5 },
  )
  .map((rules) => rules.map((rule, priority) => ({ ruleId: `r${priority}`, name: `r${priority}`, priority, ...rule })))

const text = fc.constantFrom(null, '', 'a', 'jane@example.com', 'joan@EXAMPLE.org', 'a@b@c')
const record = fc.record({
  email: text,
  phoneNumber: text,
  custom: fc
    .record(
      {
        tier: value,
        balance: value,
        address: fc.oneof(value, fc.record({ city: value })),
        'address.city': value,
        other: fc.jsonValue({ maxDepth: 2 }),
      },
      { requiredKeys: [] },
    )
    .map((custom) => throughJson(custom) as Record<string, JsonValue>),
})

test('RU-06: whatever becomes of the record of the user, every decision is made again byte for byte', () => {
  fc.assert(
    fc.property(arbitraryRules, record, record, (rules, then, now) => {
      const tenant = createTestTenant(policyOf(rules), [], context)
      tenant.user = { ...tenant.user, ...then }
      const { instance } = tenant.track({ custom: { amount: 3, currency: 'a' } })
      const policy = compilePolicy(policyOf(rules), context)
      const read = createSignalReader(signalReadsOf([policy]))
      for (const user of [then, now, undefined]) {
        const { identical, decision, recomputed } = replayDecision(policy, instance, user)
        assert.deepEqual(recomputed, decision)
        assert.equal(identical, true)
        const skimmed = evaluatePolicy(policy, read(instance, user), { userId: instance.userId, at: instance.createdAt })
        assert.deepEqual(
          [skimmed.outcome, skimmed.ruleIds, skimmed.shadowRuleIds],
          [decision.outcome, decision.ruleIds, decision.shadowRuleIds],
        )
      }
    }),
    { numRuns: 2000 },
  )
})

function keptBy(rules: readonly JsonValue[], mode: RuleDefinition['mode'] = 'active') {
  const definitions = rules.map(
    (conditions, priority): RuleDefinition => ({ ruleId: `r${priority}`, name: 'r', priority, outcome: 'REVIEW', mode, conditions }),
  )
  const tenant = createTestTenant({ rules: definitions })
  tenant.user = { ...tenant.user, phoneNumber: '+6421000000', custom: { tier: 'gold', address: { city: 'Bonn', street: 'Am Hof' } } }
  return tenant.track().instance
}

test('no more is kept of a record than the rules read, and nothing when they read none', () => {
  assert.equal('userRead' in keptBy([isTrue('ip.isTor'), isTrue('user.isEnrolled'), {}]), false)
  assert.equal('userRead' in keptBy([isTrue('user.custom.tier')], 'off'), false)
  assert.deepEqual(keptBy([isTrue('user.custom.tier')], 'shadow').userRead, { 'custom.tier': 'gold' })
  assert.deepEqual(keptBy([isTrue('user.emailDomain')]).userRead, { emailDomain: 'example.com' })
  assert.deepEqual(keptBy([isTrue('user.emailDomain'), isTrue('user.email')]).userRead, { email: 'jane@example.com' })
  assert.deepEqual(keptBy([isTrue('user.custom.address.city'), isTrue('user.custom.since')]).userRead, {
    'custom.address.city': 'Bonn',
    'custom.since': null,
  })
})

test('a backtest reads what was kept, and today only what was not', () => {
  const conditions = { '==': [{ var: 'user.custom.tier' }, 'gold'] }
  const instance = keptBy([conditions])
  const now = { email: null, phoneNumber: null, custom: { tier: 'basic', region: 'EU' } }
  const outcomeOf = (condition: JsonValue) => {
    const rule: RuleDefinition = { ruleId: 'd', name: 'd', priority: 0, outcome: 'BLOCK', mode: 'active', conditions: condition }
    const backtest = createBacktest({ draft: compilePolicy(policyOf([rule], { version: 2 }), context) })
    backtest.addInstance(instance, now)
    return backtest.result().draft.outcomes
  }
  assert.equal(outcomeOf(conditions).BLOCK, 1)
  assert.equal(outcomeOf({ '==': [{ var: 'user.custom.region' }, 'EU'] }).BLOCK, 1)
  assert.equal(outcomeOf({ '==': [{ var: 'user.custom.tier' }, 'basic'] }).BLOCK, 0)
})

test('the record of today stands in for what an earlier release did not keep', () => {
  const rule: RuleDefinition = {
    ruleId: 'r0',
    name: 'r',
    priority: 0,
    outcome: 'REVIEW',
    mode: 'active',
    conditions: isTrue('user.custom.isVip'),
  }
  const { userRead: _notKept, ...earlier } = keptBy([isTrue('user.custom.isVip')])
  const policy = compilePolicy(policyOf([rule]), context)
  const now = { email: null, phoneNumber: null, custom: { isVip: true } }
  assert.equal(replayDecision(policy, earlier).identical, true)
  assert.equal(replayDecision(policy, earlier, now).identical, false)
})
