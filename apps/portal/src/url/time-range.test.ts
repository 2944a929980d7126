import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeTimeRange, endsOf, freezeTime, parseTimeRange, writeTimeRange } from './time-range.ts'

const now = Date.parse('2026-03-08T12:00:00Z')

test('a relative range ends now', () => {
  const week = parseTimeRange('-7d') ?? assert.fail()
  assert.deepEqual(endsOf(week, now), { from: '2026-03-01T12:00:00.000Z', to: '2026-03-08T12:00:00.000Z' })
  assert.equal(describeTimeRange(week), 'Last 7 days')
  assert.equal(describeTimeRange(parseTimeRange('-1h') ?? assert.fail()), 'Last hour')
})

test('nonsense is no range', () => {
  for (const text of ['', '7d', '-0d', '-9999d', '-7y', 'a..b', '2026-01-02..2026-01-01', '2026-01-01'])
    assert.equal(parseTimeRange(text), undefined, text)
})

test('a copied link shows the same tomorrow, whatever else is in it', () => {
  const usual = parseTimeRange('-7d') ?? assert.fail()
  const frozen = freezeTime('https://mfa.example/portal/events?q=a%26b&time=-3h', usual, now)
  assert.equal(new URL(frozen).searchParams.get('q'), 'a&b')
  const range = parseTimeRange(new URL(frozen).searchParams.get('time') ?? '') ?? assert.fail()
  assert.deepEqual(endsOf(range, now + 86_400_000), endsOf(parseTimeRange('-3h') ?? assert.fail(), now))
  assert.equal(writeTimeRange(range), '2026-03-08T09:00:00.000Z..2026-03-08T12:00:00.000Z')
  assert.equal(freezeTime(frozen, usual, now + 5000), frozen)
})
