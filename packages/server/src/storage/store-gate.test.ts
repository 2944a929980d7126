import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { prepareQuery } from './prepare-query.ts'
import { StoreClosedError } from './store-errors.ts'
import { createStoreGate, gateStore } from './store-gate.ts'

const app = await createTestApp()
after(() => app.close())
const insertUse = prepareQuery((db, jti: string) =>
  db.insertInto('consumed_tokens').values({ tenant_id: 'gated', jti, consumed_at: 1, expires_at: 2 }),
)
const findUse = prepareQuery((db, jti: string) => db.selectFrom('consumed_tokens').select('jti').where('jti', '=', jti))

test('while changes are held every statement that writes is refused, prepared before or not, and those that read are not', async () => {
  const gate = createStoreGate()
  const { db } = gateStore(app.deps.store, gate)
  await insertUse(db, 'before')
  gate.hold('changes are held', 2)
  await assert.rejects(insertUse(db, 'held'), StoreClosedError)
  await assert.rejects(db.deleteFrom('consumed_tokens').where('tenant_id', '=', 'gated').execute(), { retryAfterSeconds: 2 })
  assert.equal((await findUse(db, 'before')).rows.length, 1)
  assert.equal((await db.selectFrom('consumed_tokens').select('jti').where('tenant_id', '=', 'gated').execute()).length, 1)
  gate.open()
  await insertUse(db, 'after')
  gate.shut({ tenantId: null })
  await assert.rejects(findUse(db, 'before'), StoreClosedError)
})

test('a tenant that is shut is refused, the others are not, until it is open again', async () => {
  const gate = createStoreGate()
  const store = gateStore(app.deps.store, gate)
  gate.shut({ tenantId: 'gated' })
  await assert.rejects(store.listInstances('gated', 'alice', {}), /the tenant `gated` was moved to another server/)
  assert.deepEqual(await store.listInstances('other', 'alice', {}), [])
  gate.reopen('gated')
  assert.deepEqual(await store.listInstances('gated', 'alice', {}), [])
})
