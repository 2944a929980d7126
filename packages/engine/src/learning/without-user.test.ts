import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memberHash } from '../features/member-hash.ts'
import { shortHash } from '../hash.ts'
import { addAddressUser, addPassedUser, addWrong, readAddressRecord } from './address-record.ts'
import { addDeviceUser, readDeviceRecord } from './device-record.ts'
import { withoutUser } from './without-user.ts'

const at = Date.UTC(2026, 5, 1)
const [alice, bob] = [shortHash('alice'), shortHash('bob')]

test('LG-03: a device or an address that only the erased user showed is erased with them', () => {
  assert.equal(withoutUser({ kind: 'user', key: 'alice' }, { v: 1 }, 'alice', 1), undefined)
  assert.equal(withoutUser({ kind: 'device', key: 'd' }, addDeviceUser(readDeviceRecord(undefined), at, alice), 'alice', 1), undefined)
  const address = addPassedUser(addAddressUser(readAddressRecord(undefined), at, alice), at, alice)
  assert.equal(withoutUser({ kind: 'address', key: 'a' }, address, 'alice', 1), undefined)
  assert.equal(withoutUser({ kind: 'user+custom.payee', key: `${alice}:s:x` }, { v: 1 }, 'alice', 1), undefined)
})

test('LG-03: what others share with the erased user stays, without them', () => {
  const device = addDeviceUser(addDeviceUser(readDeviceRecord(undefined), at, alice), at, bob)
  const left = withoutUser({ kind: 'device', key: 'd' }, device, 'alice', 1)
  assert.deepEqual(left, addDeviceUser(readDeviceRecord(undefined), at, bob))
  const address = addWrong(addPassedUser(addAddressUser(readAddressRecord(undefined), at, alice), at, bob), at, memberHash('alice'), 1)
  assert.deepEqual(withoutUser({ kind: 'address', key: 'a' }, address, 'alice', 1), {
    v: 1,
    good: addPassedUser(readAddressRecord(undefined), at, bob).good,
    bad: [1, at / 60_000],
  })
  assert.deepEqual(withoutUser({ kind: 'user', key: 'bob' }, { v: 1 }, 'alice', 1), { v: 1 })
  assert.deepEqual(withoutUser({ kind: 'user+custom.payee', key: `${bob}:s:x` }, { v: 1 }, 'alice', 1), { v: 1 })
})

test('LG-03: of what velocity features counted, what the erased user did alone goes, and what others did stays', () => {
  const by = { kind: 'custom.payee', key: 's:x' } as const
  const users = (...ids: string[]) => ({ at: [5, ...ids.map(() => 0)], of: ids.map((id) => shortHash(`s${id}`)) })
  assert.equal(withoutUser(by, { v: 1, x: { 'payers~1': users('alice'), 'payments~2': [5, 0, 2, 1, 1] } }, 'alice', 3), undefined)
  assert.deepEqual(withoutUser(by, { v: 1, x: { 'payers~1': users('alice', 'bob'), 'payments~2': [5, 0, 4] } }, 'alice', 3), {
    v: 1,
    x: { 'payers~1': users('bob'), 'payments~2': [5, 0, 4] },
  })
  const sums = { v: 1, x: { 'sum~1': [5, 0, 250] } }
  assert.deepEqual(withoutUser(by, sums, 'alice', 3), sums, 'nobody can tell whose it is')
  assert.equal(withoutUser({ kind: 'network', key: 'n' }, { v: 1, x: { 'a~1': [5, 0, 3] } }, 'alice', 3), undefined)
  const address = { ...addAddressUser(readAddressRecord(undefined), at, alice), x: { 'a~1': [5, 0, 3] } }
  assert.equal(withoutUser({ kind: 'address', key: 'a' }, address, 'alice', 3), undefined)
})
