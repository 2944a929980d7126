import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import jsonLogic from 'json-logic-js'
import { jsonLogicCases } from '../../test/json-logic-cases.ts'
import type { JsonValue } from '../facts/json-value.ts'
import type { Signals } from '../signals/signals.ts'
import { compileExpression } from './compile-condition.ts'
import { operatorNames } from './operator-name.ts'

const noSignals: Signals = { values: [], custom: {}, userCustom: {}, features: {} }
const noLists = new Map<string, ReadonlySet<string | number>>()

/** Evaluates an expression over plain data, as JsonLogic would: unknown is `null`. */
function evaluate(logic: JsonValue, data: JsonValue): unknown {
  const value = compileExpression(logic, noLists, 'data')(noSignals, data)
  return typeof value === 'symbol' ? null : value
}

// The answer is that of the reference implementation.
for (const [title, table] of Object.entries(jsonLogicCases)) {
  test(`${title}, as in json-logic-js`, () => {
    for (const [logic, data] of table) {
      const expected: unknown = jsonLogic.apply(logic as Parameters<typeof jsonLogic.apply>[0], data)
      assert.deepEqual(evaluate(logic, data), expected, JSON.stringify([logic, data]))
    }
  })
}

describe('where the language departs from json-logic-js', () => {
  const differences: [string, JsonValue, JsonValue, unknown][] = [
    ['an empty `and` asks for nothing', { and: [] }, {}, true],
    ['an empty `or` offers nothing', { or: [] }, {}, false],
    ['nothing equals a value that is missing, null included', { '==': [{ var: 'a' }, null] }, {}, null],
    ['the negation of a missing value is unknown too', { '!': [{ var: 'a' }] }, {}, null],
    ['a missing value is not below a number', { '<': [{ var: 'a' }, 5] }, {}, null],
    ['text that is no number has no order with a number', { '>': ['3,000', 2000] }, {}, null],
    ['a sum with text that is no number has no value', { '+': ['many', 1] }, {}, null],
    ['a missing part leaves a joined text unknown', { cat: ['a', { var: 'b' }] }, {}, null],
    ['inherited properties are not there', { var: 'constructor.name' }, {}, null],
  ]
  for (const [title, logic, data, expected] of differences) {
    test(title, () => assert.equal(evaluate(logic, data), expected))
  }
})

test('the operators are those of JsonLogic without log, and our own', () => {
  const standard =
    'var missing missing_some if ?: == === != !== ! !! or and > >= < <= max min + - * / % map reduce filter all none some merge in cat substr'
  const own = 'isMissing startsWith endsWith matches inCidr between distanceWithinKm'
  assert.deepEqual([...operatorNames].sort(), `${standard} ${own}`.split(' ').sort())
})
