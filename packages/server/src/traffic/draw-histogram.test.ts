import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../test/fuzz/random.ts'
import { describeSpread } from './draw-histogram.ts'

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)

test('numbers are counted in equally wide bars at round bounds', () => {
  const { min, max, quantiles, histogram } = describeSpread(Array.from({ length: 1000 }, (_, n) => n))
  assert.deepEqual([min, max], [0, 999])
  assert.deepEqual(histogram.bounds.slice(0, 3), [0, 50, 100])
  assert.ok(histogram.counts.every((count) => count === 50))
  assert.deepEqual(
    quantiles.filter(({ share }) => share === 0.5 || share === 0.95),
    [
      { share: 0.5, value: 499 },
      { share: 0.95, value: 949 },
    ],
  )
})

test('a few numbers far outside do not press the others into one bar', () => {
  const { histogram } = describeSpread([...Array.from({ length: 500 }, (_, n) => n / 10), 1e9])
  assert.equal(histogram.bounds.at(-1), 1e9)
  assert.ok(Math.max(...histogram.counts) < 60, histogram.counts.join())
})

test('one value alone, whole numbers close together, and numbers at the ends of what there is, have bars', () => {
  assert.deepEqual(describeSpread([7]).histogram, { bounds: [7, 8], counts: [1] })
  assert.deepEqual(describeSpread([0, 0]).histogram, { bounds: [0, 1], counts: [2] })
  assert.deepEqual(describeSpread([1, 2, 2, 3]).histogram, { bounds: [1, 2, 3, 4], counts: [1, 2, 1] })
  for (const numbers of [[Number.MAX_VALUE, -Number.MAX_VALUE], [Number.MAX_VALUE], [5e-324], [1e308, 1e308], [2 ** 53, 2 ** 53 + 2]]) {
    const { histogram } = describeSpread(numbers)
    assert.equal(sum(histogram.counts), numbers.length, JSON.stringify(histogram))
    assert.ok(histogram.bounds.every(Number.isFinite))
  }
})

test('every number is in one bar, between its bounds, and there are never many bars', () => {
  const random = createRandom(3)
  for (let round = 0; round < 500; round++) {
    const scale = 10 ** (random.integer(20) - 10)
    const numbers = Array.from({ length: 1 + random.integer(50) }, () => (random.integer(2000) - 1000) * scale)
    const { histogram } = describeSpread(numbers)
    const { bounds, counts } = histogram
    assert.equal(sum(counts), numbers.length)
    assert.equal(bounds.length, counts.length + 1)
    assert.ok(counts.length <= 52)
    for (const [n, bar] of counts.entries()) {
      const isIn = (number: number) =>
        number >= (bounds[n] ?? 0) && (number < (bounds[n + 1] ?? 0) || (n === counts.length - 1 && number <= (bounds[n + 1] ?? 0)))
      assert.equal(numbers.filter(isIn).length, bar, JSON.stringify({ numbers, histogram, n }))
    }
  }
})
