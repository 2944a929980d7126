import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { decideCounting, instanceEntities, recordTracked, requestOf, type Tracked } from '../../../test/support/counting-decision.ts'
import type { Store } from '../store.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

const user = { kind: 'user', key: 'alice' } as const

function trackedOf(n: number): Tracked {
  return { tenantId: 'one', userId: 'alice', action: 'transfer', idempotencyKey: `k${n}`, deviceId: 'phone', at: 1_000 + n }
}

async function track(store: Store, from: number, to: number): Promise<void> {
  const all = Array.from({ length: to - from }, (_, n) => trackedOf(from + n))
  await Promise.all(all.map((tracked) => store.decide(requestOf(tracked), decideCounting(tracked))))
}

async function counts(store: Store): Promise<unknown[]> {
  const { entities } = await store.loadSnapshot('one', 'alice', [user, { kind: 'device', key: 'phone' }])
  return [entities.user?.count, entities.device?.count]
}

test('LG-03, RE-01: what was forgotten of a user does not come back with a crash, though the log still holds it, and what came since does', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-forgotten-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const options = { clock: () => 1_000, instanceEntities, recordTracked }
  const store = await openSqliteStore({ ...options, dataDir: join(folder, 'data') })
  const forget = () =>
    store.transaction({ tenantId: 'one', userId: 'alice' }, (tx) =>
      tx.changeEntities('one', [user], (_, entity) => ({ ...entity, count: 0 })),
    )
  await track(store, 0, 50)
  // In one group with decisions before and after it.
  await Promise.all([track(store, 50, 60), forget(), track(store, 60, 70)])
  await forget()
  await track(store, 70, 77)
  assert.deepEqual(await counts(store), [7, 77])

  // As a process that is killed leaves it.
  cpSync(join(folder, 'data'), join(folder, 'crashed'), { recursive: true, filter: (path) => !path.includes('writer') })
  await store.close()
  const again = await openSqliteStore({ ...options, dataDir: join(folder, 'crashed') })
  assert.deepEqual(await counts(again), [7, 77])
  await track(again, 77, 78)
  assert.deepEqual(await counts(again), [8, 78])
  await again.close()
})
