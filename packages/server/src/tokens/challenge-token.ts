import type { Tenant } from '../tenants/tenant.ts'

/** `challenge`: from a track, may start ceremonies. `result`: from a passed challenge. One kind is never accepted as the other (TK-03). */
export type TokenKind = 'challenge' | 'result'

export interface TokenClaims {
  kind: TokenKind
  /** Single use keys on this, never on the token's text (TK-06). */
  jti: string
  tenantId: string
  userId: string
  actionCode: string
  idempotencyKey: string
  scopes: readonly string[]
  /** Milliseconds UTC. */
  issuedAt: number
  /** Milliseconds UTC. */
  expiresAt: number
}

export interface IssueTokenInput {
  kind: TokenKind
  userId: string
  actionCode: string
  idempotencyKey: string
  /** Space-separated scopes. */
  scope: string
  jti: string
  /** Milliseconds UTC. */
  at: number
}

export type VerifiedToken =
  | { verified: true; claims: TokenClaims }
  | { verified: false; reason: 'malformed' | 'unknown_key' | 'wrong_kind' | 'bad_signature' | 'wrong_tenant' | 'bad_claims' | 'expired' }

export interface VerifyTokenOptions {
  issuer: string
  kinds: readonly TokenKind[]
  /** Milliseconds UTC. */
  at: number
}

/** Signs a token with the tenant's newest secret key. */
export function issueToken(_tenant: Tenant, _issuer: string, _input: IssueTokenInput): string {
  throw new Error('being written')
}

/** Checks a token against the tenant's keys in force. Never throws on hostile input. */
export function verifyToken(_tenant: Tenant, _token: string, _options: VerifyTokenOptions): VerifiedToken {
  throw new Error('being written')
}

/** The tenant a token claims to be of: not proof of anything, only whose keys to verify it with. */
export function claimedTenantId(_token: string): string | undefined {
  throw new Error('being written')
}
