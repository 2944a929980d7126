import assert from 'node:assert/strict'
import { test } from 'node:test'
import { undeclaredOf } from './undeclared.ts'

test('what arrives undeclared is there once, and no longer when it is declared', () => {
  const warning = { code: 'undeclared_data_point', action: 'transfer', subject: 'amount', count: 2, lastAt: '2026-01-02' }
  const warnings = [
    warning,
    { ...warning, action: 'payout', count: 3, lastAt: '2026-01-01' },
    { ...warning, code: 'input_missing' },
    { ...warning, subject: 'x…' },
  ]
  assert.deepEqual(undeclaredOf(warnings, [{ name: 'amount', modelType: 'user' }]), [
    { name: 'amount', actions: ['transfer', 'payout'], count: 5, lastAt: '2026-01-02' },
  ])
  assert.deepEqual(undeclaredOf(warnings, [{ name: 'amount', modelType: 'action' }]), [])
})
