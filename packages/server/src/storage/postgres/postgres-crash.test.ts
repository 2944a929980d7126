import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideCounting, instanceEntities, instanceOf, requestOf, type Tracked } from '../../../test/support/counting-decision.ts'
import { openTestPostgres } from '../../../test/support/test-postgres.ts'
import type { Store } from '../store.ts'
import { StoreUnavailableError } from '../store-errors.ts'
import { openPostgresStore } from './open-postgres-store.ts'

const ROUNDS = 3
const users = 40
// A given server cannot be crashed.
const isOwn = (process.env.SALLYPORT_TEST_DATABASE_URL ?? process.env.DATABASE_URL ?? '') === ''
const postgres = isOwn ? await openTestPostgres({ isDurable: true }) : 'the PostgreSQL that was given is not stopped by tests'

const trackedOf = (n: number): Tracked => ({
  tenantId: 'one',
  userId: `user-${n % users}`,
  action: 'transfer',
  idempotencyKey: `k${n}`,
  at: n,
  ipAddress: `192.0.2.${n % 5}`,
})

const skip = typeof postgres === 'string' ? postgres : false
test('RE-04, I5: PostgreSQL that crashes under load costs 503s, nothing acknowledged, and no restart of ours', { skip }, async (t) => {
  if (typeof postgres === 'string') return
  t.after(() => postgres.close())
  const databaseUrl = await postgres.createDatabase()
  const open = () => openPostgresStore({ databaseUrl, clock: () => 1_000 })
  const stores = await Promise.all([open(), open()])
  const [here, there] = stores
  const decided = new Set<number>()
  const settled = new Set<number>()
  let next = 0
  for (let round = 0; round < ROUNDS; round++) {
    const target = decided.size + 100 + Math.floor(Math.random() * 300)
    t.diagnostic(`round ${round}: crashed after ${target} acknowledgements`)
    let isCrashed = false
    let refusals = 0
    let crashing: Promise<void> | undefined
    const work = async (store: Store) => {
      while (!isCrashed || refusals < 10) {
        const n = next++
        try {
          await store.decide(requestOf(trackedOf(n)), decideCounting(trackedOf(n)))
          decided.add(n)
          if (n % 5 === 0) {
            await settle(store, n)
            settled.add(n)
          }
        } catch (error) {
          assert.ok(error instanceof StoreUnavailableError, String(error))
          refusals += 1
        }
        if (decided.size >= target && crashing === undefined) {
          crashing = postgres.crash().then(() => {
            isCrashed = true
          })
        }
      }
    }
    await Promise.all(Array.from({ length: 16 }, (_, n) => work(n % 2 ? here : there)))
    await crashing
    await assert.rejects(here.checkReady(), (error) => error instanceof StoreUnavailableError)
    await postgres.start()
    await here.checkReady()
    await checkWhole((n) => (n % 2 ? here : there), decided, settled)
    await checkCounts(here)
  }
  await Promise.all(stores.map((store) => store.close()))
})

function settle(store: Store, n: number): Promise<unknown> {
  const tracked = trackedOf(n)
  return store.transaction({ tenantId: 'one', userId: tracked.userId }, (tx) =>
    tx.settle(instanceOf(tracked), instanceEntities, (instance, { entities }) => ({
      instance: { ...instance, state: 'CHALLENGE_SUCCEEDED' },
      entities: { user: { ...entities.user, settled: Number(entities.user?.settled ?? 0) + 1 } },
    })),
  )
}

/** The read side counts what there is, once. */
async function checkCounts(store: Store): Promise<void> {
  await store.foldReadSide()
  const listed = []
  for (let n = 0; n < users; n++) listed.push(...(await store.listInstances('one', `user-${n}`, { limit: 100_000 })))
  const counts = await store.rollUps('one', { from: 0, to: 1, bucket: 'day', by: ['state'] })
  for (const { state, events } of counts) assert.equal(events, listed.filter((instance) => instance.state === state).length, state)
  assert.equal(
    counts.reduce((sum, { events }) => sum + events, 0),
    listed.length,
  )
}

/** All that was acknowledged is there, and what is remembered is what the instances say. */
async function checkWhole(storeOf: (n: number) => Store, decided: ReadonlySet<number>, settled: ReadonlySet<number>): Promise<void> {
  const found = new Map<string, string>()
  const ofAddress = new Map<string, number>()
  for (let n = 0; n < users; n++) {
    const userId = `user-${n}`
    const listed = await storeOf(n).listInstances('one', userId, { limit: 100_000 })
    for (const { idempotencyKey, state, tracked } of listed) {
      found.set(idempotencyKey, state)
      ofAddress.set(tracked.ipAddress ?? '', (ofAddress.get(tracked.ipAddress ?? '') ?? 0) + 1)
    }
    const { entities } = await storeOf(n + 1).loadSnapshot('one', userId, [{ kind: 'user', key: userId }])
    assert.equal(entities.user?.count ?? 0, listed.length)
    assert.equal(entities.user?.settled ?? 0, listed.filter(({ state }) => state === 'CHALLENGE_SUCCEEDED').length)
  }
  for (const [address, count] of ofAddress) {
    const { entities } = await storeOf(0).loadSnapshot('one', 'user-0', [{ kind: 'address', key: address }])
    assert.equal(entities.address?.count, count)
  }
  for (const n of decided) assert.ok(found.has(`k${n}`), `decision ${n} was acknowledged and is lost`)
  for (const n of settled) assert.equal(found.get(`k${n}`), 'CHALLENGE_SUCCEEDED', `settlement ${n} was acknowledged and is lost`)
}
