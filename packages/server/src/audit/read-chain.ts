import { sql } from 'kysely'
import type { AuditChainTable, AuditLogTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { firstHash } from './chain-hash.ts'

/** Entries of a kind that should not be there, read at most. */
const maxShown = 100

/** The ends of the chains of all tenants, or of one. A tenant whose entries are in no chain yet has an empty one. */
export async function listChains(db: Db, tenantId?: string): Promise<AuditChainTable[]> {
  const chains = await db
    .selectFrom('audit_chains')
    .selectAll()
    .$if(tenantId !== undefined, (query) => query.where('tenant_id', '=', tenantId ?? ''))
    .orderBy('tenant_id')
    .execute()
  const tenants = await db
    .selectFrom('tenants')
    .select(['tenant_id', 'created_at'])
    .$if(tenantId !== undefined, (query) => query.where('tenant_id', '=', tenantId ?? ''))
    .orderBy('tenant_id')
    .execute()
  const begun = new Set(chains.map((chain) => chain.tenant_id))
  return [...chains, ...tenants.filter(({ tenant_id }) => !begun.has(tenant_id)).map(({ tenant_id }) => emptyChain(tenant_id))]
}

function emptyChain(tenantId: string): AuditChainTable {
  return {
    tenant_id: tenantId,
    began_at: Number.MAX_SAFE_INTEGER,
    unchained: Number.MAX_SAFE_INTEGER,
    sequence: 0,
    hash: firstHash,
    erased_through: 0,
    erased_hash: firstHash,
  }
}

/** Entries of a chain with a number above `after` and up to `through`, in order. */
export function readChain(db: Db, tenantId: string, after: number, through: number): Promise<AuditLogTable[]> {
  return db
    .selectFrom('audit_log')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('sequence', '>', after)
    .where('sequence', '<=', through)
    .orderBy('sequence')
    .orderBy('audit_id')
    .execute()
}

/** Chained entries whose number is not between the two ends of the chain. One statement, so that nobody writes in between. */
export function readOutside(db: Db, tenantId: string): Promise<AuditLogTable[]> {
  const end = (column: 'sequence' | 'erased_through') =>
    sql<number>`COALESCE((SELECT ${sql.ref(column)} FROM audit_chains WHERE tenant_id = ${tenantId}), 0)`
  return db
    .selectFrom('audit_log')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where((where) => where.or([where('sequence', '>', end('sequence')), where('sequence', '<=', end('erased_through'))]))
    .orderBy('sequence')
    .limit(maxShown)
    .execute()
}

/** Entries that are in no chain: how many, and those that are younger than the chain. */
export async function readUnchained(db: Db, tenantId: string, beganAt: number): Promise<{ count: number; younger: AuditLogTable[] }> {
  const unchained = db.selectFrom('audit_log').where('tenant_id', '=', tenantId).where('sequence', 'is', null)
  const { count } = await unchained.select((select) => select.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  const younger = await unchained.where('at', '>', beganAt).selectAll().orderBy('at').limit(maxShown).execute()
  return { count: Number(count), younger }
}
