import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { openTestPostgres } from '../../test/support/test-postgres.ts'
import { type AnsweredChallenge, useUpChallenge } from '../challenges/challenge-row.ts'
import { createChallengePurge } from '../challenges/purge-challenges.ts'
import { openPostgresStore } from '../storage/postgres/open-postgres-store.ts'
import { createConsumedTokenPurge } from '../tokens/purge-consumed-tokens.ts'

const [minute, day] = [60_000, 24 * 60 * 60_000]
const start = Date.UTC(2026, 0, 15)

test('RE-07: a clock that was set forward and back makes no used token and no answered challenge usable again', async (t) => {
  const time = { now: start, stopwatch: 0 }
  const app = await createTestApp({ clock: () => time.now })
  t.after(() => app.close())
  const { store } = app.deps
  const used = { tenant_id: 'test-tenant', jti: 'used', consumed_at: start, expires_at: start + 10 * minute }
  await store.db.insertInto('consumed_tokens').values(used).execute()
  const answered: AnsweredChallenge = {
    tenantId: 'test-tenant',
    kind: 'passkey_authentication',
    challengeId: 'answered',
    userId: 'user',
    actionCode: 'transfer',
    idempotencyKey: 'one',
    expiresAt: start + 10 * minute,
  }
  assert.equal(await useUpChallenge(store.db, answered, start), true)
  const deps = { store, clock: () => time.now, stopwatch: () => time.stopwatch }
  const purges = [createChallengePurge(deps), createConsumedTokenPurge(deps)]
  async function purgeAfter(clockMs: number, passedMs: number): Promise<void> {
    time.now += clockMs
    time.stopwatch += passedMs
    for (const purge of purges) await purge()
  }
  async function kept(): Promise<number[]> {
    const tables = ['challenges', 'consumed_tokens'] as const
    return Promise.all(tables.map(async (table) => (await store.db.selectFrom(table).selectAll().execute()).length))
  }

  await purgeAfter(365 * day, minute)
  for (let minutes = 0; minutes < 60; minutes += 10) await purgeAfter(10 * minute, 10 * minute)
  await purgeAfter(-365 * day, 0)
  await purgeAfter(2 * minute, 2 * minute)
  assert.deepEqual(await kept(), [1, 1])
  assert.equal(await useUpChallenge(store.db, answered, time.now), false)
  await purgeAfter(2 * day, 2 * day)
  assert.deepEqual(await kept(), [0, 0], 'once the clock has been right for a day, what expired is forgotten')
})

const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false
if (typeof postgres !== 'string') after(() => postgres.close())

test('A10: a process whose clock is ahead forgets no used token and no answered challenge of the others', { skip }, async (t) => {
  assert.ok(typeof postgres !== 'string')
  const databaseUrl = await postgres.createDatabase()
  const store = await openPostgresStore({ databaseUrl, clock: Date.now })
  t.after(() => store.close())
  const at = Date.now()
  await store.db
    .insertInto('consumed_tokens')
    .values({ tenant_id: 'one', jti: 'used', consumed_at: at, expires_at: at + 10 * minute })
    .execute()
  const answered: AnsweredChallenge = {
    tenantId: 'one',
    kind: 'passkey_authentication',
    challengeId: 'answered',
    userId: null,
    actionCode: 'sign-in',
    idempotencyKey: null,
    expiresAt: at + 5 * minute,
  }
  assert.equal(await useUpChallenge(store.db, answered, at), true)
  for (const ahead of [70 * minute, 2 * day, 400 * day]) {
    const deps = { store, clock: () => Date.now() + ahead }
    for (const purge of [createChallengePurge(deps), createConsumedTokenPurge(deps)]) await purge()
    assert.equal(await useUpChallenge(store.db, answered, at), false, `${ahead} ms ahead`)
    assert.equal((await store.db.selectFrom('consumed_tokens').selectAll().execute()).length, 1)
  }
  await store.db
    .updateTable('consumed_tokens')
    .set({ expires_at: at - day })
    .execute()
  await createConsumedTokenPurge({ store, clock: Date.now })()
  assert.equal((await store.db.selectFrom('consumed_tokens').selectAll().execute()).length, 0, 'what expired by both clocks is forgotten')
})
