import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { asKeyring, derived, type Keyring } from './keyring.ts'

/** Encrypts text for one place: a ciphertext that is moved to another place does not open there. */
export interface BoundCipher {
  encrypt(text: string, place: readonly string[]): string
  /** Throws when none of the master keys is the right one, or the ciphertext was changed or moved. */
  decrypt(encrypted: string, place: readonly string[]): string
}

const version = 'v1'

/**
 * AES-256-GCM under a key derived from the master key for this use alone (HKDF); the place is additional data. While the master key is being rotated, what was
 * encrypted under the old one opens too.
 */
export function createBoundCipher(masterKey: Keyring | Uint8Array, use: string): BoundCipher {
  const keys = derived(asKeyring(masterKey), (key) => new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), use, 32)))
  return {
    encrypt(text, place) {
      const [newest] = keys()
      if (newest === undefined) throw new Error('there is no master key')
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', newest, iv).setAAD(Buffer.from(JSON.stringify(place)))
      return `${version}.${Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')}`
    },
    decrypt(encrypted, place) {
      const [found, encoded = ''] = encrypted.split('.')
      if (found !== version) throw new Error(`unknown format \`${found}\``)
      const bytes = Buffer.from(encoded, 'base64url')
      let failure: unknown
      for (const key of keys()) {
        try {
          return decryptUnder(key, bytes, place)
        } catch (error) {
          failure ??= error
        }
      }
      throw failure
    },
  }
}

function decryptUnder(key: Uint8Array, bytes: Buffer, place: readonly string[]): string {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(JSON.stringify(place))).setAuthTag(bytes.subarray(-16))
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
}
