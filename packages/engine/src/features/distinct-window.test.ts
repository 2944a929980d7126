import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { shortHash } from '../hash.ts'
import { addToDistinct, countDistinct, type DistinctWindow, dropFromDistinct, mergeDistinct } from './distinct-window.ts'
import { memberHash } from './member-hash.ts'

const shape = { bucketMs: 60_000, buckets: 60, limit: 256 }
const start = 1_764_000_000_000

test('up to the limit the count is exact to the width of a bucket', () => {
  const events = fc.array(fc.record({ gap: fc.oneof(fc.nat(30_000), fc.nat(3_000_000)), member: fc.nat(40).map(String) }), {
    maxLength: 150,
  })
  fc.assert(
    fc.property(events, (list) => {
      let window: DistinctWindow | undefined
      let at = start
      const log: { at: number; member: string }[] = []
      for (const { gap, member } of list) {
        at += gap
        window = addToDistinct(window, shape, at, member)
        log.push({ at, member })
        const within = (ms: number) => new Set(log.filter((event) => event.at > at - ms).map((event) => event.member)).size
        const counted = countDistinct(window, shape, at)
        assert.ok(counted >= within(60 * shape.bucketMs))
        assert.ok(counted <= within(61 * shape.bucketMs))
      }
    }),
  )
})

test('a member that was counted in this bucket changes nothing', () => {
  const window = addToDistinct(undefined, shape, start, 'a')
  assert.equal(addToDistinct(window, shape, start + 1, 'a'), window)
})

test('the 256th is exact, and beyond it the count is an estimate in bounded space', () => {
  let window: DistinctWindow | undefined
  for (let i = 0; i < 256; i++) window = addToDistinct(window, shape, start, `member ${i}`)
  assert.equal(countDistinct(window, shape, start), 256)
  for (let i = 256; i < 20_000; i++) window = addToDistinct(window, shape, start, `member ${i}`)
  assert.ok(Number(window?.of.length) <= 256)
  const estimate = countDistinct(window, shape, start)
  assert.ok(Math.abs(estimate / 20_000 - 1) < 0.25, String(estimate))
})

test('one window after the last member was left out the count is exact again', () => {
  let window: DistinctWindow | undefined
  for (let i = 0; i < 5000; i++) window = addToDistinct(window, shape, start, `member ${i}`)
  const later = start + 62 * shape.bucketMs
  for (let i = 0; i < 7; i++) window = addToDistinct(window, shape, later, `later ${i}`)
  assert.equal(countDistinct(window, shape, later), 7)
  assert.equal(window?.sample, undefined)
})

test('a dropped member is no longer counted', () => {
  const window = addToDistinct(addToDistinct(undefined, shape, start, 'a'), shape, start, 'b')
  assert.equal(countDistinct(dropFromDistinct(window, 'a'), shape, start), 1)
  assert.equal(dropFromDistinct(window, 'c'), window)
})

test('who came last and comes again moves on in time, and the window before stays as it was', () => {
  const hour = { bucketMs: 60_000, buckets: 60, limit: 8 }
  const one = addToDistinct(undefined, hour, 0, 'a')
  const again = addToDistinct(one, hour, 180_000, 'a')
  assert.deepEqual(again, { at: [3, 0], of: ['a'] })
  const two = addToDistinct(again, hour, 240_000, 'b')
  assert.deepEqual(addToDistinct(two, hour, 300_000, 'b'), { at: [3, 0, 2], of: ['a', 'b'] })
  assert.deepEqual(two, { at: [3, 0, 1], of: ['a', 'b'] })
})

test('A13: a member that an earlier release stored by its short hash is the same member, and takes its entry over', () => {
  const [alice, bob] = [memberHash('alice'), memberHash('bob')]
  const stored: DistinctWindow = { at: [Math.floor(start / shape.bucketMs), 0, 0], of: [shortHash('alice'), shortHash('bob')] }
  for (const later of [0, 1, shape.bucketMs, 30 * shape.bucketMs]) {
    const once = addToDistinct(stored, shape, start + later, alice)
    assert.equal(countDistinct(once, shape, start + later), 2)
    assert.ok(once.of.includes(alice) && !once.of.includes(shortHash('alice')))
    const both = addToDistinct(once, shape, start + later, bob)
    assert.deepEqual([...both.of].sort(), [alice, bob].sort())
    assert.equal(countDistinct(both, shape, start + later), 2)
  }
  assert.deepEqual(dropFromDistinct(stored, alice).of, [shortHash('bob')])
  const merged = mergeDistinct(stored, { at: [Math.floor(start / shape.bucketMs) + 1, 0], of: [alice] }, shape)
  assert.deepEqual([...merged.of].sort(), [alice, shortHash('bob')].sort())
  assert.deepEqual(mergeDistinct({ at: [1, 0], of: [alice] }, { at: [1, 0], of: [shortHash('alice')] }, shape).of, [alice])
})

test('A13: an address is not taken for one whose text begins with it', () => {
  const window = addToDistinct(addToDistinct(undefined, shape, start, '10.0.0.1'), shape, start, '10.0.0.12')
  assert.deepEqual(window.of, ['10.0.0.1', '10.0.0.12'])
})
