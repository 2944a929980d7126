import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { localTime } from './local-time.ts'

test('the hour and the day are those of the zone, across changes to and from summer time', () => {
  const zones = fc.constantFrom('UTC', 'Pacific/Auckland', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns')
  const times = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2030, 0) })
  fc.assert(
    fc.property(zones, times, (timeZone, at) => {
      const format = new Intl.DateTimeFormat('en-US', { timeZone, hour: 'numeric', hourCycle: 'h23', weekday: 'short' })
      const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
      const dayOfWeek = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(String(parts.weekday)) + 1
      assert.deepEqual(localTime(at, timeZone), { hour: Number(parts.hour), dayOfWeek })
    }),
    { numRuns: 400 },
  )
})

test('without a zone, or with one that does not exist, it is UTC', () => {
  const at = Date.UTC(2026, 0, 5, 23, 59)
  assert.deepEqual(localTime(at, null), { hour: 23, dayOfWeek: 1 })
  assert.deepEqual(localTime(at, 'No/Where'), { hour: 23, dayOfWeek: 1 })
})
