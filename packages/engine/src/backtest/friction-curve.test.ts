import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestTenant, noon } from '../../test/tenant.ts'
import type { Instance } from '../stored/instance.ts'
import { createFrictionCurve, leastBad } from './friction-curve.ts'

const tenant = createTestTenant()
const template = tenant.track().instance

function instanceOf(amount: number | undefined, state: Instance['state']): Instance {
  return { ...template, state, tracked: { custom: amount === undefined ? {} : { amount } } }
}

test('the curve says how often a limit challenges and what it catches', () => {
  const curve = createFrictionCurve({ signal: 'custom.amount', direction: 'above' })
  for (let i = 0; i < 100; i++) curve.addInstance(instanceOf(i + 1, 'CHALLENGE_SUCCEEDED'))
  for (let i = 0; i < 40; i++) curve.addInstance(instanceOf(1000 + i, 'CHALLENGE_FAILED'))
  for (let i = 0; i < 60; i++) curve.addInstance(instanceOf(undefined, 'ALLOW'))
  const { instances, missing, labels, hasEnoughBad, points } = curve.result()
  assert.deepEqual([instances, missing, hasEnoughBad], [200, 60, true])
  assert.deepEqual(labels, { good: 100, bad: 40, unlabelled: 60 })
  assert.ok(points.length <= 50)
  assert.deepEqual(points[0], { threshold: 1039, challengesPer100: 0, badCaught: 0, goodChallenged: 0 })
  assert.deepEqual(points.at(-1), { threshold: 1, challengesPer100: 69.5, badCaught: 1, goodChallenged: 0.99 })
})

test('with fewer than 30 bad instances it does not say what is caught', () => {
  const curve = createFrictionCurve({ signal: 'custom.amount', direction: 'above', points: 5 })
  for (let i = 0; i < leastBad - 1; i++) curve.addInstance(instanceOf(i, 'BLOCK'))
  const { hasEnoughBad, points } = curve.result()
  assert.equal(hasEnoughBad, false)
  assert.ok(points.every(({ badCaught }) => badCaught === null))
  assert.equal(points.length, 5)
})

test('each point counts what a rule with that threshold matches, in both directions', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 200 }),
      fc.constantFrom('above', 'below'),
      (amounts, direction) => {
        const curve = createFrictionCurve({ signal: 'custom.amount', direction, points: 20 })
        for (const amount of amounts) curve.addInstance(instanceOf(amount, 'ALLOW'))
        const { points } = curve.result()
        const matches = (threshold: number) =>
          amounts.filter((amount) => (direction === 'above' ? amount > threshold : amount < threshold)).length
        for (const { threshold, challengesPer100 } of points) {
          assert.equal(challengesPer100, Math.round((matches(threshold) / amounts.length) * 1e4) / 100)
        }
        const friction = points.map(({ challengesPer100 }) => challengesPer100)
        assert.deepEqual(
          friction,
          friction.toSorted((a, b) => a - b),
          'from strict to lenient there is more of it',
        )
      },
    ),
  )
})

test('where most values are the same, the points go where they differ', () => {
  const curve = createFrictionCurve({ signal: 'custom.amount', direction: 'above', points: 12 })
  for (let i = 0; i < 1000; i++) curve.addInstance(instanceOf(Math.max(0, i - 900), 'ALLOW'))
  const thresholds = curve.result().points.map(({ threshold }) => threshold)
  assert.deepEqual([thresholds.length > 8, thresholds[0], thresholds.at(-1)], [true, 99, 0])
  assert.ok(
    thresholds.slice(1).every((threshold, i) => (thresholds[i] ?? 0) - threshold <= 20),
    String(thresholds),
  )
})

test('the extreme is what only a small share goes beyond, on the side that is suspicious', () => {
  for (const [direction, expected] of [
    ['above', 95],
    ['below', 6],
  ] as const) {
    const curve = createFrictionCurve({ signal: 'custom.amount', direction })
    assert.equal(curve.extreme(0.05), null)
    for (let i = 1; i <= 100; i++) curve.addInstance(instanceOf(((i * 37) % 100) + 1, 'ALLOW'))
    assert.equal(curve.extreme(0.05), expected)
  }
})

test('a curve needs a number to be drawn over', () => {
  assert.throws(() => createFrictionCurve({ signal: 'lists.mules', direction: 'above' }), TypeError)
  assert.throws(() => createFrictionCurve({ signal: 'no.such.signal', direction: 'above' }), TypeError)
  const curve = createFrictionCurve({ signal: 'velocity.actions1h', direction: 'below' })
  curve.addInstance({ ...template, createdAt: noon })
  assert.equal(curve.result().points[0]?.threshold, 1)
})
