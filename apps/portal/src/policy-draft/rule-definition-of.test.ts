import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PolicyDraft } from './policy-draft.ts'
import { draftOfDefinition, policyDefinitionOf } from './rule-definition-of.ts'

test('a draft becomes a policy of the engine and comes back the same', () => {
  const draft: PolicyDraft = {
    defaultUserActionResult: 'REVIEW',
    whenUnenrolled: 'BLOCK',
    requires: ['ip'],
    rules: [
      {
        ruleId: 'a',
        name: 'A',
        type: 'CHALLENGE',
        mode: 'shadow',
        priority: 3,
        expiresAt: '2036-01-01T00:00:00.000Z',
        rolloutPercent: 10,
        conditions: { '>': [{ var: 'custom.amount' }, 1] },
      },
    ],
  }
  const definition = policyDefinitionOf('transfer', draft)
  assert.equal(definition.rules[0]?.outcome, 'CHALLENGE')
  assert.equal(definition.rules[0]?.expiresAt, Date.UTC(2036, 0, 1))
  assert.deepEqual(draftOfDefinition(definition), draft)
})
