import assert from 'node:assert/strict'
import { StoreUnavailableError } from '../../src/storage/store-errors.ts'
import { type Contract, countOf, key, track } from './store-place.ts'

/** What a store keeps when it closes, and what it refuses. */
export function checkLifecycle(contract: Contract): void {
  contract('what was stored is there after closing and opening again', async (store, place) => {
    for (let n = 0; n < 20; n++) await track(store, { ...key(`k${n}`), deviceId: `d${n % 2}`, at: n })
    await store.close()
    const again = await place.open()
    assert.equal(await countOf(again, 'one', 'user', 'alice'), 20)
    assert.equal(await countOf(again, 'one', 'device', 'd0'), 10)
    const listed = await again.listInstances('one', 'alice', {})
    assert.deepEqual(
      listed.map((instance) => instance.idempotencyKey),
      Array.from({ length: 20 }, (_, n) => `k${19 - n}`),
    )
    assert.equal((await track(again, key('k3'))).isNew, false)
    await again.close()
  })

  contract('RE-08: data of a newer release is refused with a sentence that says what to do', async (store, place) => {
    await store.close()
    await place.markNewer()
    await assert.rejects(place.open(), /newer release/)
  })

  contract('a closed store refuses with 503', async (store) => {
    await store.checkReady()
    await store.close()
    await assert.rejects(track(store, key('k')), (error) => error instanceof StoreUnavailableError)
    await assert.rejects(store.checkReady())
  })

  contract('closing answers what was accepted before', async (store) => {
    const accepted = Array.from({ length: 50 }, (_, n) => track(store, key(`k${n}`)))
    await store.close()
    assert.equal((await Promise.all(accepted)).length, 50)
  })
}
