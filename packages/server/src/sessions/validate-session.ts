import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Store } from '../storage/store.ts'
import { type AccessTokenClaims, accessTokenIssuer, verifyAccessToken } from '../tokens/access-token.ts'
import { isSigningKeyInForce } from '../tokens/rs256.ts'
import { findUser } from '../user-record/user-row.ts'
import { toUserAttributes, type UserAttributes } from '../users/user-json.ts'
import { findSessionFault, sessionFaults } from './find-session-fault.ts'
import { findSession } from './session-row.ts'

export interface ValidateSessionDeps {
  store: Store
  config: { publicUrl: string }
  clock: () => number
}

export interface ValidatedSession {
  user: UserAttributes
  /** When the access token expires, in seconds since 1970. */
  expiresAt: number
  verificationMethod: string | undefined
}

/**
 * Says whose session an access token is of. Refuses a token that is not the present one of its session, of a client that is not among those asked for, and of a
 * session that is over. Asks the store, so it knows of every revocation; whoever verifies a token by its signature alone does not.
 */
export async function validateSession(
  deps: ValidateSessionDeps,
  tenant: Tenant,
  accessToken: string,
  clientIds: readonly string[] | undefined,
): Promise<ValidatedSession> {
  const at = deps.clock()
  const { store } = deps
  const { tenantId } = tenant
  const { claims, keyId, isExpired } = readAccessToken(deps, tenant, accessToken, at)
  if (isExpired) throw new ApiError('expired_token', 'the access token has expired: refresh the session')
  if (clientIds !== undefined && !clientIds.includes(claims.clientId)) {
    throw new ApiError('invalid_token', 'the access token is for another app client than those in `clientIds`')
  }
  const session = await findSession(store.db, tenantId, claims)
  if (session === undefined || !(await isSigningKeyInForce(store.db, tenantId, keyId, at))) {
    throw new ApiError('invalid_token', 'the session is over')
  }
  if (session.token_id !== claims.tokenId)
    throw new ApiError('invalid_token', 'the access token was replaced when its session was refreshed')
  const fault = await findSessionFault(store, session, at)
  if (fault !== undefined) throw new ApiError('invalid_token', `the session is over: ${sessionFaults[fault]}`)
  const row = await findUser(store.db, tenantId, session.user_id)
  return {
    user: toUserAttributes(session.user_id, row),
    expiresAt: claims.expiresAt / 1000,
    verificationMethod: session.verification_method ?? undefined,
  }
}

/** What an access token says, whether it has expired or not. Refuses whatever is not an access token of this tenant. */
export function readAccessToken(
  { config }: { config: { publicUrl: string } },
  tenant: Tenant,
  text: string,
  at: number,
): { claims: AccessTokenClaims; keyId: string; isExpired: boolean } {
  const read = verifyAccessToken(tenant, text, { issuer: accessTokenIssuer(config.publicUrl, tenant.tenantId), at })
  if (read.verified) return read
  throw new ApiError('invalid_token', 'this is no access token of a session, or its key is no longer in force', {
    cause: new Error(read.reason),
  })
}
