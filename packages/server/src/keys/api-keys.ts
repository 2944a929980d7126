import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto'

export type KeyKind = 'secret' | 'management'

const prefixOf: Record<KeyKind, string> = { secret: 'sallyport_sk_', management: 'sallyport_mk_' }

/** A new API key: 256 random bits after a prefix that people and scanners for leaked secrets recognise. */
export function createApiKey(kind: KeyKind): string {
  return prefixOf[kind] + randomBytes(32).toString('base64url')
}

/** Keys are looked up by this hash, hex SHA-256. It suffices for 256 random bits, and nothing is compared in variable time. */
export function hashOfKey(key: string): string {
  return hash('sha256', key, 'hex')
}

/** Names a key in tokens, lists and the audit log without revealing anything about it. */
export function keyIdOf(keyHash: string): string {
  return keyHash.slice(0, 16)
}

/** Encrypts and decrypts API keys. Each ciphertext is bound to its row, so that it cannot be moved to another. */
export interface KeyCipher {
  /** Tells master keys apart and reveals nothing else about them. */
  readonly fingerprint: string
  encrypt(key: string, row: KeyRow): string
  /** Throws `WrongMasterKeyError` when the master key is a different one, or the row was changed. */
  decrypt(encrypted: string, row: KeyRow): string
}

export interface KeyRow {
  tenantId: string
  kind: KeyKind
  keyHash: string
}

/** Stored keys cannot be decrypted: the master key is not the one they were encrypted with. */
export class WrongMasterKeyError extends Error {
  constructor(cause: unknown) {
    super(
      'the master key does not open the stored API keys: it is not the one they were encrypted with. Set that one (SALLYPORT_MASTER_KEY, or master.key in ' +
        'the data directory); if it is lost, `sallyport key rotate --overlap 0` makes new keys, of both kinds for each tenant',
      { cause },
    )
    this.name = 'WrongMasterKeyError'
  }
}

const version = 'v1'

/** AES-256-GCM under a key derived from the master key for this use alone. */
export function createKeyCipher(masterKey: Uint8Array): KeyCipher {
  const key = new Uint8Array(hkdfSync('sha256', masterKey, new Uint8Array(), 'sallyport api keys', 32))
  const fingerprint = Buffer.from(hkdfSync('sha256', masterKey, new Uint8Array(), 'sallyport master key fingerprint', 16)).toString('hex')
  return {
    fingerprint,
    encrypt(text, row) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(boundTo(row))
      return `${version}.${Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')}`
    },
    decrypt(encrypted, row) {
      try {
        const [found, encoded = ''] = encrypted.split('.')
        if (found !== version) throw new Error(`unknown format \`${found}\``)
        const bytes = Buffer.from(encoded, 'base64url')
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
        decipher.setAAD(boundTo(row)).setAuthTag(bytes.subarray(-16))
        return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
      } catch (error) {
        throw new WrongMasterKeyError(error)
      }
    },
  }
}

function boundTo({ tenantId, kind, keyHash }: KeyRow): Buffer {
  return Buffer.from(JSON.stringify([tenantId, kind, keyHash]))
}
