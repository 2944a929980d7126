import type { Db } from '../storage/store.ts'
import { sessionIdleMs } from './session-lifetime.ts'

/** The sessions in force, the last used first: of one admin, or of all of a tenant. */
export function listSessions(db: Db, { tenantId, adminId, at }: { tenantId: string; adminId: string | undefined; at: number }) {
  const ofTenant = db
    .selectFrom('admin_sessions')
    .innerJoin('admins', (join) =>
      join.onRef('admins.tenant_id', '=', 'admin_sessions.tenant_id').onRef('admins.admin_id', '=', 'admin_sessions.admin_id'),
    )
    .selectAll('admin_sessions')
    .select('admins.name')
    .where('admin_sessions.tenant_id', '=', tenantId)
    .where('admin_sessions.expires_at', '>', at)
    .where('admin_sessions.last_used_at', '>', at - sessionIdleMs)
    .orderBy('admin_sessions.last_used_at', 'desc')
    .orderBy('admin_sessions.session_id')
  const wanted = adminId === undefined ? ofTenant : ofTenant.where('admin_sessions.admin_id', '=', adminId)
  return wanted.execute()
}
