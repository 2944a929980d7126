import assert from 'node:assert/strict'
import { openHistory } from '../../src/storage/open-history.ts'
import type { Store } from '../../src/storage/store.ts'
import { countingTraces, instanceEntities } from '../support/counting-decision.ts'
import { type Contract, countOf, key, track } from './store-place.ts'

/** What is erased is gone, and nothing else is. */
export function checkErasing(contract: Contract): void {
  contract('LG-03, TN-03: a forgotten user leaves nothing behind, and the id begins again', async (store, place) => {
    for (let n = 0; n < 30; n++) await track(store, { ...key(`k${n}`), deviceId: `phone-${n % 3}`, ipAddress: '192.0.2.1' })
    await track(store, { ...key('k0', 'bob'), deviceId: 'tablet', ipAddress: '192.0.2.1' })
    await store.transaction({ tenantId: 'one', userId: 'alice' }, async (tx) => {
      await tx.forgetUser('one', 'alice', countingTraces)
      await tx.db.deleteFrom('users').where('tenant_id', '=', 'one').where('user_id', '=', 'alice').execute()
      await tx.db.deleteFrom('devices').where('tenant_id', '=', 'one').where('user_id', '=', 'alice').execute()
    })
    const check = async (checked: Store) => {
      assert.deepEqual(await checked.listInstances('one', 'alice', {}), [])
      assert.equal(await checked.findInstance(key('k3')), undefined)
      assert.equal(await countOf(checked, 'one', 'user', 'alice'), 0)
      for (let n = 0; n < 3; n++) assert.equal(await countOf(checked, 'one', 'device', `phone-${n}`), 0)
      assert.equal(await countOf(checked, 'one', 'device', 'tablet'), 1)
      const { user, entities } = await checked.loadSnapshot('one', 'alice', [{ kind: 'address', key: '192.0.2.1' }])
      assert.equal(user.createdAt, null)
      assert.deepEqual([entities.address?.count, entities.address?.forgot], [31, 'a user'])
      assert.equal((await checked.listInstances('one', 'bob', {})).length, 1)
    }
    await check(store)
    await store.close()
    const again = await place.open()
    await check(again)
    assert.equal((await track(again, key('k3'))).isNew, true)
    assert.equal(await countOf(again, 'one', 'user', 'alice'), 1)
    assert.equal((await again.listInstances('one', 'alice', {})).length, 1)
    await again.close()
  })

  contract('what one tenant has from before a time is forgotten, and nothing of another', async (store) => {
    const day = 24 * 60 * 60 * 1000
    for (let n = 0; n < 150; n++) await track(store, { ...key(`k${n}`, `user-${n % 3}`, n % 5 === 0 ? 'two' : 'one'), at: n * day })
    await store.foldReadSide()
    assert.equal(await store.forgetBefore(100 * day, undefined, 'nobody'), 0)
    assert.equal(await store.forgetBefore(100 * day, undefined, 'one'), 80)
    await store.foldReadSide()
    const left = async (tenantId: string) => (await store.searchEvents(tenantId, { filter: {}, order: 'oldest', limit: 200 })).events
    assert.deepEqual(
      (await left('one')).map(({ createdAt }) => createdAt / day),
      Array.from({ length: 50 }, (_, n) => n + 100).filter((n) => n % 5 !== 0),
    )
    assert.equal((await left('two')).length, 30)
    assert.equal(await store.findInstance(key('k1', 'user-1')), undefined)
    assert.ok(await store.findInstance(key('k5', 'user-2', 'two')))
    assert.equal(await store.forgetBefore(100 * day, undefined, 'one'), 0)
  })

  contract(
    'LG-03: what was decided before a time is forgotten, what came since is not, and what was learnt stays',
    async (store, place) => {
      const february = Date.UTC(1970, 1)
      const day = 24 * 60 * 60 * 1000
      for (let n = 0; n < 150; n++) await track(store, { ...key(`old${n}`, `user-${n % 3}`), deviceId: 'phone', at: n * 60_000 })
      await track(store, { ...key('other', 'user-0', 'two'), at: 5 })
      await store.transaction({ tenantId: 'one', userId: 'user-0' }, (tx) =>
        tx.settle(key('old3', 'user-0'), instanceEntities, (instance) => ({ instance: { ...instance, state: 'BLOCK' }, entities: {} })),
      )
      await track(store, { ...key('new1', 'user-0'), deviceId: 'phone', at: february + 10 * day })
      // The clock is set back.
      await track(store, { ...key('set-back', 'user-0'), at: february - day })
      await track(store, { ...key('new2', 'user-0'), at: february + 11 * day })

      assert.equal(await store.forgetBefore(february, AbortSignal.abort()), 0, 'it stops when told to')
      assert.equal(await store.forgetBefore(0), 0)
      assert.ok((await store.forgetBefore(february)) >= 151)
      const check = async (checked: Store) => {
        for (const [idempotencyKey, userId] of [
          ['old0', 'user-0'],
          ['old3', 'user-0'],
          ['old149', 'user-2'],
        ] as const) {
          assert.equal(await checked.findInstance(key(idempotencyKey, userId)), undefined)
        }
        assert.deepEqual(await checked.listInstances('two', 'user-0', {}), [])
        assert.deepEqual(await checked.listInstances('one', 'user-1', {}), [])
        const names = (await checked.listInstances('one', 'user-0', { fromDate: february })).map(({ idempotencyKey }) => idempotencyKey)
        assert.deepEqual(names, ['new2', 'new1'])
        assert.equal((await checked.findInstance(key('new1', 'user-0')))?.createdAt, february + 10 * day)
        assert.equal(await countOf(checked, 'one', 'user', 'user-0'), 53)
        assert.equal(await countOf(checked, 'one', 'device', 'phone'), 151)
        assert.equal(await checked.forgetBefore(february), 0)
      }
      await check(store)
      await store.close()
      const again = await place.open()
      await check(again)
      assert.equal((await track(again, { ...key('old149', 'user-2'), at: february + 12 * day })).isNew, true)
      const history = await openHistory(again.history)
      const left: string[] = []
      for await (const { instances } of history.read({ tenantId: 'one', from: february, to: february + 90 * day })) {
        left.push(...instances.map(({ idempotencyKey }) => idempotencyKey))
      }
      await history.close()
      assert.deepEqual(left, ['new1', 'new2', 'old149'])
      assert.ok((await again.forgetBefore(february + 80 * day)) >= 3, 'and all of it in the end')
      assert.deepEqual(await again.listInstances('one', 'user-0', {}), [])
      assert.equal((await track(again, { ...key('first', 'user-0'), at: february + 81 * day })).isNew, true)
      await again.transaction({ tenantId: 'one', userId: 'user-0' }, (tx) => tx.forgetUser('one', 'user-0', countingTraces))
      assert.deepEqual(await again.listInstances('one', 'user-0', {}), [])
      await again.close()
    },
  )

  contract(
    'D4: a forgotten tenant leaves no instance and no entity, the other tenant keeps all, and the id begins again',
    async (store, place) => {
      const at = (n: number) => ({ at: 1_000 + n, deviceId: `phone-${n % 3}`, ipAddress: '192.0.2.1' })
      for (let n = 0; n < 200; n++) {
        await track(store, { ...key(`k${n}`, `user-${n % 7}`), ...at(n) })
        if (n % 4 === 0) await track(store, { ...key(`k${n}`, `user-${n % 7}`, 'two'), ...at(n) })
      }
      assert.equal(await store.forgetTenant('nobody'), 0)
      assert.equal(await store.forgetTenant('one', AbortSignal.abort()), 0, 'it stops when told to')
      const stop = new AbortController()
      setTimeout(() => stop.abort())
      const early = await store.forgetTenant('one', stop.signal)
      assert.equal(early + (await store.forgetTenant('one')), 200, 'what was erased before it stopped stays erased')
      assert.equal(await store.forgetTenant('one'), 0)
      const check = async (checked: Store) => {
        assert.equal((await checked.lastTracked('one')).size, 0)
        for (let n = 0; n < 7; n++) {
          assert.deepEqual(await checked.listInstances('one', `user-${n}`, {}), [])
          assert.equal(await countOf(checked, 'one', 'user', `user-${n}`), 0)
        }
        for (let n = 0; n < 3; n++) assert.equal(await countOf(checked, 'one', 'device', `phone-${n}`), 0)
        assert.equal(await countOf(checked, 'one', 'address', '192.0.2.1'), 0)
        assert.equal(await checked.findInstance(key('k3', 'user-3')), undefined)
        assert.equal(await countOf(checked, 'two', 'address', '192.0.2.1'), 50)
        assert.equal((await checked.listInstances('two', 'user-4', {})).length, 7)
        assert.equal((await checked.findInstance(key('k4', 'user-4', 'two')))?.createdAt, 1_004)
      }
      await check(store)
      await store.close()
      const again = await place.open()
      await check(again)
      const first = await track(again, { ...key('k3', 'user-3'), ...at(3) })
      assert.deepEqual([first.isNew, first.snapshot.entities], [true, {}])
      assert.equal(await countOf(again, 'one', 'address', '192.0.2.1'), 1)
      assert.equal((await again.listInstances('one', 'user-3', {})).length, 1)
      assert.equal(await again.forgetTenant('one'), 1)
      assert.equal((await track(again, { ...key('k4', 'user-4', 'two'), ...at(4) })).isNew, false)
      await again.close()
    },
  )
}
