import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givePriorities } from './give-priorities.ts'
import type { DraftRule } from './policy-draft.ts'

const rule = (ruleId: string, priority?: number): DraftRule => ({ ruleId, name: ruleId, type: 'BLOCK', mode: 'active', priority })
const base = [rule('a', 5), rule('b', 10), rule('c', 20)]
const prioritiesOf = (order: string) =>
  givePriorities(
    [...order].map((id) => rule(id)),
    base,
  ).map(({ priority }) => priority)

test('rules that were not moved keep their priority, and a moved one gets one between', () => {
  assert.deepEqual(prioritiesOf('abc'), [5, 10, 20])
  assert.deepEqual(prioritiesOf('acb'), [5, 6, 10])
  assert.deepEqual(prioritiesOf('anbc'), [5, 6, 10, 20])
  assert.deepEqual(prioritiesOf('nabc'), [0, 5, 10, 20])
  assert.deepEqual(prioritiesOf('ac'), [5, 20])
})

test('where there is no room between two rules, as few as possible get another number', () => {
  const tight = ['a', 'b', 'c', 'd'].map((id, place) => rule(id, place))
  const given = (order: string) =>
    givePriorities(
      [...order].map((id) => rule(id)),
      tight,
    ).map(({ priority }) => priority)
  assert.deepEqual(given('acbd'), [0, 1, 2, 3])
  assert.deepEqual(given('cbd'), [0, 1, 3])
  assert.deepEqual(given('nabcd'), [0, 1, 2, 3, 4])
  assert.deepEqual(given('bcd'), [1, 2, 3])
  const last = [rule('a', 99)]
  assert.deepEqual(
    givePriorities([rule('a'), rule('n')], last).map(({ priority }) => priority),
    [0, 1],
  )
})

test('priorities rise and stay between 0 and 99, whatever was before', () => {
  const many = Array.from({ length: 100 }, (_, place) => rule(String(place), (place * 37) % 100))
  const given = givePriorities(many, many).map(({ priority }) => priority ?? -1)
  assert.deepEqual(
    given,
    many.map((_, place) => place),
  )
})
