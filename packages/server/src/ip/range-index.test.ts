import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ParsedAddress } from '../addresses/parse-address.ts'
import { compareWords } from '../addresses/parse-cidr.ts'
import { createRangeIndexBuilder } from './build-range-index.ts'
import { findValue } from './range-index.ts'

/** Few distinct values for each word, so that addresses often meet boundaries. */
const word = fc.constantFrom(0, 1, 0xffff, 0x1_0000, 0x1_0001, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff)
const value = fc.integer({ min: 0, max: 70_000 })

test('the IPv4 index agrees with a scan of the boundaries', () => {
  const boundaries = fc.array(fc.tuple(fc.oneof(word, fc.integer({ min: 0, max: 2 ** 32 - 1 })), value), { maxLength: 40 })
  fc.assert(
    fc.property(boundaries, fc.array(fc.oneof(word, fc.integer({ min: 0, max: 2 ** 32 - 1 }))), (unsorted, probes) => {
      const sorted = unsorted.sort(([a], [b]) => a - b)
      const builder = createRangeIndexBuilder()
      for (const [start, to] of sorted) builder.setV4(start, to)
      const index = builder.build()
      for (const probe of [...probes, ...sorted.flatMap(([start]) => [start, Math.max(0, start - 1), Math.min(2 ** 32 - 1, start + 1)])]) {
        const expected = sorted.findLast(([start]) => start <= probe)?.[1] ?? 0
        assert.equal(findValue(index, address([probe])), expected)
      }
    }),
  )
})

test('the IPv6 index agrees with a scan of the boundaries', () => {
  const words = fc.tuple(word, word, word, word)
  fc.assert(
    fc.property(fc.array(fc.tuple(words, value), { maxLength: 40 }), fc.array(words), (unsorted, probes) => {
      const sorted = unsorted.sort(([a], [b]) => compareWords(a, b))
      const builder = createRangeIndexBuilder()
      for (const [[a, b, c, d], to] of sorted) builder.setV6(a, b, c, d, to)
      const index = builder.build()
      for (const probe of [...probes, ...sorted.map(([start]) => start)]) {
        const expected = sorted.findLast(([start]) => compareWords(start, probe) <= 0)?.[1] ?? 0
        assert.equal(findValue(index, address(probe)), expected)
      }
    }),
  )
})

test('boundaries that do not ascend are refused', () => {
  const builder = createRangeIndexBuilder()
  builder.setV4(10, 1)
  assert.throws(() => builder.setV4(9, 2), RangeError)
  builder.setV6(0, 0, 1, 0, 1)
  assert.throws(() => builder.setV6(0, 0, 0, 5, 2), RangeError)
})

function address(words: readonly number[]): ParsedAddress {
  return { text: '', version: words.length === 1 ? 4 : 6, words }
}
