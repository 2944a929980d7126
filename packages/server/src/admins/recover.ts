import { adminActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Store } from '../storage/store.ts'
import type { RegistrationCredential } from '../webauthn/credential-schema.ts'
import { listPasskeys } from './admin-passkeys.ts'
import { endSessionsOf } from './end-sessions.ts'
import { findAdmin } from './find-admin.ts'
import { openSession, type Visitor } from './open-session.ts'
import { prepareNotice } from './prepare-notice.ts'
import { type FoundRecoveryCode, findRecoveryCode, useUpRecoveryCode } from './recovery-codes.ts'
import type { RefusedEntries } from './refused-entries.ts'
import { beginRegistration, type CeremonyDeps, insertPasskey, verifyNewPasskey } from './registration-ceremony.ts'

export interface RecoverDeps extends CeremonyDeps {
  store: Pick<Store, 'db' | 'transaction'>
  tenants: Pick<TenantDirectory, 'find'>
  refusedEntries: Pick<RefusedEntries, 'note'>
  delivery: Pick<Delivery, 'send'>
  newId: () => string
}

/**
 * Makes the options to create a new passkey for the admin whose recovery code it is. A code opens no session: it gets a passkey, and nothing else. It stays
 * unused until the passkey is there, so that a closed dialog costs none.
 */
export async function beginRecovery(deps: RecoverDeps, text: string, ipAddress: string) {
  const { tenantId, adminId } = await loadCode(deps, text, ipAddress)
  const admin = await findAdmin(deps.store.db, tenantId, adminId)
  if (admin === undefined) throw unusableCode()
  const { name, userHandle } = admin
  const known = await listPasskeys(deps.store.db, tenantId, adminId)
  return beginRegistration(deps, { use: 'recovery', tenantId, adminId }, { adminId, userHandle, name }, known)
}

/** Uses the code up, stores the passkey and opens a session. All other sessions of the admin end: whoever needs a code may have lost a device. */
export async function finishRecovery(
  deps: RecoverDeps,
  text: string,
  credential: RegistrationCredential,
  visitor: Visitor,
): Promise<string> {
  const { ipAddress } = visitor
  const code = await loadCode(deps, text, ipAddress)
  const { tenantId, adminId } = code
  const passkey = await verifyNewPasskey(deps, { use: 'recovery', tenantId, adminId }, credential)
  const [passkeyId, sessionId] = [deps.newId(), deps.newId()]
  const { secret, notify } = await deps.store.transaction({ tenantId }, async ({ db }) => {
    const at = deps.clock()
    const admin = await findAdmin(db, tenantId, adminId)
    if (admin === undefined || !(await useUpRecoveryCode(db, code, at))) throw unusableCode()
    await insertPasskey(db, { tenantId, adminId, passkeyId, at }, passkey)
    await endSessionsOf(db, tenantId, adminId)
    const secret = await openSession(db, { tenantId, adminId, sessionId, at }, visitor)
    const actor = adminActor({ adminId, name: admin.name }, ipAddress)
    const details = { sessionId, passkeyId, codes: 1 }
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'admin.recovery_code_used', details })
    const { email } = admin
    return { secret, notify: await prepareNotice(db, { tenantId, email }, 'admin_recovery_code_used', { at, ipAddress }) }
  })
  notify(deps.delivery)
  return secret
}

async function loadCode({ store, tenants, refusedEntries }: RecoverDeps, text: string, ipAddress: string): Promise<FoundRecoveryCode> {
  const answer = await findRecoveryCode(store.db, text)
  if (answer.found !== undefined && (await tenants.find(answer.found.tenantId)) !== undefined) return answer.found
  const holder = answer.found === undefined ? answer.holder : undefined
  refusedEntries.note({ way: 'recovery_code', ipAddress, reason: 'unusable_code', holder })
  throw unusableCode()
}

function unusableCode(): ApiError {
  return new ApiError('invalid_credential', 'the recovery code is wrong or was used')
}
