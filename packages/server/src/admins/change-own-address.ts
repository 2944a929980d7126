import { adminActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Store } from '../storage/store.ts'
import type { Self } from './admin-passkeys.ts'
import { loadAdmin } from './find-admin.ts'
import { prepareNotice } from './prepare-notice.ts'

export interface ChangeOwnAddressDeps {
  store: Pick<Store, 'transaction'>
  delivery: Pick<Delivery, 'send'>
  clock: () => number
  newId: () => string
}

/** Changes where an admin is written to; `null`: nowhere. The address before is told, so that nobody can turn off the notices of somebody else unseen. */
export async function changeOwnAddress(
  deps: ChangeOwnAddressDeps,
  { tenantId, session, ipAddress }: Self,
  email: string | null,
): Promise<void> {
  const { adminId } = session
  const at = deps.clock()
  const notices = await deps.store.transaction({ tenantId }, async ({ db }) => {
    const before = await loadAdmin(db, tenantId, adminId)
    if (before.email === email) return []
    await db.updateTable('admins').set({ email }).where('tenant_id', '=', tenantId).where('admin_id', '=', adminId).execute()
    const actor = adminActor(session, ipAddress)
    const details = { adminId, had: before.email !== null, has: email !== null }
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'admin.address_changed', details })
    return [
      await prepareNotice(db, { tenantId, email: before.email }, 'admin_address_changed', { at, ipAddress, isOld: true }),
      await prepareNotice(db, { tenantId, email }, 'admin_address_changed', { at, ipAddress, isOld: false }),
    ]
  })
  for (const notify of notices) notify(deps.delivery)
}
