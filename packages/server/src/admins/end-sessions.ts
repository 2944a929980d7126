import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db, Store } from '../storage/store.ts'

export interface EndSessionDeps {
  store: Pick<Store, 'transaction'>
  clock: () => number
  newId: () => string
}

/** Ends one session. `adminId`: only if it is one of this admin's. */
export async function endSession(
  deps: EndSessionDeps,
  session: { tenantId: string; sessionId: string; adminId?: string },
  event: 'admin.signed_out' | 'admin.session_ended',
  actor: Actor,
): Promise<void> {
  const { tenantId, sessionId } = session
  const at = deps.clock()
  await deps.store.transaction({ tenantId }, async ({ db }) => {
    const row = await db
      .selectFrom('admin_sessions')
      .select('admin_id')
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .executeTakeFirst()
    const isTheirs = session.adminId === undefined || row?.admin_id === session.adminId
    if (row === undefined || !isTheirs) throw new ApiError('not_found', 'there is no such session')
    await db.deleteFrom('admin_sessions').where('tenant_id', '=', tenantId).where('session_id', '=', sessionId).execute()
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event, details: { sessionId, adminId: row.admin_id } })
  })
}

/** Ends every session of an admin, in the transaction of the reason for it. */
export async function endSessionsOf(db: Db, tenantId: string, adminId: string): Promise<void> {
  await db.deleteFrom('admin_sessions').where('tenant_id', '=', tenantId).where('admin_id', '=', adminId).execute()
}
