import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freeName } from '../../policy-draft/free-name.ts'
import type { DraftRule } from '../../policy-draft/policy-draft.ts'
import { duplicateRule, moveRule, placeOfDrop } from './move-rule.ts'

const rule = (ruleId: string): DraftRule => ({ ruleId, name: ruleId, type: 'BLOCK', mode: 'active' })
const rules = ['a', 'b', 'c'].map(rule)
const ids = (moved: readonly DraftRule[]) => moved.map(({ ruleId }) => ruleId).join('')

test('a rule moves to a place, and never beyond the ends', () => {
  assert.equal(ids(moveRule(rules, 'c', 0)), 'cab')
  assert.equal(ids(moveRule(rules, 'a', 9)), 'bca')
  assert.equal(ids(moveRule(rules, 'a', -1)), 'abc')
  assert.equal(ids(moveRule(rules, 'nobody', 0)), 'abc')
})

test('a dropped rule stands above or below the one it was dropped on', () => {
  const dropped = (id: string, on: string, edge: 'top' | 'bottom') => ids(moveRule(rules, id, placeOfDrop(rules, id, { on, edge })))
  assert.equal(dropped('a', 'c', 'bottom'), 'bca')
  assert.equal(dropped('a', 'c', 'top'), 'bac')
  assert.equal(dropped('c', 'a', 'top'), 'cab')
  assert.equal(dropped('b', 'b', 'top'), 'abc')
})

test('a copy stands behind its rule, in shadow and with a name of its own', () => {
  const [, copy, next] = duplicateRule(rules, 'a', 'new')
  assert.deepEqual([copy?.ruleId, copy?.name, copy?.mode, next?.ruleId], ['new', 'a 2', 'shadow', 'b'])
  assert.equal(freeName([rule('a'), rule('a 2')], 'a'), 'a 3')
})
