import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Assignment, signalsOf } from '../../test/arbitrary-conditions.ts'
import { assertCost } from '../../test/assert-cost.ts'
import type { JsonValue } from '../facts/json-value.ts'
import { NOT_APPLICABLE, NOT_PROVIDED, UNAVAILABLE } from '../facts/missing.ts'
import type { Outcome } from '../facts/outcome.ts'
import { compilePolicy } from './compile-policy.ts'
import { evaluatePolicy, type PolicyEvaluation } from './evaluate-policy.ts'
import type { PolicyDefinition, RuleDefinition } from './policy-definition.ts'

const lists = new Map<string, ReadonlySet<string | number>>([
  ['blocked-countries', new Set(['KP', 'IR'])],
  ['office', new Set(['203.0.113.7', '198.51.100.0/24', '2001:db8:1::/48'])],
])
const subject = { userId: 'user-42', at: 1_000_000 }

function rule(ruleId: string, conditions: JsonValue | undefined, rest: Partial<RuleDefinition> = {}): RuleDefinition {
  return { ruleId, name: ruleId, priority: 0, outcome: 'CHALLENGE', mode: 'active', conditions, ...rest }
}

function evaluate(rules: RuleDefinition[], assignment: Assignment = {}, defaultOutcome: Outcome = 'ALLOW', at = subject): PolicyEvaluation {
  const definition: PolicyDefinition = {
    action: 'transfer',
    version: 1,
    defaultOutcome,
    whenUnenrolled: 'ENROLL',
    verificationMethods: [],
    rules: rules.map((each, priority) => ({ ...each, priority: each.priority || priority })),
  }
  return evaluatePolicy(compilePolicy(definition, { lists, enabledMethods: [], configVersion: 1 }), signalsOf(assignment), at)
}

const matches = (conditions: JsonValue, assignment: Assignment = {}) => evaluate([rule('r', conditions)], assignment).ruleIds.length === 1

const isAnonymous: JsonValue = { '==': [{ var: 'ip.isAnonymous' }, true] }

test('RU-05: every rule is evaluated and the lowest priority number gives the outcome', () => {
  const rules = [
    rule('later', true, { priority: 7, outcome: 'BLOCK' }),
    rule('first', true, { priority: 3, outcome: 'REVIEW' }),
    rule('never', false, { priority: 1, outcome: 'BLOCK' }),
  ]
  const { outcome, winner, ruleIds } = evaluate(rules)
  assert.equal(outcome, 'REVIEW')
  assert.equal(winner?.ruleId, 'first')
  assert.deepEqual(ruleIds, ['first', 'later'])
})

test('RU-05: the default outcome applies when no rule matches', () => {
  assert.deepEqual(evaluate([rule('never', false)], {}, 'CHALLENGE'), {
    outcome: 'CHALLENGE',
    winner: null,
    ruleIds: [],
    undeterminedRuleIds: [],
    shadowRuleIds: [],
  })
})

test('RU-05: a rule that cannot be evaluated is undetermined and matches when it is stricter than the default', () => {
  const broken = rule('broken', { explode: [1] }, { outcome: 'BLOCK' })
  const throwing = rule('throwing', { '*': [] }, { outcome: 'BLOCK' })
  for (const each of [broken, throwing]) {
    const { outcome, ruleIds, undeterminedRuleIds } = evaluate([each])
    assert.deepEqual(
      { outcome, ruleIds, undeterminedRuleIds },
      { outcome: 'BLOCK', ruleIds: [each.ruleId], undeterminedRuleIds: [each.ruleId] },
    )
  }
  assert.deepEqual(evaluate([rule('lenient', { explode: [1] }, { outcome: 'ALLOW' })], {}, 'CHALLENGE').outcome, 'CHALLENGE')
})

test('conditions that ask for nothing always match', () => {
  const nothing: (JsonValue | undefined)[] = [undefined, null, {}, { and: [] }]
  for (const conditions of nothing) assert.equal(evaluate([rule('always', conditions)]).ruleIds.length, 1)
  assert.equal(matches({ or: [] }), false)
})

