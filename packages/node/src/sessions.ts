import type { VerificationMethod } from './authenticators.ts'
import type { UserAttributes, UserKey } from './users.ts'

export interface CreateSessionRequest {
  /** The app client that the session is for. */
  clientId: string
  /** The token that the browser received for the passed challenge. It is used up. */
  token: string
  /** The action whose challenge it must be. Send it always. */
  action?: string
}

export interface SessionTokens {
  /** A JSON Web Token for your API: RS256, its `aud` is the app client. */
  accessToken: string
  /** Opaque, and good for one refresh. */
  refreshToken: string
}

export interface ValidateSessionRequest {
  accessToken: string
  /** The app clients whose sessions are accepted. Default: every one of the tenant. */
  clientIds?: string[]
}

export interface ValidateSessionResponse {
  user: UserKey & UserAttributes
  /** Seconds since 1970. */
  expiresAt: number
  verificationMethod?: VerificationMethod
}

export interface RefreshSessionRequest {
  refreshToken: string
}

export interface RevokeSessionRequest {
  accessToken: string
}

export interface RevokeUserSessionsRequest {
  userId: string
}
