import type { Tenant } from '../configuration/tenant.ts'
import type { KeyCipher } from '../keys/api-keys.ts'
import { createSigningKeyPair, type SigningKeyPair } from '../keys/signing-key-pair.ts'
import type { Db } from '../storage/store.ts'
import { insertSigningKey, lockSigningKeys } from './write-signing-key.ts'

/** Makes the first signing key of a tenant; `undefined` when it has one. Outside of any transaction, which would wait for it. */
export async function prepareFirstSigningKey({ signingKeys }: Tenant): Promise<SigningKeyPair | undefined> {
  return signingKeys.length > 0 ? undefined : createSigningKeyPair()
}

/** Puts the prepared key in force, unless another request was first. Part of the transaction that needs it. */
export async function keepFirstSigningKey(
  { cipher }: { cipher: KeyCipher },
  db: Db,
  tenantId: string,
  prepared: SigningKeyPair | undefined,
  at: number,
): Promise<void> {
  if (prepared === undefined) return
  const inForce = await lockSigningKeys(db, tenantId, at)
  if (inForce.length === 0) await insertSigningKey(db, cipher.keyring, tenantId, prepared, { at, signsFrom: at })
}
