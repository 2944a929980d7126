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

/**
 * Puts one change on record (EN-06, LG-01). Called in the transaction that makes the change, so that one is never there without the other.
 * `id` is a random UUID.
 */
export async function insertAuditEntry(db: Db, id: string, entry: AuditEntry): Promise<void> {
  const { tenantId, at, actor, event, userId, ipAddress, details } = entry
  await insertRow(db, tenantId, inOrder(id, at), at, actor, event, userId ?? null, ipAddress ?? null, JSON.stringify(details ?? {}))
}

/** The same as version 7 (RFC 9562, "UUID Version 7"), so that entries of one time lie side by side in the store's index. */
function inOrder(uuid: string, at: number): string {
  const time = at.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${uuid.slice(15)}`
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
