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
  await db
    .insertInto('audit_log')
    .values({
      tenant_id: entry.tenantId,
      audit_id: auditId,
      at: entry.at,
      actor: entry.actor,
      event: entry.event,
      user_id: entry.userId ?? null,
      ip_address: entry.ipAddress ?? null,
      details: JSON.stringify(entry.details ?? {}),
    })
    .execute()
}
