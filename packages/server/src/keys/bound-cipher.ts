import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Encrypts text for one place: a ciphertext that is moved to another place does not open there. */
export interface BoundCipher {
  encrypt(text: string, place: readonly string[]): string
  /** Throws when the master key is another one, or the ciphertext was changed or moved. */
  decrypt(encrypted: string, place: readonly string[]): string
}

const version = 'v1'

/** AES-256-GCM under a key derived from the master key for this use alone (HKDF); the place is additional data. */
export function createBoundCipher(masterKey: Uint8Array, use: string): BoundCipher {
  const key = new Uint8Array(hkdfSync('sha256', masterKey, new Uint8Array(), use, 32))
  return {
    encrypt(text, place) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(JSON.stringify(place)))
      return `${version}.${Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')}`
    },
    decrypt(encrypted, place) {
      const [found, encoded = ''] = encrypted.split('.')
      if (found !== version) throw new Error(`unknown format \`${found}\``)
      const bytes = Buffer.from(encoded, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
      decipher.setAAD(Buffer.from(JSON.stringify(place))).setAuthTag(bytes.subarray(-16))
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
    },
  }
}
