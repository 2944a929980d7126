import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { flag, json, list, number, oneOf, readParam, text, writeParam } from './codec.ts'

const same = <T>(codec: Parameters<typeof readParam<T>>[2], value: T) => readParam(writeParam('', 'x', codec, value), 'x', codec)

test('what is written into the address is read back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (values) => {
      fc.pre(values.length > 1 || values[0] !== '')
      assert.deepEqual(same(list, values), values)
    }),
  )
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (value) => assert.equal(same(text(), value), value)))
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => assert.equal(same(number(), value), value + 0)))
  assert.equal(same(flag, true), true)
})

test('the usual value is not in the address, and what others keep there stays', () => {
  assert.equal(writeParam('a=1&tab=all', 'tab', oneOf(['all', 'open'], 'all'), 'all'), 'a=1')
  assert.equal(writeParam('a=1', 'tab', oneOf(['all', 'open'], 'all'), 'open'), 'a=1&tab=open')
})

test('an address that somebody made up means the usual value', () => {
  assert.equal(readParam('tab=evil', 'tab', oneOf(['all', 'open'], 'all')), 'all')
  assert.equal(readParam('n=NaN', 'n', number(5)), 5)
  assert.deepEqual(
    readParam(
      'f={',
      'f',
      json<string[]>([], () => ['taken']),
    ),
    [],
  )
  assert.deepEqual(readParam('l=%25zz,a', 'l', list), ['%zz', 'a'])
})
