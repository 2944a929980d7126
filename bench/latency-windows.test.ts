import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLatencyRecorder } from './latency-windows.ts'

test('a request counts in the window in which it was due, and once as a long one', () => {
  const recorder = createLatencyRecorder(15)
  for (let n = 0; n < 1000; n++) recorder.add(n, 2)
  recorder.add(14_999, 251)
  recorder.add(15_000, 40)
  const { p50, max, longPerMinute, windows } = recorder.summary(0.5)
  assert.deepEqual([p50, max, longPerMinute], [2, 251, 2])
  assert.deepEqual(
    windows.map((window) => [window.minute, window.max]),
    [
      [0.25, 251],
      [0.5, 40],
    ],
  )
})
