import assert from 'node:assert/strict'
import type { HistoryBatch, HistoryQuery } from '../../src/storage/instance-history.ts'
import { openHistory } from '../../src/storage/open-history.ts'
import type { Store } from '../../src/storage/store.ts'
import { countingTraces } from '../support/counting-decision.ts'
import { type Contract, countOf, key, track } from './store-place.ts'

/** What `ReadingStore` promises: committed data of one tenant, in order. */
export function checkReading(contract: Contract): void {
  contract('queries outside a transaction see what is committed, and nothing before', async (store) => {
    await track(store, { ...key('k'), email: 'old@b.example' })
    const emailNow = async () =>
      (await store.db.selectFrom('users').select('email').where('tenant_id', '=', 'one').executeTakeFirstOrThrow()).email
    await store.transaction({ tenantId: 'one', userId: 'alice' }, async (tx) => {
      await tx.db.updateTable('users').set({ email: 'new@b.example' }).where('tenant_id', '=', 'one').execute()
      assert.equal(await emailNow(), 'old@b.example')
    })
    assert.equal(await emailNow(), 'new@b.example')
    assert.equal((await store.loadSnapshot('one', 'alice', [])).user.email, 'new@b.example')
  })

  contract('TN-01: tenants share no user, device, address, instance or list', async (store) => {
    for (const tenantId of ['one', 'two']) {
      await track(store, { ...key('k', 'alice', tenantId), deviceId: 'phone', ipAddress: '192.0.2.1', email: `${tenantId}@a.example` })
    }
    await track(store, { ...key('k2'), deviceId: 'phone', ipAddress: '192.0.2.1' })
    assert.equal(await countOf(store, 'one', 'address', '192.0.2.1'), 2)
    assert.equal(await countOf(store, 'two', 'address', '192.0.2.1'), 1)
    assert.equal(await countOf(store, 'two', 'device', 'phone'), 1)
    assert.equal(await countOf(store, 'three', 'device', 'phone'), 0)
    assert.equal((await store.listInstances('two', 'alice', {})).length, 1)
    assert.equal((await store.listInstances('three', 'alice', {})).length, 0)
    assert.equal((await store.loadSnapshot('two', 'alice', [])).user.email, 'two@a.example')
    await store.transaction({ tenantId: 'two', userId: 'alice' }, (tx) => tx.forgetUser('two', 'alice', countingTraces))
    assert.equal((await store.listInstances('one', 'alice', {})).length, 2)
  })

  contract('a listing is newest first, filtered and limited', async (store) => {
    for (let n = 0; n < 10; n++) await track(store, { ...key(`k${n}`), action: n % 2 ? 'transfer' : 'sign-in', at: n * 1000 })
    const names = async (filter: Parameters<Store['listInstances']>[2]) =>
      (await store.listInstances('one', 'alice', filter)).map((instance) => instance.idempotencyKey)
    assert.deepEqual(await names({ limit: 3 }), ['k9', 'k8', 'k7'])
    assert.deepEqual(await names({ codes: ['transfer'], limit: 2 }), ['k9', 'k7'])
    assert.deepEqual(await names({ codes: [] }), [])
    assert.deepEqual(await names({ fromDate: 8000 }), ['k9', 'k8'])
    assert.deepEqual(await names({ fromDate: 3000, toDate: 5000 }), ['k5', 'k4', 'k3'])
    assert.deepEqual(await names({ toDate: 5000, limit: 2 }), ['k5', 'k4'])
    assert.deepEqual(await names({ state: 'BLOCK' }), [])
    assert.deepEqual(await names({ limit: 0 }), [])
  })

  contract('C11: the time each action was last tracked is known, of one tenant', async (store) => {
    for (let n = 0; n < 6; n++)
      await track(store, { ...key(`k${n}`, `user-${n % 2}`), action: n % 2 ? 'transfer' : 'sign-in', at: n * 1000 })
    await track(store, { ...key('k', 'alice', 'two'), action: 'transfer', at: 9000 })
    const tracked = async (tenantId: string) => [...(await store.lastTracked(tenantId))].sort()
    assert.deepEqual(await tracked('one'), [
      ['sign-in', 4000],
      ['transfer', 5000],
    ])
    assert.deepEqual(await tracked('two'), [['transfer', 9000]])
    assert.deepEqual(await tracked('three'), [])
  })

  contract('history is read in the order of decisions, of one tenant, by action and window', async (store) => {
    const minute = 60_000
    for (let n = 0; n < 20; n++) {
      await track(store, { ...key(`k${n}`, `user-${n % 3}`), action: n % 2 ? 'transfer' : 'sign-in', at: n * minute })
      if (n % 4 === 0) await track(store, { ...key(`x${n}`, 'alice', 'two'), at: n * minute })
    }
    const history = await openHistory(store.history)
    const read = async (query: Omit<HistoryQuery, 'tenantId'>) => {
      const batches: HistoryBatch[] = []
      for await (const batch of history.read({ tenantId: 'one', ...query })) batches.push(batch)
      if (batches.length > 0) assert.equal(batches.at(-1)?.done, 1)
      return batches.flatMap(({ instances }) => instances)
    }
    const names = async (query: Omit<HistoryQuery, 'tenantId'>) => (await read(query)).map(({ idempotencyKey }) => idempotencyKey)
    const whole = { from: 0, to: 100 * minute }
    assert.deepEqual(
      await names(whole),
      Array.from({ length: 20 }, (_, n) => `k${n}`),
    )
    assert.deepEqual(await names({ from: 4 * minute, to: 7 * minute }), ['k4', 'k5', 'k6'], 'from is in the window, to is not')
    assert.deepEqual(await names({ ...whole, actions: ['transfer'], to: 6 * minute }), ['k1', 'k3', 'k5'])
    assert.deepEqual(await names({ ...whole, actions: [] }), [])
    assert.deepEqual(await names({ ...whole, actions: ['unheard-of'] }), [])
    assert.deepEqual(await names({ from: 90 * minute, to: 100 * minute }), [])

    await store.transaction({ tenantId: 'one', userId: 'user-1' }, (tx) =>
      tx.settle(
        key('k1', 'user-1'),
        () => [],
        (instance) => ({ instance: { ...instance, state: 'BLOCK', disputedAt: 7 * minute, ruleIds: ['a rule of later'] }, entities: {} }),
      ),
    )
    for (const signals of [undefined, [1, 3]]) {
      const [first, second] = await read({ ...whole, signals })
      assert.deepEqual([first?.state, first?.disputedAt, first?.userId, first?.action], ['ALLOW', null, 'user-0', 'sign-in'])
      assert.deepEqual([second?.state, second?.disputedAt, second?.ruleIds], ['BLOCK', 7 * minute, ['a rule of later']])
    }
    await track(store, { ...key('late', 'user-0'), at: 30 * minute })
    assert.equal((await names(whole)).at(-1), 'late', 'what was decided since is there')
    await history.close()
  })

  contract('RE-07: a clock that goes backwards loses nothing', async (store) => {
    await track(store, { ...key('k1'), at: 50_000 })
    await track(store, { ...key('k2'), at: 10_000 })
    await track(store, { ...key('k3'), at: 60_000 })
    const names = (await store.listInstances('one', 'alice', { fromDate: 40_000 })).map((instance) => instance.idempotencyKey)
    assert.deepEqual(names, ['k3', 'k1'])
    assert.equal(await countOf(store, 'one', 'user', 'alice'), 3)
  })
}
