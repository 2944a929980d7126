import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'
import { systemActor } from '../audit/actor.ts'
import { backfillOf, findDeclaredFeature } from '../configuration/feature-row.ts'
import type { Store } from '../storage/store.ts'
import { createBackfillJobs } from './backfill-jobs.ts'

const users = 100

/** A feature that counts actions of a user for an hour, after two of each of some users. */
async function setUp(t: TestContext) {
  const time = { now: Date.UTC(2026, 10, 24, 12) }
  const made = await createTestApp({ clock: () => time.now })
  t.after(() => made.close())
  const { app, asServer, asManagement, tenant, deps } = made
  await configureAction(made, 'login', { defaultOutcome: 'ALLOW' })
  const post = (url: string, headers: Record<string, string>, payload: object) =>
    app.inject({ method: 'POST', url: `/v1${url}`, headers, payload })
  const track = (user: number) => post(`/users/u${user}/actions/login`, asServer, { idempotencyKey: `k${++time.now}` })
  for (let n = 0; n < 2 * users; n++) await track(n % users)
  const declared = await post('/management/velocity-features', asManagement, {
    name: 'mine',
    metric: 'count',
    per: 'user',
    windowMinutes: 60,
  })
  assert.equal(declared.statusCode, 200, declared.body)
  const errors: unknown[] = []
  const log = { error: (details: unknown) => void errors.push(details) } as never
  const find = async () => {
    const row = await findDeclaredFeature(deps.store.db, tenant.tenantId, 'mine')
    assert.ok(row !== undefined)
    return row
  }
  return {
    deps,
    time,
    errors,
    find,
    /** As another process would have them. */
    makeJobs(store: Store = deps.store) {
      const jobs = createBackfillJobs({ ...deps, store, log })
      t.after(() => jobs.stop())
      return jobs
    },
    async ended() {
      for (const deadline = performance.now() + 300_000; performance.now() < deadline; ) {
        const row = await find()
        if (backfillOf(row)?.status !== 'running') return backfillOf(row)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      return assert.fail('it goes on for ever')
    },
    async erase(user: number) {
      const { statusCode } = await app.inject({ method: 'DELETE', url: `/v1/users/u${user}`, headers: asServer })
      assert.equal(statusCode, 200)
    },
    /** How often the feature has counted each user's actions, one more for each. */
    async counts() {
      const all = new Set<unknown>()
      for (let user = 0; user < users; user++) {
        const tracked = await track(user)
        const key = `k${time.now}`
        assert.equal(tracked.statusCode, 200)
        const { output } = (await app.inject({ method: 'GET', url: `/v1/users/u${user}/actions/login/${key}`, headers: asServer })).json()
        all.add(output.signals['velocity.mine'])
      }
      return [...all]
    },
  }
}

test('processes that fill a feature at the same moment count every action once', async (t) => {
  const { makeJobs, find, ended, counts } = await setUp(t)
  const row = await find()
  await Promise.all(Array.from({ length: 4 }, () => makeJobs().start(row, systemActor('test'))))
  assert.equal((await ended())?.status, 'done')
  assert.deepEqual(await counts(), [3])
})

test('whoever was silent for so long that another has gone on writes nothing any more', async (t) => {
  const { makeJobs, find, ended, counts, time, deps, errors } = await setUp(t)
  let transactions = 0
  let wake: (() => void) | undefined
  const asleep = new Promise<void>((resolve) => {
    wake = resolve
  })
  let atChunk: (() => void) | undefined
  const reachedChunk = new Promise<void>((resolve) => {
    atChunk = resolve
  })
  // The first takes the job, the second writes the first entities, and the third waits.
  const slow: Store = {
    ...deps.store,
    async transaction(scope, work) {
      if (++transactions === 3) {
        atChunk?.()
        await asleep
      }
      return deps.store.transaction(scope, work)
    },
  }
  await makeJobs(slow).start(await find(), systemActor('test'))
  await reachedChunk
  time.now += 61_000
  await makeJobs().start(await find(), systemActor('test'))
  assert.equal((await ended())?.status, 'done')
  wake?.()
  assert.deepEqual(await counts(), [3])
  assert.deepEqual(errors, [])
  assert.equal(backfillOf(await find())?.status, 'done')
})

test('one that failed on the way goes on from there', async (t) => {
  const { makeJobs, find, ended, counts, erase, deps, errors } = await setUp(t)
  let transactions = 0
  const failing: Store = {
    ...deps.store,
    transaction: (scope, work) => (++transactions === 3 ? Promise.reject(new Error('no more')) : deps.store.transaction(scope, work)),
  }
  await makeJobs(failing).start(await find(), systemActor('test'))
  const failed = await ended()
  assert.equal(failed?.status, 'failed')
  assert.ok(failed.written > 0 && failed.written < users)
  assert.equal(errors.length, 1)
  // Of those that are done, so that all others come one place earlier.
  await erase(0)
  await makeJobs().start(await find(), systemActor('test'))
  assert.equal((await ended())?.status, 'done')
  assert.deepEqual(await counts(), [1, 3], 'the one who begins again, and everybody else')
})
