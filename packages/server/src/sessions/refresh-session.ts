import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Store, Transaction } from '../storage/store.ts'
import { signingKeyOf } from '../tokens/rs256.ts'
import { findSessionFault, type SessionFault, sessionFaults } from './find-session-fault.ts'
import { loadCustomClaims } from './load-custom-claims.ts'
import { nextRefreshToken, type RefreshToken, readRefreshToken } from './refresh-token.ts'
import { deleteSession, findSession, nextEnd, type SessionRow } from './session-row.ts'
import { type SessionTokens, signSession } from './sign-session.ts'

export interface RefreshSessionDeps {
  store: Store
  config: { publicUrl: string }
  clock: () => number
  newId: () => string
}

type Refreshed = { session: SessionRow; refusal?: undefined } | { session?: undefined; refusal: SessionFault | 'unknown' | 'reused' }

/**
 * Replaces both tokens of a session. A refresh token is good for one refresh, and the access token before is over with it.
 *
 * INVARIANT: a refresh token that was used before ends its session (RFC 9700, "Refresh Token Protection"): either the one who sends it now has stolen it, or the
 * one who sent it first had. There is no time of grace, in which a copied token would be as good as the real one.
 */
export async function refreshSession(deps: RefreshSessionDeps, tenant: Tenant, text: string, actor: Actor): Promise<SessionTokens> {
  const at = deps.clock()
  const { tenantId } = tenant
  const given = readRefreshToken(text)
  const found = given && (await findSession(deps.store.db, tenantId, given))
  if (given === undefined || found === undefined) throw refusalOf('unknown')
  // Before the token is used up.
  const key = signingKeyOf(tenant, at)
  const custom = await loadCustomClaims(deps.store.db, found)
  const next = nextRefreshToken(given)
  const tokenId = deps.newId()
  const { session, refusal } = await deps.store.transaction({ tenantId, userId: found.user_id }, async (tx): Promise<Refreshed> => {
    const present = await findSession(tx.db, tenantId, given)
    if (present === undefined) return { refusal: 'unknown' }
    const fault = await findSessionFault(tx, present, at)
    if (fault !== undefined) {
      await deleteSession(tx.db, present)
      return { refusal: fault }
    }
    const rotated = await rotate(tx, present, given, next, tokenId, at)
    if (rotated !== undefined) return { session: rotated }
    if (await deleteSession(tx.db, present)) await recordReuse(deps, tx, present, actor, at)
    return { refusal: 'reused' }
  })
  if (refusal !== undefined) throw refusalOf(refusal)
  return signSession(deps, key, session, custom, next, at)
}

/** `undefined`: the token is not the present one of the session. One atomic statement, so that a token is used once however many come at a time. */
async function rotate(
  { db }: Transaction,
  session: SessionRow,
  given: RefreshToken,
  next: RefreshToken,
  tokenId: string,
  at: number,
): Promise<SessionRow | undefined> {
  const changes = { refresh_hash: next.hash, token_id: tokenId, refreshed_at: at, expires_at: nextEnd(session, at) }
  const { numUpdatedRows } = await db
    .updateTable('user_sessions')
    .set(changes)
    .where('tenant_id', '=', session.tenant_id)
    .where('session_id', '=', session.session_id)
    .where('refresh_hash', '=', given.hash)
    .executeTakeFirst()
  return numUpdatedRows === 1n ? { ...session, ...changes } : undefined
}

/** Somebody else has had a token of the session: people should hear of it. */
async function recordReuse(deps: RefreshSessionDeps, { db }: Transaction, session: SessionRow, actor: Actor, at: number): Promise<void> {
  const { tenant_id: tenantId, session_id: sessionId, client_id: clientId, user_id: userId } = session
  const details = { sessionId, clientId, reason: 'a refresh token was used twice' }
  await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'session.reused', userId, details })
}

function refusalOf(reason: SessionFault | 'unknown' | 'reused'): ApiError {
  if (reason === 'unknown') return new ApiError('invalid_token', 'the refresh token belongs to no session, or its session is over')
  if (reason === 'reused') return new ApiError('invalid_token', 'the refresh token was used before, which ends its session')
  return new ApiError('invalid_token', `the session is over: ${sessionFaults[reason]}`)
}
