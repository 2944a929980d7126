import type { VerificationMethod } from '@sallyport/engine'
import { type AuditEntry, insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { withoutSecrets } from '../audit/without-secrets.ts'
import type { Db } from '../storage/store.ts'

/** An authenticator that was bound, corrected or removed. */
export interface AuthenticatorChange extends Pick<AuditEntry, 'tenantId' | 'at' | 'actor'> {
  event: 'authenticator.created' | 'authenticator.updated' | 'authenticator.deleted'
  userId: string
  userAuthenticatorId: string
  /** Of one that was bound. */
  verificationMethod?: VerificationMethod
  credentialId?: string | null
  /** Of one that was renamed; `null`: none. */
  name?: { before: string | null; after: string | null }
  /** Of one that was removed: why, in words. */
  reason?: string | undefined
  /** By which channels the user is told; see `UserNotices`. */
  notified?: readonly string[]
}

/**
 * Puts on record that an authenticator was bound, corrected or removed (EN-06), in the transaction that does so. Every way to bind or remove one ends here.
 */
export function recordAuthenticatorChange(db: Db, id: string, change: AuthenticatorChange): Promise<void> {
  const { userAuthenticatorId, verificationMethod, credentialId, name, reason, notified = [], ...entry } = change
  return insertAuditEntry(db, id, {
    ...entry,
    details: {
      userAuthenticatorId,
      verificationMethod,
      credentialId: credentialId ?? undefined,
      ...(notified.length > 0 && { notified }),
      ...withoutSecrets({ ...(name && { name }), ...(reason !== undefined && { reason }) }),
    },
  })
}
