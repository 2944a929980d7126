import { adminActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Store } from '../storage/store.ts'
import type { RegistrationCredential } from '../webauthn/credential-schema.ts'
import { findInvitation, type OpenInvitation, useUpInvitation } from './open-invitations.ts'
import { openSession, type Visitor } from './open-session.ts'
import { createRecoveryCodes, replaceRecoveryCodes } from './recovery-codes.ts'
import type { RefusedEntries } from './refused-entries.ts'
import { beginRegistration, type CeremonyDeps, insertPasskey, verifyNewPasskey } from './registration-ceremony.ts'
import { createSecretText } from './secret-text.ts'

export interface SignUpDeps extends CeremonyDeps {
  store: Pick<Store, 'db' | 'transaction'>
  tenants: Pick<TenantDirectory, 'find'>
  refusedEntries: Pick<RefusedEntries, 'note'>
  newId: () => string
}

/** What a link invites to. */
export async function describeInvitation(deps: SignUpDeps, code: string, ipAddress: string) {
  const invitation = await loadInvitation(deps, code, ipAddress)
  const tenant = await deps.tenants.find(invitation.tenantId)
  if (tenant === undefined) throw unusableLink()
  return { tenantName: tenant.name, invitation }
}

/** Makes the options to create the passkey of a new admin. */
export async function beginSignUp(deps: SignUpDeps, code: string, givenName: string | undefined, ipAddress: string) {
  const invitation = await loadInvitation(deps, code, ipAddress)
  // Whoever invited somebody by name says under which name that person acts.
  const name = invitation.name ?? givenName
  if (name === undefined) throw new ApiError('invalid_request', '`name` is missing: the invitation names nobody')
  return beginRegistration(deps, ownerOf(invitation), { adminId: deps.newId(), userHandle: createSecretText(), name }, [])
}

export interface SignedUp {
  tenantId: string
  adminId: string
  /** Of the new session. */
  secret: string
  /** Shown only here. */
  recoveryCodes: string[]
}

/** Makes the admin: one for each link, however many answer at once. */
export async function finishSignUp(
  deps: SignUpDeps,
  code: string,
  credential: RegistrationCredential,
  visitor: Visitor,
): Promise<SignedUp> {
  const { ipAddress } = visitor
  const invitation = await loadInvitation(deps, code, ipAddress)
  const { tenantId, invitationId, role, email, madeBy } = invitation
  const passkey = await verifyNewPasskey(deps, ownerOf(invitation), credential)
  if ((await deps.tenants.find(tenantId)) === undefined) throw unusableLink()
  const recovery = await createRecoveryCodes()
  const { adminId, userHandle, name } = passkey.ceremony.content
  const [passkeyId, sessionId] = [deps.newId(), deps.newId()]
  const secret = await deps.store.transaction({ tenantId }, async ({ db }) => {
    const at = deps.clock()
    if (!(await useUpInvitation(db, invitation, at))) throw unusableLink()
    await db
      .insertInto('admins')
      .values({ tenant_id: tenantId, admin_id: adminId, name, role, user_handle: userHandle, created_at: at, last_seen_at: at, email })
      .execute()
    await insertPasskey(db, { tenantId, adminId, passkeyId, at }, passkey)
    await replaceRecoveryCodes(db, { tenantId, adminId, at }, recovery)
    const opened = await openSession(db, { tenantId, adminId, sessionId, at }, visitor)
    const details = { role, invitationId, invitedBy: madeBy, sessionId }
    const actor = adminActor({ adminId, name }, ipAddress)
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'admin.created', details })
    return opened
  })
  return { tenantId, adminId, secret, recoveryCodes: recovery.codes }
}

async function loadInvitation({ store, clock, refusedEntries }: SignUpDeps, code: string, ipAddress: string): Promise<OpenInvitation> {
  const invitation = await findInvitation(store.db, code, clock())
  if (invitation !== undefined) return invitation
  refusedEntries.note({ way: 'set_up', ipAddress, reason: 'unusable_link', holder: undefined })
  throw unusableLink()
}

function ownerOf({ tenantId, invitationId }: OpenInvitation) {
  return { use: 'invitation', tenantId, invitationId } as const
}

function unusableLink(): ApiError {
  return new ApiError('invalid_credential', 'the link is unknown, was used or has expired: ask for a new one')
}
