import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecentSignal } from './recent-values.ts'
import type { SignalChoice } from './signal-choices.ts'
import { undeclaredChoices } from './undeclared-choices.ts'

const had = (signal: string, values: readonly (string | number | boolean)[], more: Partial<RecentSignal> = {}): RecentSignal => ({
  signal,
  known: values.length,
  missing: { not_provided: 0, not_applicable: 0, unavailable: 0 },
  values: [...new Set(values)].map((value) => ({ value, count: values.filter((one) => one === value).length })),
  distinct: new Set(values).size,
  other: 0,
  ...more,
})
const numbers = { min: 1, max: 9, quantiles: [], histogram: { bounds: [1, 9], counts: [2] } }

test('data that arrives undeclared can be declared as what it looks like', () => {
  const found = undeclaredChoices(
    [
      had('custom.amount', [1, 9], { numbers }),
      had('custom.price', [], { numbers, known: 30, distinct: 30 }),
      had('custom.sent', ['12', '3.5']),
      had('custom.gift', [true, false]),
      had('custom.note', ['a', '12']),
      had('custom.tags', ['a', 'b', 'a'], { known: 2 }),
      had('ip.asn', [7]),
      had('user.custom.tier', ['gold']),
      had('custom.basket', [], { known: 4, other: 4 }),
      had('custom.two words', ['x']),
      had('custom.never', []),
    ],
    [{ name: 'custom.amount' } as SignalChoice],
  )
  assert.deepEqual(
    found.map(({ undeclared, dataType, type }) => [undeclared, dataType, type]),
    [
      ['price', 'number', 'number'],
      ['sent', 'number', 'number'],
      ['gift', 'boolean', 'boolean'],
      ['note', 'text', 'text'],
      ['tags', 'multiselect', 'texts'],
    ],
  )
})
