import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPauses, pauseAfter, shareLoad } from './leave-room.ts'

test('a look through history pauses longer, the busier the thread that decides is, and not at all where a processor is free', () => {
  assert.deepEqual(
    [0, 0.2, 0.5, 0.75, 0.99, 1].map((share) => Math.round(pauseAfter(10, share, 2))),
    [0, 0, 10, 30, 100, 100],
  )
  assert.equal(pauseAfter(10, 1, 4), 0)
})

test('the pause is as long as the work before it, and comes only after some', () => {
  const share = Float64Array.of(0.5)
  const pauses: number[] = []
  const pause = createPauses(share, 2, (ms) => pauses.push(ms))
  const work = (ms: number) => {
    const begun = process.threadCpuUsage()
    while (process.threadCpuUsage(begun).user < ms * 1_000);
  }
  work(100)
  pause()
  pause()
  assert.equal(pauses.length, 1)
  assert.ok((pauses[0] ?? 0) >= 100, `${pauses}`)
  share[0] = 0
  work(100)
  pause()
  assert.equal(pauses.length, 1)
})

test('the share is that of the event loop', async () => {
  const load = shareLoad()
  load.begin()
  for (const until = performance.now() + 400; performance.now() < until; ) await new Promise((resolve) => setImmediate(resolve))
  assert.ok((load.share[0] ?? 0) > 0.5, String(load.share[0]))
  load.end()
})
