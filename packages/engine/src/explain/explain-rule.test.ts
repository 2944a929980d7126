import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hostileCondition, signalsOf } from '../../test/arbitrary-conditions.ts'
import golden from '../../test/explain-rule.golden.json' with { type: 'json' }
import { goldenOptions } from '../../test/golden-options.ts'
import { validateConditions } from '../check/validate-conditions.ts'
import type { JsonValue } from '../facts/json-value.ts'
import { compileCondition } from '../language/compile-condition.ts'
import type { RuleDefinition } from '../policy/policy-definition.ts'
import type { Clause } from './clause.ts'
import { explainRule } from './explain-rule.ts'

const numRuns = process.env.FUZZ === '1' ? 100_000 : 500

function rule(conditions: JsonValue | undefined, rest: Partial<RuleDefinition> = {}): RuleDefinition {
  return { ruleId: 'r', name: 'Rule', priority: 0, outcome: 'CHALLENGE', mode: 'active', conditions, ...rest }
}

test('sixty rules from trivial to horrible read as they should', () => {
  assert.equal(golden.length, 60)
  for (const { sentence, ...rest } of golden) {
    const { conditions, ...others } = rest as unknown as Partial<RuleDefinition>
    assert.equal(explainRule(rule(conditions, others), goldenOptions).sentence, sentence)
  }
})

test('the golden rules are rules that can be saved', () => {
  const context = {
    dataPoints: new Map([
      ...[...(goldenOptions.dataPoints ?? [])].map(
        ([name, { dataType }]) =>
          [name, { dataType, modelType: ['tier', 'balance', 'dailyLimit'].includes(name) ? 'user' : 'action' }] as const,
      ),
      ['items', { dataType: 'multiselect', modelType: 'action' }] as const,
    ]),
    lists: new Map([
      ['blocked-countries', new Set(['KP'])],
      ['office', new Set(['203.0.113.0/24'])],
      ['vip', new Set(['user-1'])],
    ]),
    features: goldenOptions.features,
  }
  for (const { conditions } of golden) {
    const errors = validateConditions(conditions as JsonValue | undefined, context).filter(({ severity }) => severity === 'error')
    // The horrible ones compare user data of another currency, and go through items that are more than texts.
    assert.deepEqual(
      errors.filter(({ message }) => !/currency/.test(message)),
      [],
      JSON.stringify(conditions),
    )
  }
})

test('amounts are shown in the currency', () => {
  const sentence = (currency: string) => explainRule(rule({ '>': [{ var: 'custom.transactionAmount' }, 2000] }), { currency }).sentence
  assert.equal(sentence('EUR'), 'Challenge when the transaction amount is over €2,000.')
  assert.equal(sentence('CHF'), 'Challenge when the transaction amount is over CHF 2,000.')
})

test('the structure keeps what the sentence strings together', () => {
  const { structure } = explainRule(
    rule({ and: [{ '==': [{ var: 'device.isNew' }, true] }, { '!': [{ '>': [{ var: 'custom.amount' }, 5] }] }] }),
  )
  assert.deepEqual(structure, {
    outcome: 'CHALLENGE',
    when: {
      kind: 'all',
      parts: [
        { kind: 'leaf', text: 'the device is new', signals: ['device.isNew'] },
        { kind: 'leaf', text: 'the amount is at most 5', signals: ['custom.amount'] },
      ],
    },
    notes: [],
  })
})

test('anything that can be stored can be explained', () => {
  let deep: JsonValue = true
  for (let i = 0; i < 10_000; i++) deep = { and: [deep] }
  assert.equal(explainRule(rule(deep)).sentence, 'Challenge when its conditions hold, which are too large for words.')
  fc.assert(
    fc.property(hostileCondition(), (conditions) => {
      const { sentence } = explainRule(rule(conditions))
      assert.match(sentence, /^Challenge /)
      assert.doesNotMatch(sentence, /undefined|\[object/)
    }),
    { numRuns },
  )
})

/** Evaluates the structure of an explanation by the truth of its leaves. */
function holds(clause: Clause, leaf: (text: string) => boolean): boolean {
  if (clause.kind === 'leaf') return leaf(clause.text)
  if (clause.kind === 'all') return clause.parts.every((part) => holds(part, leaf))
  if (clause.kind === 'any') return clause.parts.some((part) => holds(part, leaf))
  return clause.kind === 'always'
}

test('negations keep their meaning on the way into the leaves', () => {
  const letters = ['a', 'b', 'c', 'd']
  const { condition } = fc.letrec<{ condition: JsonValue }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(...letters).map((letter) => ({ '==': [{ var: `custom.${letter}` }, 1] })),
      fc.boolean(),
      fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(tie('condition'), { minLength: 1, maxLength: 3 }))
        .map(([name, args]) => ({ [name]: args })),
      tie('condition').map((inner) => ({ '!': [inner] })),
      fc.tuple(tie('condition'), tie('condition'), tie('condition')).map((args) => ({ if: args })),
    ),
  }))
  fc.assert(
    fc.property(condition, fc.array(fc.constantFrom(0, 1), { minLength: 4, maxLength: 4 }), (conditions, bits) => {
      const custom = Object.fromEntries(letters.map((letter, i) => [letter, bits[i] ?? 0]))
      const expected = compileCondition({ and: [conditions] }, new Map())({ ...signalsOf({}), custom }, undefined) === 1
      const { when } = explainRule(rule({ and: [conditions] })).structure
      assert.equal(
        holds(when, (text) => (custom[text.slice(4, 5)] === 1) === !text.includes('not')),
        expected,
      )
    }),
    { numRuns },
  )
})
