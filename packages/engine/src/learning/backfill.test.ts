import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestTenant, hour, isTrue, noon, throughJson } from '../../test/tenant.ts'
import type { FeatureDefinition } from '../features/feature-definition.ts'
import type { RuleDefinition } from '../policy/policy-definition.ts'
import type { Instance } from '../stored/instance.ts'
import { createBackfill } from './backfill.ts'

const features: FeatureDefinition[] = [
  { name: 'count', metric: 'count', per: 'user', windowMinutes: 1440 },
  { name: 'sum', metric: 'sum', of: 'custom.amount', per: 'user', windowMinutes: 1440 },
  { name: 'recipients', metric: 'distinct', of: 'custom.recipient', per: 'user', windowMinutes: 10_080 },
  { name: 'payments', metric: 'count', per: 'custom.recipient', windowMinutes: 43_200, actions: ['transfer'] },
  { name: 'users', metric: 'distinct', of: 'user.id', per: 'device', windowMinutes: 1440 },
  { name: 'blocked', metric: 'count', per: 'address', windowMinutes: 1440, states: ['BLOCK'] },
  { name: 'large', metric: 'count', per: 'network', windowMinutes: 60, condition: { '>': [{ var: 'custom.amount' }, 50] } },
]

const attempt = fc.record({
  minutes: fc.nat(200),
  userId: fc.constantFrom('jane', 'john'),
  action: fc.constantFrom('transfer', 'login'),
  deviceId: fc.constantFrom('a', 'b', null),
  custom: fc.record({ amount: fc.nat(100), recipient: fc.constantFrom('r1', 'r2', 'r3'), mustBlock: fc.boolean() }),
})

test('a feature that is filled from the past reads what it would had it always been declared, whatever is counted meanwhile', () => {
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 1, maxLength: 40 }), fc.nat(40), (attempts, declaredAfter) => {
      const always = createTestTenant({}, features)
      const late = createTestTenant({}, undefined)
      const declared = createTestTenant({}, features)
      const past: Instance[] = []
      let at = noon
      const filled = () => {
        for (const feature of features) {
          const backfill = createBackfill(feature, at + 1)
          for (const instance of past) backfill.add(throughJson(instance))
          for (const ref of backfill.refs()) {
            const id = `${ref.kind} ${ref.key}`
            ;(declared.entities as Map<string, unknown>).set(id, throughJson(backfill.mergeInto(ref, declared.entities.get(id), features)))
          }
        }
      }
      attempts.forEach(({ minutes, ...rest }, i) => {
        at += minutes * 60_000
        const live = always.track({ ...rest, at })
        if (i < declaredAfter) {
          past.push(late.track({ ...rest, at }).instance)
          for (const [id, entity] of late.entities) (declared.entities as Map<string, unknown>).set(id, entity)
          return
        }
        const counted = declared.track({ ...rest, at })
        if (i < declaredAfter + 3) return
        if (i === declaredAfter + 3) filled()
        if (i > declaredAfter + 3) {
          for (const { name } of features) assert.deepEqual(counted.signal(`velocity.${name}`), live.signal(`velocity.${name}`), name)
        }
      })
    }),
    { numRuns: 40 },
  )
})

test('a feature whose window is not complete yet says nothing, and a rule on it does not fire', () => {
  const rule: RuleDefinition = {
    ruleId: 'r',
    name: 'r',
    priority: 0,
    outcome: 'BLOCK',
    mode: 'active',
    conditions: { '>': [{ var: 'velocity.n' }, 1] },
  }
  const feature: FeatureDefinition = { name: 'n', metric: 'count', per: 'user', windowMinutes: 60, completeFrom: noon + hour }
  const tenant = createTestTenant({ rules: [rule] }, [feature])
  for (let i = 0; i < 3; i++) {
    const { signal, decision, instance } = tenant.track({ at: noon + i })
    assert.deepEqual(signal('velocity.n'), { missing: 'not_applicable' })
    assert.equal(decision.state, 'ALLOW')
    assert.deepEqual(instance.undeterminedRuleIds, [])
  }
  const { signal, decision } = tenant.track({ at: noon + hour })
  assert.equal(signal('velocity.n'), 4)
  assert.equal(decision.state, 'BLOCK')
})

test('a condition decides what counts, by what the event says itself', () => {
  const feature: FeatureDefinition = { name: 'tor', metric: 'count', per: 'user', windowMinutes: 60, condition: isTrue('ip.isTor') }
  const tenant = createTestTenant({}, [feature])
  const counted = [true, false, true].map((isTor, i) => tenant.track({ at: noon + i, ip: { isTor } }).signal('velocity.tor'))
  assert.deepEqual(counted, [1, 1, 2])
})
