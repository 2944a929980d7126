import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { countingTraces, decideCounting, instanceOf, requestOf, type Tracked } from '../../../test/support/counting-decision.ts'
import { eagerOptions } from '../../../test/support/killed-writer.ts'
import { compactDatabase } from './compact-database.ts'
import { databasePathIn } from './data-directory.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

const isErased = (n: number) => n % 3 === 0
const userOf = (n: number) => `${isErased(n) ? 'erased' : 'staying'}-${n}-${'q'.repeat(n % 17)}`
const trackedOf = (n: number, round: number): Tracked => ({
  tenantId: 'one',
  userId: userOf(n),
  action: 'transfer',
  idempotencyKey: `k${round}`,
  at: round,
  deviceId: `device-of-${userOf(n)}`,
  email: `${userOf(n)}@${'y'.repeat((n * round) % 23)}.example`,
  padding: 'p'.repeat(n % 91),
})

test('LG-03: after compacting, not even the gaps between rows hold anything of the erased, and the others have all of theirs', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-compact-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const store = await openSqliteStore(eagerOptions(dataDir))
  // In no order, and some grow later: rows are moved between pages.
  const users = Array.from({ length: 900 }, (_, n) => (n * 571) % 900)
  for (let round = 0; round < 3; round++) {
    const tracks = users.map((n) => trackedOf(n, round))
    await Promise.all(tracks.map((tracked) => store.decide(requestOf(tracked), decideCounting(tracked))))
    await Promise.all(
      tracks
        .filter((_, index) => index % 3 === round)
        .map((tracked) =>
          store.transaction({ tenantId: 'one', userId: tracked.userId }, (tx) =>
            tx.settle(
              instanceOf(tracked),
              () => [],
              (instance) => ({
                instance: { ...instance, tracked: { ...instance.tracked, redirectUrl: `https://a.example/${'r'.repeat(200)}` } },
                entities: {},
              }),
            ),
          ),
        ),
    )
  }
  for (const n of users.filter(isErased)) {
    await store.transaction({ tenantId: 'one', userId: userOf(n) }, async (tx) => {
      await tx.forgetUser('one', userOf(n), countingTraces)
      for (const table of ['users', 'devices'] as const) await tx.db.deleteFrom(table).where('user_id', '=', userOf(n)).execute()
    })
  }
  assert.throws(() => compactDatabase(dataDir), /using the data directory/)
  await store.close()
  const { before, after } = compactDatabase(dataDir)
  assert.ok(after < before)
  assert.equal(readFileSync(databasePathIn(dataDir), 'latin1').includes('erased-'), false)
  const again = await openSqliteStore(eagerOptions(dataDir))
  for (const n of users) assert.equal((await again.listInstances('one', userOf(n), {})).length, isErased(n) ? 0 : 3)
  await again.close()
  assert.throws(() => compactDatabase(join(dataDir, 'nowhere')), /no embedded store/)
})
