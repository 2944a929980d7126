import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { abroad, createTestTenant, hour, noon } from '../../test/tenant.ts'
import { NOT_PROVIDED } from '../facts/missing.ts'
import type { FeatureDefinition } from './feature-definition.ts'

const minute = 60_000

test('a rapid succession of transfers from different devices is counted, whatever became of them', () => {
  const features: FeatureDefinition[] = [
    { name: 'transferDevices', metric: 'distinct', of: 'device.id', per: 'user', windowMinutes: 10, actions: ['transfer'] },
  ]
  const tenant = createTestTenant({}, features)
  for (let i = 1; i <= 5; i++) {
    const { signal } = tenant.track({ at: noon + i * minute, deviceId: `d${i}`, custom: { mustBlock: i % 2 === 0 } })
    assert.equal(signal('velocity.transferDevices'), i)
  }
  assert.equal(tenant.track({ at: noon + 6 * minute, deviceId: 'd9', action: 'login' }).signal('velocity.transferDevices'), 5)
  assert.equal(tenant.track({ at: noon + hour, deviceId: 'd1' }).signal('velocity.transferDevices'), 1)
})

test('a first payment to a recipient is 1, counted by user and recipient', () => {
  const features: FeatureDefinition[] = [
    { name: 'recipients', metric: 'distinct', of: 'custom.recipient', per: 'user', windowMinutes: 60 },
    { name: 'payers', metric: 'distinct', of: 'user.id', per: 'custom.recipient', windowMinutes: 90 * 1440 },
    { name: 'payments', metric: 'count', per: 'custom.recipient', windowMinutes: 90 * 1440 },
  ]
  const tenant = createTestTenant({}, features)
  for (let i = 1; i <= 10; i++) {
    const { signal } = tenant.track({ at: noon + i * minute, custom: { recipient: `r${i}` } })
    assert.equal(signal('velocity.recipients'), i)
    assert.equal(signal('velocity.payments'), 1)
  }
  const other = tenant.track({ at: noon + hour, userId: 'john', custom: { recipient: 'r3' } })
  assert.equal(other.signal('velocity.payers'), 2)
  assert.equal(other.signal('velocity.payments'), 2)
  assert.deepEqual(tenant.track({ at: noon + hour }).signal('velocity.payments'), NOT_PROVIDED)
})

test('a number and a text that look alike are two recipients', () => {
  const features: FeatureDefinition[] = [{ name: 'payments', metric: 'count', per: 'custom.recipient', windowMinutes: 60 }]
  const tenant = createTestTenant({}, features)
  tenant.track({ custom: { recipient: 1 } })
  assert.equal(tenant.track({ custom: { recipient: '1' } }).signal('velocity.payments'), 1)
  assert.equal(tenant.track({ custom: { recipient: '__proto__' } }).signal('velocity.payments'), 1)
})

test('a sum holds the amount that is being decided, and what is no number adds nothing', () => {
  const features: FeatureDefinition[] = [{ name: 'sum24h', metric: 'sum', of: 'custom.amount', per: 'user', windowMinutes: 1440 }]
  const limit = { '>': [{ var: 'velocity.sum24h' }, 100] }
  const rule = { ruleId: 'limit', name: 'Daily limit', priority: 0, outcome: 'BLOCK', mode: 'active', conditions: limit } as const
  const tenant = createTestTenant({ rules: [rule] }, features)
  const state = (minutes: number, amount: number | string) =>
    tenant.track({ at: noon + minutes * minute, custom: { amount } }).decision.state
  assert.equal(state(0, 60), 'ALLOW')
  assert.equal(state(1, 40), 'ALLOW')
  assert.equal(state(2, '1000'), 'ALLOW')
  assert.equal(state(3, 0.01), 'BLOCK')
  assert.equal(state(26 * 60, 99.99), 'ALLOW')
})

test('a feature filtered by state counts instances as they come into it', () => {
  const features: FeatureDefinition[] = [
    { name: 'failures', metric: 'count', per: 'network', windowMinutes: 30, states: ['CHALLENGE_FAILED', 'BLOCK'] },
  ]
  const tenant = createTestTenant({}, features)
  assert.equal(tenant.track({ ip: abroad, custom: { mustBlock: true } }).signal('velocity.failures'), 0)
  tenant.fail({ ip: { ...abroad, address: '192.0.2.77' }, userId: 'john' })
  assert.equal(tenant.track({ at: noon + minute, ip: abroad }).signal('velocity.failures'), 2)
  assert.equal(tenant.track({ at: noon + minute }).signal('velocity.failures'), 0)
  assert.equal(tenant.track({ at: noon + 2 * hour, ip: abroad }).signal('velocity.failures'), 0)
})

