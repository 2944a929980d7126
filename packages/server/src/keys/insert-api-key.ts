import type { StoredRole } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { hashOfKey, type KeyCipher, type KeyKind } from './api-keys.ts'

interface NewApiKey {
  tenantId: string
  kind: KeyKind
  key: string
  at: number
  name?: string | null
  /** Of a management key. */
  role?: StoredRole
  /** When the key ends by itself, milliseconds UTC. */
  lifetimeEnd?: number | null
  /** The admin behind it. */
  createdBy?: string | null
}

/** Stores a key: its hash, to find it by, and its encrypted text, which signs webhooks and tokens. */
export async function insertApiKey(
  db: Db,
  cipher: KeyCipher,
  { tenantId, kind, key, at, name = null, role = 'owner', lifetimeEnd = null, createdBy = null }: NewApiKey,
): Promise<void> {
  const keyHash = hashOfKey(key)
  await db
    .insertInto('api_keys')
    .values({
      key_hash: keyHash,
      tenant_id: tenantId,
      kind,
      encrypted_key: cipher.encrypt(key, { tenantId, kind, keyHash }),
      created_at: at,
      expires_at: lifetimeEnd,
      name,
      role,
      last_used_at: null,
      lifetime_end: lifetimeEnd,
      created_by: createdBy,
    })
    .execute()
}
