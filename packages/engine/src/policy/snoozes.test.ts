import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Assignment, signalsOf } from '../../test/arbitrary-conditions.ts'
import type { JsonValue } from '../facts/json-value.ts'
import { NOT_PROVIDED, UNAVAILABLE } from '../facts/missing.ts'
import { isStricter, type Outcome } from '../facts/outcome.ts'
import { compilePolicy } from './compile-policy.ts'
import { evaluatePolicy, type PolicyEvaluation } from './evaluate-policy.ts'
import type { PolicyDefinition, RuleDefinition } from './policy-definition.ts'
import type { RuleSnooze } from './snoozes.ts'

const at = 1_000_000
const event: Assignment = { 'ip.address': '203.0.113.7', 'device.id': 'phone', 'ip.isAnonymous': true }
const isAnonymous: JsonValue = { '==': [{ var: 'ip.isAnonymous' }, true] }
const forUser: RuleSnooze = { userId: 'user-42', until: at + 1, reason: 'travels' }

type Rule = Partial<RuleDefinition> & { ruleId: string }

function evaluate(
  rules: Rule[],
  assignment: Assignment = event,
  more: Partial<PolicyDefinition> = {},
  subject = { userId: 'user-42', at },
) {
  const definition: PolicyDefinition = {
    action: 'transfer',
    version: 1,
    defaultOutcome: 'ALLOW',
    whenUnenrolled: 'ENROLL',
    verificationMethods: [],
    rules: rules.map((rule, priority) => ({
      name: rule.ruleId,
      priority,
      outcome: 'CHALLENGE',
      mode: 'active',
      conditions: true,
      ...rule,
    })),
    ...more,
  }
  return evaluatePolicy(
    compilePolicy(definition, { lists: new Map(), enabledMethods: [], configVersion: 1 }),
    signalsOf(assignment),
    subject,
  )
}

const silences = (snooze: Partial<RuleSnooze>, assignment: Assignment = event) =>
  evaluate([{ ruleId: 'r', snoozes: [{ until: at + 1, reason: 'x', ...snooze }] }], assignment).outcome === 'ALLOW'

test('a rule is silenced for one user, and for nobody else', () => {
  const rules = [{ ruleId: 'r', snoozes: [forUser] }]
  const { outcome, ruleIds, snoozed } = evaluate(rules)
  assert.deepEqual(
    [outcome, ruleIds, snoozed?.map(({ definition, snooze }) => [definition.ruleId, snooze])],
    ['ALLOW', [], [['r', forUser]]],
  )
  const other = evaluate(rules, event, {}, { userId: 'user-43', at })
  assert.deepEqual([other.outcome, other.ruleIds, other.snoozed], ['CHALLENGE', ['r'], undefined])
})

test('a snooze ends by itself: at its time the rule counts again', () => {
  const rules = [{ ruleId: 'r', snoozes: [forUser] }]
  assert.equal(evaluate(rules, event, {}, { userId: 'user-42', at }).outcome, 'ALLOW')
  assert.equal(evaluate(rules, event, {}, { userId: 'user-42', at: at + 1 }).outcome, 'CHALLENGE')
})

test('a rule is silenced for a device, an address and a network, in every spelling of an address', () => {
  assert.ok(silences({ deviceId: 'phone' }))
  assert.ok(!silences({ deviceId: 'laptop' }))
  assert.ok(silences({ ipAddress: '203.0.113.7' }))
  assert.ok(silences({ ipAddress: '::ffff:203.0.113.7' }))
  assert.ok(silences({ ipAddress: '203.0.113.0/24' }))
  assert.ok(!silences({ ipAddress: '203.0.112.0/24' }))
  assert.ok(silences({ ipAddress: '2001:DB8:0::/48' }, { ...event, 'ip.address': '2001:db8::7' }))
  assert.ok(!silences({ ipAddress: '2001:db8::/48' }))
  assert.ok(!silences({ ipAddress: 'no address' }))
})

test('a device or an address that is not known is covered by no snooze', () => {
  for (const missing of [NOT_PROVIDED, UNAVAILABLE]) {
    assert.ok(!silences({ deviceId: 'phone' }, { ...event, 'device.id': missing }))
    assert.ok(!silences({ ipAddress: '0.0.0.0/0' }, { ...event, 'ip.address': missing }))
  }
})

test('of two snoozes that cover an event, the one that ends last is named', () => {
  const later: RuleSnooze = { deviceId: 'phone', until: at + 9, reason: 'later' }
  assert.equal(evaluate([{ ruleId: 'r', snoozes: [forUser, later] }]).snoozed?.[0]?.snooze, later)
})

test('a snoozed rule that cannot be determined neither matches nor counts as undetermined', () => {
  const doubt = { ...event, 'ip.isAnonymous': UNAVAILABLE }
  const rules = [{ ruleId: 'r', outcome: 'BLOCK' as const, conditions: isAnonymous, snoozes: [forUser] }]
  const { outcome, ruleIds, undeterminedRuleIds, snoozed } = evaluate(rules, doubt)
  assert.deepEqual([outcome, ruleIds, undeterminedRuleIds, snoozed?.length], ['ALLOW', [], [], 1])
  const skipping = evaluate([{ ...rules[0], ruleId: 'r', whenUndetermined: 'SKIP' }], doubt)
  assert.deepEqual([skipping.outcome, skipping.undeterminedRuleIds, skipping.snoozed], ['ALLOW', [], undefined])
})

