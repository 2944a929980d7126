import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { mayGrant, type Role } from '../callers/role.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db, Store } from '../storage/store.ts'
import { hashOfSecret } from './secret-text.ts'

/** An invitation that can still be used. */
export interface OpenInvitation {
  tenantId: string
  invitationId: string
  role: Role
  name: string | null
  email: string | null
  madeBy: Actor
  isFirst: boolean
  createdAt: number
  expiresAt: number
}

/** The open invitations of a tenant, latest first. */
export async function listInvitations(db: Db, tenantId: string, at: number): Promise<OpenInvitation[]> {
  const rows = await openInvitations(db, at).where('tenant_id', '=', tenantId).orderBy('created_at', 'desc').execute()
  return rows.map(toInvitation)
}

/** The open invitation that a code is for, whichever tenant invites. */
export async function findInvitation(db: Db, code: string, at: number): Promise<OpenInvitation | undefined> {
  const row = await openInvitations(db, at).where('code_hash', '=', hashOfSecret(code)).executeTakeFirst()
  return row && toInvitation(row)
}

/** Uses an invitation up, in the transaction that makes the admin: true for exactly one caller. The links of a first start end with the first of them. */
export async function useUpInvitation(db: Db, { tenantId, invitationId }: OpenInvitation, at: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('admin_invitations')
    .set({ used_at: at })
    .where('tenant_id', '=', tenantId)
    .where('invitation_id', '=', invitationId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) return false
  await db
    .deleteFrom('admin_invitations')
    .where('tenant_id', '=', tenantId)
    .where('is_first', '=', 1)
    .where('used_at', 'is', null)
    .execute()
  return true
}

export interface RevokeInvitationDeps {
  store: Pick<Store, 'transaction'>
  clock: () => number
  newId: () => string
}

/** Ends an invitation that was not used. */
export async function revokeInvitation(deps: RevokeInvitationDeps, tenantId: string, invitationId: string, actor: Actor): Promise<void> {
  const at = deps.clock()
  await deps.store.transaction({ tenantId }, async ({ db }) => {
    const { numDeletedRows } = await db
      .deleteFrom('admin_invitations')
      .where('tenant_id', '=', tenantId)
      .where('invitation_id', '=', invitationId)
      .where('used_at', 'is', null)
      .executeTakeFirst()
    if (numDeletedRows !== 1n) throw new ApiError('not_found', 'there is no such invitation')
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'admin.invitation_revoked', details: { invitationId } })
  })
}

/** Ends the open invitations of an admin that the admin could not make any longer. `role`: what the admin is from now on; `null`: removed. */
export async function endInvitationsOf(
  db: Db,
  { tenantId, adminId, role, at }: { tenantId: string; adminId: string; role: Role | null; at: number },
): Promise<void> {
  for (const { invitationId, madeBy, role: given } of await listInvitations(db, tenantId, at)) {
    if (madeBy.kind !== 'admin' || madeBy.id !== adminId) continue
    if (role !== null && mayGrant(role, given)) continue
    await db.deleteFrom('admin_invitations').where('tenant_id', '=', tenantId).where('invitation_id', '=', invitationId).execute()
  }
}

function openInvitations(db: Db, at: number) {
  return db.selectFrom('admin_invitations').selectAll().where('used_at', 'is', null).where('expires_at', '>', at)
}

type Row = Awaited<ReturnType<ReturnType<typeof openInvitations>['execute']>>[number]

function toInvitation(row: Row): OpenInvitation {
  return {
    tenantId: row.tenant_id,
    invitationId: row.invitation_id,
    role: row.role,
    name: row.name,
    email: row.email,
    madeBy: JSON.parse(row.made_by) as Actor,
    isFirst: row.is_first === 1,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
