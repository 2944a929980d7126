import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openTestPostgres } from '../../test/support/test-postgres.ts'
import type { Actor } from '../audit/actor.ts'
import { openPostgresStore } from '../storage/postgres/open-postgres-store.ts'
import { isOf, takeClaim } from './review-claim.ts'

const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false
if (typeof postgres !== 'string') after(() => postgres.close())

test('of people who claim one action in several processes at once, one does, also when they take over what expired', { skip }, async () => {
  if (typeof postgres === 'string') return
  const databaseUrl = await postgres.createDatabase()
  const stores = await Promise.all([1, 2, 3].map(() => openPostgresStore({ databaseUrl, clock: () => 1000 })))
  const people = ['ana', 'bo', 'cy'].map((id): Actor => ({ kind: 'management_key', id }))
  const minutes = (count: number) => count * 60_000
  for (let n = 0; n < 20; n++) {
    const key = { tenantId: 'one', userId: `user-${n}`, action: 'pay', idempotencyKey: 'k' }
    const claimAt = (at: number) =>
      Promise.all(
        stores.flatMap((store, process) =>
          people.map(async (person, index) => {
            const scope = { tenantId: 'one', userId: key.userId }
            const claim = await store.transaction(scope, ({ db }) => takeClaim(db, key, person, at))
            return { process, index, isTaken: isOf(claim, person), holder: claim.actor.id }
          }),
        ),
      )
    for (const at of [minutes(n * 100), minutes(n * 100 + 10)]) {
      const replies = await claimAt(at)
      assert.equal(new Set(replies.map(({ holder }) => holder)).size, 1, JSON.stringify(replies))
      assert.equal(replies.filter(({ isTaken }) => isTaken).length, stores.length)
    }
  }
  for (const store of stores) await store.close()
})
