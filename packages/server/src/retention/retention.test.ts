import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { decideCounting, requestOf } from '../../test/support/counting-decision.ts'
import { findTraces } from '../../test/support/find-traces.ts'
import { openTestStore } from '../../test/support/open-test-store.ts'
import { listPurges } from '../app/list-purges.ts'
import { systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Store } from '../storage/store.ts'
import { createRetention, type Retention } from './retention.ts'
import { takeLease } from './take-lease.ts'

const day = 24 * 60 * 60 * 1000
const start = Date.UTC(2026, 0, 15)

interface Scene {
  store: Store
  dataDir: string
  warnings: string[]
  /** Another process on the same store. */
  makeRetention(retention?: { eventDays: number; auditDays: number }): Retention
  time: { now: number; stopwatch: number }
  trackAt(at: number): Promise<void>
  actionsLeft(): Promise<number>
}

async function setUp(t: TestContext): Promise<Scene> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-retention-'))
  const time = { now: start, stopwatch: 0 }
  const clock = () => time.now
  const { store, remove } = await openTestStore({ dataDir, clock })
  t.after(async () => {
    await remove()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const warnings: string[] = []
  const log = { info: () => undefined, warn: (message: string) => void warnings.push(message) } as never
  let ids = 0
  const newId = () => `id-${ids++}`
  await store.db.insertInto('tenants').values({ tenant_id: 'one', name: '', settings: '{}', config_version: 1, created_at: 1 }).execute()
  return {
    store,
    dataDir,
    warnings,
    time,
    makeRetention: (retention = { eventDays: 180, auditDays: 400 }) =>
      createRetention({
        store,
        purges: listPurges({ store, config: { retention }, clock, stopwatch: () => time.stopwatch }),
        log,
        clock,
        newId,
        stopwatch: () => time.stopwatch,
      }),
    async trackAt(at) {
      const tracked = { tenantId: 'one', userId: 'alice', action: 'transfer', idempotencyKey: `at-${at}`, at }
      await store.decide(requestOf(tracked), decideCounting(tracked))
      await insertAuditEntry(store.db, newId(), { tenantId: 'one', at, actor: systemActor('test'), event: 'tried' })
    },
    actionsLeft: async () => (await store.listInstances('one', 'alice', {})).length,
  }
}

function pass({ time }: Scene, ms: number): void {
  time.now += ms
  time.stopwatch += ms
}

const countOf = async (store: Store, table: 'audit_log' | 'challenges' | 'consumed_tokens') =>
  (await store.db.selectFrom(table).selectAll().execute()).length

test('LG-03: actions, audit entries, challenges and used tokens are kept as long as configured, and no longer', async (t) => {
  const scene = await setUp(t)
  const { store } = scene
  for (const age of [500, 300, 100]) await scene.trackAt(start - age * day)
  await store.db.insertInto('consumed_tokens').values({ tenant_id: 'one', jti: 'old', consumed_at: 1, expires_at: 2 }).execute()
  const forGood = scene.makeRetention({ eventDays: 0, auditDays: 0 })
  await forGood.runIfDue()
  assert.deepEqual([await scene.actionsLeft(), await countOf(store, 'audit_log')], [3, 3])
  assert.equal(await countOf(store, 'consumed_tokens'), 0)

  pass(scene, day)
  await scene.makeRetention().runIfDue()
  assert.deepEqual([await scene.actionsLeft(), await countOf(store, 'audit_log')], [1, 2])
  pass(scene, 120 * day)
  await scene.makeRetention().runIfDue()
  assert.deepEqual([await scene.actionsLeft(), await countOf(store, 'audit_log')], [0, 1])
})

test('a tenant that keeps events for a shorter time than the server loses its own, and no other tenant does', async (t) => {
  const scene = await setUp(t)
  const { store } = scene
  for (const age of [100, 20, 1]) await scene.trackAt(start - age * day)
  const other = { tenantId: 'two', userId: 'bob', action: 'transfer', idempotencyKey: 'other', at: start - 90 * day }
  await store.decide(requestOf(other), decideCounting(other))
  await store.db.updateTable('tenants').set({ settings: '{"eventRetentionDays":30}' }).execute()
  await scene.makeRetention().runIfDue()
  assert.equal(await scene.actionsLeft(), 2)
  assert.equal((await store.listInstances('two', 'bob', {})).length, 1)
})

test('LG-03: of what is not kept any longer nothing is left in the store', async (t) => {
  const scene = await setUp(t)
  const { store, dataDir } = scene
  const tenantId = 'one'
  for (const age of [250, 200, 1]) {
    const tracked = { tenantId, userId: 'alice', action: 'transfer', idempotencyKey: `k${age}`, at: start - age * day }
    await store.decide(requestOf(tracked), (snapshot) => {
      const decided = decideCounting(tracked)(snapshot)
      const instance = { ...decided.changes.instance, tracked: { custom: { note: `note of ${age} days` } } }
      return { ...decided, changes: { ...decided.changes, instance } }
    })
  }
  await store.db
    .insertInto('challenges')
    .values({
      tenant_id: tenantId,
      challenge_id: 'old-challenge',
      kind: 'action',
      user_id: 'alice',
      action_code: 'transfer',
      idempotency_key: 'old-key',
      webauthn_challenge: null,
      details: '{"old":"details"}',
      created_at: 1,
      expires_at: 2,
      consumed_at: 2,
    })
    .execute()
  await store.db.insertInto('consumed_tokens').values({ tenant_id: tenantId, jti: 'old-token', consumed_at: 1, expires_at: 2 }).execute()
  const version = (number: number, age: number) => ({
    tenant_id: tenantId,
    alias: 'mules',
    version: number,
    config_version: number,
    created_at: start - age * day,
    author: `author-${number}`,
    event: 'updated' as const,
    message: null,
    name: 'Mules',
    is_active: 1 as const,
    item_count: 1,
    added_count: 1,
    removed_count: 1,
    added: `["entry-${number}"]`,
    removed: `["out-${number}"]`,
  })
  await store.db
    .insertInto('value_list_versions')
    .values([version(1, 500), version(2, 450), version(3, 215), version(4, 205)])
    .execute()
  const old = ['note of 250', 'note of 200', 'old-challenge', 'old-key', 'old-token', 'entry-3', 'author-1']
  const kept = ['note of 1 ', 'entry-4', 'out-4', 'author-2', 'author-3']
  await scene.makeRetention().runIfDue()
  if (store.kind === 'sqlite') await store.close()
  assert.deepEqual(await findTraces(store, dataDir, old), [])
  const left = await findTraces(store, dataDir, kept)
  for (const text of kept)
    assert.ok(
      left.some((trace) => trace.startsWith(`${text} in`)),
      text,
    )
})

test('of several processes one does the work, and another the next time when that one is gone', async (t) => {
  const scene = await setUp(t)
  const processes = Array.from({ length: 8 }, (_, n) => `process-${n}`)
  const take = () =>
    Promise.all(processes.map((holder) => takeLease(scene.store.db, { name: 'work', holder, forMs: 1000 }, scene.time.now)))
  for (let round = 0; round < 5; round++) {
    assert.equal((await take()).filter(Boolean).length, 1)
    assert.equal((await take()).filter(Boolean).length, 0)
    pass(scene, 1000)
  }
  scene.time.now += 365 * day
  assert.equal((await take()).filter(Boolean).length, 1)
  scene.time.now -= 365 * day
  assert.equal((await take()).filter(Boolean).length, 1, 'an end under a wrong clock holds nobody up')
})

test('RE-07: a clock that was set forward erases nothing at once', async (t) => {
  const scene = await setUp(t)
  await scene.trackAt(start)
  const retention = scene.makeRetention()
  await retention.runIfDue()
  scene.time.now += 3650 * day
  await retention.runIfDue()
  assert.equal(await scene.actionsLeft(), 1)
  assert.equal(scene.warnings.length, 1)
  scene.time.now -= 3650 * day
  pass(scene, day)
  await retention.runIfDue()
  await retention.runIfDue()
  assert.equal(await scene.actionsLeft(), 1)
})

test('what runs when the server stops is stopped, and nothing begins after', async (t) => {
  const scene = await setUp(t)
  for (let n = 0; n < 10; n++) await scene.trackAt(start - (400 + n) * day)
  const retention = scene.makeRetention()
  const running = retention.runIfDue()
  await retention.stop()
  await running
  pass(scene, day)
  await retention.runIfDue()
  const left = await scene.actionsLeft()
  await scene.makeRetention().runIfDue()
  assert.ok(left >= (await scene.actionsLeft()))
  assert.equal(await scene.actionsLeft(), 0)
})
