import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withParts, wordsOf } from './words-of.ts'

test('words are lower case, without accents, and keep what joins letters and digits', () => {
  assert.deepEqual(wordsOf('Zoë Ångström <zoe.a@Example.com>, order-17!'), ['zoe', 'angstrom', 'zoe.a', 'example.com', 'order-17'])
  assert.deepEqual(wordsOf(' … -- '), [])
  assert.deepEqual(wordsOf('2001:db8::1.'), ['2001:db8::1'])
})

test('a short word is found by each of its parts, a long one from its beginning only', () => {
  assert.deepEqual(withParts('order-17'), ['order-17', '17'])
  assert.deepEqual(withParts('a.b_c'), ['a.b_c', 'b_c', 'c'])
  assert.deepEqual(withParts('3f2a1b4c-0000-4000-8000-000000000001'), ['3f2a1b4c-0000-4000-8000-000000000001'])
})