test('rules that are off are not evaluated and shadow rules change nothing', () => {
  const evaluation = evaluate([rule('off', true, { mode: 'off' }), rule('shadow', true, { mode: 'shadow', outcome: 'BLOCK' })])
  assert.deepEqual(evaluation, { outcome: 'ALLOW', winner: null, ruleIds: [], undeterminedRuleIds: [], shadowRuleIds: ['shadow'] })
})

test('a rule applies until it expires', () => {
  const expiring = rule('temporary', true, { expiresAt: subject.at })
  assert.equal(evaluate([expiring], {}, 'ALLOW', { userId: 'u', at: subject.at - 1 }).ruleIds.length, 1)
  assert.equal(evaluate([expiring]).ruleIds.length, 0)
})

test('a rollout covers its share of users, always the same ones, and only grows', () => {
  const covered = (percent: number) =>
    Array.from({ length: 10_000 }, (_, i) => `user-${i}`).filter(
      (userId) => evaluate([rule('r', true, { rolloutPercent: percent })], {}, 'ALLOW', { userId, at: 0 }).ruleIds.length === 1,
    )
  const tenth = covered(10)
  const third = new Set(covered(33.5))
  assert.ok(Math.abs(tenth.length - 1_000) < 120, `${tenth.length} of 10,000`)
  assert.ok(Math.abs(third.size - 3_350) < 200, `${third.size} of 10,000`)
  assert.ok(tenth.every((userId) => third.has(userId)))
  assert.equal(covered(0).length, 0)
  assert.equal(covered(100).length, 10_000)
})

test('an absent value makes no rule match, negated or not', () => {
  for (const missing of [NOT_PROVIDED, NOT_APPLICABLE]) {
    const assignment = { 'ip.isAnonymous': missing }
    assert.equal(matches(isAnonymous, assignment), false)
    assert.equal(matches({ '!': [isAnonymous] }, assignment), false)
    assert.equal(matches({ '!=': [{ var: 'ip.isAnonymous' }, true] }, assignment), false)
    assert.equal(matches({ or: [isAnonymous, true] }, assignment), true)
    assert.equal(matches({ '!': [{ and: [isAnonymous, false] }] }, assignment), true)
  }
})

test('an unavailable value leaves a rule undetermined: it fails closed unless the rule says SKIP', () => {
  const assignment = { 'ip.isAnonymous': UNAVAILABLE }
  for (const conditions of [isAnonymous, { '!': [isAnonymous] }]) {
    const evaluation = evaluate([rule('r', conditions)], assignment)
    assert.deepEqual([evaluation.outcome, evaluation.ruleIds, evaluation.undeterminedRuleIds], ['CHALLENGE', ['r'], ['r']])
  }
  const skipped = evaluate([rule('r', isAnonymous, { whenUndetermined: 'SKIP' })], assignment)
  assert.deepEqual([skipped.outcome, skipped.ruleIds, skipped.undeterminedRuleIds], ['ALLOW', [], ['r']])
  const notStricter = evaluate([rule('r', isAnonymous)], assignment, 'CHALLENGE')
  assert.deepEqual([notStricter.outcome, notStricter.ruleIds], ['CHALLENGE', []])
})

test('an unavailable value changes nothing where the answer does not hang on it', () => {
  const conditions = { and: [isAnonymous, { '>': [{ var: 'custom.amount' }, 100] }] }
  const cheap = evaluate([rule('r', conditions)], { 'ip.isAnonymous': UNAVAILABLE, 'custom.amount': 5 })
  assert.deepEqual([cheap.ruleIds, cheap.undeterminedRuleIds], [[], []])
  const unsaid = evaluate([rule('r', conditions)], { 'ip.isAnonymous': UNAVAILABLE })
  assert.deepEqual([unsaid.ruleIds, unsaid.undeterminedRuleIds], [[], []])
})

