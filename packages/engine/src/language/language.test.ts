import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import jsonLogic from 'json-logic-js'
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

const pies: JsonValue = {
  pies: [
    { filling: 'apple', temp: 110 },
    { filling: 'cherry', temp: 95 },
  ],
}

// [expression, data]: the answer is that of the reference implementation.
const cases: Record<string, [JsonValue, JsonValue][]> = {
  'a literal is itself': [
    [true, {}],
    [17, {}],
    ['apple', {}],
    [['a', 'b'], {}],
    [{ a: 1, b: 2 }, {}],
    [{}, {}],
  ],
  'var reads data': [
    [{ var: 'a' }, { a: 1 }],
    [{ var: ['a'] }, { a: 1 }],
    [{ var: ['b', 9] }, { a: 1 }],
    [{ var: ['a', 9] }, { a: 1 }],
    [{ var: 'a.b.c' }, { a: { b: { c: 'deep' } } }],
    [{ var: 'a.q' }, { a: { b: 1 } }],
    [{ var: ['a.q', 'other'] }, { a: { b: 1 } }],
    [{ var: 1 }, ['zero', 'one']],
    [{ var: '1.1' }, ['zero', ['a', 'b']]],
    [{ var: '' }, 3],
    [{ var: null }, 3],
    [{ var: [] }, 3],
    [{ var: { if: [true, 'a', 'b'] } }, { a: 'first', b: 'second' }],
    [{ var: { cat: ['a', '.', 'b'] } }, { a: { b: 'joined' } }],
    [{ var: 'missing' }, {}],
  ],
  'missing names what is not there': [
    [{ missing: ['a', 'b'] }, { a: 1 }],
    [{ missing: [] }, {}],
    [{ missing: 'a' }, {}],
    [{ missing: [['a', 'b']] }, { b: 2 }],
    [{ missing: { merge: ['a', { if: [true, 'b', 'c'] }] } }, { a: 1 }],
    [{ missing: ['a.b'] }, { a: { b: '' } }],
    [{ missing: ['a.b'] }, { a: { b: 0 } }],
    [{ missing_some: [1, ['a', 'b', 'c']] }, { a: 1 }],
    [{ missing_some: [2, ['a', 'b', 'c']] }, { a: 1 }],
    [{ if: [{ missing: ['a'] }, 'no', 'yes'] }, { a: 1 }],
  ],
  'if takes the first branch whose condition holds': [
    [{ if: [true, 'yes', 'no'] }, {}],
    [{ if: [false, 'yes', 'no'] }, {}],
    [{ if: [0, 1, '', 2, 'else'] }, {}],
    [{ if: [[], 'full', 'empty'] }, {}],
    [{ if: [false, 1, true, 2, 3] }, {}],
    [{ if: [false, 1, false, 2, 3] }, {}],
    [{ if: ['alone'] }, {}],
    [{ if: [] }, {}],
    [{ if: [false, 'nothing'] }, {}],
    [{ '?:': [{ '>': [{ var: 'a' }, 5] }, 'big', 'small'] }, { a: 6 }],
  ],
  'equality is loose, or strict with one more sign': [
    [{ '==': [1, 1] }, {}],
    [{ '==': [1, '1'] }, {}],
    [{ '==': [1, 2] }, {}],
    [{ '==': [true, 1] }, {}],
    [{ '==': [false, ''] }, {}],
    [{ '==': ['a', ['a']] }, {}],
    [{ '==': [0, []] }, {}],
    [{ '===': [1, '1'] }, {}],
    [{ '===': [1, 1] }, {}],
    [{ '!=': [1, '1'] }, {}],
    [{ '!=': [1, 2] }, {}],
    [{ '!==': [1, '1'] }, {}],
    [{ '==': [{ var: 'a' }, { var: 'b' }] }, { a: '2', b: 2 }],
  ],
  'order compares numbers, texts alphabetically, and three in a row': [
    [{ '>': [2, 1] }, {}],
    [{ '>': [1, 1] }, {}],
    [{ '>': ['2', 1] }, {}],
    [{ '>=': [1, 1] }, {}],
    [{ '<': [2, 1] }, {}],
    [{ '<': ['10', '9'] }, {}],
    [{ '<': [1, 2, 3] }, {}],
    [{ '<': [1, 1, 3] }, {}],
    [{ '<': [1, 4, 3] }, {}],
    [{ '<=': [1, 1, 3] }, {}],
    [{ '<=': [1, 4, 3] }, {}],
    [{ '<=': [1, { var: 'a' }, 3] }, { a: 2 }],
    [{ '>': [true, 0] }, {}],
    [{ '>': [[3000], 2000] }, {}],
  ],
  'not, and what counts as true': [
    [{ '!': true }, {}],
    [{ '!': [false] }, {}],
    [{ '!': 0 }, {}],
    [{ '!': [[]] }, {}],
    [{ '!': '0' }, {}],
    [{ '!': [] }, {}],
    [{ '!!': ['0'] }, {}],
    [{ '!!': [''] }, {}],
    [{ '!!': [[]] }, {}],
    [{ '!!': [[0]] }, {}],
    [{ '!!': [{}] }, {}],
  ],
  'and and or yield the value that decides': [
    [{ and: [true, true] }, {}],
    [{ and: [true, false] }, {}],
    [{ and: [1, 3] }, {}],
    [{ and: ['a', '', 3] }, {}],
    [{ and: [true, 0] }, {}],
    [{ or: [false, 'a'] }, {}],
    [{ or: [0, '', []] }, {}],
    [{ or: [3, true] }, {}],
    [{ and: [{ '>': [3, 1] }, { '<': [1, 3] }] }, {}],
    [{ or: [{ '<': [3, 1] }, { '<': [1, 3] }] }, {}],
  ],
  'arithmetic reads numbers out of text': [
    [{ '+': [1, 2] }, {}],
    [{ '+': [1, 2, 3, 4] }, {}],
    [{ '+': ['1', '2.5'] }, {}],
    [{ '+': '3.14' }, {}],
    [{ '+': [] }, {}],
    [{ '+': ['12px', 1] }, {}],
    [{ '-': [4, 1] }, {}],
    [{ '-': [2] }, {}],
    [{ '-': ['5', '3'] }, {}],
    [{ '*': [2, 3] }, {}],
    [{ '*': [2, 3, 4] }, {}],
    [{ '*': ['2', 2] }, {}],
    [{ '/': [4, 2] }, {}],
    [{ '/': [1, 0] }, {}],
    [{ '%': [7, 3] }, {}],
    [{ '%': [-7, 3] }, {}],
    [{ max: [1, 3, 2] }, {}],
    [{ max: [] }, {}],
    [{ min: [1, '0', 2] }, {}],
    [{ min: [{ var: 'a' }, 5] }, { a: -1 }],
    [{ '>': [{ var: 'amount' }, { '*': [0.5, { var: 'balance' }] }] }, { amount: 60, balance: 100 }],
  ],
  'arrays are mapped, filtered and folded': [
    [{ map: [{ var: 'n' }, { '*': [{ var: '' }, 2] }] }, { n: [1, 2, 3] }],
    [{ map: [{ var: 'pies' }, { var: 'filling' }] }, pies],
    [{ map: [{ var: 'none' }, { var: '' }] }, { none: 3 }],
    [{ filter: [{ var: 'n' }, { '>': [{ var: '' }, 1] }] }, { n: [1, 2, 3] }],
    [{ filter: [{ var: 'pies' }, { '>': [{ var: 'temp' }, 100] }] }, pies],
    [{ reduce: [{ var: 'n' }, { '+': [{ var: 'accumulator' }, { var: 'current' }] }, 0] }, { n: [1, 2, 3] }],
    [{ reduce: [{ var: 'pies' }, { max: [{ var: 'accumulator' }, { var: 'current.temp' }] }, 0] }, pies],
    [{ reduce: [7, { var: 'current' }, 'initial'] }, {}],
    [{ all: [{ var: 'n' }, { '>': [{ var: '' }, 0] }] }, { n: [1, 2] }],
    [{ all: [{ var: 'n' }, { '>': [{ var: '' }, 1] }] }, { n: [1, 2] }],
    [{ all: [[], true] }, {}],
    [{ some: [{ var: 'n' }, { '>': [{ var: '' }, 1] }] }, { n: [1, 2] }],
    [{ some: [[], true] }, {}],
    [{ none: [{ var: 'n' }, { '>': [{ var: '' }, 2] }] }, { n: [1, 2] }],
    [{ none: [[], true] }, {}],
    [{ none: ['abc', true] }, {}],
    [{ merge: [[1, 2], 3, [[4]]] }, {}],
    [{ merge: 1 }, {}],
    [{ merge: [] }, {}],
    [{ some: [{ var: 'orders' }, { in: [{ var: 'sku' }, ['a', 'b']] }] }, { orders: [{ sku: 'c' }, { sku: 'b' }] }],
  ],
  'in looks into arrays and texts': [
    [{ in: ['b', ['a', 'b']] }, {}],
    [{ in: ['c', ['a', 'b']] }, {}],
    [{ in: [1, ['1']] }, {}],
    [{ in: ['pp', 'apple'] }, {}],
    [{ in: [1, 'a1'] }, {}],
    [{ in: ['a', { var: 'tags' }] }, { tags: ['a'] }],
    [{ in: ['a', [{ var: 'x' }, 'b']] }, { x: 'a' }],
    [{ in: ['a', 5] }, {}],
  ],
  'texts are joined and cut': [
    [{ cat: ['a', 'b'] }, {}],
    [{ cat: ['a', 1, true] }, {}],
    [{ cat: 'alone' }, {}],
    [{ cat: [['a', 'b'], 'c'] }, {}],
    [{ cat: [] }, {}],
    [{ substr: ['jsonlogic', 4] }, {}],
    [{ substr: ['jsonlogic', -5] }, {}],
    [{ substr: ['jsonlogic', 1, 3] }, {}],
    [{ substr: ['jsonlogic', 4, -2] }, {}],
    [{ substr: ['jsonlogic', -50, 2] }, {}],
    [{ substr: ['jsonlogic', 2, 0] }, {}],
    [{ substr: ['short', 1, -9] }, {}],
    [{ substr: [12345, 1, 2] }, {}],
  ],
}

for (const [title, table] of Object.entries(cases)) {
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