test('the 256th of many is exact', () => {
  const features: FeatureDefinition[] = [{ name: 'users', metric: 'distinct', of: 'user.id', per: 'address', windowMinutes: 1440 }]
  const tenant = createTestTenant({}, features)
  for (let i = 1; i <= 256; i++) assert.equal(tenant.track({ userId: `u${i}` }).signal('velocity.users'), i)
})

test('a feature that is declared again begins again, and one that is no longer declared is forgotten', () => {
  const count: FeatureDefinition = { name: 'n', metric: 'count', per: 'user', windowMinutes: 60 }
  const first = createTestTenant({}, [count, { ...count, name: 'gone' }])
  first.track()
  const windows = (tenant: typeof first) => Object.keys(Object(tenant.entities.get('user jane')?.x)).map((id) => id.split('~')[0])
  assert.deepEqual(windows(first), ['n', 'gone'])
  const second = createTestTenant({}, [{ ...count, windowMinutes: 120 }])
  for (const [id, entity] of first.entities) (second.entities as Map<string, unknown>).set(id, entity)
  assert.equal(second.track().signal('velocity.n'), 1)
  assert.deepEqual(windows(second), ['n'])
  assert.equal(second.track().signal('velocity.actions1h'), 3)
})

test('who does not know of a newer feature yet leaves what others counted for it alone', () => {
  const count: FeatureDefinition = { name: 'n', metric: 'count', per: 'user', windowMinutes: 60, since: 4 }
  const newer: FeatureDefinition = { ...count, name: 'newer', since: 9 }
  const knowing = createTestTenant({}, [count, newer])
  const stale = createTestTenant({}, [count])
  const share = (from: typeof knowing, to: typeof knowing) => {
    for (const [id, entity] of from.entities) (to.entities as Map<string, unknown>).set(id, entity)
  }
  assert.equal(knowing.track().signal('velocity.newer'), 1)
  share(knowing, stale)
  assert.equal(stale.track().signal('velocity.n'), 2)
  share(stale, knowing)
  assert.equal(knowing.track().signal('velocity.newer'), 2)
  const again = createTestTenant({}, [{ ...count, since: 12 }])
  share(knowing, again)
  assert.equal(again.track().signal('velocity.n'), 1)
  assert.deepEqual(Object.keys(Object(again.entities.get('user jane')?.x)).length, 1)
})

test('a feature of a user and a custom field is counted for each pair', () => {
  const feature: FeatureDefinition = { name: 'payments', metric: 'count', per: 'user+custom.recipient', windowMinutes: 60 }
  const tenant = createTestTenant({}, [feature])
  const pay = (userId: string, recipient?: string) =>
    tenant.track({ userId, custom: recipient === undefined ? {} : { recipient } }).signal('velocity.payments')
  assert.deepEqual([pay('jane', 'r'), pay('john', 'r'), pay('jane', 's'), pay('jane', 'r')], [1, 1, 1, 2])
  assert.deepEqual(pay('jane'), NOT_PROVIDED)
})

test('A6: nothing that is tracked lowers a sum', () => {
  const sum: FeatureDefinition = { name: 'paid', metric: 'sum', of: 'custom.amount', per: 'user', windowMinutes: 60 }
  const amounts = fc.array(fc.oneof(fc.integer({ min: -2000, max: 2000 }), fc.constantFrom(-1e15, -1e308, 1e308, -0.5, 0)), {
    maxLength: 20,
  })
  fc.assert(
    fc.property(amounts, (list) => {
      const tenant = createTestTenant({}, [sum])
      let before = 0
      let total = 0
      for (const amount of list) {
        const paid = Number(tenant.track({ custom: { amount } }).signal('velocity.paid'))
        total = Math.min(1e15, total + Math.max(0, amount))
        assert.ok(paid >= before, `${paid} after ${before}`)
        assert.equal(paid, total)
        before = paid
      }
    }),
    { numRuns: 50 },
  )
})

test('A6: what an earlier release summed below zero counts as nothing, and hides nothing that follows', () => {
  const sum: FeatureDefinition = { name: 'paid', metric: 'sum', of: 'custom.amount', per: 'user', windowMinutes: 60 }
  const tenant = createTestTenant({}, [sum])
  tenant.track({ custom: { amount: 1 } })
  const jane = tenant.entities.get('user jane') as { x: Record<string, number[]> }
  const [id = '', [base = 0] = []] = Object.entries(jane.x)[0] ?? []
  const stored = { ...jane, x: { [id]: [base - 1, 0, -1e15, 1, -1e15] } }
  ;(tenant.entities as Map<string, unknown>).set('user jane', stored)
  assert.equal(tenant.track({ custom: { amount: 900 } }).signal('velocity.paid'), 900)
  assert.equal(tenant.track({ custom: { amount: 900 } }).signal('velocity.paid'), 1800)
})
