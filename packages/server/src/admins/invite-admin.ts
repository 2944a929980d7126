import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Role } from '../callers/role.ts'
import type { Delivery, Sent } from '../delivery/delivery.ts'
import type { Store } from '../storage/store.ts'
import { findTenantName } from './find-tenant-name.ts'
import { portalSite } from './portal-site.ts'
import { createSecretText, hashOfSecret } from './secret-text.ts'

export interface InviteAdminDeps {
  store: Pick<Store, 'transaction'>
  config: { publicUrl: string }
  delivery: Pick<Delivery, 'send'>
  clock: () => number
  newId: () => string
}

export interface Invitation {
  tenantId: string
  role: Role
  /** Absent: whoever uses the link says it. */
  name?: string
  /** Where the link is sent; the address of the admin to be. */
  email?: string
  lifetimeMs: number
  /** Void as soon as the tenant has an admin. */
  isFirst?: boolean
}

export interface MadeInvitation {
  invitationId: string
  /** Holds the code, which is shown only here. After `#`, so that no server and no proxy on the way writes it down. */
  url: string
  expiresAt: number
  /** The message with the link. Absent: there is no address to send it to. */
  sent?: Sent
}

/** How long the link of the first admin, or of a command, is good. */
export const setUpLifetimeMs = 60 * 60_000

/** How long an invitation can be good at most. */
export const maxInvitationMs = 7 * 24 * 60 * 60_000

/** Makes a link with which one person becomes an admin, and sends it where there is an address. */
export async function inviteAdmin(deps: InviteAdminDeps, invitation: Invitation, actor: Actor): Promise<MadeInvitation> {
  const { tenantId, role, name, email, lifetimeMs, isFirst = false } = invitation
  const code = createSecretText()
  const invitationId = deps.newId()
  const at = deps.clock()
  const expiresAt = at + lifetimeMs
  const tenantName = await deps.store.transaction({ tenantId }, async ({ db }) => {
    await db
      .insertInto('admin_invitations')
      .values({
        tenant_id: tenantId,
        invitation_id: invitationId,
        code_hash: hashOfSecret(code),
        role,
        name: name ?? null,
        email: email ?? null,
        made_by: JSON.stringify(actor),
        is_first: isFirst ? 1 : 0,
        created_at: at,
        expires_at: expiresAt,
        used_at: null,
      })
      .execute()
    const details = { invitationId, role, name, ...(email !== undefined && { isMailed: true }) }
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'admin.invited', details })
    return email === undefined ? tenantId : findTenantName(db, tenantId)
  })
  const url = `${portalSite(deps.config.publicUrl).origin}/portal/set-up#${code}`
  if (email === undefined) return { invitationId, url, expiresAt }
  const data = { tenantName, role, invitedBy: actor.kind === 'system' ? undefined : actor.name, url, expiresAt }
  const options = { usefulUntil: expiresAt, isForOwners: role === 'owner' }
  return { invitationId, url, expiresAt, sent: deps.delivery.send({ tenantId, address: email }, 'admin_invitation', data, options) }
}
