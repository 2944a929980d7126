import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { arbitraryHistory, arbitraryRules, historyFeatures, policyOf } from '../../test/arbitrary-history.ts'
import { abroad, createTestTenant, day, hour, isTrue, noon, torExit } from '../../test/tenant.ts'
import type { UserFacts } from '../facts/user-facts.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import { evaluatePolicy } from '../policy/evaluate-policy.ts'
import type { PolicyContext, RuleDefinition } from '../policy/policy-definition.ts'
import { decodeSignals } from '../signals/encoding.ts'
import type { Instance } from '../stored/instance.ts'
import { type BacktestOptions, type BacktestResult, createBacktest } from './backtest.ts'

const context: PolicyContext = { lists: new Map(), enabledMethods: ['PASSKEY', 'EMAIL_OTP'], configVersion: 1, features: historyFeatures }
const outcomes = ['ALLOW', 'CHALLENGE', 'REVIEW', 'BLOCK'] as const

function run(options: BacktestOptions, instances: readonly Instance[], user?: UserFacts): BacktestResult {
  const backtest = createBacktest(options)
  for (const instance of instances) {
    if (instance.action === options.draft.definition.action) backtest.addInstance(instance, user)
    else backtest.observe(instance)
  }
  return backtest.result()
}

function rule(ruleId: string, priority: number, changes: Partial<RuleDefinition>): RuleDefinition {
  return { ruleId, name: ruleId, priority, outcome: 'CHALLENGE', mode: 'active', ...changes }
}

test('the policy in force changes nothing about what it decided', () => {
  const decided = arbitraryRules.chain((rules) => fc.tuple(fc.constant(rules), arbitraryHistory(policyOf(rules), historyFeatures)))
  fc.assert(
    fc.property(decided, ([rules, { instances, user }]) => {
      const policy = compilePolicy(policyOf(rules), context)
      for (const inForce of [undefined, policy, compilePolicy(policyOf(rules, { version: 2 }), context)]) {
        const result = run({ draft: policy, inForce }, instances, user)
        assert.equal(result.changed, 0)
        assert.deepEqual(result.flips, [])
        assert.deepEqual(result.now, result.draft)
      }
      const again = run({ draft: policy, deriveFeatures: historyFeatures }, instances, user)
      assert.equal(again.changed, 0)
      assert.deepEqual(
        again.derivedFeatures.map(({ different }) => different),
        historyFeatures.map(() => 0),
      )
    }),
    { numRuns: 150 },
  )
})

test('every sum is the number of instances, and every rule counts what a plain evaluation finds', () => {
  const tried = fc
    .tuple(arbitraryRules, arbitraryRules)
    .chain(([rules, draftRules]) => fc.tuple(fc.constant(draftRules), arbitraryHistory(policyOf(rules), historyFeatures)))
  fc.assert(
    fc.property(tried, ([draftRules, { instances, user }]) => {
      const draft = compilePolicy(policyOf(draftRules, { version: 9 }), context)
      const result = run({ draft }, instances, user)
      const transfers = instances.filter(({ action }) => action === 'transfer')
      const evaluations = transfers.map((instance) =>
        evaluatePolicy(draft, decodeSignals(instance, user), { userId: instance.userId, at: instance.createdAt }),
      )
      const cells = outcomes.flatMap((now) => outcomes.map((then) => ({ now, then, count: result.matrix[now][then] })))
      assert.equal(sum(cells.map(({ count }) => count)), transfers.length)
      assert.equal(sum(cells.filter(({ now, then }) => now !== then).map(({ count }) => count)), result.changed)
      for (const outcome of outcomes) {
        assert.equal(sum(outcomes.map((then) => result.matrix[outcome][then])), result.now.outcomes[outcome])
        assert.equal(result.draft.outcomes[outcome], evaluations.filter((evaluation) => evaluation.outcome === outcome).length)
      }
      assert.equal(result.labels.good + result.labels.bad + result.labels.unlabelled, transfers.length)
      assert.equal(sum(result.days.map(({ instances: count }) => count)), transfers.length)
      for (const { ruleId, mode, matches, unique, decided, labels } of result.rules) {
        const list = mode === 'active' ? ('ruleIds' as const) : ('shadowRuleIds' as const)
        const matching = evaluations.filter((evaluation) => evaluation[list].includes(ruleId))
        assert.equal(matches, matching.length)
        assert.equal(decided, mode === 'active' ? matching.filter(({ ruleIds }) => ruleIds[0] === ruleId).length : 0)
        assert.equal(unique, matching.filter(({ ruleIds }) => ruleIds.every((id) => id === ruleId)).length)
        assert.equal(labels.good + labels.bad + labels.unlabelled, matches)
        const shared = result.overlaps.filter(({ ruleIds }) => ruleIds.includes(ruleId))
        assert.ok(shared.every((pair) => pair.matches <= matches - (mode === 'active' ? unique : 0)))
        if (mode === 'active') assert.ok(sum(shared.map((pair) => pair.matches)) >= matches - unique, 'what is not unique overlaps')
        for (const pair of shared) {
          assert.equal(pair.matches, evaluations.filter(({ ruleIds }) => pair.ruleIds.every((id) => ruleIds.includes(id))).length)
        }
      }
      assert.equal(sum(result.rules.map(({ decided }) => decided)), evaluations.filter(({ winner }) => winner !== null).length)
    }),
    { numRuns: 150 },
  )
})

