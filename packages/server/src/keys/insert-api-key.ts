import type { Db } from '../storage/store.ts'
import { hashOfKey, type KeyCipher, type KeyKind } from './api-keys.ts'

/** Puts a key on record: its hash to find it by, and its encrypted text, which webhooks and tokens are signed with. */
export async function insertApiKey(
  db: Db,
  cipher: KeyCipher,
  { tenantId, kind, key, at }: { tenantId: string; kind: KeyKind; key: string; at: number },
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
      expires_at: null,
    })
    .execute()
}
