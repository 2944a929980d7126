import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyOf } from '../../test/arbitrary-history.ts'
import { createTestTenant, hour, isTrue, noon, torExit } from '../../test/tenant.ts'
import type { RuleDefinition } from '../policy/policy-definition.ts'
import { createShadowCounter } from './shadow-count.ts'

const rules: RuleDefinition[] = [
  { ruleId: 'tor', name: 'Tor', priority: 0, outcome: 'BLOCK', mode: 'active', conditions: isTrue('ip.isTor') },
  {
    ruleId: 'high',
    name: 'High',
    priority: 1,
    outcome: 'CHALLENGE',
    mode: 'shadow',
    conditions: { '>': [{ var: 'custom.amount' }, 100] },
  },
  { ruleId: 'idle', name: 'Idle', priority: 2, outcome: 'REVIEW', mode: 'shadow', conditions: isTrue('device.isBot') },
]

test('a shadow rule is counted where it matched, and as a change only where nothing before it decided', () => {
  const tenant = createTestTenant({ rules })
  const counter = createShadowCounter(policyOf(rules))
  counter.addInstance(tenant.track({ custom: { amount: 200 } }).instance)
  counter.addInstance(tenant.track({ at: noon + hour, userId: 'john', custom: { amount: 500 } }).instance)
  counter.addInstance(tenant.track({ at: noon + 2 * hour, ip: torExit, custom: { amount: 500 } }).instance)
  counter.addInstance(tenant.track({ custom: { amount: 1 } }).instance)
  const result = counter.result()
  assert.equal(result.instances, 4)
  assert.deepEqual(result.rules[0], {
    ruleId: 'high',
    name: 'High',
    outcome: 'CHALLENGE',
    mode: 'shadow',
    matches: 3,
    wouldChange: 2,
    insteadOf: { ALLOW: 2, CHALLENGE: 0, REVIEW: 0, BLOCK: 0 },
    usersAffected: 2,
    usersAffectedIsAtLeast: false,
    labels: { good: 0, bad: 1, unlabelled: 2 },
    firstAt: noon,
    lastAt: noon + 2 * hour,
  })
  assert.equal(result.rules[1]?.matches, 0, 'a shadow rule that never matched is listed too')
})

test('a rule that is no longer in the policy is counted by its id', () => {
  const tenant = createTestTenant({ rules })
  const counter = createShadowCounter(policyOf([]))
  counter.addInstance(tenant.track({ custom: { amount: 200 } }).instance)
  const [gone] = counter.result().rules
  assert.deepEqual([gone?.ruleId, gone?.name, gone?.matches, gone?.wouldChange], ['high', undefined, 1, 0])
})
