import { type KeyObject, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import type { Tenant, TenantSigningKey } from '../configuration/tenant.ts'
import { importPublicKey } from '../keys/signing-key-pair.ts'
import { decodeCanonical, decodeObject, isObject, isSeconds, maxTokenLength, maxTokenSkewSeconds } from './read-jws.ts'

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
}

export type VerifiedAccessToken =
  | { verified: true; claims: AccessTokenClaims; keyId: string; isExpired: boolean }
  | { verified: false; reason: 'malformed' | 'wrong_kind' | 'unknown_key' | 'bad_signature' | 'bad_claims' }

/** RFC 9068, "Header": no other token has this type (TK-03). */
const typ = 'at+jwt'
/** An RSA key of 2048 bits makes signatures of 256 bytes. */
const jws = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{342})$/

const signAsync = promisify<string, Buffer, KeyObject, Buffer>(sign)
const publicKeys = new WeakMap<TenantSigningKey, KeyObject>()

/** Where the keys that verify the tokens of a tenant are published, with a description at `/.well-known/openid-configuration`. */
export function accessTokenIssuer(publicUrl: string, tenantId: string): string {
  return `${publicUrl}/v1/client/public/${tenantId}`
}

/**
 * The key that signs now: the newest that is published for long enough. Refuses a tenant without one, and a key that this master key does not open.
 */
export function signingKeyOf({ tenantId, signingKeys }: Pick<Tenant, 'tenantId' | 'signingKeys'>, at: number): TenantSigningKey {
  const key = signingKeys.find(({ signsFrom, expiresAt }) => signsFrom <= at && (expiresAt === null || expiresAt > at))
  if (key === undefined) throw new Error(`tenant ${tenantId} has no signing key in force`)
  key.privateKey()
  return key
}

/**
 * Signs an access token: RS256, for one client, as RFC 9068 describes it. It holds no personal data beyond the application's own user id (TK-09). The signature
 * takes most of a millisecond, on another thread than the one that decides.
 */
export async function issueAccessToken(
  key: TenantSigningKey,
  issuer: string,
  { userId, clientId, sessionId, tokenId, issuedAt, expiresAt, authenticatedAt }: AccessTokenClaims,
): Promise<string> {
  const iat = Math.floor(issuedAt / 1000)
  const header = { alg: 'RS256', typ, kid: key.keyId }
  const payload = {
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
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${(await signAsync('sha256', Buffer.from(signed), key.privateKey())).toString('base64url')}`
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
  const key = tenant.signingKeys.find(({ keyId, expiresAt }) => keyId === header.kid && (expiresAt === null || expiresAt > at))
  if (key === undefined) return { verified: false, reason: 'unknown_key' }
  const signed = Buffer.from(`${encodedHeader}.${encodedPayload}`)
  if (!verify('sha256', signed, publicKeyOf(key), signature)) return { verified: false, reason: 'bad_signature' }

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

function publicKeyOf(key: TenantSigningKey): KeyObject {
  const known = publicKeys.get(key) ?? importPublicKey(key.publicKey)
  publicKeys.set(key, known)
  return known
}
