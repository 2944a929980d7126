import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyOf } from '../../test/arbitrary-history.ts'
import { createTestTenant, hour, noon } from '../../test/tenant.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import type { PolicyContext, RuleDefinition } from '../policy/policy-definition.ts'
import type { RuleSnooze } from '../policy/snoozes.ts'
import { createBacktest } from './backtest.ts'
import { replayDecision } from './replay-decision.ts'

const context: PolicyContext = { lists: new Map(), enabledMethods: ['PASSKEY'], configVersion: 1 }
const until = noon + hour

function rulesWith(snoozes: RuleSnooze[]): RuleDefinition[] {
  const conditions = { '>': [{ var: 'custom.amount' }, 50] }
  return [{ ruleId: 'high', name: 'High', priority: 0, outcome: 'CHALLENGE', mode: 'active', conditions, snoozes }]
}

const subjects: { subject: Partial<RuleSnooze>; covered: object; other: object }[] = [
  { subject: { userId: 'jane' }, covered: { userId: 'jane' }, other: { userId: 'john' } },
  { subject: { deviceId: 'a' }, covered: { deviceId: 'a' }, other: { deviceId: 'b' } },
  {
    subject: { ipAddress: '198.51.100.0/24' },
    covered: { ip: { address: '198.51.100.9' } },
    other: { ip: { address: '198.51.101.9' } },
  },
]

for (const { subject, covered, other } of subjects) {
  const name = Object.keys(subject)[0]

  test(`a backtest counts what a snooze by ${name} silences, until it ends`, () => {
    const tenant = createTestTenant(policyOf(rulesWith([])), [], context)
    const events = [
      { ...covered, at: noon },
      { ...other, at: noon },
      { ...covered, at: until },
    ]
    const instances = events.map((attempt) => tenant.track({ ...attempt, custom: { amount: 100 } }).instance)
    const draft = compilePolicy({ ...policyOf(rulesWith([{ ...subject, until, reason: 'x' }])), version: 2 }, context)
    const backtest = createBacktest({ draft })
    for (const instance of instances) backtest.addInstance(instance)
    const { matrix, rules, changed } = backtest.result()
    assert.deepEqual([matrix.CHALLENGE.ALLOW, matrix.CHALLENGE.CHALLENGE, changed], [1, 2, 1])
    assert.deepEqual([rules[0]?.matches, rules[0]?.snoozed], [2, 1])
  })

  test(`RU-06: a decision under a snooze by ${name} is made again byte for byte, long after it ended`, () => {
    const definition = policyOf(rulesWith([{ ...subject, until, reason: 'x' }]))
    const tenant = createTestTenant(definition, [], context)
    for (const attempt of [covered, other]) {
      const { instance } = tenant.track({ ...attempt, at: noon, custom: { amount: 100 } })
      assert.equal(instance.outcome, attempt === covered ? 'ALLOW' : 'CHALLENGE')
      assert.ok(replayDecision(compilePolicy(definition, context), instance).identical)
    }
  })
}
