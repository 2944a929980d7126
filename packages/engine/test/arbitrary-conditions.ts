import fc from 'fast-check'
import type { JsonValue } from '../src/facts/json-value.ts'
import type { Known } from '../src/facts/missing.ts'
import { NOT_APPLICABLE, NOT_PROVIDED, UNAVAILABLE } from '../src/facts/missing.ts'
import { findSignal, signalRegistry } from '../src/signals/registry.ts'
import type { Signals, SignalValue } from '../src/signals/signals.ts'

// Generators for the property tests of the rules. The variables cover every way a value is read.

const numbers = ['ip.asn', 'velocity.actions1h', 'custom.amount', 'user.custom.balance', 'velocity.sum24h']
const texts = ['ip.location.country.countryCode', 'custom.currency', 'user.email', 'custom.payee.name']
const booleans = ['ip.isAnonymous', 'device.isNew', 'custom.isGift']
const arrays = ['user.enrolledMethods', 'custom.tags']

export const variableNames: readonly string[] = [...numbers, ...texts, ...booleans, ...arrays]

const numberValue = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(0.5, 2000, -0.25))
const textValue = fc.constantFrom('', 'a', 'b', 'ab', '5', '-1', 'NZ', 'PASSKEY', 'true')
const arrayValue = fc.array(textValue, { maxLength: 3 })

export type Assignment = Record<string, Known<boolean | number | string | string[]>>

const presentValues = fc.record({
  ...Object.fromEntries(numbers.map((name) => [name, numberValue])),
  ...Object.fromEntries(texts.map((name) => [name, textValue])),
  ...Object.fromEntries(booleans.map((name) => [name, fc.boolean()])),
  ...Object.fromEntries(arrays.map((name) => [name, arrayValue])),
}) as fc.Arbitrary<Record<string, boolean | number | string | string[]>>

/** A value for every variable. */
export function presentAssignment(): fc.Arbitrary<Record<string, boolean | number | string | string[]>> {
  return presentValues
}

/** Which variables are missing, and why. Tracked data is there or not provided; only what is looked up or counted can be unavailable. */
export function missingVariables(): fc.Arbitrary<Assignment> {
  const lookedUp = fc.constantFrom(NOT_PROVIDED, NOT_APPLICABLE, UNAVAILABLE, UNAVAILABLE)
  return fc
    .record(Object.fromEntries(variableNames.map((name) => [name, /custom\./.test(name) ? fc.constant(NOT_PROVIDED) : lookedUp])), {
      requiredKeys: [],
    })
    .map((missing) => missing as Assignment)
}

/** The signals of an assignment. */
export function signalsOf(assignment: Assignment): Signals {
  const values: Known<SignalValue>[] = signalRegistry.map(() => NOT_PROVIDED)
  const custom: Record<string, JsonValue> = Object.create(null)
  const userCustom: Record<string, JsonValue> = Object.create(null)
  const features: Record<string, Known<number>> = Object.create(null)
  for (const [name, value] of Object.entries(assignment)) {
    const signal = findSignal(name)
    if (signal !== undefined) values[signal.position] = value
    else if (name.startsWith('velocity.')) features[name.slice(9)] = value as Known<number>
    else if (typeof value === 'object' && !Array.isArray(value)) continue
    else if (name.startsWith('user.custom.')) userCustom[name.slice(12)] = value
    else if (name === 'custom.payee.name') custom.payee = { name: value }
    else custom[name.slice(7)] = value
  }
  return { values, custom, userCustom, features }
}

/** The same assignment as nested plain data, for the reference implementation. */
export function dataOf(assignment: Assignment): Record<string, unknown> {
  const data: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(assignment)) {
    const keys = name.split('.')
    let at = data
    for (const key of keys.slice(0, -1)) {
      at[key] ??= {}
      at = at[key] as Record<string, unknown>
    }
    at[keys.at(-1) ?? ''] = value
  }
  return data
}

const variable = (names: readonly string[]) => fc.constantFrom(...names).map((name) => ({ var: name }))
const operation = (names: readonly string[], ...args: fc.Arbitrary<unknown>[]) =>
  fc.tuple(fc.constantFrom(...names), fc.tuple(...args)).map(([name, values]) => ({ [name]: values }))

