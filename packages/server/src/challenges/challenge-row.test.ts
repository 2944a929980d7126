import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import {
  type AnsweredChallenge,
  type ChallengeRow,
  challengeLifetimeMs,
  consumeChallenge,
  countAnswers,
  findOpenChallenge,
  insertChallenge,
  useUpChallenge,
} from './challenge-row.ts'
import { createChallengePurge } from './purge-challenges.ts'

let now = 1_700_000_000_000
let app: TestApp
before(async () => {
  app = await createTestApp({ clock: () => now })
})
after(() => app.close())

async function open(values: Partial<ChallengeRow> = {}): Promise<ChallengeRow> {
  const row: ChallengeRow = {
    tenant_id: 'test-tenant',
    challenge_id: randomUUID(),
    kind: 'passkey_registration',
    user_id: 'user',
    action_code: 'transfer',
    idempotency_key: 'one',
    webauthn_challenge: null,
    details: '{}',
    created_at: now,
    expires_at: now + challengeLifetimeMs,
    consumed_at: null,
    ...values,
  }
  await insertChallenge(app.deps.store.db, row)
  return row
}

test('TX-06, A-07: of 100 answers at once to one challenge one gets it', async () => {
  const row = await open()
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => consumeChallenge(app.deps.store.db, row, now)))
  assert.equal(outcomes.filter(Boolean).length, 1)
  assert.equal(await consumeChallenge(app.deps.store.db, row, now), false)
})

test('WA-02: an open challenge is found by its tenant, its kind and its id, until it expires', async () => {
  const { db } = app.deps.store
  const row = await open()
  const find = (tenantId: string, kind: ChallengeRow['kind'], at: number) => findOpenChallenge(db, tenantId, kind, row.challenge_id, at)
  assert.ok(await find('test-tenant', 'passkey_registration', now + challengeLifetimeMs - 1))
  assert.equal(await find('test-tenant', 'passkey_registration', now + challengeLifetimeMs), undefined)
  assert.equal(await find('other-tenant', 'passkey_registration', now), undefined)
  assert.equal(await find('test-tenant', 'passkey_authentication', now), undefined)
  assert.equal(await consumeChallenge(db, { ...row, tenant_id: 'other-tenant' }, now), false)
  assert.equal(await consumeChallenge(db, { ...row, kind: 'passkey_authentication' }, now), false)
  assert.equal(await consumeChallenge(db, row, now + challengeLifetimeMs), false)
  assert.equal(await consumeChallenge(db, row, now), true)
  assert.equal(await find('test-tenant', 'passkey_registration', now), undefined)
})

function answered(values: Partial<AnsweredChallenge> = {}): AnsweredChallenge {
  return {
    tenantId: 'test-tenant',
    challengeId: randomUUID(),
    kind: 'passkey_authentication',
    userId: 'user',
    actionCode: 'transfer',
    idempotencyKey: 'one',
    expiresAt: now + challengeLifetimeMs,
    ...values,
  }
}

test('TX-06, A-07: of 100 answers at once to one challenge that was kept nowhere one gets it', async () => {
  const { store } = app.deps
  const challenge = answered()
  const alone = () => useUpChallenge(store.db, challenge, now)
  const within = () => store.transaction({ tenantId: 'test-tenant', userId: 'user' }, (tx) => useUpChallenge(tx.db, challenge, now))
  const outcomes = await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? alone() : within())))
  assert.equal(outcomes.filter(Boolean).length, 1)
  assert.equal(await alone(), false)
  assert.equal(await useUpChallenge(store.db, { ...challenge, tenantId: 'other-tenant' }, now), true)
})

test('TX-06: what a transaction used up that was undone can be used up again', async () => {
  const { store } = app.deps
  const challenge = answered()
  const undone = store.transaction({ tenantId: 'test-tenant', userId: 'user' }, async (tx) => {
    assert.equal(await useUpChallenge(tx.db, challenge, now), true)
    throw new Error('undone')
  })
  await assert.rejects(undone, /undone/)
  assert.equal(await useUpChallenge(store.db, challenge, now), true)
})

test('TX-09: answers are counted by user and instance, and the nth of many at once counts n', async () => {
  const { store } = app.deps
  const answer = (values: Partial<AnsweredChallenge>) =>
    store.transaction({ tenantId: 'test-tenant', userId: 'counted' }, async (tx) => {
      const challenge = answered({ userId: 'counted', ...values })
      await useUpChallenge(tx.db, challenge, now)
      return countAnswers(tx.db, challenge)
    })
  await answer({ idempotencyKey: 'other' })
  const counts = await Promise.all(Array.from({ length: 12 }, () => answer({ idempotencyKey: 'mine' })))
  assert.deepEqual(
    counts.toSorted((a, b) => a - b),
    Array.from({ length: 12 }, (_, index) => index + 1),
  )
  assert.equal(await answer({ idempotencyKey: 'other' }), 2)
})

test('A-24: expired challenges are deleted in bounded steps, the others stay', async () => {
  const { db } = app.deps.store
  const fresh = await open()
  await Promise.all(Array.from({ length: 700 }, () => open({ expires_at: now - 2 * 60 * 60 * 1000, user_id: 'old' })))
  const lately = await open({ expires_at: now - 1000, user_id: 'old' })
  const purge = createChallengePurge(app.deps)
  await purge()
  const left = await db.selectFrom('challenges').select('challenge_id').where('user_id', '=', 'old').execute()
  assert.deepEqual(
    left.map((row) => row.challenge_id),
    [lately.challenge_id],
  )
  assert.ok(await findOpenChallenge(db, 'test-tenant', fresh.kind, fresh.challenge_id, now))

  await open({ expires_at: now - 2 * 60 * 60 * 1000, user_id: 'old' })
  await purge()
  assert.equal((await db.selectFrom('challenges').select('challenge_id').where('user_id', '=', 'old').execute()).length, 2)
  now += 61_000
  await purge()
  assert.equal((await db.selectFrom('challenges').select('challenge_id').where('user_id', '=', 'old').execute()).length, 1)
})
