import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Instance } from '@sallyport/engine'
import { createRandom } from '../../../test/fuzz/random.ts'
import { countingTraces } from '../../../test/support/counting-decision.ts'
import { findTraces } from '../../../test/support/find-traces.ts'
import {
  assertReadSide,
  changed,
  decide,
  nameOf,
  pick,
  randomInstance,
  replace,
  searchAll,
} from '../../../test/support/searched-instances.ts'
import { openTestPostgres } from '../../../test/support/test-postgres.ts'
import type { Store } from '../store.ts'
import { createConnections } from './connections.ts'
import { execute } from './migrate-postgres.ts'
import { openPostgresStore } from './open-postgres-store.ts'

const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false
if (typeof postgres !== 'string') after(() => postgres.close())

const draws = createRandom(11)
const random = () => draws.integer(2 ** 30) / 2 ** 30
const open = (databaseUrl: string) => openPostgresStore({ databaseUrl, clock: () => 1_000 })

/** A database with a connection of the test's own. */
async function makeDatabase(t: { after(work: () => Promise<void>): void }) {
  if (typeof postgres === 'string') throw new Error(postgres)
  const databaseUrl = await postgres.createDatabase()
  const connections = createConnections({ databaseUrl, poolSize: 2 })
  t.after(async () => {
    await connections.close()
    await postgres.dropDatabase(databaseUrl)
  })
  return { databaseUrl, run: connections.run }
}

test('several processes fold at once, and every instance is counted once', { skip }, async (t) => {
  const { databaseUrl } = await makeDatabase(t)
  const stores = await Promise.all([open(databaseUrl), open(databaseUrl), open(databaseUrl)])
  const all = new Map<string, Instance>()
  let next = 0
  const work = async (store: Store) => {
    for (let n = 0; n < 60; n++) {
      const instance = { ...randomInstance(random, 'one', next++), userId: `user-${next % 20}` }
      all.set(nameOf(instance), instance)
      await decide(store, instance)
      if (n % 3 === 0) {
        const later = changed(random, instance)
        all.set(nameOf(later), later)
        await replace(pick(random, stores), later)
      }
      if (n % 10 === 0) await pick(random, stores).foldReadSide()
    }
  }
  await Promise.all(stores.flatMap((store) => [work(store), work(store)]))
  await Promise.all(stores.map((store) => store.foldReadSide()))
  await assertReadSide(pick(random, stores), 'one', all.values())
  await Promise.all(stores.map((store) => store.close()))
})

test('the counts by state alone are those of the other counts, whatever changes or removes these', { skip }, async (t) => {
  const { databaseUrl, run } = await makeDatabase(t)
  const store = await open(databaseUrl)
  const difference = async () => {
    await store.foldReadSide()
    const sums =
      'SELECT tenant_id, bucket, at, state, sum(events)::int8 AS events FROM event_roll_ups GROUP BY tenant_id, bucket, at, state'
    const own = 'SELECT tenant_id, bucket, at, state, events FROM event_state_roll_ups'
    return execute(run, `((${sums}) EXCEPT ALL (${own})) UNION ALL ((${own}) EXCEPT ALL (${sums}))`)
  }
  const counted = async (tenantId: string) => {
    const rows = await store.rollUps(tenantId, { from: 0, to: 100 * 24 * 60 * 60 * 1000, bucket: 'hour', by: ['state'] })
    return rows.reduce((sum, { events }) => sum + events, 0)
  }
  const instances = Array.from({ length: 60 }, (_, n) => randomInstance(random, n % 3 === 0 ? 'two' : 'one', n))
  for (const instance of instances) await decide(store, instance)
  assert.deepEqual(await difference(), [])
  assert.deepEqual([await counted('one'), await counted('two')], [40, 20])
  for (const instance of instances.slice(0, 30)) await replace(store, changed(random, instance))
  assert.deepEqual(await difference(), [])
  await store.forgetTenant('one')
  assert.deepEqual(await difference(), [])
  assert.deepEqual([await counted('one'), await counted('two')], [0, 20])
  assert.deepEqual(await execute(run, "SELECT * FROM event_state_roll_ups WHERE tenant_id = 'one' OR events <= 0"), [])
  await store.close()
})

