import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DataPoint } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { canonicalJson, isAsTracked } from './transaction-data.ts'
import { typeCustomData } from './type-custom-data.ts'

const dataPoints = new Map<string, DataPoint>(
  (
    [
      ['transactionValue', 'number', 'action'],
      ['payee', 'text', 'action'],
      ['isGift', 'boolean', 'action'],
      ['tags', 'multiselect', 'action'],
      ['segment', 'number', 'user'],
    ] as const
  ).map(([name, dataType, modelType]) => [name, { dataPointId: name, name, dataType, modelType, isPublic: false }]),
)

function typed(custom: Record<string, unknown>, required?: string[]) {
  return typeCustomData(custom, dataPoints, 'action', required)
}

function refuses(custom: Record<string, unknown>, field: string) {
  assert.throws(
    () => typed(custom),
    (error) => error instanceof ApiError && error.code === 'invalid_request' && error.description.includes(`custom.${field}`),
    JSON.stringify(custom),
  )
}

test('a numeric text becomes a number where a number is declared', () => {
  for (const [text, number] of [
    ['3000', 3000],
    ['-1', -1],
    ['10.00', 10],
    ['1e3', 1000],
    ['-0', 0],
  ] as const) {
    assert.equal(typed({ transactionValue: text }).transactionValue, number)
  }
  assert.ok(Object.is(typed({ transactionValue: -0 }).transactionValue, 0))
})

test('RU-03: what is no number is refused by name where a number is declared', () => {
  for (const value of [
    '3,000',
    '',
    ' 1',
    '1 ',
    '0x10',
    'NaN',
    'Infinity',
    '1e400',
    [3000],
    { $gt: 0 },
    null,
    true,
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ]) {
    refuses({ transactionValue: value }, 'transactionValue')
  }
})

test('RU-03: text, boolean and multiselect data points take their own type only', () => {
  refuses({ payee: 5 }, 'payee')
  refuses({ isGift: 'true' }, 'isGift')
  refuses({ isGift: 1 }, 'isGift')
  refuses({ tags: 'a' }, 'tags')
  refuses({ tags: ['a', 1] }, 'tags')
  assert.deepEqual({ ...typed({ payee: '5', isGift: false, tags: ['a'] }) }, { payee: '5', isGift: false, tags: ['a'] })
})

test('a data point of the user model does not type the data of an action', () => {
  assert.equal(typed({ segment: 'gold' }).segment, 'gold')
})

test('RU-03: a number that no double can hold is refused also where nothing is declared', () => {
  refuses(JSON.parse('{"deep":{"x":[1e400]}}'), 'deep')
})

test('a required data point that is not there is refused by name', () => {
  assert.throws(() => typed({}, ['transactionValue']), /custom\.transactionValue/)
  assert.throws(() => typeCustomData(undefined, dataPoints, 'action', ['transactionValue']), /custom\.transactionValue/)
})

test('RU-02: maps have no prototype, and a name that would set one is refused', () => {
  const custom = typed(JSON.parse('{"constructor":{"prototype":{"x":1}},"toString":"t"}'))
  assert.equal(Object.getPrototypeOf(custom), null)
  assert.equal(Object.getPrototypeOf(custom.constructor), null)
  refuses(JSON.parse('{"__proto__":{"isAdmin":true}}'), '__proto__')
  refuses(JSON.parse('{"a":{"__proto__":1}}'), 'a.__proto__')
})

test('data nested without end is refused', () => {
  let deep: unknown = 1
  for (let i = 0; i < 10_000; i++) deep = [deep]
  refuses({ deep }, 'deep')
})

test('TX-02: the canonical text does not depend on the order of members or the spelling of numbers', () => {
  assert.equal(canonicalJson(JSON.parse('{"b":[1.0,{"d":1e2,"c":"\\u0061"}],"a":null}')), '{"a":null,"b":[1,{"c":"a","d":100}]}')
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
      fc.pre(!JSON.stringify(data).includes('__proto__'))
      const reversed = Object.fromEntries(Object.entries(data).reverse())
      const a = typeCustomData(reversed, new Map(), 'user')
      assert.equal(canonicalJson(a), canonicalJson(typeCustomData(data, new Map(), 'user')))
      assert.deepEqual(JSON.parse(canonicalJson(a)), JSON.parse(JSON.stringify(a)))
    }),
  )
})

test('TX-02: any difference of amount, payee, type or member is a difference', () => {
  const isSame = (custom: Record<string, unknown>) => isAsTracked(custom, { custom: approved }, dataPoints)
  const approved = typed({ transactionValue: '10.00', payee: 'acme' })
  assert.ok(isSame({ payee: 'acme', transactionValue: 10 }))
  assert.ok(isSame({ payee: 'acme', transactionValue: '10.0' }))
  assert.ok(!isSame({ payee: 'acme', transactionValue: 10_000 }))
  assert.ok(!isSame({ payee: 'evil', transactionValue: 10 }))
  assert.ok(!isSame({ payee: 'acme', transactionValue: 10, note: '' }))
  assert.ok(!isSame({ payee: 'acme', note: 10 }))
  assert.ok(!isSame({ payee: 'acme' }))
  assert.ok(!isAsTracked({ x: 10 }, { custom: { x: '10.00' } }, dataPoints))
  assert.ok(!isAsTracked({ x: '10.00' }, { custom: { x: 10 } }, dataPoints))
  assert.ok(isAsTracked({}, {}, dataPoints))
})

test('B9: what was sent is what is compared, whatever is declared in between', () => {
  const number: DataPoint = { dataPointId: 'f', name: 'fee', dataType: 'number', modelType: 'action', isPublic: false }
  const declarations = [new Map(), new Map([['fee', number]]), new Map([['fee', { ...number, dataType: 'text' as const }]])]
  const stored = [
    { sent: { fee: '10.00', x: 1 }, tracked: { custom: { fee: '10.00', x: 1 } } },
    { sent: { fee: '10.00', x: 1 }, tracked: { custom: { fee: 10, x: 1 }, numbersAsSent: { fee: '10.00' } } },
    { sent: { fee: 10, x: 1 }, tracked: { custom: { fee: 10, x: 1 } } },
  ]
  for (const { sent, tracked } of stored) {
    for (const dataPoints of declarations) {
      assert.ok(isAsTracked(sent, tracked, dataPoints))
      for (const fee of ['10.01', '10.00 ', 11, true, [10], null]) assert.ok(!isAsTracked({ ...sent, fee }, tracked, dataPoints))
    }
  }
  // Declared when it was tracked: other ways to write the number stay the same number.
  for (const fee of [10, '10', '1e1']) assert.ok(isAsTracked({ fee, x: 1 }, stored[1]?.tracked ?? {}, new Map()))
  // Never declared, or not then: a text stays the text that it was.
  for (const fee of [10, '10'])
    for (const dataPoints of declarations) assert.ok(!isAsTracked({ fee, x: 1 }, stored[0]?.tracked ?? {}, dataPoints))
})
