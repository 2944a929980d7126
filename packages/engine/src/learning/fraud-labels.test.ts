import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestTenant, day, noon } from '../../test/tenant.ts'
import type { Settlement } from '../decide/settle.ts'
import type { GivenLabel, Instance } from '../stored/instance.ts'
import { readAddressRecord, reputationOf } from './address-record.ts'

const analyst = { kind: 'user' } as const

function label(value: GivenLabel['value'], source: GivenLabel['source'] = 'person', at = noon + 1000): Settlement {
  return { kind: 'label', at, label: { value, at, source, actor: analyst } }
}

const removal: Settlement = { kind: 'label', at: noon + 9000, label: null }
const dispute: Settlement = { kind: 'dispute', at: noon + 5000, actor: analyst }

/** A tenant whose users all come from one address. */
function createAddress() {
  const tenant = createTestTenant()
  return {
    track: (userId = 'mallory') => tenant.track({ userId }).instance,
    settle(instance: Instance, ...settlements: Settlement[]): Instance {
      return settlements.reduce((now, settlement) => tenant.settle(now, settlement)?.instance ?? now, instance)
    },
    reputation: (at = noon + 10_000) => reputationOf(record(), at),
    record,
  }
  function record() {
    return readAddressRecord([...tenant.entities].find(([id]) => id.startsWith('address '))?.[1])
  }
}

test('B12: an action labelled fraud by a person or a chargeback counts against its address, and what is taken back no longer does', () => {
  for (const source of ['person', 'chargeback'] as const) {
    const address = createAddress()
    const labelled = address.settle(address.track(), label('fraud', source))
    assert.equal(address.reputation(), 57)
    assert.equal(address.reputation(noon + 7 * day), 40, 'half after a week')
    address.settle(labelled, removal)
    assert.deepEqual([address.reputation(), address.record().by], [0, undefined])
  }
})

test('B12: a label that says good, or that only repeats how a review ended, counts nothing; good instead of fraud takes fraud back', () => {
  const address = createAddress()
  const known = address.settle(address.track(), label('good', 'chargeback'), label('good', 'person'))
  assert.equal(address.reputation(), 0)
  const wrong = address.settle(known, label('fraud', 'person', noon + 2000))
  assert.equal(address.reputation(), 57)
  address.settle(wrong, label('good', 'person', noon + 3000))
  assert.equal(address.reputation(), 0)
  address.settle(address.track(), label('fraud', 'challenge'))
  assert.equal(address.reputation(), 0)
})

test('B12: ten frauds of one user weigh as much as one, and as long as one of them stands', () => {
  const address = createAddress()
  const labelled = Array.from({ length: 10 }, () => address.settle(address.track(), label('fraud')))
  assert.equal(address.reputation(), 57)
  for (const instance of labelled.slice(1)) address.settle(instance, removal)
  assert.equal(address.reputation(), 57)
  address.settle(labelled[0] as Instance, removal)
  assert.equal(address.reputation(), 0)
})

test('B12: frauds of two users weigh more than those of one, and the label of one takes nothing from the other', () => {
  const address = createAddress()
  const mallory = address.settle(address.track('mallory'), label('fraud'))
  address.settle(address.track('trudy'), label('fraud'))
  assert.equal(address.reputation(), 73)
  address.settle(mallory, removal)
  assert.equal(address.reputation(), 57)
})

test('B12: a dispute takes the place of the label, and stays when the label goes', () => {
  const address = createAddress()
  const disputed = address.settle(address.track(), label('fraud'), dispute)
  assert.equal(address.reputation(), 57)
  address.settle(disputed, label('good', 'person', noon + 6000))
  address.settle(disputed, removal)
  assert.equal(address.reputation(), 57)
})

test('B12: whatever is said of the actions of one user, the address is never worse than one fraud makes it, and their labels fit in it', () => {
  const words = fc.array(
    fc.tuple(fc.nat(3), fc.constantFrom(label('fraud'), label('fraud', 'chargeback'), label('good'), removal, dispute)),
    {
      maxLength: 24,
    },
  )
  fc.assert(
    fc.property(words, (list) => {
      const address = createAddress()
      const instances = Array.from({ length: 4 }, () => address.track())
      for (const [i, settlement] of list) {
        instances[i] = address.settle(instances[i] as Instance, settlement)
        assert.ok(address.reputation() <= 57)
      }
      for (const [i, instance] of instances.entries()) instances[i] = address.settle(instance, removal)
      const isDisputed = instances.some(({ disputedAt }) => disputedAt !== null)
      assert.equal(address.reputation() > 0, isDisputed)
    }),
    { numRuns: 60 },
  )
})
