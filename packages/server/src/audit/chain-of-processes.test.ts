import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { openTestPostgres } from '../../test/support/test-postgres.ts'
import { verifyAudit } from '../../test/support/verify-audit.ts'
import { openPostgresStore } from '../storage/postgres/open-postgres-store.ts'
import type { Store } from '../storage/store.ts'
import { systemActor } from './actor.ts'
import { eraseAuditEntries } from './erase-audit-entries.ts'
import { insertAuditEntry } from './insert-audit-entry.ts'

const postgres = await openTestPostgres()
const skip = typeof postgres === 'string' ? postgres : false
if (typeof postgres !== 'string') after(() => postgres.close())

test('D5: several processes write one chain at once, begin it only once, and retention goes on beside them', { skip }, async () => {
  if (typeof postgres === 'string') return
  const databaseUrl = await postgres.createDatabase()
  const open = () => openPostgresStore({ databaseUrl, clock: () => 1_000 })
  const stores = await Promise.all([open(), open(), open()])
  const [store] = stores as [Store, ...Store[]]
  await store.db.insertInto('tenants').values({ tenant_id: 'one', name: 'One', settings: '{}', config_version: 1, created_at: 1 }).execute()
  await store.db
    .insertInto('audit_log')
    .values({
      tenant_id: 'one',
      audit_id: 'old',
      at: 900,
      actor: 'system',
      actor_id: null,
      actor_name: null,
      actor_key_id: null,
      event: 'x',
      user_id: null,
      ip_address: null,
      details: '{}',
      sequence: null,
      previous_hash: null,
      personal_digest: null,
      salt: null,
    })
    .execute()
  const put = (at: Store, n: number, userId?: string) =>
    at.transaction({ tenantId: 'one', ...(userId !== undefined && { userId }) }, async ({ db }) => {
      await insertAuditEntry(db, randomUUID(), { tenantId: 'one', at: n, actor: systemActor('test'), event: 'put', details: { n } })
      if (n % 7 === 0) throw new Error('undo')
    })
  const perStore = 60
  await Promise.all([
    ...stores.flatMap((at, place) =>
      Array.from({ length: perStore }, (_, n) =>
        put(at, 1_000 + n, n % 2 === 0 ? `user-${place}-${n % 5}` : undefined).catch(() => undefined),
      ),
    ),
    eraseAuditEntries(store, 1_010, new AbortController().signal),
  ])
  const undone = Array.from({ length: perStore }, (_, n) => 1_000 + n).filter((n) => n % 7 === 0).length
  const report = await verifyAudit(store, 'one')
  assert.deepEqual(report.findings, [])
  assert.equal(report.sequence, 1 + 3 * (perStore - undone), 'the entry that begins the chain, and every one that was not undone')
  for (const one of stores) await one.close()
})
