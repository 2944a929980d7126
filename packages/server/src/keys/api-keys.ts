import { hash, randomBytes } from 'node:crypto'
import { createBoundCipher } from './bound-cipher.ts'
import { asKeyring, fingerprintOf, type Keyring } from './keyring.ts'

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
  /** Tells master keys apart and reveals nothing else about them. Of the newest. */
  readonly fingerprint: string
  readonly keyring: Keyring
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
      'the master key does not open the stored API keys: they were encrypted with another one. Set that key (SALLYPORT_MASTER_KEY, or master.key in ' +
        'the data directory). If it is lost, create new API keys with `sallyport key rotate --overlap 0`, both kinds for each tenant',
      { cause },
    )
    this.name = 'WrongMasterKeyError'
  }
}

/** Encrypts API keys under a key derived from the master key for this use alone. */
export function createKeyCipher(masterKey: Keyring | Uint8Array): KeyCipher {
  const keyring = asKeyring(masterKey)
  const cipher = createBoundCipher(keyring, 'sallyport api keys')
  return {
    keyring,
    get fingerprint() {
      return fingerprintOf(keyring.keys()[0] as Uint8Array)
    },
    encrypt: (text, row) => cipher.encrypt(text, boundTo(row)),
    decrypt(encrypted, row) {
      try {
        return cipher.decrypt(encrypted, boundTo(row))
      } catch (error) {
        throw new WrongMasterKeyError(error)
      }
    },
  }
}

function boundTo({ tenantId, kind, keyHash }: KeyRow): readonly string[] {
  return [tenantId, kind, keyHash]
}
