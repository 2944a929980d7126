import { findAppClient } from '../app-clients/app-client-row.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { approveOnce, readApproval } from '../challenges/approve-once.ts'
import { type InvalidReason, invalidReasons } from '../challenges/invalid-reasons.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Store } from '../storage/store.ts'
import { signingKeyOf } from '../tokens/rs256.ts'
import { loadCustomClaims } from './load-custom-claims.ts'
import { createRefreshToken } from './refresh-token.ts'
import { nextEnd, type SessionRow } from './session-row.ts'
import { type SessionTokens, signSession } from './sign-session.ts'

export interface CreateSessionDeps {
  store: Store
  config: { issuer: string; publicUrl: string }
  clock: () => number
  newId: () => string
  /** Forgets sessions and used tokens that have expired. */
  purge: () => Promise<void>
}

export interface CreateSessionInput {
  clientId: string
  /** The result of a passed challenge. */
  token: string
  /** The action whose challenge it must be. */
  action?: string
}

/**
 * Opens a session for the user of a passed challenge. One challenge opens one session: the token is used up as if it were validated, and one that was validated
 * opens none. Refuses a token that does not prove a passed challenge, and uses it up for nothing.
 */
export async function createSession(
  deps: CreateSessionDeps,
  tenant: Tenant,
  { clientId, token, action }: CreateSessionInput,
  actor: Actor,
): Promise<SessionTokens> {
  const at = deps.clock()
  const { tenantId } = tenant
  const expected = action === undefined ? {} : { action }
  const read = readApproval(tenant, token, { issuer: deps.config.issuer, at }, expected)
  if ('reason' in read) throw noApproval(read.reason)
  const { claims } = read
  await deps.purge()
  const client = await findAppClient(deps.store.db, tenantId, clientId)
  if (client === undefined) throw new ApiError('invalid_request', '`clientId`: the tenant has no such app client')
  // Before the token is used up, so that what fails here costs nobody their sign-in.
  const key = signingKeyOf(tenant, at)
  const custom = await loadCustomClaims(deps.store.db, { ...client, user_id: claims.userId })
  const refreshToken = createRefreshToken()
  const sessionId = deps.newId()
  const tokenId = deps.newId()

  const opened = await deps.store.transaction({ tenantId, userId: claims.userId }, async (tx) => {
    const { instance, reason } = await approveOnce(tx, tenant, claims, expected, at)
    if (reason !== undefined) return { reason }
    const row = {
      tenant_id: tenantId,
      session_id: sessionId,
      client_id: clientId,
      user_id: claims.userId,
      action_code: claims.actionCode,
      idempotency_key: claims.idempotencyKey,
      verification_method: instance.verificationMethod,
      user_authenticator_id: instance.verifiedByAuthenticatorId,
      family_hash: refreshToken.familyHash,
      refresh_hash: refreshToken.hash,
      token_id: tokenId,
      created_at: at,
      refreshed_at: at,
      expires_at: nextEnd({ ...client, created_at: at }, at),
    }
    await tx.db.insertInto('user_sessions').values(row).execute()
    await insertAuditEntry(tx.db, deps.newId(), {
      tenantId,
      at,
      actor,
      event: 'session.created',
      userId: claims.userId,
      details: {
        sessionId,
        clientId,
        action: claims.actionCode,
        idempotencyKey: claims.idempotencyKey,
        verificationMethod: instance.verificationMethod,
      },
    })
    return { session: { ...client, ...row } satisfies SessionRow }
  })
  if (opened.session === undefined) throw noApproval(opened.reason)
  return signSession(deps, key, opened.session, custom, refreshToken, at)
}

/** The reason as the description of a refusal: lower case, without a period. */
function noApproval(reason: InvalidReason): ApiError {
  if (reason === 'expired') return new ApiError('expired_token', 'the token has expired')
  const sentence = invalidReasons[reason]
  return new ApiError('invalid_token', `the token opens no session: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1, -1)}`)
}
