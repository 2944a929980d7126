import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '@sallyport/engine/facts'
import { insertPart, movePart, movePartTo, negatePart, removePart, setGroup, setTest, wrapPart } from './edit-tree.ts'
import { valueAt } from './json-place.ts'
import { nodesOf, readTree, type TreeCondition, type TreeGroup, type TreeNode } from './read-tree.ts'

const anonymous: JsonValue = { '==': [{ var: 'ip.isAnonymous' }, true] }
const large: JsonValue = { '<': [2000, { var: 'custom.amount' }] }
const odd: JsonValue = { soundsLike: [{ var: 'user.email' }, 'bob'] }

const nodesIn = (conditions: JsonValue) => [...nodesOf(readTree(conditions) as TreeNode)]
const conditionIn = (conditions: JsonValue) =>
  nodesIn(conditions).find((node): node is TreeCondition => node.kind === 'condition') as TreeCondition
const groupIn = (conditions: JsonValue, at = 0) =>
  nodesIn(conditions).filter((node): node is TreeGroup => node.kind === 'group')[at] as TreeGroup

test('`2000 < amount` is read as over 2000 and stays turned round, whatever else is chosen', () => {
  const condition = conditionIn(large)
  assert.deepEqual([condition.test, condition.isTurned, condition.values[0]], ['>', true, { kind: 'number', path: ['<', 0], value: 2000 }])
  assert.deepEqual(setTest(large, condition, '<=', false, [2000]), { '>=': [2000, { var: 'custom.amount' }] })
  assert.deepEqual(setTest(large, condition, '>', true, [2000]), { '!': [large] })
})

test('what the builder does not know is a block that moves and stays whole', () => {
  const conditions: JsonValue = { or: [odd, anonymous] }
  assert.deepEqual(
    nodesIn(conditions).map(({ kind }) => kind),
    ['group', 'json', 'condition'],
  )
  assert.deepEqual(movePart(conditions, ['or', 0], 'down')?.conditions, { or: [anonymous, odd] })
  assert.deepEqual(negatePart(conditions, nodesIn(conditions)[1] as TreeNode), { or: [{ '!': [odd] }, anonymous] })
})

test('the first condition makes a group, and one more stands beside what is there', () => {
  assert.deepEqual(insertPart(undefined, anonymous), { conditions: { and: [anonymous] }, path: ['and', 0] })
  assert.deepEqual(insertPart(anonymous, large), { conditions: { and: [anonymous, large] }, path: ['and', 1] })
  assert.deepEqual(insertPart({ or: [anonymous] }, large).conditions, { or: [anonymous, large] })
  assert.deepEqual(insertPart({ and: anonymous }, large).conditions, { and: [anonymous, large] })
  assert.deepEqual(insertPart({ '!': { or: [anonymous] } }, large).conditions, { and: [{ '!': { or: [anonymous] } }, large] })
})

test('a part that goes takes the groups with it that are empty then', () => {
  assert.deepEqual(removePart({ and: [anonymous, { or: [large] }] }, ['and', 1, 'or', 0]), { and: [anonymous] })
  assert.deepEqual(removePart({ and: [{ '!': [{ or: [large] }] }, odd] }, ['and', 0, '!', 0, 'or', 0]), { and: [odd] })
  assert.deepEqual(removePart({ and: [{ '!': { '!': anonymous } }, odd] }, ['and', 0, '!', '!']), { and: [odd] })
  assert.deepEqual(removePart({ or: [anonymous] }, ['or', 0]), { and: [] })
  assert.deepEqual(removePart(anonymous, []), { and: [] })
})

test('a part moves past its neighbour, into a group and out of it, and back', () => {
  const conditions: JsonValue = { and: [anonymous, { or: [large] }, odd] }
  const into = movePart(conditions, ['and', 0], 'down')
  assert.deepEqual(into, { conditions: { and: [{ or: [anonymous, large] }, odd] }, path: ['and', 0, 'or', 0] })
  assert.deepEqual(valueAt(into?.conditions, into?.path ?? []), anonymous)
  assert.deepEqual(movePart(into?.conditions ?? null, into?.path ?? [], 'up'), { conditions, path: ['and', 0] })
  const up = movePart(conditions, ['and', 2], 'up')
  assert.deepEqual(up, { conditions: { and: [anonymous, { or: [large, odd] }] }, path: ['and', 1, 'or', 1] })
  assert.deepEqual(movePart(up?.conditions ?? null, up?.path ?? [], 'down'), { conditions, path: ['and', 2] })
  assert.deepEqual(movePart(conditions, ['and', 1, 'or', 0], 'up')?.conditions, { and: [anonymous, large, odd] })
  assert.equal(movePart(conditions, ['and', 0], 'up'), undefined)
})

test('a part that is dragged lands before, after or in another, and never in itself', () => {
  const conditions: JsonValue = { and: [anonymous, { '!': { or: [large] } }, odd] }
  assert.deepEqual(movePartTo(conditions, ['and', 2], ['and', 0], 'before'), { and: [odd, anonymous, { '!': { or: [large] } }] })
  assert.deepEqual(movePartTo(conditions, ['and', 0], ['and', 2], 'after'), { and: [{ '!': { or: [large] } }, odd, anonymous] })
  assert.deepEqual(movePartTo(conditions, ['and', 0], ['and', 1], 'into'), { and: [{ '!': { or: [large, anonymous] } }, odd] })
  assert.deepEqual(movePartTo(conditions, ['and', 1, '!', 'or', 0], ['and', 0], 'before'), { and: [large, anonymous, odd] })
  assert.equal(movePartTo(conditions, ['and', 1], ['and', 1, '!', 'or', 0], 'after'), undefined)
})

test('a group asks for all, any, none or not all, and its parts stay', () => {
  const conditions: JsonValue = { and: [anonymous, odd] }
  const none = setGroup(conditions, groupIn(conditions), 'or', true)
  assert.deepEqual(none, { '!': [{ or: [anonymous, odd] }] })
  assert.deepEqual(setGroup(none, groupIn(none), 'and', false), conditions)
  const bare: JsonValue = { '!': { or: [odd] } }
  assert.deepEqual(setGroup(bare, groupIn(bare), 'and', true), { '!': { and: [odd] } })
  assert.deepEqual(wrapPart(conditions, ['and', 1], 'or'), { and: [anonymous, { or: [odd] }] })
})
