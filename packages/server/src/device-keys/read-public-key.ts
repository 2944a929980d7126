import { createPublicKey, hash, type KeyObject } from 'node:crypto'

/** The public key of a device: EC P-256. */
export interface DevicePublicKey {
  /** Digest of the key: what it is found by. */
  credentialId: string
  /** SPKI DER in its one spelling, base64url. */
  spki: string
  key: KeyObject
}

const uncompressedPoint = { length: 65, firstByte: 4 }
const maxLength = 512

/** Reads SPKI DER, or the uncompressed point alone, in base64. `undefined` for everything else, keys on other curves included. */
export function readPublicKey(text: string): DevicePublicKey | undefined {
  if (text.length > maxLength) return undefined
  try {
    const bytes = Buffer.from(text, 'base64')
    const isPoint = bytes.length === uncompressedPoint.length && bytes[0] === uncompressedPoint.firstByte
    const read = createPublicKey(isPoint ? { key: jwkOf(bytes), format: 'jwk' } : { key: bytes, format: 'der', type: 'spki' })
    if (read.asymmetricKeyType !== 'ec' || read.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return undefined
    // A point can be written in two ways, and one key must have one digest.
    const key = createPublicKey({ key: read.export({ format: 'jwk' }), format: 'jwk' })
    const der = key.export({ format: 'der', type: 'spki' })
    return { credentialId: hash('sha256', der, 'buffer').toString('base64url'), spki: der.toString('base64url'), key }
  } catch {
    return undefined
  }
}

/** A key in a query: mobile SDKs write the base64 of the key in base64 once more, and some lose a `+` on the way. */
export function readQueriedKey(text: string): DevicePublicKey | undefined {
  if (text.length > 2 * maxLength) return undefined
  const whole = text.replaceAll(' ', '+')
  return readPublicKey(Buffer.from(whole, 'base64').toString('latin1')) ?? readPublicKey(whole)
}

function jwkOf(point: Buffer) {
  return { kty: 'EC', crv: 'P-256', x: point.toString('base64url', 1, 33), y: point.toString('base64url', 33) }
}
