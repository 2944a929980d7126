import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonValue } from '../facts/json-value.ts'
import { NOT_PROVIDED, UNAVAILABLE } from '../facts/missing.ts'
import { HOLDS, isUndetermined } from '../language/truth.ts'
import { signalRegistry, slot } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import { compilePolicy } from './compile-policy.ts'
import { evaluatePolicy, evaluateRule } from './evaluate-policy.ts'
import type { PolicyDefinition } from './policy-definition.ts'
import { compileGuards, findCandidates } from './rule-guards.ts'

const name = fc.constantFrom(
  'ip.isTor',
  'device.isNew',
  'ip.location.country.countryCode',
  'time.hour',
  'custom.amount',
  'velocity.f',
  'nobody.knows',
)
const scalar = fc.constantFrom<JsonValue>(true, false, 0, 1, 5, 10, '5', 'NZ', 'AU', '', null)
const leaf: fc.Arbitrary<JsonValue> = fc.oneof(
  fc
    .tuple(fc.constantFrom('==', '===', '!=', '>', '>=', '<', '<='), name, scalar)
    .map(([op, left, right]) => ({ [op]: [{ var: left }, right] })),
  fc.tuple(fc.constantFrom('==', '>', '<'), name, scalar).map(([op, left, right]) => ({ [op]: [right, { var: left }] })),
  fc.tuple(name, fc.array(scalar, { maxLength: 3 })).map(([left, list]) => ({ in: [{ var: left }, list] })),
  fc.tuple(name, fc.nat(5), fc.nat(10)).map(([middle, low, high]) => ({ between: [{ var: middle }, low, high] })),
  name.map((only) => ({ var: only })),
)
const condition = fc.letrec<{ any: JsonValue }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    { weight: 4, arbitrary: leaf },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom('and', 'or'), fc.array(tie('any'), { maxLength: 3 })).map(([op, parts]) => ({ [op]: parts })),
    },
    { weight: 1, arbitrary: tie('any').map((part) => ({ '!': [part] })) },
  ),
})).any
const value = fc.constantFrom<unknown>(true, false, 0, 1, 5, 10, '5', 'NZ', 'AU', '', NOT_PROVIDED, UNAVAILABLE)

function signalsOf([tor, isNew, country, hour, amount, feature]: unknown[]): Signals {
  const values = new Array(signalRegistry.length).fill(NOT_PROVIDED)
  values[slot['ip.isTor']] = tor
  values[slot['device.isNew']] = isNew
  values[slot['ip.location.country.countryCode']] = country
  values[slot['time.hour']] = hour
  const isKnown = (held: unknown) => typeof held !== 'object'
  return {
    values,
    custom: Object.assign(Object.create(null), isKnown(amount) ? { amount } : {}),
    userCustom: Object.create(null),
    features: Object.assign(Object.create(null), { f: feature as number }),
  }
}

function policyOf(conditions: readonly JsonValue[]) {
  const definition: PolicyDefinition = {
    action: 'a',
    version: 1,
    defaultOutcome: 'ALLOW',
    whenUnenrolled: 'ENROLL',
    verificationMethods: [],
    rules: conditions.map((each, i) => ({ ruleId: `r${i}`, name: 'r', priority: i, outcome: 'BLOCK', mode: 'active', conditions: each })),
  }
  return compilePolicy(definition, { lists: new Map(), enabledMethods: [], configVersion: 1 })
}

test('a policy with guards finds the rules that match one by one, and those that are undetermined', () => {
  fc.assert(
    fc.property(
      fc.array(condition, { minLength: 2, maxLength: 12 }),
      fc.array(value, { minLength: 6, maxLength: 6 }),
      (conditions, values) => {
        const policy = policyOf(conditions)
        const signals = signalsOf(values)
        const truths = policy.rules.map((rule) => [rule.definition.ruleId, evaluateRule(rule, signals)] as const)
        const { ruleIds, undeterminedRuleIds } = evaluatePolicy(policy, signals, { userId: 'u', at: 0 })
        assert.deepEqual(
          ruleIds,
          truths.filter(([, truth]) => truth === HOLDS || isUndetermined(truth)).map(([id]) => id),
        )
        assert.deepEqual(
          undeterminedRuleIds,
          truths.filter(([, truth]) => isUndetermined(truth)).map(([id]) => id),
        )
      },
    ),
    { numRuns: 2000 },
  )
})

test('rules that ask alike share a guard, one that begins with something else has none', () => {
  const above = (limit: number): JsonValue => ({ '>': [{ var: 'custom.amount' }, limit] })
  const [rules] = compileGuards([above(10), { and: [above(20), { var: 'ip.isTor' }] }, { '!': [above(5)] }, undefined, {}])
  assert.equal(rules?.guards.length, 1)
  assert.equal(rules && findCandidates(rules, signalsOf([0, 0, 0, 0, 5, 0])), 0b11100)
  assert.equal(rules && findCandidates(rules, signalsOf([0, 0, 0, 0, 10, 0])), 0b11111)
})

test('a later part of a rule is guarded where others ask the same, and only after what cannot throw', () => {
  const isTor: JsonValue = { var: 'ip.isTor' }
  const isNew: JsonValue = { '==': [{ var: 'device.isNew' }, true] }
  const mayThrow: JsonValue = { all: [{ var: 'custom.amount' }, { '>': [{ var: '' }, 1] }] }
  const [rules] = compileGuards([isTor, { and: [isNew, isTor] }, { and: [isNew, mayThrow, isTor] }, { and: [mayThrow, isTor] }])
  assert.equal(rules && findCandidates(rules, signalsOf([false, true, 0, 0, 0, 0])), 0b1100)
  assert.equal(rules && findCandidates(rules, signalsOf([true, false, 0, 0, 0, 0])), 0b1001)
})

test('a value lets through only the rules that name it', () => {
  const from = (...countries: string[]): JsonValue => ({ in: [{ var: 'ip.location.country.countryCode' }, countries] })
  const [rules] = compileGuards([from('NZ', 'AU'), from('AU'), from('US')])
  assert.equal(rules && findCandidates(rules, signalsOf([0, 0, 'AU', 0, 0, 0])), 0b011)
  assert.equal(rules && findCandidates(rules, signalsOf([0, 0, 'DE', 0, 0, 0])), 0)
  assert.equal(rules && findCandidates(rules, signalsOf([0, 0, UNAVAILABLE, 0, 0, 0])), 0b111)
})

test('more rules than a number has bits are found in their order', () => {
  const policy = policyOf(Array.from({ length: 70 }, (_, i) => ({ '>=': [{ var: 'custom.amount' }, i] })))
  const { ruleIds } = evaluatePolicy(policy, signalsOf([0, 0, 0, 0, 66, 0]), { userId: 'u', at: 0 })
  assert.deepEqual(
    ruleIds,
    Array.from({ length: 67 }, (_, i) => `r${i}`),
  )
})
