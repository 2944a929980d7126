import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DraftRule, PolicyDraft } from '../../policy-draft/policy-draft.ts'
import { beginChanged, beginNew, changedRuleIds, changesShared, newRuleIds, usualGoLive } from './go-live.ts'

const rule = (ruleId: string, fields: Partial<DraftRule> = {}): DraftRule => ({
  ruleId,
  name: ruleId,
  type: 'BLOCK',
  mode: 'active',
  ...fields,
})
const policy = (...rules: DraftRule[]): PolicyDraft => ({ defaultUserActionResult: 'ALLOW', rules })
const base = policy(rule('old', { rolloutPercent: 5 }))
const draft = policy(rule('new'), rule('old', { rolloutPercent: 5 }))

test('only rules that were not live before begin as chosen', () => {
  const ids = newRuleIds(base, draft)
  assert.deepEqual(ids, ['new'])
  const some = beginNew(draft, ids, { how: 'percent', percent: 10 })
  assert.deepEqual(some.rules, [rule('new', { rolloutPercent: 10 }), rule('old', { rolloutPercent: 5 })])
  assert.deepEqual(beginNew(draft, ids, { how: 'shadow', percent: 10 }).rules[0], rule('new', { mode: 'shadow' }))
  assert.deepEqual(beginNew(some, ids, { how: 'active', percent: 10 }), draft)
  assert.equal(beginNew(draft, ids, { how: 'drafted', percent: 10 }), draft)
})

test('a draft that already says how a new rule begins is taken at its word', () => {
  assert.equal(usualGoLive(draft, ['new']), 'active')
  assert.equal(usualGoLive(policy(rule('new', { mode: 'shadow' })), ['new']), 'drafted')
  assert.equal(usualGoLive(base, []), 'active')
})

const live = policy(rule('a', { priority: 0 }), rule('b', { priority: 1 }), rule('c', { priority: 2, mode: 'shadow' }))
const changed = policy(
  rule('a', { priority: 0, type: 'CHALLENGE' }),
  rule('b', { priority: 1, note: 'why' }),
  rule('c', { priority: 2, mode: 'shadow', type: 'REVIEW' }),
)
const begin = (how: 'active' | 'percent' | 'shadow' | 'off', from = changed) =>
  beginChanged({ base: live, draft: from }, ['a'], { how, percent: 10 }, (id) => `${id}-2`).rules.map(
    ({ ruleId, name, type, mode, rolloutPercent, priority }) => [ruleId, name, type, mode, rolloutPercent, priority],
  )

test('a rule that acts has changed when it does something else, not when it is called or noted otherwise', () => {
  assert.deepEqual(changedRuleIds(live, changed), ['a'])
  assert.deepEqual(changedRuleIds(live, policy(rule('a', { type: 'CHALLENGE', mode: 'off' }))), [])
})

test('a changed rule in shadow is a copy behind the rule, which goes on as it was', () => {
  assert.deepEqual(begin('shadow'), [
    ['a', 'a', 'BLOCK', 'active', undefined, 0],
    ['a-2', 'a, changed', 'CHALLENGE', 'shadow', undefined, 1],
    ['b', 'b', 'BLOCK', 'active', undefined, 2],
    ['c', 'c', 'REVIEW', 'shadow', undefined, 3],
  ])
  assert.deepEqual(begin('off')[1], ['a-2', 'a, changed', 'CHALLENGE', 'off', undefined, 1])
})

test('for some people the changed rule comes first, and the rule as it was stands behind it for everybody', () => {
  assert.deepEqual(begin('percent').slice(0, 2), [
    ['a-2', 'a, changed', 'CHALLENGE', 'active', 10, 0],
    ['a', 'a', 'BLOCK', 'active', undefined, 1],
  ])
})

test('for everybody the rule itself changes, and a new name is kept by the copy', () => {
  assert.deepEqual(begin('active')[0], ['a', 'a', 'CHALLENGE', 'active', undefined, 0])
  const renamed = policy(rule('a', { type: 'CHALLENGE', name: 'Better' }), rule('b'), rule('c'))
  assert.deepEqual(begin('shadow', renamed)[1]?.[1], 'Better')
})

test('what a policy has only one of is told apart from its rules', () => {
  assert.equal(changesShared(live, changed), false)
  assert.equal(changesShared(live, { ...live, defaultUserActionResult: 'BLOCK' }), true)
  assert.equal(changesShared(live, policy(...[...live.rules].reverse())), true)
  assert.equal(changesShared(live, policy(...live.rules.slice(1))), true)
  assert.equal(changesShared(live, policy(...live.rules, rule('new'))), false)
})
