import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { createBoundCipher } from './bound-cipher.ts'
import type { Keyring } from './keyring.ts'

/** The public half of an RSA key as a JSON Web Key (RFC 7517), with nothing else in it. */
export const publicJwk = z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string() })
export type PublicJwk = z.infer<typeof publicJwk>

export interface SigningKeyPair {
  /** The thumbprint of the public key (RFC 7638): no two keys have the same. */
  keyId: string
  publicKey: PublicJwk
  privateKey: KeyObject
}

/** Where a private key is kept: its ciphertext opens nowhere else. */
export interface SigningKeyPlace {
  tenantId: string
  keyId: string
}

/** What the ciphertexts of private keys are encrypted for, as the rotation of the master key names it. */
export const signingKeyUse = 'sallyport signing keys'

const generate = promisify(generateKeyPair)

/** Makes an RSA key of 2048 bits. That takes a tenth of a second and more, on another thread than the one that decides. */
export async function createSigningKeyPair(): Promise<SigningKeyPair> {
  const { publicKey: made, privateKey } = await generate('rsa', { modulusLength: 2048, publicExponent: 0x10001 })
  const publicKey = publicJwk.parse(made.export({ format: 'jwk' }))
  return { keyId: thumbprint(publicKey), publicKey, privateKey }
}

export function encryptPrivateKey(keyring: Keyring, { tenantId, keyId }: SigningKeyPlace, privateKey: KeyObject): string {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return createBoundCipher(keyring, signingKeyUse).encrypt(pem, [tenantId, keyId])
}

/** Throws when it was encrypted under another master key. */
export function decryptPrivateKey(keyring: Keyring, { tenantId, keyId }: SigningKeyPlace, encrypted: string): KeyObject {
  try {
    return createPrivateKey(createBoundCipher(keyring, signingKeyUse).decrypt(encrypted, [tenantId, keyId]))
  } catch (cause) {
    const remedy = 'replace it with `sallyport key rotate --kind signing --overlap 0`'
    throw new Error(`the signing key ${keyId} does not open: it was encrypted under another master key; ${remedy}`, { cause })
  }
}

/** The key as `node:crypto` verifies with it. */
export function importPublicKey(publicKey: PublicJwk): KeyObject {
  return createPublicKey({ key: publicKey, format: 'jwk' })
}

/** RFC 7638: the required members, in lexicographic order, without white space. */
function thumbprint({ e, kty, n }: PublicJwk): string {
  return createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url')
}
