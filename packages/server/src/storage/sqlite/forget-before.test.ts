import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { decideCounting, instanceEntities, recordTracked, requestOf, type Tracked } from '../../../test/support/counting-decision.ts'
import type { Store } from '../store.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

const minute = 60_000
const day = 24 * 60 * minute

const trackedOf = (n: number, at: number): Tracked => ({
  tenantId: 'one',
  userId: `user-${n % 7}`,
  action: 'transfer',
  idempotencyKey: `k${n}`,
  deviceId: `device-${n % 5}`,
  at,
})

async function counts(store: Store): Promise<unknown[]> {
  const found: unknown[] = []
  for (let n = 0; n < 7; n++) {
    const refs = [
      { kind: 'user', key: `user-${n}` },
      { kind: 'device', key: `device-${n % 5}` },
    ] as const
    const { entities } = await store.loadSnapshot('one', `user-${n}`, refs)
    found.push([entities.user?.count, entities.device?.count])
  }
  return found
}

test('LG-03, RE-01: what was learnt from rows that retention erased is there after a crash, though it was in memory only', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-retention-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [dataDir, crashed] = [join(folder, 'data'), join(folder, 'crashed')]
  const store = await openSqliteStore({ dataDir, clock: () => 1_000, instanceEntities, recordTracked })
  const all = Array.from({ length: 400 }, (_, n) => trackedOf(n, n < 300 ? n * minute : 10 * day + n * minute))
  await Promise.all(all.map((tracked) => store.decide(requestOf(tracked), decideCounting(tracked))))
  const before = await counts(store)
  assert.equal(await store.forgetBefore(5 * day), 300)

  // As a process that is killed leaves it.
  cpSync(dataDir, crashed, { recursive: true, filter: (path) => !path.includes('writer') })
  await store.close()
  const again = await openSqliteStore({ dataDir: crashed, clock: () => 1_000, instanceEntities, recordTracked })
  assert.deepEqual(await counts(again), before)
  assert.equal((await again.listInstances('one', 'user-0', {})).length, 15)
  const tracked = trackedOf(0, 11 * day)
  assert.equal((await again.decide(requestOf(tracked), decideCounting(tracked))).isNew, true)
  await again.close()
})
