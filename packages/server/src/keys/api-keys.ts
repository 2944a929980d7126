import { hash, hkdfSync, randomBytes } from 'node:crypto'
import { createBoundCipher } from './bound-cipher.ts'

export type KeyKind = 'secret' | 'management'

const prefixOf: Record<KeyKind, string> = { secret: 'sallyport_sk_', management: 'sallyport_mk_' }

/** A new API key: 256 random bits behind a prefix that people, and scanners for leaked secrets, recognise. */
export function createApiKey(kind: KeyKind): string {
  return prefixOf[kind] + randomBytes(32).toString('base64url')
}

/** What a key is looked up by: hex SHA-256. Enough for 256 random bits, and nothing to compare in variable time. */
export function hashOfKey(key: string): string {
  return hash('sha256', key, 'hex')
}

/** Names a key in tokens and lists without telling anything of it. */
export function keyIdOf(keyHash: string): string {
  return keyHash.slice(0, 16)
}

/** Encrypts and opens API keys. Each ciphertext is bound to its row, so that none can be moved to another. */
export interface KeyCipher {
  /** Tells master keys apart, and nothing else of them. */
  readonly fingerprint: string
  encrypt(key: string, row: KeyRow): string
  /** Throws `WrongMasterKeyError` when the master key is another one, or the row was changed. */
  decrypt(encrypted: string, row: KeyRow): string
}

export interface KeyRow {
  tenantId: string
  kind: KeyKind
  keyHash: string
}

/** Stored keys can not be opened: the master key is not the one they were encrypted with. */
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

/** Encrypts API keys under a key derived from the master key for this use alone. */
export function createKeyCipher(masterKey: Uint8Array): KeyCipher {
  const cipher = createBoundCipher(masterKey, 'sallyport api keys')
  const fingerprint = Buffer.from(hkdfSync('sha256', masterKey, new Uint8Array(), 'sallyport master key fingerprint', 16)).toString('hex')
  return {
    fingerprint,
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
