import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hostileCondition } from '../../test/arbitrary-conditions.ts'
import { arbitraryHistory, historyFeatures, policyOf } from '../../test/arbitrary-history.ts'
import { createTestTenant, throughJson } from '../../test/tenant.ts'
import type { JsonValue } from '../facts/json-value.ts'
import { compilePolicy } from '../policy/compile-policy.ts'
import { evaluatePolicy } from '../policy/evaluate-policy.ts'
import type { PolicyContext, PolicyDefinition } from '../policy/policy-definition.ts'
import { decodeSignals } from '../signals/encoding.ts'
import { createSignalReader } from './signal-reader.ts'
import { readsUserRecord, signalReadsOf } from './signal-reads.ts'
import { storedCustomOf } from './stored-places.ts'

const context: PolicyContext = { lists: new Map([['mules', new Set(['m'])]]), enabledMethods: [], configVersion: 1 }

function readsOf(conditions: JsonValue) {
  return signalReadsOf([
    compilePolicy(policyOf([{ ruleId: 'r', name: 'r', priority: 0, outcome: 'BLOCK', mode: 'active', conditions }]), context),
  ])
}

test('no condition can tell a partial reading from a whole one', () => {
  fc.assert(
    fc.property(hostileCondition(), arbitraryHistory({}, historyFeatures), (conditions, { instances, user }) => {
      const policy = compilePolicy(
        policyOf([{ ruleId: 'r', name: 'r', priority: 0, outcome: 'BLOCK', mode: 'active', conditions }]),
        context,
      )
      const read = createSignalReader(signalReadsOf([policy]))
      for (const instance of instances) {
        const subject = { userId: instance.userId, at: instance.createdAt }
        assert.deepEqual(
          evaluatePolicy(policy, read(instance, user), subject),
          evaluatePolicy(policy, decodeSignals(instance, user), subject),
        )
      }
    }),
    { numRuns: 300 },
  )
})

test('no condition can tell the tracked data that it reads by name from all of them', () => {
  fc.assert(
    fc.property(hostileCondition(), fc.boolean(), arbitraryHistory({}, historyFeatures), (conditions, isStrict, { instances, user }) => {
      const definition = policyOf([{ ruleId: 'r', name: 'r', priority: 0, outcome: 'BLOCK', mode: 'active', conditions }])
      const strict: PolicyDefinition = { ...definition, requires: ['amount', 'custom.payee'], whenMissing: 'FAIL_CLOSED' }
      const policy = compilePolicy(isStrict ? strict : definition, context)
      const reads = signalReadsOf([policy])
      const names = storedCustomOf(reads)
      const read = createSignalReader(reads)
      for (const instance of instances) {
        const { tracked } = instance
        const kept = Object.entries(tracked.custom ?? {}).filter(([name]) => names?.includes(name) ?? true)
        const partial = { ...instance, tracked: { ...tracked, custom: Object.fromEntries(kept) } }
        const subject = { userId: instance.userId, at: instance.createdAt }
        assert.deepEqual(
          evaluatePolicy(policy, read(partial, user), subject),
          evaluatePolicy(policy, decodeSignals(instance, user), subject),
        )
      }
    }),
    { numRuns: 300 },
  )
})

test('what rules read is found by name, and a computed name may be anything', () => {
  const reads = readsOf({
    and: [
      { '>': [{ var: 'velocity.sum24h' }, { var: 'velocity.actions1h' }] },
      { in: [{ var: 'custom.payee' }, { var: 'lists.mules' }] },
      { '==': [{ var: 'user.custom.tier' }, 'gold'] },
      { some: [{ var: 'custom.tags' }, { in: [{ var: '' }, { var: 'lists.mules' }] }] },
    ],
  })
  assert.deepEqual(reads.custom, ['payee', 'tags'])
  assert.deepEqual([reads.features, reads.lists, reads.userCustom, reads.isOpen], [['sum24h'], ['mules'], ['tier'], false])
  assert.equal(reads.positions.length, 1)
  assert.equal(readsUserRecord(reads), true)
  assert.equal(readsOf({ '==': [{ var: [{ cat: ['ip.', 'isTor'] }] }, true] }).isOpen, true)
  assert.equal(readsOf({ missing: { merge: ['ip.isTor', 'custom.a'] } }).isOpen, true)
  assert.equal(readsUserRecord(readsOf({ '==': [{ var: 'user.emailDomain' }, 'x.example'] })), true)
  assert.equal(readsUserRecord(readsOf({ '==': [{ var: 'user.isEnrolled' }, true] })), false)
})

test('RU-02: what every object inherits is no tracked data, also where it is read as it was stored', () => {
  const { instance } = createTestTenant().track({ custom: { amount: 5, nested: { a: 1 } } })
  const stored = throughJson(instance)
  const names = [
    'constructor',
    'toString',
    '__proto__',
    'hasOwnProperty',
    'nested.constructor',
    'nested.__proto__.toString',
    'amount',
    'nested.a',
  ]
  for (const name of names) {
    const conditions = { '!': [{ isMissing: [{ var: `custom.${name}` }] }] }
    const policy = compilePolicy(policyOf([{ ruleId: 'r', name: 'r', priority: 0, outcome: 'BLOCK', mode: 'active', conditions }]), context)
    const { outcome } = evaluatePolicy(policy, createSignalReader(signalReadsOf([policy]))(stored, undefined), { userId: 'jane', at: 0 })
    assert.equal(outcome, name === 'amount' || name === 'nested.a' ? 'BLOCK' : 'ALLOW', name)
  }
})
