import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestApp, type TestApp } from '../../test/support/test-app.ts'
import { prepareQuery } from './prepare-query.ts'

let app: TestApp
before(async () => {
  app = await createTestApp()
})
after(() => app.close())

let builds = 0
const insertUse = prepareQuery((db, jti: string, at: number) => {
  builds += 1
  return db
    .insertInto('consumed_tokens')
    .values({ tenant_id: 'prepared', jti, consumed_at: at, expires_at: at })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'jti']).doNothing())
})
const findUse = prepareQuery((db, jti: string) =>
  db.selectFrom('consumed_tokens').select(['jti', 'consumed_at']).where('tenant_id', '=', 'prepared').where('jti', '=', jti),
)

test('a prepared query is built once, and runs with the parameters of each call', async () => {
  const { db } = app.deps.store
  assert.equal((await insertUse(db, 'one', 1)).numAffectedRows, 1n)
  assert.equal((await insertUse(db, 'two', 2)).numAffectedRows, 1n)
  assert.equal((await insertUse(db, 'two', 3)).numAffectedRows, 0n)
  const [two] = (await findUse(db, 'two')).rows
  assert.deepEqual([two?.jti, two?.consumed_at], ['two', 2])
  assert.deepEqual((await findUse(db, 'three')).rows, [])
  assert.equal(builds, 1)
})

test('a prepared query runs in a transaction, and is undone with it', async () => {
  const { store } = app.deps
  const undone = store.transaction({ tenantId: 'test-tenant', userId: 'user' }, async (tx) => {
    await insertUse(tx.db, 'undone', 1)
    assert.equal((await findUse(tx.db, 'undone')).rows.length, 1)
    throw new Error('no more')
  })
  await assert.rejects(undone, /no more/)
  assert.equal((await findUse(store.db, 'undone')).rows.length, 0)
  assert.equal(builds, 1)
})
