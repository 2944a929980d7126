import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relativeTime } from './relative-time.ts'

test('a distance in time is said in its largest whole unit', () => {
  const now = Date.parse('2026-03-08T12:00:00Z')
  const told = (text: string) => relativeTime(Date.parse(text), now, 'en')
  assert.equal(told('2026-03-08T11:59:58Z'), 'just now')
  assert.equal(told('2026-03-08T11:56:01Z'), '3 minutes ago')
  assert.equal(told('2026-03-07T11:00:00Z'), 'yesterday')
  assert.equal(told('2026-03-10T13:00:00Z'), 'in 2 days')
  assert.equal(told('2025-12-01T00:00:00Z'), '3 months ago')
})
