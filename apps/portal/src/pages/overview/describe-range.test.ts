import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeRange } from './describe-range.ts'

const now = Date.parse('2026-03-08T12:50:00Z')
const at = (from: string, to: string) => ({ from: `2026-03-${from}:00.000Z`, to: `2026-03-${to}:00.000Z` })

test('a range keeps its name where whole hours make it hardly longer', () => {
  assert.equal(describeRange('Last 7 days', at('01T12:50', '08T12:50'), at('01T12:00', '08T13:00'), now), 'Last 7 days')
})

test('where whole hours or days were counted that make it much longer, its real bounds are named', () => {
  assert.notEqual(describeRange('Last hour', at('08T11:50', '08T12:50'), at('08T11:00', '08T13:00'), now), 'Last hour')
  assert.match(describeRange('Last day', at('07T12:50', '08T12:50'), at('07T00:00', '09T00:00'), now), /2026/)
})
