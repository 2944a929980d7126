import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addAddressUser, addPassedUser, addWrong, readAddressRecord } from './address-record.ts'
import { addDeviceUser, readDeviceRecord } from './device-record.ts'
import { shortHash } from './hash.ts'
import { withoutUser } from './without-user.ts'

const at = Date.UTC(2026, 5, 1)
const [alice, bob] = [shortHash('alice'), shortHash('bob')]

test('LG-03: a device or an address that only the erased user showed is erased with them', () => {
  assert.equal(withoutUser({ kind: 'user', key: 'alice' }, { v: 1 }, 'alice'), undefined)
  assert.equal(withoutUser({ kind: 'device', key: 'd' }, addDeviceUser(readDeviceRecord(undefined), at, alice), 'alice'), undefined)
  const address = addPassedUser(addAddressUser(readAddressRecord(undefined), at, alice), at, alice)
  assert.equal(withoutUser({ kind: 'address', key: 'a' }, address, 'alice'), undefined)
  assert.equal(withoutUser({ kind: 'user+custom.payee', key: `${alice}:s:x` }, { v: 1 }, 'alice'), undefined)
})

test('LG-03: what others share with the erased user stays, without them', () => {
  const device = addDeviceUser(addDeviceUser(readDeviceRecord(undefined), at, alice), at, bob)
  const left = withoutUser({ kind: 'device', key: 'd' }, device, 'alice')
  assert.deepEqual(left, addDeviceUser(readDeviceRecord(undefined), at, bob))
  const address = addWrong(addPassedUser(addAddressUser(readAddressRecord(undefined), at, alice), at, bob), at, 1)
  assert.deepEqual(withoutUser({ kind: 'address', key: 'a' }, address, 'alice'), {
    v: 1,
    good: addPassedUser(readAddressRecord(undefined), at, bob).good,
    bad: address.bad,
  })
  assert.deepEqual(withoutUser({ kind: 'user', key: 'bob' }, { v: 1 }, 'alice'), { v: 1 })
  assert.deepEqual(withoutUser({ kind: 'user+custom.payee', key: `${bob}:s:x` }, { v: 1 }, 'alice'), { v: 1 })
  assert.deepEqual(withoutUser({ kind: 'network', key: 'n' }, { v: 1 }, 'alice'), { v: 1 })
})
