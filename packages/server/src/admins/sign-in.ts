import { adminActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import { unauthorized } from '../errors/api-error.ts'
import type { Store } from '../storage/store.ts'
import type { AuthenticationCredential } from '../webauthn/credential-schema.ts'
import { type AuthenticationCeremonyDeps, beginAuthentication, recordPasskeyUse, verifyUsedPasskey } from './authentication-ceremony.ts'
import { findAdmin } from './find-admin.ts'
import { openSession, type Visitor } from './open-session.ts'
import type { RefusedEntries } from './refused-entries.ts'

export interface SignInDeps extends AuthenticationCeremonyDeps {
  store: Pick<Store, 'db' | 'transaction'>
  tenants: Pick<TenantDirectory, 'find'>
  refusedEntries: Pick<RefusedEntries, 'note'>
  newId: () => string
}

/** Makes the options for whoever is in front of the browser: they name no passkey, so that nobody learns who exists (WA-17). */
export function beginSignIn(deps: SignInDeps) {
  return beginAuthentication(deps, { use: 'sign-in' }, null)
}

/** Opens a session of the admin whose passkey answered. Resolves with its secret. */
export async function finishSignIn(deps: SignInDeps, credential: AuthenticationCredential, visitor: Visitor): Promise<string> {
  const { ipAddress } = visitor
  const used = await verifyUsedPasskey(deps, { use: 'sign-in' }, credential)
  if (!used.verified) {
    deps.refusedEntries.note({ way: 'passkey', ipAddress, reason: used.reason, holder: used.holder })
    throw used.refusal
  }
  const { tenantId, adminId, passkeyId } = used
  // A tenant that is being deleted lets nobody in.
  if ((await deps.tenants.find(tenantId)) === undefined) throw unauthorized()
  const sessionId = deps.newId()
  return deps.store.transaction({ tenantId }, async ({ db }) => {
    const at = deps.clock()
    await recordPasskeyUse(db, used, at)
    const admin = await findAdmin(db, tenantId, adminId)
    if (admin === undefined) throw unauthorized()
    const secret = await openSession(db, { tenantId, adminId, sessionId, at }, visitor)
    const actor = adminActor({ adminId, name: admin.name }, ipAddress)
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'admin.signed_in', details: { sessionId, passkeyId } })
    return secret
  })
}
