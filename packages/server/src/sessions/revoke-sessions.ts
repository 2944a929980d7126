import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { Store } from '../storage/store.ts'
import { deleteSession, findSession } from './session-row.ts'
import { readAccessToken } from './validate-session.ts'

export interface RevokeSessionDeps {
  store: Store
  config: { publicUrl: string }
  clock: () => number
  newId: () => string
}

/** Ends the session of an access token, also of one that has expired or was replaced: whoever signs out late is signed out. */
export async function revokeSession(deps: RevokeSessionDeps, tenant: Tenant, accessToken: string, actor: Actor): Promise<void> {
  const at = deps.clock()
  const { tenantId } = tenant
  const { claims } = readAccessToken(deps, tenant, accessToken, at)
  const { sessionId, clientId, userId } = claims
  await deps.store.transaction({ tenantId }, async ({ db }) => {
    if (!(await deleteSession(db, { tenant_id: tenantId, session_id: sessionId }))) return
    const details = { sessionId, clientId }
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'session.revoked', userId, details })
  })
}

/** Ends one session of a user, by its id. One that has ended already is no error. */
export async function endSession(
  deps: RevokeSessionDeps,
  { tenantId, userId, sessionId }: { tenantId: string; userId: string; sessionId: string },
  actor: Actor,
): Promise<void> {
  await deps.store.transaction({ tenantId }, async ({ db }) => {
    const session = await findSession(db, tenantId, { sessionId })
    if (session?.user_id !== userId || !(await deleteSession(db, session))) return
    const details = { sessionId, clientId: session.client_id }
    await insertAuditEntry(db, deps.newId(), { tenantId, at: deps.clock(), actor, event: 'session.revoked', userId, details })
  })
}

/** Ends every session of a user, at every client. */
export async function revokeUserSessions(deps: RevokeSessionDeps, { tenantId }: Tenant, userId: string, actor: Actor): Promise<void> {
  const at = deps.clock()
  await deps.store.transaction({ tenantId }, async ({ db }) => {
    const { numDeletedRows } = await db
      .deleteFrom('user_sessions')
      .where('tenant_id', '=', tenantId)
      .where('user_id', '=', userId)
      .executeTakeFirst()
    if (numDeletedRows === 0n) return
    const details = { sessions: Number(numDeletedRows) }
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'session.all_revoked', userId, details })
  })
}