test('precision, recall and friction are those of the labels', () => {
  const tenant = createTestTenant()
  const instances = [
    ...Array.from({ length: 3 }, (_, i) => tenant.pass({ at: noon + i * hour, custom: { amount: 10 } })),
    tenant.pass({ at: noon + 4 * hour, custom: { amount: 900 } }),
    tenant.fail({ at: noon + 5 * hour, userId: 'mallory', custom: { amount: 800 } }),
    tenant.track({ at: noon + day, userId: 'mallory', ip: abroad, custom: { mustBlock: true, amount: 5 } }).instance,
    ...Array.from({ length: 4 }, (_, i) => tenant.track({ at: noon + day + i * hour, custom: { amount: i } }).instance),
  ]
  const draft = compilePolicy(
    policyOf([rule('high', 0, { conditions: { '>': [{ var: 'custom.amount' }, 500] } })], { version: 2 }),
    context,
  )
  const { now, draft: then, labels, challengesPerDay, changed, usersAffected, matrix } = run({ draft }, instances)
  assert.deepEqual(labels, { good: 4, bad: 2, unlabelled: 4 })
  assert.deepEqual(now.stopped, { good: 4, bad: 2, unlabelled: 0 })
  assert.equal(now.precision, 0.3333)
  assert.equal(now.recall, 1)
  assert.equal(now.goodStopped, 1)
  assert.equal(now.challengesPer100, 50)
  assert.equal(now.stoppedPer100, 60)
  assert.equal(then.precision, 0.5)
  assert.equal(then.recall, 0.5)
  assert.equal(then.goodStopped, 0.25)
  assert.equal(then.challengesPer100, 20)
  assert.equal(matrix.CHALLENGE.ALLOW, 3)
  assert.equal(matrix.BLOCK.ALLOW, 1)
  assert.equal(changed, 4)
  assert.equal(usersAffected, 2)
  assert.equal(challengesPerDay.extra, Math.round((-3 / (27 / 24)) * 100) / 100)
})

test('what nobody labelled is no precision and no recall, rather than 0', () => {
  const draft = compilePolicy(policyOf([]), context)
  const { now, draft: then, firstAt, days } = run({ draft }, [])
  assert.equal(now.precision, null)
  assert.equal(then.recall, null)
  assert.equal(then.challengesPer100, 0)
  assert.equal(firstAt, null)
  assert.deepEqual(days, [])
})

