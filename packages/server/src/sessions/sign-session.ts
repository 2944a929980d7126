import type { TenantSigningKey } from '../configuration/tenant.ts'
import { accessTokenIssuer, issueAccessToken } from '../tokens/access-token.ts'
import type { RefreshToken } from './refresh-token.ts'
import { accessEnd, endOf, type SessionRow } from './session-row.ts'

export interface SessionTokens {
  accessToken: string
  refreshToken: string
}

/** The present tokens of a session that was just opened or refreshed, with the claims that its client wants. Asks no store: the session is changed already. */
export async function signSession(
  { config }: { config: { publicUrl: string } },
  key: TenantSigningKey,
  session: SessionRow,
  custom: Record<string, unknown> | undefined,
  refreshToken: RefreshToken,
  at: number,
): Promise<SessionTokens> {
  const accessToken = await issueAccessToken(key, accessTokenIssuer(config.publicUrl, session.tenant_id), {
    userId: session.user_id,
    clientId: session.client_id,
    sessionId: session.session_id,
    tokenId: session.token_id,
    issuedAt: at,
    expiresAt: accessEnd(session, at, endOf(session)),
    authenticatedAt: session.created_at,
    custom,
  })
  return { accessToken, refreshToken: refreshToken.text }
}
