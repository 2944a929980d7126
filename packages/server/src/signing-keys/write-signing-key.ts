import type { Keyring } from '../keys/keyring.ts'
import { encryptPrivateKey, type SigningKeyPair } from '../keys/signing-key-pair.ts'
import type { Db } from '../storage/store.ts'

/** Stores a key pair of a tenant, the private half encrypted. */
export async function insertSigningKey(
  db: Db,
  keyring: Keyring,
  tenantId: string,
  { keyId, publicKey, privateKey }: SigningKeyPair,
  { at, signsFrom }: { at: number; signsFrom: number },
): Promise<void> {
  await db
    .insertInto('signing_keys')
    .values({
      tenant_id: tenantId,
      key_id: keyId,
      public_key: JSON.stringify(publicKey),
      encrypted_private_key: encryptPrivateKey(keyring, { tenantId, keyId }, privateKey),
      created_at: at,
      signs_from: signsFrom,
      expires_at: null,
    })
    .execute()
}

/** The keys of a tenant that have not ended, in the order in which they sign. Whoever changes them waits for the one before. */
export async function lockSigningKeys(db: Db, tenantId: string, at: number) {
  await db
    .updateTable('tenants')
    .set((tenant) => ({ config_version: tenant.ref('config_version') }))
    .where('tenant_id', '=', tenantId)
    .execute()
  return db
    .selectFrom('signing_keys')
    .where('tenant_id', '=', tenantId)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', at)]))
    .orderBy('signs_from')
    .select(['key_id', 'signs_from', 'expires_at'])
    .execute()
}

/** Sets the end of a key. One that has ended is erased with its private half, and refused like one that never was. */
export async function endSigningKey(db: Db, tenantId: string, keyId: string, endsAt: number, at: number): Promise<void> {
  await db.updateTable('signing_keys').set({ expires_at: endsAt }).where('tenant_id', '=', tenantId).where('key_id', '=', keyId).execute()
  await db.deleteFrom('signing_keys').where('tenant_id', '=', tenantId).where('expires_at', '<=', at).execute()
}
