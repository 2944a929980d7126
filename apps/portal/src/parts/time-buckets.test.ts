import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  describeBucket,
  describeCounts,
  describeTick,
  highestCount,
  snapToBuckets,
  stackBuckets,
  type TimeBucket,
  type TimeLayer,
} from './time-buckets.ts'

const hour = 3_600_000
const start = Date.parse('2026-03-08T12:00:00Z')
const layers: TimeLayer[] = [
  { id: 'block', word: 'Blocked', tone: 'block' },
  { id: 'allow', word: 'Allowed', tone: 'allow' },
]
const buckets: TimeBucket[] = [
  { at: start, counts: { allow: 5, block: 2 }, usual: { low: 4, high: 9 } },
  { at: start + hour, counts: {} },
  { at: start + 2 * hour, counts: { allow: 1 }, isRunning: true, usual: { low: 3, high: 3 } },
]

test('layers stand one upon the other, and empty ones take no room', () => {
  assert.deepEqual(stackBuckets(buckets, layers), [
    { layer: 0, bucket: 0, from: 0, to: 2 },
    { layer: 1, bucket: 0, from: 2, to: 7 },
    { layer: 1, bucket: 2, from: 0, to: 1 },
  ])
})

test('the drawing is as high as the highest column or the usual, which does not make the columns flat', () => {
  assert.equal(highestCount(buckets, layers), 9)
  assert.equal(highestCount([{ at: start, counts: { allow: 5 }, usual: { low: 4, high: 400 } }], layers), 10)
  assert.equal(highestCount([], layers), 1)
})

test('the time axis names the day where one begins', () => {
  const midnight = Date.parse('2026-03-08T23:00:00Z')
  assert.equal(describeTick(midnight, false, 'en-GB', 'Europe/Berlin'), '9 Mar')
  assert.equal(describeTick(midnight + hour, false, 'en-GB', 'Europe/Berlin'), '01:00')
  assert.equal(describeTick(Date.parse('2026-03-08T00:00:00Z'), true, 'en-GB', 'America/Los_Angeles'), '8 Mar')
})

test('a brush takes whole buckets, in whichever direction it was drawn', () => {
  assert.deepEqual(snapToBuckets(buckets, hour, start + 10, start + hour + 10), { from: start, to: start + 2 * hour })
  assert.deepEqual(snapToBuckets(buckets, hour, start + hour + 10, start + 10), { from: start, to: start + 2 * hour })
  assert.deepEqual(snapToBuckets(buckets, hour, start + hour + 1, start + hour + 2), { from: start + hour, to: start + 2 * hour })
  assert.equal(snapToBuckets(buckets, hour, start - 5 * hour, start - 4 * hour), undefined)
})

test('a bucket is said in words, with what is usual then', () => {
  assert.equal(describeCounts(buckets[0] ?? assert.fail(), layers, 'event', 'events'), '7 events · 5 allowed · 2 blocked · usual 4 to 9')
  assert.equal(describeCounts(buckets[1] ?? assert.fail(), layers, 'event', 'events'), '0 events')
  assert.equal(describeCounts(buckets[2] ?? assert.fail(), layers, 'event', 'events'), '1 event so far · 1 allowed · usual 3')
  assert.match(describeBucket(start, hour, 'en-GB', 'Europe/Berlin'), /13:00.14:00/)
  assert.equal(describeBucket(Date.parse('2026-03-08T00:00:00Z'), 24 * hour, 'en-GB', 'America/Los_Angeles'), 'Sun 8 Mar (UTC)')
})
