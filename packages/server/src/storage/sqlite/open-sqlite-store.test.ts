import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Instance } from '@sallyport/engine'
import { openSqliteStore } from './open-sqlite-store.ts'

test('a decision is stored and a second decide with its key returns it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-'))
  const store = await openSqliteStore({ dataDir, clock: () => 1, instanceEntities: () => [], recordTracked: () => ({}) })
  const key = { tenantId: 't', userId: 'u', action: 'a', idempotencyKey: 'k' }
  const instance: Instance = {
    ...key,
    createdAt: 5,
    updatedAt: 5,
    state: 'ALLOW',
    stateUpdatedAt: 5,
    outcome: 'ALLOW',
    policyVersion: 1,
    configVersion: 1,
    dataVersion: 'none',
    ruleIds: [],
    undeterminedRuleIds: [],
    shadowRuleIds: [],
    tracked: {},
    signals: [],
    verificationMethod: null,
    verifiedByAuthenticatorId: null,
    disputedAt: null,
    learnt: null,
  }
  const request = { key, entities: [{ kind: 'user', key: 'u' } as const], user: { email: 'x@y.z' }, deviceId: 'd', at: 5 }
  const run = () =>
    store.decide(request, () => ({
      decision: { state: 'ALLOW', outcome: 'ALLOW', ruleId: null, isEnrolled: false, allowedVerificationMethods: [] },
      changes: { instance, entities: { user: { count: 1 } } },
    }))
  const results = await Promise.all([run(), run()])
  assert.deepEqual(
    results.map((result) => result.isNew),
    [true, false],
  )
  assert.deepEqual(await store.findInstance(key), instance)
  const users = await store.db.selectFrom('users').selectAll().execute()
  assert.equal(users[0]?.email, 'x@y.z')
  const n = await store.transaction({ tenantId: 't', userId: 'u' }, async (tx) => {
    const r = await tx.db
      .updateTable('users')
      .set({ email: 'q' })
      .where('tenant_id', '=', 't')
      .where('user_id', '=', 'u')
      .executeTakeFirst()
    return r.numUpdatedRows
  })
  assert.equal(n, 1n)
  await assert.rejects(
    store.transaction({ tenantId: 't', userId: 'u' }, async (tx) => {
      await tx.db.deleteFrom('users').execute()
      throw new Error('no')
    }),
    /no/,
  )
  assert.equal((await store.loadSnapshot('t', 'u', request.entities)).user.email, 'q')
  await assert.rejects(
    openSqliteStore({ dataDir, clock: () => 1, instanceEntities: () => [], recordTracked: () => ({}) }),
    /using the data directory/,
  )
  await store.close()
  rmSync(dataDir, { recursive: true })
})
