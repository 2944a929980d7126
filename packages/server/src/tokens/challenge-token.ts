import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Tenant, TenantKey, TokenAlgorithm } from '../configuration/tenant.ts'
import { decodeCanonical, decodeObject, isObject, isSeconds, maxTokenLength, maxTokenSkewSeconds } from './read-jws.ts'
import { findSigningKey, isSignedBy, signingKeyOf, signRs256 } from './rs256.ts'
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
  /** `HS256`: the key is a secret API key. `RS256`: it is a signing key. */
  algorithm: TokenAlgorithm
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
/** 32 bytes of an HMAC, or 256 of an RSA key of 2048 bits. */
const jws = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{342})$/

/** Longer than another process takes to hear of a change of configuration. */
const spreadMs = 2_000

interface Signer {
  key: KeyObject
  /** Encoded headers, dot included: they are the same in every token of a key. */
  headers: Record<TokenKind, string>
}

const signers = new WeakMap<TenantKey, Signer>()

/**
 * Signs a token: with the tenant's newest secret key (HS256, as clients that verify locally expect it), or with its signing key where it has chosen RS256. It
 * holds no personal data beyond the application's own user id (TK-09).
 */
export async function issueToken(tenant: Tenant, issuer: string, input: IssueTokenInput): Promise<string> {
  const iat = Math.floor(input.at / 1000)
  const audience = `${issuer}/${tenant.tenantId}`
  const claims = {
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
  }
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  if (algorithmAt(tenant, input.at) === 'RS256') {
    const key = signingKeyOf(tenant, input.at)
    return signRs256(key, headerOf('RS256', input.kind, key.keyId) + payload)
  }
  const newest = tenant.secretKeys[0]
  if (newest === undefined) throw new Error(`tenant ${tenant.tenantId} has no valid secret key`)
  const signer = signerOf(newest)
  const signed = signer.headers[input.kind] + payload
  return `${signed}.${createHmac('sha256', signer.key).update(signed).digest('base64url')}`
}

/**
 * Checks a token against the tenant's keys in force. The algorithm is ours to fix, never the token's: `kid` is only looked up among the tenant's own keys, and
 * each key has one algorithm; header members that would bring a key along are refused (RFC 8725, "Perform Algorithm Verification", "Do Not Trust
 * Received Claims"). The text must be the one canonical encoding. Never throws on hostile input.
 */
export function verifyToken(tenant: Tenant, token: string, options: VerifyTokenOptions): VerifiedToken {
  const parts = token.length <= maxTokenLength ? jws.exec(token) : null
  if (parts === null) return refused('malformed')
  const [, encodedHeader = '', encodedPayload = '', encodedSignature = ''] = parts

  const header = decodeObject(encodedHeader)
  const signature = decodeCanonical(encodedSignature)
  if (header === undefined || signature === undefined) return refused('malformed')
  if ((header.alg !== 'HS256' && header.alg !== 'RS256') || Object.keys(header).length !== 3) return refused('malformed')
  const kind = options.kinds.find((candidate) => typOf[candidate] === header.typ)
  if (kind === undefined) return refused('wrong_kind')
  const key = findVerifier(tenant, header.kid, options.at)
  if (key === undefined) return refused('unknown_key')
  // TK-01: a public key is never a secret, whatever the token says.
  if (key.algorithm !== header.alg) return refused('malformed')
  if (!isAccepted(tenant, key.algorithm, options.at)) return refused('unknown_key')
  if (!key.hasSigned(`${encodedHeader}.${encodedPayload}`, signature)) return refused('bad_signature')

  const claims = readClaims(decodeObject(encodedPayload), tenant.tenantId, `${options.issuer}/${tenant.tenantId}`, kind, key)
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
  { keyId, algorithm }: Verifier,
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
    algorithm,
    basis: readTokenBasis(payload.basis),
  }
}

interface Verifier {
  keyId: string
  algorithm: TokenAlgorithm
  hasSigned(signed: string, signature: Buffer): boolean
}

function findVerifier(tenant: Tenant, keyId: unknown, at: number): Verifier | undefined {
  const secret = tenant.secretKeys.find((candidate) => candidate.keyId === keyId)
  if (secret !== undefined) {
    return { keyId: secret.keyId, algorithm: 'HS256', hasSigned: (signed, signature) => hasMac(secret, signed, signature) }
  }
  const own = findSigningKey(tenant, keyId, at)
  return own && { keyId: own.keyId, algorithm: 'RS256', hasSigned: (signed, signature) => isSignedBy(own, signed, signature) }
}

function hasMac(key: TenantKey, signed: string, signature: Buffer): boolean {
  const expected = createHmac('sha256', signerOf(key).key).update(signed).digest()
  return expected.length === signature.length && timingSafeEqual(expected, signature)
}

/** What signs now: after a change, the algorithm before signs until every process has heard of it and of the key. */
function algorithmAt({ settings }: Tenant, at: number): TokenAlgorithm {
  const { tokenAlgorithm = 'HS256', tokenAlgorithmChangedAt } = settings
  if (tokenAlgorithmChangedAt === undefined || at >= tokenAlgorithmChangedAt + spreadMs) return tokenAlgorithm
  return tokenAlgorithm === 'HS256' ? 'RS256' : 'HS256'
}

/** The tenant's algorithm, and the one before for as long as a token of it can last. Until a tenant has chosen RS256, no token of it is accepted. */
function isAccepted({ settings }: Tenant, algorithm: TokenAlgorithm, at: number): boolean {
  const { tokenAlgorithm = 'HS256', tokenAlgorithmChangedAt, tokenDurationInMinutes } = settings
  if (algorithm === tokenAlgorithm) return true
  if (tokenAlgorithmChangedAt === undefined) return false
  return at < tokenAlgorithmChangedAt + spreadMs + (tokenDurationInMinutes * 60 + maxTokenSkewSeconds) * 1000
}

function headerOf(alg: TokenAlgorithm, kind: TokenKind, keyId: string): string {
  return `${Buffer.from(JSON.stringify({ alg, typ: typOf[kind], kid: keyId })).toString('base64url')}.`
}

function signerOf(key: TenantKey): Signer {
  const known = signers.get(key)
  if (known !== undefined) return known
  const signer: Signer = {
    key: createSecretKey(Buffer.from(key.key)),
    headers: { challenge: headerOf('HS256', 'challenge', key.keyId), result: headerOf('HS256', 'result', key.keyId) },
  }
  signers.set(key, signer)
  return signer
}

function refused(reason: TokenRefusal): VerifiedToken {
  return { verified: false, reason }
}
