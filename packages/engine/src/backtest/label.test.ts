import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GivenLabel } from '../stored/instance.ts'
import { labelOf } from './label.ts'

const label = (value: GivenLabel['value']): GivenLabel => ({ value, at: 1, source: 'person', actor: { kind: 'system' } })

test('what is known of an instance goes before how it ended', () => {
  assert.equal(labelOf({ state: 'ALLOW', disputedAt: null }), null)
  assert.equal(labelOf({ state: 'ALLOW', disputedAt: null, label: label('fraud') }), 'bad')
  assert.equal(labelOf({ state: 'ALLOW', disputedAt: null, label: label('good') }), 'good')
  assert.equal(labelOf({ state: 'BLOCK', disputedAt: null, label: label('good') }), 'good')
  assert.equal(labelOf({ state: 'CHALLENGE_SUCCEEDED', disputedAt: null, label: label('fraud') }), 'bad')
})

test('a disputed instance is bad, unless somebody has found since that it was good', () => {
  assert.equal(labelOf({ state: 'ALLOW', disputedAt: 1 }), 'bad')
  assert.equal(labelOf({ state: 'ALLOW', disputedAt: 1, label: label('good') }), 'good')
})
