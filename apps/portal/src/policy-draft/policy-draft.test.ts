import assert from 'node:assert/strict'
import { test } from 'node:test'
import { draftOf, tidyDraft } from './policy-draft.ts'

const snoozes = [{ userId: 'u', until: '2036-01-01T00:00:00.000Z', reason: 'moves' }]

test('a draft has the rules in their order and no snoozes, which take effect without it', () => {
  const draft = draftOf({
    defaultUserActionResult: 'ALLOW',
    whenUnenrolled: 'ENROLL',
    verificationMethods: [],
    rules: [
      { ruleId: 'b', name: 'B', type: 'BLOCK', mode: 'shadow', priority: 7 },
      { ruleId: 'a', name: 'A', type: 'CHALLENGE', mode: 'active', priority: 1, snoozes },
    ],
  })
  assert.deepEqual(draft, {
    defaultUserActionResult: 'ALLOW',
    whenUnenrolled: 'ENROLL',
    rules: [
      { ruleId: 'a', name: 'A', type: 'CHALLENGE', mode: 'active', priority: 1 },
      { ruleId: 'b', name: 'B', type: 'BLOCK', mode: 'shadow', priority: 7 },
    ],
  })
})

test('a member that says nothing is no change', () => {
  const rule = { ruleId: 'a', name: 'A', type: 'BLOCK', mode: 'active' } as const
  const emptied = { ...rule, description: '', note: null, rolloutPercent: undefined }
  assert.deepEqual(
    tidyDraft({ defaultUserActionResult: 'ALLOW', verificationMethods: [], requires: [], whenMissing: 'REFUSE', rules: [emptied] }),
    {
      defaultUserActionResult: 'ALLOW',
      rules: [rule],
    },
  )
})
