import { adminActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { CallerSession } from '../callers/authenticate.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db, Store } from '../storage/store.ts'
import type { RegistrationCredential } from '../webauthn/credential-schema.ts'
import { loadAdmin } from './find-admin.ts'
import { prepareNotice } from './prepare-notice.ts'
import { beginRegistration, type CeremonyDeps, insertPasskey, verifyNewPasskey } from './registration-ceremony.ts'

export interface AdminPasskeyDeps extends CeremonyDeps {
  store: Pick<Store, 'db' | 'transaction'>
  delivery: Pick<Delivery, 'send'>
  newId: () => string
}

/** An admin who changes the own passkeys. */
export interface Self {
  tenantId: string
  session: CallerSession
  ipAddress: string
}

/** The passkeys of an admin, first made first. */
export function listPasskeys(db: Db, tenantId: string, adminId: string) {
  return db
    .selectFrom('admin_passkeys')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('admin_id', '=', adminId)
    .orderBy('created_at')
    .orderBy('passkey_id')
    .execute()
}

/** Makes the options to create one more passkey. */
export async function beginAddingPasskey(deps: AdminPasskeyDeps, { tenantId, session }: Self) {
  const { adminId } = session
  const { name, userHandle } = await loadAdmin(deps.store.db, tenantId, adminId)
  const known = await listPasskeys(deps.store.db, tenantId, adminId)
  return beginRegistration(deps, ownerOf(tenantId, session), { adminId, userHandle, name }, known)
}

/** Stores it. Resolves with its id. */
export async function finishAddingPasskey(
  deps: AdminPasskeyDeps,
  { tenantId, session, ipAddress }: Self,
  credential: RegistrationCredential,
): Promise<string> {
  const { adminId } = session
  const passkey = await verifyNewPasskey(deps, ownerOf(tenantId, session), credential)
  const passkeyId = deps.newId()
  const notify = await deps.store.transaction({ tenantId }, async ({ db }) => {
    const at = deps.clock()
    // The admin may have been removed meanwhile.
    const { email } = await loadAdmin(db, tenantId, adminId)
    await insertPasskey(db, { tenantId, adminId, passkeyId, at }, passkey)
    const actor = adminActor(session, ipAddress)
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'admin.passkey_added', details: { adminId, passkeyId } })
    return prepareNotice(db, { tenantId, email }, 'admin_passkey_added', { at, ipAddress })
  })
  notify(deps.delivery)
  return passkeyId
}

/** Removes a passkey of the admin, never the last one. */
export async function removePasskey(deps: AdminPasskeyDeps, { tenantId, session, ipAddress }: Self, passkeyId: string): Promise<void> {
  const { adminId } = session
  const at = deps.clock()
  const notify = await deps.store.transaction({ tenantId }, async ({ db }) => {
    const passkeys = await listPasskeys(db, tenantId, adminId)
    if (!passkeys.some(({ passkey_id }) => passkey_id === passkeyId)) throw new ApiError('not_found', 'you have no such passkey')
    if (passkeys.length === 1) {
      throw new ApiError('invalid_request', 'this is your only passkey, without which you could not sign in: add another one first')
    }
    await db.deleteFrom('admin_passkeys').where('tenant_id', '=', tenantId).where('passkey_id', '=', passkeyId).execute()
    const actor = adminActor(session, ipAddress)
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'admin.passkey_removed', details: { adminId, passkeyId } })
    const { email } = await loadAdmin(db, tenantId, adminId)
    return prepareNotice(db, { tenantId, email }, 'admin_passkey_removed', { at, ipAddress })
  })
  notify(deps.delivery)
}

function ownerOf(tenantId: string, { adminId, sessionId }: CallerSession) {
  return { use: 'passkey', tenantId, adminId, sessionId } as const
}
