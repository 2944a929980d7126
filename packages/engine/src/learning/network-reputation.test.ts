import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestTenant, day, noon } from '../../test/tenant.ts'
import type { Instance } from '../stored/instance.ts'
import { reputationOfInstances } from './network-reputation.ts'

const tenant = createTestTenant()
let host = 0

/** Something that a user does from the next address of the network. */
function attempt(userId: string) {
  host = (host + 1) % 250
  return { userId, ip: { address: `198.51.100.${host}` } }
}

const failed = (userId: string) => tenant.fail(attempt(userId))
const passed = (userId: string) => tenant.pass(attempt(userId))
const blocked = (userId: string) => tenant.track({ ...attempt(userId), custom: { mustBlock: true } }).instance
const fraud = (userId: string): Instance => {
  const label = { value: 'fraud', at: noon, source: 'person', actor: { kind: 'user' } } as const
  return { ...tenant.track(attempt(userId)).instance, label }
}

test('B12: one user weighs the same in a network, from one of its addresses or from thirteen', () => {
  const thirteen = Array.from({ length: 13 }, () => failed('alice'))
  assert.equal(reputationOfInstances([failed('alice')], noon), 25)
  assert.equal(reputationOfInstances(thirteen, noon), 25)
  assert.equal(reputationOfInstances([...thirteen, ...thirteen], noon), 25)
})

test('B12: different users add up, a fraud weighs most, and all of it counts half after a week', () => {
  assert.equal(reputationOfInstances([], noon), 0)
  assert.equal(reputationOfInstances([blocked('bob')], noon), 14)
  assert.equal(reputationOfInstances([failed('alice'), failed('bob')], noon), 40)
  assert.equal(reputationOfInstances([fraud('mallory')], noon), 57)
  assert.equal(reputationOfInstances([fraud('mallory')], noon + 7 * day), 40)
  assert.equal(reputationOfInstances([tenant.track(attempt('carol')).instance], noon), 0, 'being allowed says nothing')
})

test('B12: where many users pass challenges a failure weighs less, and nobody clears a network alone', () => {
  const bad = [failed('alice'), failed('bob')]
  assert.equal(reputationOfInstances([...bad, ...['carol', 'dave', 'erin'].map(passed)], noon), 25)
  assert.equal(reputationOfInstances([...bad, ...Array.from({ length: 9 }, () => passed('carol'))], noon), 33)
})
