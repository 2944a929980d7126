import { toIso } from '../http/iso-time.ts'
import type { Db } from '../storage/store.ts'
import { endOf } from './session-row.ts'

/** As many as a person reads. */
const mostListed = 200

/** The sessions of a user that have not ended, the latest first. */
export async function listUserSessions(db: Db, tenantId: string, userId: string, at: number) {
  const rows = await db
    .selectFrom('user_sessions')
    .innerJoin('app_clients', (join) =>
      join.onRef('app_clients.tenant_id', '=', 'user_sessions.tenant_id').onRef('app_clients.client_id', '=', 'user_sessions.client_id'),
    )
    .selectAll('user_sessions')
    .select(['app_clients.name', 'app_clients.refresh_token_minutes', 'app_clients.session_minutes'])
    .where('user_sessions.tenant_id', '=', tenantId)
    .where('user_sessions.user_id', '=', userId)
    .where('user_sessions.expires_at', '>', at)
    .orderBy('user_sessions.created_at', 'desc')
    .orderBy('user_sessions.session_id')
    .limit(mostListed)
    .execute()
  return rows
    .filter((row) => endOf(row) > at)
    .map((row) => ({
      sessionId: row.session_id,
      clientId: row.client_id,
      clientName: row.name,
      action: row.action_code,
      idempotencyKey: row.idempotency_key,
      ...(row.verification_method !== null && { verificationMethod: row.verification_method }),
      createdAt: toIso(row.created_at),
      refreshedAt: toIso(row.refreshed_at),
      expiresAt: toIso(endOf(row)),
    }))
}
