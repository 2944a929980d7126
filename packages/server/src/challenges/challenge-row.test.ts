import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp, type TestApp } from '../http/test-app.ts'
import {
  type ChallengeRow,
  challengeIdOf,
  challengeLifetimeMs,
  consumeChallenge,
  countAnswers,
  createWebauthnChallenge,
  findOpenChallenge,
  insertChallenge,
} from './challenge-row.ts'
import { createChallengePurge } from './purge-challenges.ts'

let now = 1_700_000_000_000
let app: TestApp
before(async () => {
  app = await createTestApp({ clock: () => now })
})
after(() => app.close())

async function open(values: Partial<ChallengeRow> = {}): Promise<ChallengeRow> {
  const challenge = createWebauthnChallenge()
  const row: ChallengeRow = {
    tenant_id: 'test-tenant',
    challenge_id: challengeIdOf(challenge),
    kind: 'passkey_authentication',
    user_id: 'user',
    action_code: 'transfer',
    idempotency_key: 'one',
    webauthn_challenge: challenge,
    details: '{}',
    created_at: now,
    expires_at: now + challengeLifetimeMs,
    consumed_at: null,
    ...values,
  }
  await insertChallenge(app.deps.store.db, row)
  return row
}

test('WA-01: challenges are 32 bytes and never the same', () => {
  const challenges = Array.from({ length: 1000 }, createWebauthnChallenge)
  assert.equal(new Set(challenges).size, 1000)
  for (const challenge of challenges) assert.equal(Buffer.from(challenge, 'base64url').length, 32)
})

test('the id of a challenge is a UUID that follows from its bytes', () => {
  const challenge = createWebauthnChallenge()
  assert.match(challengeIdOf(challenge), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(challengeIdOf(challenge), challengeIdOf(challenge))
  assert.notEqual(challengeIdOf(challenge), challengeIdOf(createWebauthnChallenge()))
})

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
  assert.ok(await find('test-tenant', 'passkey_authentication', now + challengeLifetimeMs - 1))
  assert.equal(await find('test-tenant', 'passkey_authentication', now + challengeLifetimeMs), undefined)
  assert.equal(await find('other-tenant', 'passkey_authentication', now), undefined)
  assert.equal(await find('test-tenant', 'passkey_registration', now), undefined)
  assert.equal(await consumeChallenge(db, { ...row, tenant_id: 'other-tenant' }, now), false)
  assert.equal(await consumeChallenge(db, { ...row, kind: 'passkey_registration' }, now), false)
  assert.equal(await consumeChallenge(db, row, now + challengeLifetimeMs), false)
  assert.equal(await consumeChallenge(db, row, now), true)
  assert.equal(await find('test-tenant', 'passkey_authentication', now), undefined)
})

test('TX-09: answers are counted by user and instance, and the nth of many at once sees at least n', async () => {
  const { db } = app.deps.store
  const mine = { user_id: 'counted', idempotency_key: 'mine' }
  const rows = await Promise.all(Array.from({ length: 12 }, () => open(mine)))
  await open(mine)
  const other = await open({ ...mine, idempotency_key: 'other' })
  await consumeChallenge(db, other, now)
  const counts = await Promise.all(
    rows.map(async (row) => {
      await consumeChallenge(db, row, now)
      return countAnswers(db, row)
    }),
  )
  counts.sort((a, b) => a - b)
  for (const [index, count] of counts.entries()) assert.ok(count > index && count <= 12)
  assert.equal(await countAnswers(db, other), 1)
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
