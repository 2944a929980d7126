import { hash } from 'node:crypto'
import type { AuditLogTable } from '../storage/schema.ts'
import { canonicalJson } from './canonical-json.ts'

/** Stands before the first entry of a chain. */
export const firstHash = '0'.repeat(64)

/** An entry with its place in the chain. */
export type ChainedRow = AuditLogTable & { sequence: number; previous_hash: string; personal_digest: string }

/** The part of an entry that the erasure of a user takes away. */
type PersonalPart = Pick<AuditLogTable, 'actor' | 'actor_id' | 'actor_name' | 'user_id' | 'ip_address'>

/** Hex SHA-256 over what an erasure takes away. The salt goes with it, so that nobody can try out which user it was. */
export function personalDigest(row: PersonalPart, details: unknown, salt: string): string {
  const { actor, actor_id, actor_name, user_id, ip_address } = row
  const named = actor === 'user' ? { actorId: actor_id, actorName: actor_name } : {}
  return hash('sha256', canonicalJson({ ...named, userId: user_id, ipAddress: ip_address, details, salt }), 'hex')
}

/**
 * Hex SHA-256 of one entry, which the next one carries. It covers the hash of the entry before, everything that stays for good, and the digest of
 * the rest: an erasure changes nothing of it.
 */
export function entryHash(row: Omit<ChainedRow, 'details' | 'salt'>): string {
  const key = row.actor === 'user' ? {} : { actorId: row.actor_id, actorName: row.actor_name }
  const covered = {
    ...key,
    tenantId: row.tenant_id,
    sequence: row.sequence,
    previousHash: row.previous_hash,
    auditId: row.audit_id,
    at: row.at,
    actor: row.actor,
    actorKeyId: row.actor_key_id,
    event: row.event,
    personalDigest: row.personal_digest,
  }
  return hash('sha256', canonicalJson(covered), 'hex')
}