const grammar = fc.letrec((tie) => {
  const number = tie('number')
  const text = tie('text')
  const condition = tie('condition')
  const array = tie('array')
  const anything = tie('anything')
  const element = operation(['>', '<=', '=='], fc.constant({ var: '' }), fc.oneof(textValue, numberValue))
  const equality = ['==', '!=', '===', '!==']
  const order = ['<', '<=', '>', '>=']
  return {
    number: fc.oneof(
      { maxDepth: 4 },
      numberValue,
      variable(numbers),
      operation(['+', '-', '*', '/', '%', 'max', 'min'], number, number),
      operation(['+', '*', 'max', 'min'], number, number, number),
      operation(['-', '+'], number),
      operation(['if'], condition, number, number),
      operation(['reduce'], array, fc.constant({ '+': [{ var: 'accumulator' }, 1] }), numberValue),
    ),
    text: fc.oneof(
      { maxDepth: 4 },
      textValue,
      variable(texts),
      operation(['cat'], text, anything),
      operation(['substr'], text, fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })),
      operation(['?:'], condition, text, text),
    ),
    array: fc.oneof(
      { maxDepth: 4 },
      arrayValue,
      variable(arrays),
      operation(['merge'], array, text),
      operation(['filter'], array, element),
      operation(['map'], array, fc.constantFrom({ cat: [{ var: '' }, 'x'] }, { var: '' })),
      fc.tuple(text, text),
    ),
    condition: fc.oneof(
      { maxDepth: 5 },
      fc.boolean(),
      variable(booleans),
      operation(equality, variable(variableNames), fc.oneof(numberValue, textValue, fc.boolean())),
      operation(order, variable(numbers), numberValue),
      operation(equality, anything, anything),
      operation(order, number, number),
      operation(order, anything, anything),
      operation(['<', '<='], number, number, number),
      operation(['!', '!!'], anything),
      operation(['!'], condition),
      fc.tuple(fc.constantFrom('and', 'or'), fc.array(condition, { minLength: 1, maxLength: 4 })).map(([name, args]) => ({ [name]: args })),
      operation(['and', 'or'], anything, anything),
      operation(['in'], text, array),
      operation(['in'], text, text),
      operation(['all', 'some', 'none'], array, element),
      operation(['if'], condition, condition, condition, condition, condition),
    ),
    anything: fc.oneof({ maxDepth: 4 }, number, text, condition, array),
  }
})

/** Conditions in which a missing value can only lead to an unknown: standard operators, no defaults, no test for missing values. */
export function standardCondition(): fc.Arbitrary<JsonValue> {
  return grammar.condition as fc.Arbitrary<JsonValue>
}

const ownNames = [
  'var',
  'isMissing',
  'matches',
  'inCidr',
  'between',
  'distanceWithinKm',
  'startsWith',
  'endsWith',
  'missing',
  'missing_some',
]
const hostileKeys = ['__proto__', 'constructor', 'prototype', 'toString', 'lists.x', 'log', 'eval', ...ownNames]

/** Arbitrary JSON, shaped to look like conditions. */
export function hostileCondition(): fc.Arbitrary<JsonValue> {
  const { hostile } = fc.letrec((tie) => ({
    hostile: fc.oneof(
      { maxDepth: 6 },
      fc.oneof(
        fc.constant(null),
        fc.boolean(),
        fc.double(),
        fc.integer(),
        fc.string(),
        fc.constantFrom(...variableNames, '(a+)+$', '10.0.0.0/8', '__proto__.x'),
      ),
      fc.array(tie('hostile'), { maxLength: 4 }),
      fc
        .tuple(fc.constantFrom(...operatorLike, ...hostileKeys), fc.array(tie('hostile'), { maxLength: 4 }))
        .map(([name, args]) => Object.fromEntries([[name, args]])),
      grammar.anything as fc.Arbitrary<unknown>,
    ),
  }))
  return hostile as fc.Arbitrary<JsonValue>
}

const operatorLike =
  'if and or ! !! == === != !== > >= < <= + - * / % max min map reduce filter all none some merge in cat substr var'.split(' ')
