import { createPublicKey, type JsonWebKeyInput, type KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { decodeWholeCbor } from './webauthn-library.ts'

/** ES256, EdDSA (Ed25519) and RS256, most wanted first. What registration options offer and the only ones accepted back. */
export const offeredAlgorithms: readonly number[] = [-7, -8, -257]

export type ImportedPublicKey =
  | { imported: true; algorithm: number; key: KeyObject }
  | { imported: false; reason: 'algorithm_not_offered' | 'public_key_invalid'; cause?: unknown }

/** COSE labels (RFC 9052, "COSE Key Common Parameters"; RFC 9053, "Key Object Parameters"). */
const label = { keyType: 1, algorithm: 3, curve: -1, x: -2, y: -3, n: -1, e: -2 }

/**
 * Imports a credential's COSE key as the key it says it is (WA-12): the algorithm is one we offer, key type and curve belong to it, the point is on
 * the curve, an RSA modulus has 2048 to 8192 bits and its exponent is at least 3.
 */
export function importPublicKey(coseKey: Uint8Array): ImportedPublicKey {
  const cose = readCoseKey(coseKey)
  if (cose === undefined) return { imported: false, reason: 'public_key_invalid' }
  const algorithm = offeredAlgorithm(cose)
  if (algorithm === undefined) return { imported: false, reason: 'algorithm_not_offered' }
  const jwk = toJwk(cose, algorithm)
  if (jwk === undefined) return { imported: false, reason: 'public_key_invalid' }
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    return isStrong(key) ? { imported: true, algorithm, key } : { imported: false, reason: 'public_key_invalid' }
  } catch (cause) {
    return { imported: false, reason: 'public_key_invalid', cause }
  }
}

/** Of passkeys that were used lately: 1.6 kB each. */
const imported = new LRUCache<string, ImportedPublicKey>({ max: 4096 })

/** As `importPublicKey`, of a key as it is stored (base64url). What was imported is kept: the same text is the same key, whoever it belongs to. */
export function importStoredPublicKey(coseKey: string): ImportedPublicKey {
  const known = imported.get(coseKey)
  if (known !== undefined) return known
  const fresh = importPublicKey(Buffer.from(coseKey, 'base64url'))
  imported.set(coseKey, fresh)
  return fresh
}

function readCoseKey(coseKey: Uint8Array): ReadonlyMap<unknown, unknown> | undefined {
  const decoded = decodeWholeCbor(coseKey)
  return decoded.ok && decoded.value instanceof Map ? decoded.value : undefined
}

function offeredAlgorithm(cose: ReadonlyMap<unknown, unknown>): number | undefined {
  const algorithm = cose.get(label.algorithm)
  return typeof algorithm === 'number' && offeredAlgorithms.includes(algorithm) ? algorithm : undefined
}

function toJwk(cose: ReadonlyMap<unknown, unknown>, algorithm: number): JsonWebKeyInput['key'] | undefined {
  const keyType = cose.get(label.keyType)
  const curve = cose.get(label.curve)
  if (algorithm === -7 && keyType === 2 && curve === 1) {
    const x = bytes(cose.get(label.x), 32)
    const y = bytes(cose.get(label.y), 32)
    return x === undefined || y === undefined ? undefined : { kty: 'EC', crv: 'P-256', x, y }
  }
  if (algorithm === -8 && keyType === 1 && curve === 6) {
    const x = bytes(cose.get(label.x), 32)
    return x === undefined ? undefined : { kty: 'OKP', crv: 'Ed25519', x }
  }
  if (algorithm === -257 && keyType === 3) {
    const n = bytes(cose.get(label.n))
    const e = bytes(cose.get(label.e))
    return n === undefined || e === undefined ? undefined : { kty: 'RSA', n, e }
  }
  return undefined
}

function bytes(value: unknown, length?: number): string | undefined {
  if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length)) return undefined
  return Buffer.from(value).toString('base64url')
}

function isStrong(key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'rsa') return true
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  return modulusLength >= 2048 && modulusLength <= 8192 && publicExponent >= 3n && publicExponent % 2n === 1n
}
