import type { Tenant, TenantSigningKey } from '../configuration/tenant.ts'
import { decodeCanonical, decodeObject, isObject, isSeconds, maxTokenLength, maxTokenSkewSeconds } from './read-jws.ts'
import { findSigningKey, isSignedBy, signRs256 } from './rs256.ts'

/** What an access token says: the session of a user at one client. */
export interface AccessTokenClaims {
  userId: string
  clientId: string
  sessionId: string
  /** Names this one token: the session knows which of its tokens is the present one. */
  tokenId: string
  /** Milliseconds UTC. */
  issuedAt: number
  /** Milliseconds UTC. */
  expiresAt: number
  /** When the user passed the challenge that opened the session, milliseconds UTC. */
  authenticatedAt: number
  /** What the app client wants said beside. */
  custom?: Record<string, unknown> | undefined
}

export type VerifiedAccessToken =
  | { verified: true; claims: AccessTokenClaims; keyId: string; isExpired: boolean }
  | { verified: false; reason: 'malformed' | 'wrong_kind' | 'unknown_key' | 'bad_signature' | 'bad_claims' }

/** RFC 9068, "Header": no other token has this type (TK-03). */
const typ = 'at+jwt'
/** An RSA key of 2048 bits makes signatures of 256 bytes. */
const jws = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{342})$/

/** Where the keys that verify the tokens of a tenant are published, with a description at `/.well-known/openid-configuration`. */
export function accessTokenIssuer(publicUrl: string, tenantId: string): string {
  return `${publicUrl}/v1/client/public/${tenantId}`
}

/**
 * Signs an access token: RS256, for one client, as RFC 9068 describes it. It holds no personal data beyond the application's own user id
 * and what the tenant wants in it (TK-09).
 */
export function issueAccessToken(
  key: TenantSigningKey,
  issuer: string,
  { userId, clientId, sessionId, tokenId, issuedAt, expiresAt, authenticatedAt, custom }: AccessTokenClaims,
): Promise<string> {
  const iat = Math.floor(issuedAt / 1000)
  const header = { alg: 'RS256', typ, kid: key.keyId }
  const payload = {
    // First, so that it says nothing else of what follows.
    ...custom,
    iss: issuer,
    aud: clientId,
    sub: userId,
    client_id: clientId,
    iat,
    nbf: iat,
    exp: Math.floor(expiresAt / 1000),
    auth_time: Math.floor(authenticatedAt / 1000),
    jti: tokenId,
    sid: sessionId,
  }
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  return signRs256(key, `${encode(header)}.${encode(payload)}`)
}

/**
 * Checks an access token against the tenant's signing keys in force, as `verifyToken` checks the tokens of actions: the algorithm is ours to fix, `kid` is only
 * looked up among the tenant's own keys, and header members that would bring a key along are refused. Says whether the token has expired; the caller decides
 * what that means. Never throws on hostile input.
 */
export function verifyAccessToken(tenant: Tenant, token: string, { issuer, at }: { issuer: string; at: number }): VerifiedAccessToken {
  const parts = token.length <= maxTokenLength ? jws.exec(token) : null
  const [, encodedHeader = '', encodedPayload = '', encodedSignature = ''] = parts ?? []
  const header = decodeObject(encodedHeader)
  const signature = decodeCanonical(encodedSignature)
  if (parts === null || header === undefined || signature === undefined) return { verified: false, reason: 'malformed' }
  if (header.alg !== 'RS256' || Object.keys(header).length !== 3) return { verified: false, reason: 'malformed' }
  if (header.typ !== typ) return { verified: false, reason: 'wrong_kind' }
  const key = findSigningKey(tenant, header.kid, at)
  if (key === undefined) return { verified: false, reason: 'unknown_key' }
  if (!isSignedBy(key, `${encodedHeader}.${encodedPayload}`, signature)) return { verified: false, reason: 'bad_signature' }

  const claims = readClaims(decodeObject(encodedPayload), issuer)
  if (claims === undefined || claims.issuedAt > at + maxTokenSkewSeconds * 1000) return { verified: false, reason: 'bad_claims' }
  return { verified: true, claims, keyId: key.keyId, isExpired: at >= claims.expiresAt }
}

function readClaims(payload: Record<string, unknown> | undefined, issuer: string): AccessTokenClaims | undefined {
  if (!isObject(payload)) return undefined
  const { iss, aud, sub, client_id, iat, nbf, exp, auth_time, jti, sid } = payload
  if (iss !== issuer || !isText(sub) || !isText(aud) || client_id !== aud || !isText(jti) || !isText(sid)) return undefined
  if (!isSeconds(iat) || !isSeconds(nbf) || !isSeconds(exp) || !isSeconds(auth_time) || nbf > iat || exp <= iat) return undefined
  return {
    userId: sub,
    clientId: aud,
    sessionId: sid,
    tokenId: jti,
    issuedAt: iat * 1000,
    expiresAt: exp * 1000,
    authenticatedAt: auth_time * 1000,
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
