import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ApiError } from '../errors/api-error.ts'
import { isExactNumber } from './is-exact-number.ts'
import { readJson, readJsonText } from './read-json.ts'

function refusalOf(text: string, isStored = false): string {
  try {
    readJsonText(text, isStored)
  } catch (error) {
    if (error instanceof ApiError) return error.description
    throw error
  }
  return 'accepted'
}

test('A3: a number that a double cannot hold is refused with its path', () => {
  for (const number of [
    '40817810099910004312',
    '-40817810099910004313',
    '9007199254740993',
    '1234567890.12345678',
    '0.1000000000000000055',
    '1e400',
    '1e-400',
    '1.0000000000000000001',
    '123456789012345678901e-3',
    `${'9'.repeat(5000)}`,
  ]) {
    for (const body of [`{"custom":{"a":[1,{"b":${number}}]}}`, `{"custom":{"a":[1, {"b" : \n\t${number} }]}}`]) {
      assert.match(refusalOf(body), /^`custom\.a\.1\.b` is a number that a double cannot hold/, body)
    }
  }
})

test('A3: every number that a double holds is accepted, however it is written', () => {
  for (const number of [
    '0',
    '-0',
    '0.0',
    '10.00',
    '1e3',
    '1E+3',
    '0.1',
    '1e21',
    '100000000000000000000',
    '5e-324',
    '0.30000000000000004',
  ]) {
    assert.equal(refusalOf(`{"a":${number}}`), 'accepted', number)
    assert.deepEqual(readJsonText(`{"a":${number}}`, true), JSON.parse(`{"a":${number}}`))
  }
  assert.ok(isExactNumber(`1${'0'.repeat(300)}`))
  assert.ok(!isExactNumber(`1${'0'.repeat(400)}`))
})

test('A3: whatever JavaScript writes is read back as it was, and what is read is what was written', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
  )
  fc.assert(
    fc.property(fc.array(number), (numbers) => {
      assert.deepEqual(readJsonText(JSON.stringify({ numbers }), true), JSON.parse(JSON.stringify({ numbers })))
    }),
  )
})

test('A3: two different numbers that are accepted stay different', () => {
  const digits = fc.bigInt({ min: 10n ** 14n, max: 10n ** 22n })
  const apart = fc.bigInt({ min: 1n, max: 3n })
  fc.assert(
    fc.property(digits, apart, fc.integer({ min: 0, max: 12 }), (first, distance, places) => {
      const [a, b] = [first, first + distance].map((number) => `${number}`.replace(new RegExp(`(\\d{${places}})$`), '.$10'))
      if (a === undefined || b === undefined) assert.fail()
      if (Number(a) === Number(b)) assert.ok(!isExactNumber(a) || !isExactNumber(b), `${a} ${b}`)
      if (first < 10n ** 15n - 3n) assert.ok(isExactNumber(a) && isExactNumber(b), `${a} ${b}`)
    }),
  )
})

test('A3: a name that occurs twice in one object is refused with its path, because readers disagree on which counts', () => {
  assert.match(refusalOf('{"custom":{"amount":1,"x":{"amount":2},"amount":1000}}'), /^`custom\.amount` occurs twice/)
  assert.match(refusalOf('{"custom":{"amount":1, "\\u0061mount" : 1000}}'), /^`custom\.amount` occurs twice/)
  assert.match(refusalOf('[{"a":1},{"b":"\\":","b":2}]'), /^`1\.b` occurs twice/)
  assert.match(refusalOf('{"a\\"":1,"a\\"":2}'), /occurs twice/)
  for (const text of [
    '{"a":{"b":1},"b":2}',
    '[{"a":1},{"a":2}]',
    '{"a":"\\"b\\":1","b":"x\\\\","c":"{\\"c\\":1}"}',
    '{"":{"":{"":0}}}',
    '[]',
    '"x"',
  ]) {
    assert.equal(refusalOf(text), 'accepted', text)
  }
})

test('RU-02: names that reach a prototype are refused, also when they are written with escapes', () => {
  assert.match(refusalOf('{"a":{"__proto__":1}}'), /^`a\.__proto__` is not a valid name/)
  assert.match(refusalOf('{"\\u005f_proto__":1}'), /is not a valid name/)
  assert.match(refusalOf('{"constructor":{"prototype":{}}}'), /^`constructor\.prototype` is not a valid name/)
  for (const text of ['{"constructor":"x"}', '{"prototype":1}', '{"text":"__proto__ constructor"}'])
    assert.equal(refusalOf(text), 'accepted')
})

test('C9: NUL and half a surrogate pair are refused with their path where texts are stored, in names too', () => {
  for (const text of ['\\u0000', 'a\\ud800', '\\udc00\\ud800', '\\uDFFFx']) {
    assert.match(refusalOf(`{"rules":[{"name":"${text}"}]}`, true), /^`rules\.0\.name` contains characters that cannot be stored/)
    assert.match(refusalOf(`{"a":{"${text}":1}}`, true), /^`a\..*` contains characters that cannot be stored/)
    assert.equal(refusalOf(`{"a":"${text}"}`), 'accepted')
  }
  for (const text of ['\\ud83d\\ude00', '\\u00fc', '\\\\u0000', '\\\\ud800'])
    assert.equal(refusalOf(`{"a":"${text}"}`, true), 'accepted', text)
})

test('A4: bytes that are not UTF-8 are refused wherever they stand', () => {
  for (const bytes of [[0xfc], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
    for (const around of [
      ['{"payee":"M', 'ller"}'],
      ['{"M', '":1}'],
      ['', '{}'],
    ] as const) {
      const body = Buffer.concat([Buffer.from(around[0]), Buffer.from(bytes), Buffer.from(around[1])])
      assert.throws(() => readJson(body, false), /is not UTF-8/, body.toString('latin1'))
    }
  }
  assert.throws(() => readJson(Buffer.from('{"a":1}', 'utf16le'), false), ApiError)
  assert.deepEqual(readJson(Buffer.from('{"payee":"Müller 😀"}'), false), { payee: 'Müller 😀' })
})

test('C10: a byte order mark before the text is dropped, whatever else the text contains', () => {
  for (const text of ['{"a":"x"}', '{"a":"\\u00fc"}', '{"constructor":1}']) {
    assert.deepEqual(readJson(Buffer.from(`\uFEFF${text}`), false), JSON.parse(text))
    assert.throws(() => readJson(Buffer.from(`\uFEFF\uFEFF${text}`), false), /not valid JSON/)
  }
  assert.deepEqual(readJson(Buffer.from('{"a":"\uFEFF"}'), false), { a: '\uFEFF' })
})

test('a body that is nested without end is read in bounded time', () => {
  const depth = 50_000
  assert.match(refusalOf(`${'{"a":['.repeat(depth)}1e400${']}'.repeat(depth)}`), /cannot hold/)
  assert.equal(refusalOf(`${'[{"constructor":'.repeat(depth)}1${'}]'.repeat(depth)}`), 'accepted')
})
