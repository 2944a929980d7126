import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Tenant, TenantKey } from '../configuration/tenant.ts'
import { decodeCanonical, decodeObject, isObject, isSeconds, maxTokenLength, maxTokenSkewSeconds } from './read-jws.ts'
import { readTokenBasis, type TokenBasis } from './token-basis.ts'

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
  /** Names the key that signed it. */
  keyId: string
  /** `undefined`: an earlier release issued it. */
  basis: TokenBasis | undefined
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
  basis: TokenBasis
}

export type VerifiedToken = { verified: true; claims: TokenClaims } | { verified: false; reason: TokenRefusal }

export type TokenRefusal = 'malformed' | 'unknown_key' | 'wrong_kind' | 'bad_signature' | 'bad_claims' | 'expired'

export interface VerifyTokenOptions {
  issuer: string
  kinds: readonly TokenKind[]
  /** Milliseconds UTC. */
  at: number
}

const typOf: Record<TokenKind, string> = { challenge: 'sallyport-challenge+jwt', result: 'sallyport-result+jwt' }
const jws = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/

interface Signer {
  key: KeyObject
  /** Encoded headers, dot included: they are the same in every token of a key. */
  headers: Record<TokenKind, string>
}

const signers = new WeakMap<TenantKey, Signer>()

/**
 * Signs a token with the tenant's newest secret key: HS256, as clients that verify locally expect it. It holds no personal data beyond the
 * application's own user id (TK-09).
 */
export function issueToken(tenant: Tenant, issuer: string, input: IssueTokenInput): string {
  const newest = tenant.secretKeys[0]
  if (newest === undefined) throw new Error(`tenant ${tenant.tenantId} has no valid secret key`)
  const signer = signerOf(newest)
  const iat = Math.floor(input.at / 1000)
  const audience = `${issuer}/${tenant.tenantId}`
  const payload = JSON.stringify({
    iss: audience,
    aud: audience,
    sub: input.userId,
    iat,
    nbf: iat,
    exp: iat + Math.round(tenant.settings.tokenDurationInMinutes * 60),
    jti: input.jti,
    scope: input.scope,
    purpose: input.kind,
    basis: input.basis,
    other: {
      tenantId: tenant.tenantId,
      publishableKey: tenant.tenantId,
      userId: input.userId,
      actionCode: input.actionCode,
      idempotencyKey: input.idempotencyKey,
    },
  })
  const signed = signer.headers[input.kind] + Buffer.from(payload).toString('base64url')
  return `${signed}.${createHmac('sha256', signer.key).update(signed).digest('base64url')}`
}

/**
 * Checks a token against the tenant's keys in force. The algorithm is ours to fix, never the token's; `kid` is only looked up among the
 * tenant's own keys; header members that would bring a key along are refused (RFC 8725, "Perform Algorithm Verification", "Do Not Trust
 * Received Claims"). The text must be the one canonical encoding. Never throws on hostile input.
 */
export function verifyToken(tenant: Tenant, token: string, options: VerifyTokenOptions): VerifiedToken {
  const parts = token.length <= maxTokenLength ? jws.exec(token) : null
  if (parts === null) return refused('malformed')
  const [, encodedHeader = '', encodedPayload = '', encodedSignature = ''] = parts

  const header = decodeObject(encodedHeader)
  const signature = decodeCanonical(encodedSignature)
  if (header === undefined || signature === undefined) return refused('malformed')
  if (header.alg !== 'HS256' || Object.keys(header).length !== 3) return refused('malformed')
  const kind = options.kinds.find((candidate) => typOf[candidate] === header.typ)
  if (kind === undefined) return refused('wrong_kind')
  const key = tenant.secretKeys.find((candidate) => candidate.keyId === header.kid)
  if (key === undefined) return refused('unknown_key')

  const expected = createHmac('sha256', signerOf(key).key).update(`${encodedHeader}.${encodedPayload}`).digest()
  if (!timingSafeEqual(expected, signature)) return refused('bad_signature')

  const claims = readClaims(decodeObject(encodedPayload), tenant.tenantId, `${options.issuer}/${tenant.tenantId}`, kind, key.keyId)
  if (claims === undefined) return refused('bad_claims')
  if (claims.issuedAt > options.at + maxTokenSkewSeconds * 1000) return refused('bad_claims')
  if (options.at >= claims.expiresAt) return refused('expired')
  return { verified: true, claims }
}

/** The tenant a token claims to be of: proof of nothing, it only tells whose keys to verify it with. */
export function claimedTenantId(token: string): string | undefined {
  const parts = token.length <= maxTokenLength ? jws.exec(token) : null
  const other = parts === null ? undefined : decodeObject(parts[2] ?? '')?.other
  return isObject(other) && typeof other.tenantId === 'string' ? other.tenantId : undefined
}

function readClaims(
  payload: Record<string, unknown> | undefined,
  tenantId: string,
  audience: string,
  kind: TokenKind,
  keyId: string,
): TokenClaims | undefined {
  if (payload === undefined || !isObject(payload.other)) return undefined
  const { iss, aud, sub, iat, nbf, exp, jti, scope, purpose } = payload
  const { tenantId: claimedTenant, userId, actionCode, idempotencyKey } = payload.other
  if (iss !== audience || aud !== audience || purpose !== kind || claimedTenant !== tenantId) return undefined
  if (!isSeconds(iat) || !isSeconds(nbf) || !isSeconds(exp) || nbf > iat || exp <= iat) return undefined
  if (typeof jti !== 'string' || jti === '' || typeof sub !== 'string' || sub === '' || userId !== sub) return undefined
  if (typeof scope !== 'string' || typeof actionCode !== 'string' || typeof idempotencyKey !== 'string') return undefined
  return {
    kind,
    jti,
    tenantId,
    userId: sub,
    actionCode,
    idempotencyKey,
    scopes: scope.split(' ').filter((item) => item !== ''),
    issuedAt: iat * 1000,
    expiresAt: exp * 1000,
    keyId,
    basis: readTokenBasis(payload.basis),
  }
}

function signerOf(key: TenantKey): Signer {
  const known = signers.get(key)
  if (known !== undefined) return known
  const header = (kind: TokenKind) =>
    `${Buffer.from(JSON.stringify({ alg: 'HS256', typ: typOf[kind], kid: key.keyId })).toString('base64url')}.`
  const signer: Signer = {
    key: createSecretKey(Buffer.from(key.key)),
    headers: { challenge: header('challenge'), result: header('result') },
  }
  signers.set(key, signer)
  return signer
}

function refused(reason: TokenRefusal): VerifiedToken {
  return { verified: false, reason }
}
