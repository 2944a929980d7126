import type { Db } from '../storage/store.ts'
import { type KeyCipher, type KeyRow, WrongMasterKeyError } from './api-keys.ts'
import { fingerprintOf } from './keyring.ts'
import { followRotation } from './rotate-master-key.ts'

const mark = 'master_key'
/** Stored API keys to try when no fingerprint is stored yet. */
const MAX_TRIED = 20

/**
 * Refuses to work on a store with a different master key than its other processes (`WrongMasterKeyError`): neither could read what the other encrypts. The
 * first process stores the fingerprint of its key.
 */
export async function checkMasterKey(db: Db, cipher: KeyCipher, now: number): Promise<void> {
  await followRotation(db, cipher.keyring)
  const known = await findFingerprint(db)
  if (known === undefined) {
    for (const row of await listKeys(db, now, MAX_TRIED)) cipher.decrypt(row.encrypted, row)
    await db
      .insertInto('store_marks')
      .values({ name: mark, value: cipher.fingerprint })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute()
  }
  const inForce = known ?? (await findFingerprint(db))
  if (!cipher.keyring.keys().some((key) => fingerprintOf(key) === inForce))
    throw new WrongMasterKeyError(new Error('another fingerprint is stored'))
}

/** Makes this the master key of the store, if it decrypts every API key in force. Called after keys were rotated. */
export async function adoptMasterKey(db: Db, cipher: KeyCipher, now: number): Promise<void> {
  if ((await findFingerprint(db)) === cipher.fingerprint) return
  try {
    for (const row of await listKeys(db, now, Number.MAX_SAFE_INTEGER)) cipher.decrypt(row.encrypted, row)
  } catch (error) {
    if (error instanceof WrongMasterKeyError) return
    throw error
  }
  await db
    .insertInto('store_marks')
    .values({ name: mark, value: cipher.fingerprint })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: cipher.fingerprint }))
    .execute()
}

async function findFingerprint(db: Db): Promise<string | undefined> {
  return (await db.selectFrom('store_marks').where('name', '=', mark).select('value').executeTakeFirst())?.value
}

/** The keys in force, newest first. */
async function listKeys(db: Db, now: number, limit: number): Promise<(KeyRow & { encrypted: string })[]> {
  const rows = await db
    .selectFrom('api_keys')
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .orderBy('created_at', 'desc')
    .limit(limit)
    .selectAll()
    .execute()
  return rows.map(({ tenant_id: tenantId, kind, key_hash: keyHash, encrypted_key: encrypted }) => ({ tenantId, kind, keyHash, encrypted }))
}
