import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { arbitraryHistory, arbitraryRules, historyFeatures, policyOf } from '../../test/arbitrary-history.ts'
import { createTestTenant, isTrue, torExit } from '../../test/tenant.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import type { PolicyContext } from '../policy/policy-definition.ts'
import { replayDecision } from './replay-decision.ts'

const context: PolicyContext = { lists: new Map(), enabledMethods: [], configVersion: 1, features: historyFeatures }

test('RU-06: every decision is made again from what was stored with it, byte for byte', () => {
  const decided = arbitraryRules.chain((rules) => fc.tuple(fc.constant(rules), arbitraryHistory(policyOf(rules), historyFeatures)))
  fc.assert(
    fc.property(decided, ([rules, { instances, user }]) => {
      const policy = compilePolicy(policyOf(rules), context)
      for (const instance of instances) {
        const { identical, decision, recomputed } = replayDecision(policy, instance, user)
        assert.deepEqual(recomputed, decision)
        assert.equal(identical, true)
      }
    }),
    { numRuns: 150 },
  )
})

test('a policy that was not the one that decided shows', () => {
  const { instance } = createTestTenant({ rules: [] }).track({ ip: torExit })
  const rules = [{ ruleId: 'tor', name: 'Tor', priority: 0, outcome: 'BLOCK', mode: 'active', conditions: isTrue('ip.isTor') } as const]
  const { identical, decision, recomputed } = replayDecision(compilePolicy(policyOf([...rules]), context), instance)
  assert.equal(identical, false)
  assert.deepEqual([decision.outcome, recomputed.outcome, recomputed.ruleId], ['ALLOW', 'BLOCK', 'tor'])
})
