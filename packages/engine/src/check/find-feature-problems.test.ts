import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTrue } from '../../test/tenant.ts'
import type { FeatureDefinition } from '../features/feature-definition.ts'
import { findFeatureProblems } from './find-feature-problems.ts'

const dataPoints = new Map([
  ['amount', { dataType: 'number', modelType: 'action' }],
  ['recipient', { dataType: 'text', modelType: 'action' }],
  ['items', { dataType: 'multiselect', modelType: 'action' }],
  ['tier', { dataType: 'text', modelType: 'user' }],
] as const)
const problems = (feature: Partial<FeatureDefinition>) =>
  findFeatureProblems({ name: 'f', metric: 'count', per: 'user', windowMinutes: 60, ...feature }, { dataPoints })

test('features that count what they say are fine', () => {
  const fine: Partial<FeatureDefinition>[] = [
    {},
    { metric: 'sum', of: 'custom.amount' },
    { metric: 'distinct', of: 'device.id', per: 'address' },
    { metric: 'distinct', of: 'ip.countryCode' },
    { metric: 'distinct', of: 'custom.items' },
    { per: 'custom.recipient', condition: { and: [isTrue('ip.isTor'), { '>': [{ var: 'custom.amount' }, 5] }] } },
  ]
  for (const feature of fine) assert.deepEqual(problems(feature), [], JSON.stringify(feature))
})

test('what a feature cannot count is named', () => {
  const broken: [Partial<FeatureDefinition>, RegExp][] = [
    [{ metric: 'sum' }, /^of: what to sum/],
    [{ of: 'custom.amount' }, /^of: goes with/],
    [{ metric: 'sum', of: 'custom.recipient' }, /not a number/],
    [{ metric: 'sum', of: 'custom.nobody' }, /no data point `nobody`/],
    [{ metric: 'distinct', of: 'custom.tier' }, /no data point `tier`/],
    [{ metric: 'distinct', of: 'risk.score' }, /not a signal of the event itself/],
    [{ metric: 'sum', of: 'ip.reputation' }, /not a signal of the event itself/],
    [{ per: 'custom.items' }, /several values/],
    [{ per: 'custom.nobody' }, /^per: there is no data point/],
    [{ condition: isTrue('device.isNew') }, /^condition: `device.isNew`/],
    [{ condition: isTrue('user.custom.tier') }, /^condition: `user.custom.tier`/],
    [{ condition: { '>': [{ var: 'custom.recipient' }, 5] } }, /^condition/],
    [{ condition: { nonsense: [1] } }, /^condition/],
  ]
  for (const [feature, message] of broken) assert.match(problems(feature)[0] ?? '', message, JSON.stringify(feature))
})

test('D1: everything that is wrong with a feature is named at once', () => {
  const found = problems({
    metric: 'sum',
    of: 'custom.recipient',
    per: 'custom.items',
    condition: { and: [{ '==': [{ var: 'ip.countryCode' }, 'ir'] }, { '>': [{ var: 'custom.recipient' }, 5] }] },
  })
  assert.equal(found.length, 4)
  assert.match(found[2] ?? '', /^condition\.and\[0\].*did you mean `IR`\?$/)
})
