import { prepareQuery } from '../storage/prepare-query.ts'
import type { Db } from '../storage/store.ts'

export interface AuditEntry {
  tenantId: string
  /** Milliseconds UTC. */
  at: number
  actor: 'secret_key' | 'management_key' | 'user' | 'system'
  /** What happened, in the names of the webhooks: `authenticator.created`, `user.updated` … */
  event: string
  userId?: string
  ipAddress?: string
  /** Never a secret, a code, a token or a key. */
  details?: Record<string, unknown>
}

/** Puts one change on record (EN-06, LG-01). Called in the transaction that makes the change, so that one is never there without the other. */
export async function insertAuditEntry(db: Db, auditId: string, entry: AuditEntry): Promise<void> {
  const { tenantId, at, actor, event, userId, ipAddress, details } = entry
  await insertRow(db, tenantId, auditId, at, actor, event, userId ?? null, ipAddress ?? null, JSON.stringify(details ?? {}))
}

const insertRow = prepareQuery(
  (
    db,
    tenant_id: string,
    audit_id: string,
    at: number,
    actor: AuditEntry['actor'],
    event: string,
    user_id: string | null,
    ip_address: string | null,
    details: string,
  ) => db.insertInto('audit_log').values({ tenant_id, audit_id, at, actor, event, user_id, ip_address, details }),
)