test('a shadow rule shows what it would do, and that is nothing while it is snoozed', () => {
  const shadow = { ruleId: 's', mode: 'shadow' as const, snoozes: [forUser] }
  assert.deepEqual([evaluate([shadow]).shadowRuleIds, evaluate([shadow]).snoozed], [[], undefined])
  assert.deepEqual(evaluate([shadow], event, {}, { userId: 'user-43', at }).shadowRuleIds, ['s'])
})

test('a rule that decides although it is snoozed stands first, undetermined or not', () => {
  const doubt = { ...event, 'ip.isAnonymous': UNAVAILABLE }
  const rules = [
    { ruleId: 'review', outcome: 'REVIEW' as const, snoozes: [forUser] },
    { ruleId: 'doubtful', conditions: isAnonymous, snoozes: [forUser] },
    { ruleId: 'block', outcome: 'BLOCK' as const },
  ]
  const { outcome, winner, ruleIds, undeterminedRuleIds, snoozed } = evaluate(rules, doubt)
  assert.deepEqual([outcome, winner?.ruleId, ruleIds, undeterminedRuleIds], ['CHALLENGE', 'doubtful', ['doubtful', 'block'], ['doubtful']])
  assert.deepEqual(
    snoozed?.map(({ definition }) => definition.ruleId),
    ['review', 'doubtful'],
  )
})

test('an event without a required input fails closed, snoozed or not', () => {
  const rules = [{ ruleId: 'r', conditions: isAnonymous, snoozes: [forUser] }]
  const policy: Partial<PolicyDefinition> = { requires: ['amount'], whenMissing: 'FAIL_CLOSED' }
  assert.deepEqual([evaluate(rules, event, policy).outcome, evaluate(rules, event, policy).ruleIds], ['CHALLENGE', ['r']])
})

const outcomes = fc.constantFrom<Outcome>('ALLOW', 'CHALLENGE', 'REVIEW', 'BLOCK')
const snooze = fc.record({
  subject: fc.constantFrom({ userId: 'user-42' }, { userId: 'user-43' }, { deviceId: 'phone' }, { ipAddress: '203.0.113.0/24' }),
  until: fc.constantFrom(at, at + 1),
})
const rule = fc.record({
  outcome: outcomes,
  mode: fc.constantFrom('active', 'active', 'active', 'shadow', 'off'),
  conditions: fc.constantFrom<JsonValue>(true, true, false, isAnonymous, { explode: [1] }),
  whenUndetermined: fc.constantFrom('MATCH_IF_STRICTER', 'SKIP'),
  snoozes: fc.array(snooze, { maxLength: 2 }),
})
const situation = fc.record({
  rules: fc.array(rule, { minLength: 1, maxLength: 6 }),
  defaultOutcome: outcomes,
  isRequired: fc.boolean(),
  anonymous: fc.constantFrom(true, false, UNAVAILABLE, NOT_PROVIDED),
  at: fc.constantFrom(at - 1, at),
})
type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never

/** `keep` says which snoozes stay, by the place of the rule and of the snooze in it. */
function evaluateSituation(given: Situation, userId: string, keep: (rule: number, snooze: number) => boolean): PolicyEvaluation {
  const rules = given.rules.map(({ snoozes, ...rest }, i): Rule => {
    const kept = snoozes.filter((_, j) => keep(i, j)).map(({ subject, until }) => ({ ...subject, until, reason: 'x' }))
    return { ...rest, ruleId: `r${i}`, snoozes: kept } as Rule
  })
  const policy: Partial<PolicyDefinition> = {
    defaultOutcome: given.defaultOutcome,
    requires: given.isRequired ? ['amount'] : undefined,
    whenMissing: 'FAIL_CLOSED',
  }
  return evaluate(rules, { ...event, 'ip.isAnonymous': given.anonymous }, policy, { userId, at: given.at })
}

test('no snooze ever makes an outcome stricter, whatever other snoozes there are', () => {
  fc.assert(
    fc.property(situation, fc.nat(5), fc.nat(1), (given, i, j) => {
      const withIt = evaluateSituation(given, 'user-42', () => true)
      const without = evaluateSituation(given, 'user-42', (rule, place) => rule !== i || place !== j)
      assert.ok(!isStricter(withIt.outcome, without.outcome), `${withIt.outcome} instead of ${without.outcome}`)
    }),
    { numRuns: 3000 },
  )
})

test('a snooze for one user never changes the decision of another', () => {
  fc.assert(
    fc.property(situation, (given) => {
      const isOfOther = (i: number, j: number) => given.rules[i]?.snoozes[j]?.subject.userId !== 'user-42'
      assert.deepEqual(seen(evaluateSituation(given, 'user-43', () => true)), seen(evaluateSituation(given, 'user-43', isOfOther)))
    }),
    { numRuns: 1000 },
  )
})

/** All of an evaluation, with rules by their ids. */
function seen({ winner, snoozed, ...rest }: PolicyEvaluation) {
  return { ...rest, winner: winner?.ruleId, snoozed: snoozed?.map(({ definition, snooze }) => [definition.ruleId, snooze]) }
}

test('a decision says what it rests on: its first rule gave the outcome, and a silenced rule is not among those that matched', () => {
  fc.assert(
    fc.property(situation, (given) => {
      const { outcome, winner, ruleIds, snoozed = [], failedClosedFor } = evaluateSituation(given, 'user-42', () => true)
      assert.equal(ruleIds[0], winner?.ruleId)
      if (failedClosedFor !== undefined) return
      assert.equal(outcome, winner?.outcome ?? given.defaultOutcome)
      for (const { definition } of snoozed) assert.ok(!ruleIds.includes(definition.ruleId) || definition === winner)
    }),
    { numRuns: 1000 },
  )
})
