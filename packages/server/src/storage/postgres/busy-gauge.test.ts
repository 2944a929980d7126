import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBusyGauge } from './busy-gauge.ts'

function gauge() {
  const spent = { nowMs: 1_000, workedMs: 900, waitedMs: 800 }
  const isBusy = createBusyGauge(() => ({ ...spent }))
  return {
    isBusy,
    pass(ms: number, { worked = 0, waited = 0 }: { worked?: number; waited?: number }) {
      spent.nowMs += ms
      spent.workedMs += worked
      spent.waitedMs += waited
    },
  }
}

test('a thread that works for most of the time is busy, whatever it did before', () => {
  const { isBusy, pass } = gauge()
  pass(100, { worked: 60 })
  assert.equal(isBusy(), false)
  pass(100, { worked: 80 })
  assert.equal(isBusy(), true)
  pass(100, {})
  assert.equal(isBusy(), false)
})

test('decisions that wait for the database make it busy, although this thread has time', () => {
  const { isBusy, pass } = gauge()
  pass(100, { worked: 10, waited: 40 })
  assert.equal(isBusy(), true)
  pass(100, { worked: 10, waited: 20 })
  assert.equal(isBusy(), false)
})
