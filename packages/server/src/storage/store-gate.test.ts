import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '../../test/support/test-app.ts'
import { prepareQuery } from './prepare-query.ts'
import { createWriteGate, gateStore } from './store-gate.ts'

const app = await createTestApp()
after(() => app.close())
const insertUse = prepareQuery((db, jti: string) =>
  db.insertInto('consumed_tokens').values({ tenant_id: 'gated', jti, consumed_at: 1, expires_at: 2 }),
)
const findUse = prepareQuery((db, jti: string) => db.selectFrom('consumed_tokens').select('jti').where('jti', '=', jti))

test('while changes are held every statement that writes is refused, prepared before or not, and those that read are not', async () => {
  const gate = createWriteGate()
  const { db } = gateStore(app.deps.store, gate)
  await insertUse(db, 'before')
  gate.hold()
  await assert.rejects(insertUse(db, 'held'), { code: 'unavailable' })
  await assert.rejects(db.deleteFrom('consumed_tokens').where('tenant_id', '=', 'gated').execute(), { code: 'unavailable' })
  assert.equal((await findUse(db, 'before')).rows.length, 1)
  assert.equal((await db.selectFrom('consumed_tokens').select('jti').where('tenant_id', '=', 'gated').execute()).length, 1)
  gate.open()
  await insertUse(db, 'after')
  gate.shut({ id: 'move', to: 'postgres://db.example/sallyport', tenantId: null, at: 1 })
  await assert.rejects(findUse(db, 'before'), { code: 'unavailable' })
})
