import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestTenant, day, home, hour, linuxFirefox, noon, privateAddress } from '../../test/tenant.ts'
import { deriveSignals } from '../decide/decide.ts'
import { UNAVAILABLE } from '../facts/missing.ts'
import { entitiesOf } from '../learning/entities-of.ts'
import { signalRegistry } from '../signals/registry.ts'
import { usualEvent } from './usual-event.ts'

const context = { context: { lists: new Map(), enabledMethods: [], configVersion: 1 } }

test('the usual event is the last one again, with what was known of it', () => {
  const tenant = createTestTenant()
  for (const ip of [home, { ...home, isVpn: UNAVAILABLE, cityName: UNAVAILABLE }, privateAddress, null]) {
    const { event, instance } = tenant.track({ ip, userAgent: linuxFirefox, custom: { amount: 12 } })
    const again = usualEvent(instance, { user: tenant.user, entities: {} }, noon)
    assert.deepEqual({ ...again, idempotencyKey: event.idempotencyKey, tracked: event.tracked }, event)
    const bare = { user: tenant.user, entities: {} }
    const [now, then] = [deriveSignals(context, bare, again), deriveSignals(context, bare, event)]
    signalRegistry.forEach(({ name }, position) => {
      assert.deepEqual(now.values[position], then.values[position], name)
    })
  }
})

test('what the application did not send is not there', () => {
  const tenant = createTestTenant()
  const { instance } = tenant.track({ ip: null, userAgent: null, deviceId: null })
  const usual = usualEvent(instance, { user: tenant.user, entities: {} }, noon)
  assert.deepEqual([usual.ip, usual.userAgent, usual.deviceId], [null, null, null])
})

test('it comes at the usual hour of the user, within a day', () => {
  const tenant = createTestTenant()
  // 22:00 in Auckland.
  for (let i = 0; i < 12; i++) tenant.track({ at: noon + i * day - 3 * hour })
  const now = noon + 20 * day
  const { instance, event } = tenant.track({ at: now })
  const { at } = usualEvent(instance, tenant.snapshot(entitiesOf(event)), now)
  assert.ok(at >= now && at < now + day)
  assert.ok(Math.abs(((at / hour) % 24) - 9) <= 1, new Date(at).toISOString())
})
