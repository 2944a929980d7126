import { type KeyObject, verify } from 'node:crypto'
import { isStrictDerSignature } from '../webauthn/check-signature-encoding.ts'

/** Whether a device signed this text: ES256, the signature in DER and base64, in the one spelling that DER has. */
export function isSignedByDevice(key: KeyObject, message: string, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64')
  return isStrictDerSignature(bytes) && verify('sha256', Buffer.from(message), key, bytes)
}

const windowMs = 10 * 60 * 1000

/** Texts for a request that answers no challenge, of this moment and of the one before. A device signs the first of them. */
export function timedMessages(tenantId: string, use: string, at: number): [string, string] {
  const window = Math.floor(at / windowMs)
  return [`${tenantId}.${use}.${window}`, `${tenantId}.${use}.${window - 1}`]
}

/** What mobile SDKs sign to remove a key: the number of ten minutes since 1970, which Android prints with a decimal. */
export function removalMessages(at: number): string[] {
  const window = Math.floor(at / windowMs)
  return [window, window - 1].flatMap((number) => [`${number}.0`, String(number)])
}
