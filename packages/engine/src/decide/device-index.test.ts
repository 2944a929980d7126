import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type DeviceFacts, unknownUser } from '../facts/user-facts.ts'
import { countInUse, findDeviceFacts, withDeviceIndex, withNewestDevice } from './device-index.ts'

const devices = fc.uniqueArray(
  fc.record<DeviceFacts>({
    deviceId: fc.string({ maxLength: 3 }),
    createdAt: fc.nat(),
    rememberedUntil: fc.constant(null),
    invalidatedAt: fc.option(fc.nat()),
    hasUsedPasskey: fc.boolean(),
  }),
  { selector: ({ deviceId }) => deviceId, maxLength: 60 },
)

test('an index finds and counts what the list says, however the devices came', () => {
  fc.assert(
    fc.property(devices, fc.integer({ min: 1, max: 60 }), fc.string({ maxLength: 3 }), (list, limit, other) => {
      let oneByOne = unknownUser
      for (const device of list.toReversed()) oneByOne = withNewestDevice(oneByOne, device, limit)
      const plain = { ...unknownUser, devices: list.slice(0, limit) }
      assert.deepEqual(oneByOne, withDeviceIndex(plain))
      assert.equal(countInUse(oneByOne), countInUse(plain))
      for (const id of [other, ...list.map(({ deviceId }) => deviceId)]) {
        assert.deepEqual(findDeviceFacts(oneByOne, id), findDeviceFacts(plain, id))
      }
    }),
  )
})

test('an index of another list is not used', () => {
  const device = { deviceId: 'phone', createdAt: 1, rememberedUntil: null, invalidatedAt: null, hasUsedPasskey: false }
  const many = withDeviceIndex({ ...unknownUser, devices: Array.from({ length: 20 }, (_, n) => ({ ...device, deviceId: `old-${n}` })) })
  const changed = { ...many, devices: [device] }
  assert.equal(findDeviceFacts(changed, 'phone'), device)
  assert.equal(countInUse(changed), 1)
})
