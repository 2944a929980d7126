import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CostPoint, describeGrowth, fitGrowth } from './growth-law.ts'

const sizes = [1_000, 10_000, 100_000, 1_000_000]
const pointsOf = (cost: (size: number) => number): CostPoint[] => sizes.map((size) => [size, cost(size)])

test('a cost that stays where it is, but for noise, is flat', () => {
  const noise = [1.02, 0.97, 1.01, 0.99]
  assert.equal(fitGrowth(sizes.map((size, index) => [size, 100 * (noise[index] ?? 1)])).law, 'flat')
})

test('a cost that rises by as much with every tenfold is logarithmic', () => {
  const { law, perTenfold, total } = fitGrowth(pointsOf((size) => 20 + 10 * Math.log10(size)))
  assert.equal(law, 'logarithmic')
  assert.ok(Math.abs(perTenfold - 10 / 65) < 1e-9)
  assert.ok(Math.abs(total - 80 / 50) < 1e-9)
})

test('a cost that rises with the size itself is linear', () => {
  assert.equal(fitGrowth(pointsOf((size) => 5 + size / 1_000)).law, 'linear')
})

test('a size of nothing is left out of the fit', () => {
  const points = pointsOf((size) => 20 + 10 * Math.log10(size))
  assert.deepEqual(fitGrowth([[0, 5], ...points]), fitGrowth(points))
})

test('the sentence carries the verdict and the slope', () => {
  assert.equal(
    describeGrowth(
      'users',
      pointsOf((size) => 20 + 10 * Math.log10(size)),
    ),
    '**Logarithmic** in users: from 1,000 to 1,000,000 the cost is 1.60 times; the fitted slope is +15.4 % of the mean for each tenfold.',
  )
})

test('two sizes are not enough', () => {
  assert.throws(
    () =>
      fitGrowth([
        [1, 1],
        [10, 2],
      ]),
    /three different sizes/,
  )
})