test('when the process that folds is killed, another one goes on within seconds, and nothing is lost or counted twice', {
  skip,
}, async (t) => {
  const { databaseUrl, run } = await makeDatabase(t)
  const program = fileURLToPath(new URL('../../../test/support/killed-folder.ts', import.meta.url))
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, [program, databaseUrl, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(async () => void child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, 200 + random() * 600))
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const store = await open(databaseUrl)
  const startedAt = performance.now()
  while ((await store.readSideLagMs()) > 0) {
    assert.ok(performance.now() - startedAt < 60_000, 'nobody goes on')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const [{ stored } = { stored: 0 }] = await execute<{ stored: number }>(
    run,
    "SELECT count(*) AS stored FROM instances WHERE tenant_id = 'one'",
  )
  const [{ entries } = { entries: 0 }] = await execute<{ entries: number }>(
    run,
    "SELECT count(*) AS entries FROM event_index WHERE tenant_id = 'one'",
  )
  const counts = await store.rollUps('one', { from: 0, to: 100 * 24 * 60 * 60 * 1000, bucket: 'day', by: [] })
  assert.ok(stored > 0)
  assert.deepEqual([entries, counts.reduce((sum, { events }) => sum + events, 0)], [stored, stored])
  await store.close()
})

test('a month whose instances an earlier release has dropped loses its entries and its counts', { skip }, async (t) => {
  const { databaseUrl, run } = await makeDatabase(t)
  const spring = Date.UTC(2026, 3, 15)
  const openIn = (at: number) => openPostgresStore({ databaseUrl, clock: () => at })
  const store = await openIn(spring)
  const instances = [0, 1].map((n) => ({ ...randomInstance(random, 'one', n), createdAt: spring + n * 30 * 24 * 60 * 60 * 1000 }))
  for (const instance of instances) await decide(store, instance)
  const look = async (at: Store) => {
    await at.foldReadSide()
    const counts = await at.rollUps('one', { from: spring, to: spring + 60 * 24 * 60 * 60 * 1000, bucket: 'hour', by: [] })
    const found = await searchAll(at, 'one', { filter: {}, order: 'oldest', limit: 10 })
    return [counts.reduce((sum, { events }) => sum + events, 0), ...found.map(nameOf)]
  }
  assert.deepEqual(await look(store), [2, ...instances.map(nameOf)])
  await store.close()
  await execute(run, 'DROP TABLE instances_2026_04')
  const again = await openIn(spring + 60 * 24 * 60 * 60 * 1000)
  assert.deepEqual(await look(again), [1, ...instances.slice(1).map(nameOf)])
  await again.close()
})

test('LG-03: nothing of an erased user is left in the read side, also when nothing was folded', { skip }, async (t) => {
  const { databaseUrl } = await makeDatabase(t)
  const store = await open(databaseUrl)
  for (let n = 0; n < 20; n++) await decide(store, { ...randomInstance(random, 'one', n), userId: n % 2 ? 'mallory-the-erased' : 'alice' })
  await store.transaction({ tenantId: 'one', userId: 'mallory-the-erased' }, async (tx) => {
    await tx.db.deleteFrom('users').where('user_id', '=', 'mallory-the-erased').execute()
    await tx.db.deleteFrom('devices').where('user_id', '=', 'mallory-the-erased').execute()
    await tx.forgetUser('one', 'mallory-the-erased', countingTraces)
  })
  assert.deepEqual(await findTraces(store, '', ['mallory-the-erased']), [])
  await store.close()
})

test('LG-03: the place of the walk through earlier instances names no erased user', { skip }, async (t) => {
  const { databaseUrl, run } = await makeDatabase(t)
  const store = await open(databaseUrl)
  for (const [n, userId] of ['alice', 'mallory-the-erased', 'zoe'].entries())
    await decide(store, { ...randomInstance(random, 'one', n), userId })
  await store.foldReadSide()
  await store.close()
  await execute(run, 'UPDATE read_side SET place = $1', [JSON.stringify(['one', 'mallory-the-erased', 9e12, '', ''])])
  const again = await openPostgresStore({ databaseUrl, clock: () => 1_000 })
  await again.transaction({ tenantId: 'one', userId: 'mallory-the-erased' }, async (tx) => {
    await tx.db.deleteFrom('users').where('user_id', '=', 'mallory-the-erased').execute()
    await tx.db.deleteFrom('devices').where('user_id', '=', 'mallory-the-erased').execute()
    await tx.forgetUser('one', 'mallory-the-erased', countingTraces)
  })
  assert.deepEqual(await findTraces(again, '', ['mallory-the-erased']), [])
  await again.close()
})

test('the notes of many changes are folded in the order they are found, also while rows that are gone are in front of them', {
  skip,
}, async (t) => {
  const { databaseUrl, run } = await makeDatabase(t)
  const store = await open(databaseUrl)
  const reader = createConnections({ databaseUrl, poolSize: 1 })
  // Somebody reads the database for hours: dead rows stay.
  await reader.inTransaction(async (held) => {
    await held({ name: '', text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ' }, [])
    await held({ name: '', text: 'SELECT 1' }, [])
    const all: Instance[] = []
    for (let n = 0; n < 200; n++) {
      const instance = randomInstance(random, 'one', n)
      all.push(instance)
      await decide(store, instance)
      if (n % 50 === 0) await store.foldReadSide()
    }
    await assertReadSide(store, 'one', all)
  })
  assert.equal((await execute(run, 'SELECT 1 FROM instance_changes LIMIT 1')).length, 0)
  await reader.close()
  await store.close()
})

test('a word that most events have is found beside a rare state or a rare rule of long ago, on the first page', { skip }, async (t) => {
  const { databaseUrl } = await makeDatabase(t)
  const store = await open(databaseUrl)
  const common = Array.from({ length: 3_000 }, (_, n): Instance => {
    const at = { createdAt: (n + 1) * 60_000, updatedAt: (n + 1) * 60_000, stateUpdatedAt: (n + 1) * 60_000 }
    const first = randomInstance(random, 'one', n)
    return { ...first, ...at, userId: `user-${n}`, state: 'ALLOW', outcome: 'ALLOW', ruleIds: [], tracked: { custom: { note: 'usual' } } }
  })
  const rare = common
    .slice(0, 5)
    .map((instance): Instance => ({ ...instance, state: 'REVIEW_REQUIRED', outcome: 'REVIEW', ruleIds: ['rule-a'] }))
  const other = rare.map((instance, n): Instance => ({ ...instance, userId: `other-${n}`, tracked: { custom: { note: 'strange' } } }))
  await Promise.all([...rare, ...other, ...common.slice(rare.length)].map((instance) => decide(store, instance)))
  await store.foldReadSide()
  for (const filter of [{ states: ['REVIEW_REQUIRED' as const] }, { ruleId: 'rule-a' }]) {
    for (const order of ['newest', 'oldest'] as const) {
      const { events, next } = await store.searchEvents('one', { filter: { ...filter, text: 'usual' }, order, limit: 10 })
      assert.deepEqual(events.map(nameOf).sort(), rare.map(nameOf).sort(), JSON.stringify(filter))
      assert.equal(next, undefined, 'that is all')
    }
  }
  await store.close()
})
