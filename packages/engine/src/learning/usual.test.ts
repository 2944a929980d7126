import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { abroad, createTestTenant, day, noon, privateAddress, type TestTenant, torExit } from '../../test/tenant.ts'
import type { Entity } from '../stored/entity.ts'
import { forgetUsual } from './forget-usual.ts'
import { usualOf } from './usual.ts'

const alice = [{ kind: 'user', key: 'alice' }] as const

function usual(tenant: TestTenant, at: number) {
  return usualOf(tenant.snapshot(alice), at)
}

const only = <T>(list: readonly T[]): T => {
  assert.equal(list.length, 1)
  return list[0] as T
}

test('nothing is usual for a stranger', () => {
  const { addresses, devices, hours, actions, lastActionAt } = usual(createTestTenant(), noon)
  assert.deepEqual([addresses, devices, actions, lastActionAt, hours.isUnusual], [[], [], 0, undefined, null])
  assert.deepEqual(hours.counts, new Array(24).fill(0))
})

test('an address goes from seen to proven to trusted, and fades', () => {
  const tenant = createTestTenant({}, undefined, { trustOnFirstUse: { days: 0, addresses: 0, devices: 0 } })
  tenant.track({ userId: 'alice', at: noon })
  assert.equal(only(usual(tenant, noon).addresses).standing, 'seen')
  tenant.pass({ userId: 'alice', at: noon + 60_000 }, false)
  assert.equal(only(usual(tenant, noon + 60_000).addresses).standing, 'proven')
  tenant.pass({ userId: 'alice', at: noon + day }, false)
  const address = only(usual(tenant, noon + day).addresses)
  assert.deepEqual([address.standing, address.days, address.timesSeen, address.hidesUser], ['trusted', 2, 3, false])
  const end = address.trustedUntil as number
  assert.equal(only(usual(tenant, end).addresses).standing, 'trusted')
  assert.deepEqual(usual(tenant, end + 2 * 60_000 + 40 * day).addresses, [])
  assert.ok(only(usual(tenant, noon + 31 * day).addresses).strength < 0.51)
})

test('an address says with `hidesUser` that it never becomes trusted', () => {
  for (const ip of [torExit, privateAddress]) {
    const tenant = createTestTenant()
    for (let i = 0; i < 3; i++) tenant.pass({ userId: 'alice', at: noon + i * day, ip }, true)
    const { hidesUser, standing } = only(usual(tenant, noon + 3 * day).addresses)
    assert.deepEqual([hidesUser, standing], [true, 'proven'])
  }
})

test('a device has its id and what was learnt before it was invalidated is left out', () => {
  const tenant = createTestTenant()
  tenant.pass({ userId: 'alice', at: noon, deviceId: 'phone' })
  const snapshot = tenant.snapshot(alice)
  const known = { deviceId: 'phone', createdAt: noon, rememberedUntil: null, invalidatedAt: null, hasUsedPasskey: false }
  const read = (invalidatedAt: number | null, devices = [{ ...known, invalidatedAt }]) =>
    usualOf({ ...snapshot, user: { ...snapshot.user, devices } }, noon + day).devices
  assert.deepEqual(
    read(null).map(({ deviceId, standing, browser }) => [deviceId, standing, browser]),
    [['phone', 'proven', 'Chrome']],
  )
  assert.deepEqual(read(noon + 1), [])
  assert.deepEqual(
    read(noon - 1).map(({ standing, isInvalidated }) => [standing, isInvalidated]),
    [['seen', true]],
  )
  assert.deepEqual(only(read(null, [])).deviceId, undefined)
  assert.deepEqual(usualOf(snapshot, noon + 366 * day).devices, [])
})

test('an address is shown as trusted exactly when a decision trusts it', () => {
  const happening = fc.record({ kind: fc.constantFrom('allow', 'challenge', 'strong', 'fail'), days: fc.nat(70), away: fc.boolean() })
  fc.assert(
    fc.property(fc.array(happening, { minLength: 1, maxLength: 12 }), fc.nat(200), (happenings, later) => {
      const tenant = createTestTenant()
      let at = noon
      for (const { kind, days, away } of happenings) {
        at += days * day + 60_000
        const attempt = { userId: 'alice', at, ...(away && { ip: abroad }) }
        if (kind === 'allow') tenant.track(attempt)
        else if (kind === 'fail') tenant.fail(attempt)
        else tenant.pass(attempt, kind === 'strong')
      }
      at += later * day + 60_000
      const shown = usual(tenant, at).addresses.find(({ address }) => address === '198.51.100.7')
      const { signal } = tenant.track({ userId: 'alice', at, custom: { mustChallenge: true } })
      assert.equal(shown?.standing === 'trusted', signal('ip.isTrusted'))
      assert.equal(shown?.timesSeen ?? 0, signal('ip.timesSeen'))
      if (shown?.trustedUntil !== undefined) assert.ok(shown.trustedUntil >= at - 60_000)
    }),
    { numRuns: 80 },
  )
})

test('whoever is forgotten is a stranger with the same recent counts', () => {
  const tenant = createTestTenant()
  for (let i = 0; i < 4; i++) tenant.pass({ userId: 'alice', at: noon + i * day, deviceId: 'phone' }, true)
  tenant.fail({ userId: 'alice', at: noon + 4 * day })
  const before = tenant.snapshot(alice)
  const at = noon + 4 * day + 60_000
  const entity = forgetUsual(before.entities.user) as Entity
  const after = usualOf({ ...before, entities: { user: entity } }, at)
  const { lastActionAt, ...nothing } = usualOf({ ...before, entities: {} }, at)
  assert.deepEqual(after, { ...nothing, lastActionAt: noon + 4 * day })
  for (const kept of ['acts', 'acts24h', 'devs', 'ips', 'failed', 'last'])
    assert.deepEqual(entity[kept], before.entities.user?.[kept], kept)
  assert.equal(forgetUsual(entity), undefined)
  assert.equal(forgetUsual(undefined), undefined)
  assert.equal(lastActionAt, undefined)
})
