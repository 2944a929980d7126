import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DraftRule } from '../policy-draft/policy-draft.ts'
import { correct, findProblems } from './find-problems.ts'

const context = { dataPoints: new Map([['amount', { dataType: 'number', modelType: 'action' } as const]]), lists: new Map() }
const rule = (fields: Partial<DraftRule>): DraftRule => ({ ruleId: 'r', name: 'R', type: 'CHALLENGE', mode: 'active', ...fields })

test('everything that is wrong is said at once, each at its place, with what was meant', () => {
  const conditions = {
    and: [{ '==': [{ var: 'ip.isAnonymus' }, true] }, { '>': [{ var: ['user.custom.amount'] }, 5] }, { soundsLike: [1] }],
  }
  const problems = findProblems(rule({ name: '', conditions, rolloutPercent: 120 }), [], context, 0)
  assert.deepEqual(
    problems.map(({ field, path, meant }) => ({ field, path, meant })),
    [
      { field: 'name', path: undefined, meant: undefined },
      { field: 'rolloutPercent', path: undefined, meant: undefined },
      { field: 'conditions', path: ['and', 0, '==', 0, 'var'], meant: 'ip.isAnonymous' },
      { field: 'conditions', path: ['and', 1, '>', 0, 'var', 0], meant: 'custom.amount' },
      { field: 'conditions', path: ['and', 2], meant: undefined },
    ],
  )
  let corrected: unknown = conditions
  for (const problem of problems) if (problem.path !== undefined) corrected = correct(corrected as never, problem)
  assert.deepEqual(corrected, {
    and: [{ '==': [{ var: 'ip.isAnonymous' }, true] }, { '>': [{ var: ['custom.amount'] }, 5] }, { soundsLike: [1] }],
  })
})

test('a rule that would work only looks odd', () => {
  const odd = rule({ expiresAt: '2020-01-01T00:00:00Z', rolloutPercent: 0, conditions: { and: [] } })
  const problems = findProblems(odd, [odd, rule({ ruleId: 'other' })], context, Date.now())
  assert.deepEqual(
    problems.map(({ field, severity }) => `${severity} ${field}`),
    ['warning name', 'warning rolloutPercent', 'warning expiresAt', 'warning conditions'],
  )
})
