import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeDrafts } from './merge-drafts.ts'
import type { DraftRule, PolicyDraft } from './policy-draft.ts'

const rule = (ruleId: string, fields: Partial<DraftRule> = {}): DraftRule => ({
  ruleId,
  name: ruleId,
  type: 'CHALLENGE',
  mode: 'active',
  ...fields,
})
const policy = (rules: DraftRule[], fields: Partial<PolicyDraft> = {}): PolicyDraft => ({
  defaultUserActionResult: 'ALLOW',
  ...fields,
  rules,
})
const [a, b, c] = [rule('a'), rule('b'), rule('c')]
const base = policy([a, b, c])
const ids = ({ rules }: PolicyDraft) => rules.map(({ ruleId }) => ruleId).join('')

test('changes of different things are both kept', () => {
  const mine = policy([rule('a', { type: 'BLOCK' }), b, c, rule('mine')])
  const theirs = policy([rule('a', { rolloutPercent: 10 }), rule('theirs'), b], { defaultUserActionResult: 'REVIEW' })
  const { draft, conflicts } = mergeDrafts({ base, mine, theirs })
  assert.deepEqual(conflicts, [])
  assert.equal(draft.defaultUserActionResult, 'REVIEW')
  assert.deepEqual(
    draft.rules.map(({ ruleId, type, rolloutPercent, priority }) => [ruleId, type, rolloutPercent, priority]),
    [
      ['a', 'BLOCK', 10, 0],
      ['theirs', 'CHALLENGE', undefined, 1],
      ['b', 'CHALLENGE', undefined, 2],
      ['mine', 'CHALLENGE', undefined, 3],
    ],
  )
})

test('two changes of one field are a conflict, and the choice says whose stands', () => {
  const mine = policy([rule('a', { type: 'BLOCK', note: 'x' }), b, c])
  const theirs = policy([rule('a', { type: 'REVIEW' }), b, c])
  const { draft, conflicts } = mergeDrafts({ base, mine, theirs })
  assert.deepEqual(conflicts, [{ id: 'rule:a', ruleId: 'a', name: 'a', fields: ['type'] }])
  assert.deepEqual([draft.rules[0]?.type, draft.rules[0]?.note], ['BLOCK', 'x'])
  const other = mergeDrafts({ base, mine, theirs }, () => 'theirs').draft
  assert.deepEqual([other.rules[0]?.type, other.rules[0]?.note], ['REVIEW', 'x'])
})

test('a rule that one removes and the other changes is a conflict; one that nobody changes is gone', () => {
  const mine = policy([rule('a', { type: 'BLOCK' }), b])
  const theirs = policy([b, c])
  const { draft, conflicts } = mergeDrafts({ base, mine, theirs })
  assert.deepEqual(conflicts, [{ id: 'rule:a', ruleId: 'a', name: 'a', fields: [] }])
  assert.equal(ids(draft), 'ab')
  assert.equal(ids(mergeDrafts({ base, mine, theirs }, () => 'theirs').draft), 'b')
})

test('whoever has moved rules decides on the order', () => {
  const theirs = policy([rule('new'), a, b, c])
  assert.equal(ids(mergeDrafts({ base, mine: policy([c, a, b]), theirs }).draft), 'newcab')
  assert.equal(ids(mergeDrafts({ base, mine: policy([a, b, c, rule('x')]), theirs: policy([c, b, a]) }).draft), 'cxba')
})
