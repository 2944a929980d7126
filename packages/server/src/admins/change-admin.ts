import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { mayGrant, type Role } from '../callers/role.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db, Store } from '../storage/store.ts'
import { endSessionsOf } from './end-sessions.ts'
import { type Admin, loadAdmin } from './find-admin.ts'
import { endInvitationsOf } from './open-invitations.ts'
import { type Notice, prepareNotice } from './prepare-notice.ts'

export interface ChangeAdminDeps {
  store: Pick<Store, 'transaction'>
  delivery: Pick<Delivery, 'send'>
  clock: () => number
  newId: () => string
}

/** Who changes an admin, and with which role. */
export interface Changer {
  actor: Actor
  role: Role
}

/**
 * Changes the name or the role of an admin. A new role counts with the next request of every session. Refuses to demote the last owner; the transaction holds
 * the tenant, so that of two owners who demote each other at once one stays.
 */
export async function changeAdmin(
  deps: ChangeAdminDeps,
  { tenantId, adminId }: { tenantId: string; adminId: string },
  change: { name?: string; role?: Role },
  by: Changer,
): Promise<Admin> {
  const at = deps.clock()
  const { after, notify } = await deps.store.transaction({ tenantId }, async ({ db }) => {
    const before = await loadAdmin(db, tenantId, adminId)
    const after = { ...before, name: change.name ?? before.name, role: change.role ?? before.role }
    if (before.name === after.name && before.role === after.role) return { after, notify: tellNothing }
    refuseAbove(by.role, before.role, after.role)
    if (after.role !== before.role) {
      if (before.role === 'owner') await refuseLastOwner(db, tenantId)
      await endInvitationsOf(db, { tenantId, adminId, role: after.role, at })
    }
    await db
      .updateTable('admins')
      .set({ name: after.name, role: after.role })
      .where('tenant_id', '=', tenantId)
      .where('admin_id', '=', adminId)
      .execute()
    const of = ({ name, role }: Admin) => ({ name, role })
    await insertAuditEntry(db, deps.newId(), {
      tenantId,
      at,
      actor: by.actor,
      event: 'admin.updated',
      details: { adminId, before: of(before), after: of(after) },
    })
    if (before.role === after.role) return { after, notify: tellNothing }
    const roles = { before: before.role, after: after.role }
    return {
      after,
      notify: await prepareNotice(db, { tenantId, email: after.email }, 'admin_role_changed', { ...momentOf(by, adminId, at), ...roles }),
    }
  })
  notify(deps.delivery)
  return after
}

/** Removes an admin with passkeys, sessions, recovery codes and open invitations: whatever the admin has stops working at once. Refuses the last owner. */
export async function removeAdmin(
  deps: ChangeAdminDeps,
  { tenantId, adminId }: { tenantId: string; adminId: string },
  by: Changer,
): Promise<Admin> {
  const at = deps.clock()
  const { admin, notify } = await deps.store.transaction({ tenantId }, async ({ db }) => {
    const admin = await loadAdmin(db, tenantId, adminId)
    refuseAbove(by.role, admin.role)
    if (admin.role === 'owner') await refuseLastOwner(db, tenantId)
    await endSessionsOf(db, tenantId, adminId)
    await endInvitationsOf(db, { tenantId, adminId, role: null, at })
    for (const table of ['admin_passkeys', 'admin_recovery_codes', 'admins'] as const) {
      await db.deleteFrom(table).where('tenant_id', '=', tenantId).where('admin_id', '=', adminId).execute()
    }
    const { name, role } = admin
    await insertAuditEntry(db, deps.newId(), {
      tenantId,
      at,
      actor: by.actor,
      event: 'admin.removed',
      details: { adminId, name, role },
    })
    return { admin, notify: await prepareNotice(db, { tenantId, email: admin.email }, 'admin_removed', momentOf(by, adminId, at)) }
  })
  notify(deps.delivery)
  return admin
}

const tellNothing: Notice = () => {}

/** When, and by whom if that was somebody else, whose address is nobody's business. */
function momentOf({ actor }: Changer, adminId: string, at: number) {
  const isOwn = actor.kind === 'admin' && actor.id === adminId
  return isOwn ? { at, ipAddress: actor.ipAddress } : { at, by: actor.name ?? 'a management key' }
}

/** Refuses what only somebody with a higher role may do. */
export function refuseAbove(own: Role, ...roles: readonly Role[]): void {
  if (roles.every((role) => mayGrant(own, role))) return
  throw new ApiError('insufficient_scope', 'only an owner invites, changes or removes an owner, and nobody gives a role above the own')
}

async function refuseLastOwner(db: Db, tenantId: string): Promise<void> {
  const owners = await db.selectFrom('admins').select('admin_id').where('tenant_id', '=', tenantId).where('role', '=', 'owner').execute()
  if (owners.length > 1) return
  throw new ApiError('invalid_request', 'this is the last owner: make somebody else an owner first')
}