test('a default answers for an absent value, never for an unavailable one', () => {
  const conditions = { '>': [{ var: ['velocity.actions1h', 10] }, 5] }
  assert.equal(matches(conditions, { 'velocity.actions1h': NOT_APPLICABLE }), true)
  assert.deepEqual(evaluate([rule('r', conditions)], { 'velocity.actions1h': UNAVAILABLE }).undeterminedRuleIds, ['r'])
})

test('variables read signals by name and alias, tracked data, user data, features and lists', () => {
  const assignment: Assignment = {
    'ip.location.country.countryCode': 'KP',
    'user.custom.balance': 10,
    'velocity.sum24h': 7,
    'custom.payee.name': 'Ann',
  }
  assert.equal(matches({ '==': [{ var: 'ip.countryCode' }, 'KP'] }, assignment), true)
  assert.equal(matches({ '<': [{ var: 'velocity.sum24h' }, { var: 'user.custom.balance' }] }, assignment), true)
  assert.equal(matches({ '==': [{ var: 'custom.payee.name' }, 'Ann'] }, assignment), true)
  assert.equal(matches({ in: [{ var: 'ip.countryCode' }, { var: 'lists.blocked-countries' }] }, assignment), true)
  assert.equal(matches({ '!': [{ in: [{ var: 'ip.countryCode' }, { var: 'lists.blocked-countries' }] }] }, assignment), false)
  assert.equal(matches({ some: [['x', 'KP'], { in: [{ var: '' }, { var: 'lists.blocked-countries' }] }] }), true)
})

test('a list that is switched off has nobody in it and nobody outside of it', () => {
  const conditions: JsonValue = { in: [{ var: 'custom.currency' }, { var: 'lists.gone' }] }
  assert.equal(matches(conditions, { 'custom.currency': 'NZD' }), false)
  assert.equal(matches({ '!': [conditions] }, { 'custom.currency': 'NZD' }), false)
})

test('a signal or feature that nobody knows leaves the rule undetermined', () => {
  for (const name of ['ip.isMartian', 'velocity.undeclared', 'nothing']) {
    assert.deepEqual(evaluate([rule('r', { '==': [{ var: name }, 1] })]).undeterminedRuleIds, ['r'])
  }
})

test('RU-01: code, and names that reach into the language, are nothing but text', () => {
  const attempts: JsonValue[] = [
    { "constructor.constructor('return process')()": [] },
    { constructor: ['return process'] },
    JSON.parse('{"__proto__":["x"]}'),
    { toString: [] },
    { log: ['x'] },
    { eval: ['1'] },
    { '==': [{ var: "constructor.constructor('return process')()" }, 1] },
    { '==': [{ method: [{ var: 'custom.currency' }, 'toString'] }, 1] },
  ]
  for (const conditions of attempts) {
    const { winner, outcome } = evaluate([rule('r', conditions, { outcome: 'ALLOW' })], { 'custom.currency': 'NZD' }, 'BLOCK')
    assert.deepEqual([winner, outcome], [null, 'BLOCK'], JSON.stringify(conditions))
  }
})

test('RU-02: paths find own properties only and never __proto__, constructor or prototype', () => {
  const hostile = JSON.parse('{"__proto__":{"admin":true},"constructor":{"name":"x"},"prototype":{"a":1}}')
  const signals = signalsOf({})
  for (const path of [
    '__proto__.admin',
    'constructor.name',
    'prototype.a',
    'nested.__proto__.admin',
    'nested.constructor.name',
    'toString',
    'tags.map',
  ]) {
    for (const prefix of ['custom', 'user.custom']) {
      const data = { ...signals, custom: { ...hostile, nested: hostile, tags: [] }, userCustom: { ...hostile, nested: hostile, tags: [] } }
      const definition = rule('r', { '!!': [{ var: `${prefix}.${path}` }] }, { outcome: 'ALLOW' })
      const policy = compilePolicy(
        { action: 'a', version: 1, defaultOutcome: 'BLOCK', whenUnenrolled: 'ENROLL', verificationMethods: [], rules: [definition] },
        { lists, enabledMethods: [], configVersion: 1 },
      )
      assert.equal(evaluatePolicy(policy, data, subject).outcome, 'BLOCK', `${prefix}.${path}`)
    }
  }
  assert.equal(matches({ some: [[{ a: 1, b: 2 }], { '!!': [{ var: 'constructor' }] }] }), false)
})

