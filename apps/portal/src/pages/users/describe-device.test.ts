import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Device, deviceState, rememberUntil } from './describe-device.ts'

const now = Date.parse('2026-06-01T00:00:00Z')

test('a device is remembered until its time, invalidated, or only known', () => {
  assert.equal(deviceState({ rememberedUntil: rememberUntil(1, now) } as Device, now), 'remembered')
  assert.equal(deviceState({ rememberedUntil: rememberUntil(-1, now) } as Device, now), 'known')
  assert.equal(deviceState({ invalidatedAt: '2026-05-01T00:00:00Z' } as Device, now), 'invalidated')
  assert.equal(deviceState({} as Device, now), 'known')
  assert.equal(rememberUntil(30, now), '2026-07-01T00:00:00.000Z')
})
