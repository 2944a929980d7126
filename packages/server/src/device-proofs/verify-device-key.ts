import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import { promisify } from 'node:util'

const verifyOnAnotherThread = promisify(verify)

/** SubjectPublicKeyInfo of a P-256 key up to the point itself (RFC 5480, "Subject Public Key"). */
const spkiHead = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex')

export interface SignedNonce {
  tenantId: string
  nonce: string
  /** The uncompressed point, 65 bytes in base64url, as browsers export a raw key. */
  publicKey: string
  /** 64 bytes in base64url, as browsers sign (IEEE P1363). */
  signature: string
}

/**
 * The id of the device whose key signed the nonce for this tenant: the hash of the key, so that nobody else can have it. `undefined`: it did
 * not, or this is no key.
 */
export async function verifyDeviceKey({ tenantId, nonce, publicKey, signature }: SignedNonce): Promise<string | undefined> {
  const point = Buffer.from(publicKey, 'base64url')
  const key = importPoint(point)
  if (key === undefined) return undefined
  const signed = Buffer.from(`sallyport device key\n${tenantId}\n${nonce}`)
  const isGood = await verifyOnAnotherThread('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))
  return isGood ? `dk_${hash('sha256', point, 'base64url')}` : undefined
}

function importPoint(point: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.concat([spkiHead, point]), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}