test('RU-03: a value of another type never lets anybody through by accident', () => {
  const challenge = rule('high', { '>': [{ var: 'custom.amount' }, 2000] })
  const allow = rule('low', { '!': [{ '>': [{ var: 'custom.amount' }, 2000] }] }, { outcome: 'ALLOW' })
  const table: [unknown, Outcome, Outcome][] = [
    // [amount, with a challenge above 2,000 and default ALLOW, with ALLOW up to 2,000 and default CHALLENGE]
    [3000, 'CHALLENGE', 'CHALLENGE'],
    [1000, 'ALLOW', 'ALLOW'],
    ['3000', 'CHALLENGE', 'CHALLENGE'],
    ['3,000', 'CHALLENGE', 'CHALLENGE'],
    ['abc', 'CHALLENGE', 'CHALLENGE'],
    [[3000], 'CHALLENGE', 'CHALLENGE'],
    [[1, 2], 'CHALLENGE', 'CHALLENGE'],
    [{ $gt: 0 }, 'CHALLENGE', 'CHALLENGE'],
    [Number.NaN, 'CHALLENGE', 'CHALLENGE'],
    [Number.POSITIVE_INFINITY, 'CHALLENGE', 'CHALLENGE'],
    [-1, 'ALLOW', 'ALLOW'],
    [-0, 'ALLOW', 'ALLOW'],
    // Not tracked: nothing is known of it, so neither rule matches. An action can require the data point.
    [null, 'ALLOW', 'CHALLENGE'],
    [undefined, 'ALLOW', 'CHALLENGE'],
  ]
  for (const [amount, challenged, allowed] of table) {
    const assignment = { 'custom.amount': amount as number }
    const withArray = signalsOf({})
    const signals = { ...withArray, custom: { amount: amount as number } }
    const run = (each: RuleDefinition, defaultOutcome: Outcome) =>
      evaluatePolicy(
        compilePolicy(
          { action: 'a', version: 1, defaultOutcome, whenUnenrolled: 'ENROLL', verificationMethods: [], rules: [each] },
          { lists, enabledMethods: [], configVersion: 1 },
        ),
        signals,
        subject,
      ).outcome
    assert.deepEqual([run(challenge, 'ALLOW'), run(allow, 'CHALLENGE')], [challenged, allowed], String(JSON.stringify(assignment)))
  }
})

test('RU-04: hostile rules and data are answered in the order of the time of a large honest policy', () => {
  let deep: JsonValue = true
  for (let i = 0; i < 10_000; i++) deep = { and: [deep] }
  const doubling: JsonValue = { reduce: [Array(60).fill(1), { cat: [{ var: 'accumulator' }, { var: 'accumulator' }] }, 'x'] }
  const growing: JsonValue = { reduce: [Array(60).fill(1), { merge: [{ var: 'accumulator' }, { var: 'accumulator' }] }, [1]] }
  const hundred: JsonValue = Array.from({ length: 100 }, (_, i) => i)
  let nested: JsonValue = { '+': [1, 1] }
  for (let i = 0; i < 6; i++) nested = { map: [hundred, nested] }
  const regex: JsonValue = { matches: [{ var: 'custom.currency' }, '(a+)+$'] }
  const honest = Array.from({ length: 100 }, (_, i) =>
    rule(`h${i}`, { or: Array.from({ length: 100 }, (_, j) => ({ '==': [{ var: 'custom.amount' }, 100 * i + j] })) }),
  )
  for (const conditions of [deep, doubling, growing, nested, regex]) {
    const policy = [rule('r', conditions, { outcome: 'BLOCK' })]
    const assignment = { 'custom.currency': `${'a'.repeat(50_000)}!` }
    assert.deepEqual(evaluate(policy, assignment).undeterminedRuleIds, ['r'])
    assertCost(
      () => evaluate(policy, assignment),
      10,
      () => evaluate(honest, { 'custom.amount': -1 }),
    )
  }
})