test('flips are sampled, bounded for each kind, the same each time, and say both sides', () => {
  const tenant = createTestTenant({ rules: [rule('tor', 0, { outcome: 'BLOCK', conditions: isTrue('ip.isTor') })] })
  const instances = Array.from(
    { length: 300 },
    (_, i) => tenant.track({ at: noon + i * 60_000, userId: `u${i % 50}`, ip: i % 3 === 0 ? torExit : {} }).instance,
  )
  const draft = compilePolicy(policyOf([rule('all', 0, { outcome: 'REVIEW' })]), context)
  const result = run({ draft, samplesPerKind: 5 }, instances)
  assert.equal(result.changed, 300)
  assert.equal(result.usersAffected, 50)
  assert.equal(result.flips.length, 10)
  assert.deepEqual(result.flips, run({ draft, samplesPerKind: 5 }, instances).flips)
  const [first] = result.flips
  assert.deepEqual(first?.now, { outcome: 'ALLOW', ruleId: null, ruleIds: [] })
  assert.deepEqual(first?.draft, { outcome: 'REVIEW', ruleId: 'all', ruleIds: ['all'] })
  const blocked = result.flips.filter(({ now }) => now.outcome === 'BLOCK')
  assert.equal(blocked.length, 5)
  assert.ok(blocked.every(({ label, state, now }) => label === 'bad' && state === 'BLOCK' && now.ruleId === 'tor'))
  const spread = blocked.map(({ at }) => (at - noon) / 60_000)
  assert.ok(Math.max(...spread) - Math.min(...spread) > 100, 'spread over the window')
})

test('a policy of another version is evaluated as it would decide today, the same version as it decided', () => {
  const tenant = createTestTenant({ rules: [] })
  const { instance } = tenant.track({ ip: torExit })
  const blocking = policyOf([rule('tor', 0, { outcome: 'BLOCK', conditions: isTrue('ip.isTor') })], { version: 2 })
  const draft = compilePolicy(policyOf([], { version: 3 }), context)
  assert.equal(run({ draft }, [instance]).now.outcomes.BLOCK, 0, 'as it was decided')
  assert.equal(run({ draft, inForce: compilePolicy(blocking, context) }, [instance]).now.outcomes.BLOCK, 1)
  assert.equal(run({ draft, inForce: compilePolicy({ ...blocking, version: 1 }, context) }, [instance]).now.outcomes.BLOCK, 0)
})

test('a signal that was not known is counted, with its reason, and a rule that hangs on it says so', () => {
  const tenant = createTestTenant({ rules: [] })
  const instances = [tenant.track().instance, tenant.track({ ip: null, deviceId: null }).instance]
  const conditions = { or: [isTrue('device.isNew'), { '>': [{ var: 'velocity.unheardOf' }, 3] }] }
  const { signals, rules } = run({ draft: compilePolicy(policyOf([rule('a', 0, { conditions })]), context) }, instances)
  assert.deepEqual(signals, [
    { signal: 'device.isNew', missing: { not_provided: 1, not_applicable: 0, unavailable: 0 } },
    { signal: 'velocity.unheardOf', missing: { not_provided: 0, not_applicable: 0, unavailable: 2 } },
  ])
  assert.equal(rules[0]?.undetermined, 1)
  assert.equal(rules[0]?.matches, 2, 'the rule is stricter than the default, so it fails closed')
})

test('a feature that nobody declared then is derived from what was tracked, other actions and earlier events included', () => {
  const tenant = createTestTenant({ rules: [] })
  const at = (minutes: number) => noon + minutes * 60_000
  const early = tenant.track({ at: at(-30), custom: { amount: 40 } }).instance
  const login = tenant.track({ at: at(0), action: 'login' }).instance
  const instances = [5, 10, 15].map((minutes) => tenant.track({ at: at(minutes), custom: { amount: 30 } }).instance)
  const conditions = { '>': [{ var: 'velocity.sum1h' }, 100] }
  const options: BacktestOptions = {
    draft: compilePolicy(policyOf([rule('sum', 0, { conditions, whenUndetermined: 'SKIP' })]), context),
    deriveFeatures: [{ name: 'sum1h', metric: 'sum', of: 'custom.amount', per: 'user', windowMinutes: 60 }],
  }
  const backtest = createBacktest(options)
  backtest.observe(early)
  backtest.observe(login)
  for (const instance of instances) backtest.addInstance(instance)
  const { matrix, derivedFeatures, signals } = backtest.result()
  assert.deepEqual([matrix.ALLOW.ALLOW, matrix.ALLOW.CHALLENGE], [2, 1], 'the third makes it 40 + 90')
  assert.deepEqual(derivedFeatures, [{ name: 'sum1h', stored: 0, different: 0, countedFrom: at(-30) }])
  assert.equal(signals[0]?.missing.unavailable, 0)
  assert.equal(run({ ...options, deriveFeatures: [] }, instances).signals[0]?.missing.unavailable, 3, 'without deriving it is not known')
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
