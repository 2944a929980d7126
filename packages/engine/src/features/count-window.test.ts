import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addToCount, type CountWindow, countWithin } from './count-window.ts'

const shape = { bucketMs: 60_000, buckets: 60 }

test('what the window counts is right to the width of a bucket, and never less than what happened in it', () => {
  const gaps = fc.array(fc.record({ gap: fc.oneof(fc.nat(30_000), fc.nat(600_000), fc.nat(8_000_000)), amount: fc.nat(9) }), {
    maxLength: 120,
  })
  fc.assert(
    fc.property(gaps, fc.constantFrom(10, 60), (events, buckets) => {
      let window: CountWindow = []
      let at = 1_764_000_000_000
      const log: { at: number; amount: number }[] = []
      for (const { gap, amount } of events) {
        at += gap
        window = addToCount(window, shape, at, amount)
        log.push({ at, amount })
        const within = (ms: number) => log.filter((event) => event.at > at - ms).reduce((sum, event) => sum + event.amount, 0)
        const counted = countWithin(window, shape, at, buckets)
        assert.ok(counted >= within(buckets * shape.bucketMs))
        assert.ok(counted <= within((buckets + 1) * shape.bucketMs))
        assert.ok(window.length <= 1 + 2 * 61)
        assert.ok(JSON.stringify(window).length <= 500)
      }
    }),
  )
})

test('a clock that goes back a little loses nothing, one that was far ahead is forgotten', () => {
  const now = 1_764_000_000_000
  const back = addToCount(addToCount([], shape, now, 1), shape, now - 300_000, 1)
  assert.equal(countWithin(back, shape, now - 300_000), 2)
  assert.equal(countWithin(back, shape, now), 2)
  const future = addToCount([], shape, now + 365 * 86_400_000, 5)
  assert.equal(countWithin(future, shape, now), 0)
  assert.equal(countWithin(addToCount(future, shape, now, 1), shape, now), 1)
})

test('amounts stay numbers that JSON carries', () => {
  const now = 1_764_000_000_000
  let window: CountWindow = []
  for (const amount of [0.1, 0.2, 1e308, 1e308, 0, -0]) {
    window = addToCount(window, shape, now, amount)
    assert.deepEqual(JSON.parse(JSON.stringify(window)), window)
  }
  assert.equal(countWithin(addToCount(addToCount([], shape, now, 0.1), shape, now, 0.2), shape, now), 0.3)
})