test('RU-04: a list of a million entries is a set look-up', () => {
  const entries = (count: number) => new Set(Array.from({ length: count }, (_, i) => `entry-${i}`))
  const definition = rule('r', { in: [{ var: 'custom.currency' }, { var: 'lists.million' }] })
  const evaluating = (count: number) => {
    const policy = compilePolicy(
      { action: 'a', version: 1, defaultOutcome: 'ALLOW', whenUnenrolled: 'ENROLL', verificationMethods: [], rules: [definition] },
      { lists: new Map([['million', entries(count)]]), enabledMethods: [], configVersion: 1 },
    )
    const signals = signalsOf({ 'custom.currency': `entry-${count - 1}` })
    return () => {
      for (let i = 0; i < 10_000; i++) if (evaluatePolicy(policy, signals, subject).ruleIds.length !== 1) assert.fail('not found')
    }
  }
  assertCost(evaluating(1_000_000), 10, evaluating(10))
})

function lacking(requires: string[], rules: RuleDefinition[], rest: Partial<PolicyDefinition> = {}, assignment: Assignment = {}) {
  const definition: PolicyDefinition = {
    action: 'transfer',
    version: 1,
    defaultOutcome: 'ALLOW',
    whenUnenrolled: 'ENROLL',
    verificationMethods: [],
    requires,
    whenMissing: 'FAIL_CLOSED',
    rules: rules.map((each, priority) => ({ ...each, priority: each.priority || priority })),
    ...rest,
  }
  return evaluatePolicy(compilePolicy(definition, { lists, enabledMethods: [], configVersion: 1 }), signalsOf(assignment), subject)
}

test('C3: without a required input the strictest outcome of the policy applies, and its rule counts as undetermined', () => {
  const rules = [
    rule('challenge', true),
    rule('block', false, { outcome: 'BLOCK' }),
    rule('shadow', false, { mode: 'shadow', outcome: 'BLOCK' }),
    rule('off', true, { mode: 'off', outcome: 'BLOCK' }),
  ]
  const { outcome, winner, ruleIds, undeterminedRuleIds, failedClosedFor } = lacking(['ip', 'device', 'amount'], rules)
  assert.deepEqual(
    { outcome, winner: winner?.ruleId, ruleIds, undeterminedRuleIds, failedClosedFor },
    {
      outcome: 'BLOCK',
      winner: 'block',
      ruleIds: ['block', 'challenge'],
      undeterminedRuleIds: ['block'],
      failedClosedFor: ['ip', 'device', 'amount'],
    },
  )
  assert.equal(lacking(['ip'], [rule('a', true), rule('s', true, { mode: 'shadow', outcome: 'BLOCK' })]).outcome, 'CHALLENGE')
})

test('C3: a policy that only allows blocks when a required input is missing, and a strict default needs no rule', () => {
  assert.equal(lacking(['ip'], []).outcome, 'BLOCK')
  assert.equal(lacking(['ip'], [rule('allow', true, { outcome: 'ALLOW' })]).outcome, 'BLOCK')
  const byDefault = lacking(['ip'], [rule('allow', true, { outcome: 'ALLOW' })], { defaultOutcome: 'REVIEW' })
  assert.deepEqual([byDefault.outcome, byDefault.winner, byDefault.ruleIds], ['REVIEW', null, []])
})

test('C3: what is there is required in vain, and a refusing policy decides by its rules alone', () => {
  assert.equal(lacking(['ip'], [], {}, { 'ip.address': '203.0.113.7' }).outcome, 'ALLOW')
  assert.equal(lacking(['ip'], [], { whenMissing: 'REFUSE' }).outcome, 'ALLOW')
})
