import type { Db, Store } from '../storage/store.ts'
import { type ChainedRow, entryHash } from './chain-hash.ts'

const batchSize = 500

/**
 * Erases entries of the audit log from before a time, of all tenants, oldest first, until none is left or `signal` aborts. Resolves with their number.
 *
 * A chain loses its beginning only, and keeps the hash of the last entry erased: what follows can still be verified. An entry that was chained after a
 * younger one stays until that one goes.
 */
export async function eraseAuditEntries(store: Pick<Store, 'db' | 'transaction'>, before: number, signal: AbortSignal): Promise<number> {
  let erased = 0
  for (const tenantId of await tenantsWithEntries(store.db)) {
    if (await hasOlder(store.db, tenantId, before)) erased += await eraseOf(store, tenantId, before, signal)
  }
  return erased
}

/** Erases all entries of one tenant in the same way. The end of its chain stays. */
export function eraseTenantAudit(store: Pick<Store, 'transaction'>, tenantId: string): Promise<number> {
  return eraseOf(store, tenantId, Number.MAX_SAFE_INTEGER)
}

async function eraseOf(store: Pick<Store, 'transaction'>, tenantId: string, before: number, signal?: AbortSignal): Promise<number> {
  let erased = 0
  for (const erase of [eraseUnchained, eraseChained]) {
    for (let last = batchSize; last === batchSize && signal?.aborted !== true; ) {
      last = await store.transaction({ tenantId }, ({ db }) => erase(db, tenantId, before))
      erased += last
    }
  }
  return erased
}

async function tenantsWithEntries(db: Db): Promise<string[]> {
  const tenants = await db.selectFrom('tenants').select('tenant_id').union(db.selectFrom('audit_chains').select('tenant_id')).execute()
  return tenants.map(({ tenant_id }) => tenant_id)
}

async function hasOlder(db: Db, tenantId: string, before: number): Promise<boolean> {
  const old = await db
    .selectFrom('audit_log')
    .where('tenant_id', '=', tenantId)
    .where('at', '<', before)
    .select('audit_id')
    .limit(1)
    .executeTakeFirst()
  return old !== undefined
}

/** Entries of releases that had no chain. */
async function eraseUnchained(db: Db, tenantId: string, before: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('audit_log')
    .where('tenant_id', '=', tenantId)
    .where('audit_id', 'in', ({ selectFrom }) =>
      selectFrom('audit_log as old')
        .select('old.audit_id')
        .where('old.tenant_id', '=', tenantId)
        .where('old.at', '<', before)
        .where('old.sequence', 'is', null)
        .orderBy('old.at')
        .limit(batchSize),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

async function eraseChained(db: Db, tenantId: string, before: number): Promise<number> {
  const first = await db
    .selectFrom('audit_log')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('sequence', 'is not', null)
    .orderBy('sequence')
    .limit(batchSize)
    .execute()
  const kept = first.findIndex(({ at }) => at >= before)
  const old = (kept === -1 ? first : first.slice(0, kept)) as ChainedRow[]
  const last = old.at(-1)
  if (last === undefined) return 0
  await db
    .deleteFrom('audit_log')
    .where('tenant_id', '=', tenantId)
    .where('sequence', 'is not', null)
    .where('sequence', '<=', last.sequence)
    .execute()
  await db
    .updateTable('audit_chains')
    .set({ erased_through: last.sequence, erased_hash: entryHash(last) })
    .where('tenant_id', '=', tenantId)
    .execute()
  return old.length
}
