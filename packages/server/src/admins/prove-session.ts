import { adminActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { CallerSession } from '../callers/authenticate.ts'
import { unauthorized } from '../errors/api-error.ts'
import type { Store } from '../storage/store.ts'
import type { AuthenticationCredential } from '../webauthn/credential-schema.ts'
import { listPasskeys } from './admin-passkeys.ts'
import { type AuthenticationCeremonyDeps, beginAuthentication, recordPasskeyUse, verifyUsedPasskey } from './authentication-ceremony.ts'
import type { RefusedEntries } from './refused-entries.ts'

export interface ProveSessionDeps extends AuthenticationCeremonyDeps {
  store: Pick<Store, 'db' | 'transaction'>
  refusedEntries: Pick<RefusedEntries, 'note'>
  newId: () => string
}

/** Makes the options with which the admin of a session uses a passkey again. */
export async function beginProof(deps: ProveSessionDeps, tenantId: string, session: CallerSession) {
  return beginAuthentication(deps, ownerOf(tenantId, session), await listPasskeys(deps.store.db, tenantId, session.adminId))
}

/** Renews the proof of a session. Resolves with its time, milliseconds UTC. */
export async function finishProof(
  deps: ProveSessionDeps,
  { tenantId, session, ipAddress }: { tenantId: string; session: CallerSession; ipAddress: string },
  credential: AuthenticationCredential,
): Promise<number> {
  const { sessionId } = session
  const used = await verifyUsedPasskey(deps, ownerOf(tenantId, session), credential)
  if (!used.verified) {
    deps.refusedEntries.note({ way: 'passkey', ipAddress, reason: used.reason, holder: { tenantId, adminId: session.adminId } })
    throw used.refusal
  }
  return deps.store.transaction({ tenantId }, async ({ db }) => {
    const at = deps.clock()
    await recordPasskeyUse(db, used, at)
    const { numUpdatedRows } = await db
      .updateTable('admin_sessions')
      .set({ proven_at: at })
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .executeTakeFirst()
    // It was ended meanwhile.
    if (numUpdatedRows !== 1n) throw unauthorized()
    const actor = adminActor(session, ipAddress)
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'admin.proved', details: { sessionId } })
    return at
  })
}

function ownerOf(tenantId: string, { adminId, sessionId }: CallerSession) {
  return { use: 'proof', tenantId, adminId, sessionId } as const
}
