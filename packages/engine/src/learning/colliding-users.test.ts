import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestTenant, day, noon } from '../../test/tenant.ts'
import type { FeatureDefinition } from '../features/feature-definition.ts'
import { memberHash } from '../features/member-hash.ts'
import { shortHash } from '../hash.ts'

/** Two users who share a short hash. */
const [one, other] = ['user-4091469', 'user-36076054'] as const

const features: FeatureDefinition[] = [
  { name: 'payments', metric: 'count', per: 'user+custom.payee', windowMinutes: 60 },
  { name: 'payers', metric: 'distinct', of: 'user.id', per: 'custom.payee', windowMinutes: 60 },
  { name: 'payees', metric: 'distinct', of: 'custom.payee', per: 'user', windowMinutes: 60 },
]

test('A13: users who share a short hash are counted apart on a device, at an address and in features', () => {
  assert.equal(shortHash(one), shortHash(other))
  const tenant = createTestTenant({}, features)
  tenant.track({ userId: one, custom: { payee: 'mule' } })
  const { signal } = tenant.track({ userId: other, custom: { payee: 'mule' } })
  assert.equal(signal('device.usersLast30d'), 2)
  assert.equal(signal('ip.usersLast24h'), 2)
  assert.equal(signal('velocity.payers'), 2)
})

test('A13: the first payment of a user is the first, whoever else shares the key', () => {
  const tenant = createTestTenant({}, features)
  const pay = (userId: string) => tenant.track({ userId, custom: { payee: 'mule' } }).signal('velocity.payments')
  assert.deepEqual([pay(one), pay(one), pay(other), pay(one), pay(other)], [1, 2, 1, 3, 2])
})

test('A13: after an upgrade nobody is counted twice, and no payment is a first one again', () => {
  const tenant = createTestTenant({}, features)
  for (const userId of ['jane', 'john']) tenant.track({ userId, custom: { payee: 'shop' } })
  tenant.pass({ custom: { payee: 'shop' } })
  // What an earlier release stored: short hashes, and no name in the records of pairs.
  for (const [id, entity] of tenant.entities) {
    let text = JSON.stringify(entity).replace(/,"of":"[^"]{28}"/, '')
    for (const name of ['jane', 'john', 'sjane', 'sjohn', 'sshop']) text = text.replaceAll(memberHash(name), shortHash(name))
    ;(tenant.entities as Map<string, unknown>).set(id, JSON.parse(text))
  }
  assert.ok(!JSON.stringify([...tenant.entities]).includes(memberHash('jane')))
  const { signal } = tenant.track({ custom: { payee: 'shop' } })
  assert.equal(signal('device.usersLast30d'), 2)
  assert.equal(signal('ip.usersLast24h'), 2)
  assert.equal(signal('velocity.payers'), 2)
  assert.equal(signal('velocity.payees'), 1)
  assert.equal(signal('velocity.payments'), 3)
  assert.equal(signal('device.isNew'), false)
  assert.equal(tenant.track({ at: noon + day, userId: 'john' }).signal('device.usersLast30d'), 2)
})

test('A13: very many users of one key are kept apart in bounded space', () => {
  const tenant = createTestTenant({}, features)
  tenant.track({ userId: one, custom: { payee: 'shop' } })
  const [id = '', record] = [...tenant.entities].find(([name]) => name.startsWith('user+')) ?? []
  const also = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [memberHash(`other ${i}`), {}]))
  ;(tenant.entities as Map<string, unknown>).set(id, { ...record, also })
  assert.equal(tenant.track({ userId: other, custom: { payee: 'shop' } }).signal('velocity.payments'), 1)
  assert.equal(Object.keys(Object(tenant.entities.get(id)?.also)).length, 32)
  assert.equal(tenant.track({ userId: other, custom: { payee: 'shop' } }).signal('velocity.payments'), 2)
  assert.equal(tenant.track({ userId: one, custom: { payee: 'shop' } }).signal('velocity.payments'), 2)
})
