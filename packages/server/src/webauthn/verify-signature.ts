import { hash, type KeyObject, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { isStrictDerSignature } from './check-signature-encoding.ts'

export interface AssertionSignature {
  authenticatorData: Uint8Array
  clientData: Uint8Array
  signature: Uint8Array
}

const verifyOnAnotherThread = promisify(verify)

/** The digest that goes with each algorithm of `offeredAlgorithms`: Ed25519 has its own within. */
const digests: ReadonlyMap<number, string | null> = new Map([
  [-7, 'sha256'],
  [-8, null],
  [-257, 'sha256'],
])

/**
 * Verifies an assertion's signature under an imported key: WebAuthn Level 3, "Verifying an Authentication Assertion", "Using
 * credentialRecord.publicKey, verify that sig is a valid signature over the binary concatenation of authData and hash" (WA-11). An ECDSA signature in any
 * spelling but the one of DER is malformed (WA-18).
 *
 * On another thread: this one decides meanwhile. By `node:crypto` and not through the WebAuthn library, which imports the key anew for every assertion:
 * `docs/decisions/041-verify-signatures-ourselves.md`.
 */
export async function verifySignature(
  { algorithm, key }: { algorithm: number; key: KeyObject },
  { authenticatorData, clientData, signature }: AssertionSignature,
): Promise<'valid' | 'invalid' | 'malformed'> {
  const digest = digests.get(algorithm)
  if (digest === undefined) return 'invalid'
  if (algorithm === -7 && !isStrictDerSignature(signature)) return 'malformed'
  const signed = Buffer.concat([authenticatorData, hash('sha256', clientData, 'buffer')])
  return (await verifyOnAnotherThread(digest, signed, key, signature)) ? 'valid' : 'invalid'
}
