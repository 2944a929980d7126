import { prepareQuery } from '../storage/prepare-query.ts'
import type { Db } from '../storage/store.ts'
import type { Actor } from './actor.ts'

export interface AuditEntry {
  tenantId: string
  /** Milliseconds UTC. */
  at: number
  actor: Actor
  /** What happened, in the names of the webhooks: `authenticator.created`, `user.updated` … */
  event: string
  /** The user whom it concerns. */
  userId?: string
  /** Never a secret, a code, a token or a key. */
  details?: Record<string, unknown>
}

/**
 * Puts one change on record (EN-06, LG-01). Called in the transaction that makes the change, so that neither exists without the other.
 * `id` is a random UUID.
 */
export async function insertAuditEntry(db: Db, id: string, { tenantId, at, actor, event, userId, details }: AuditEntry): Promise<void> {
  await insertRow(
    db,
    tenantId,
    inOrder(id, at),
    at,
    actor.kind,
    actor.id ?? null,
    actor.name ?? null,
    actor.keyId ?? null,
    event,
    userId ?? null,
    actor.ipAddress ?? null,
    JSON.stringify(details ?? {}),
  )
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
    actor: Actor['kind'],
    actor_id: string | null,
    actor_name: string | null,
    actor_key_id: string | null,
    event: string,
    user_id: string | null,
    ip_address: string | null,
    details: string,
  ) =>
    db
      .insertInto('audit_log')
      .values({ tenant_id, audit_id, at, actor, actor_id, actor_name, actor_key_id, event, user_id, ip_address, details }),
)
