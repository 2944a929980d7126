import { type KeyObject, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import type { Tenant, TenantSigningKey } from '../configuration/tenant.ts'
import { importPublicKey } from '../keys/signing-key-pair.ts'
import { prepareQuery } from '../storage/prepare-query.ts'
import type { Db } from '../storage/store.ts'

const signAsync = promisify<string, Buffer, KeyObject, Buffer>(sign)
const publicKeys = new WeakMap<TenantSigningKey, KeyObject>()

/**
 * The key that signs now: the newest that is published for long enough. Refuses a tenant without one, and a key that this master key does not open.
 */
export function signingKeyOf({ tenantId, signingKeys }: Pick<Tenant, 'tenantId' | 'signingKeys'>, at: number): TenantSigningKey {
  const key = signingKeys.find(({ signsFrom, expiresAt }) => signsFrom <= at && (expiresAt === null || expiresAt > at))
  if (key === undefined) throw new Error(`tenant ${tenantId} has no signing key in force`)
  key.privateKey()
  return key
}

/** The tenant's own key of this id, if it is in force. A key that was published and does not sign yet is one of them. */
export function findSigningKey({ signingKeys }: Pick<Tenant, 'signingKeys'>, keyId: unknown, at: number): TenantSigningKey | undefined {
  return signingKeys.find((key) => key.keyId === keyId && (key.expiresAt === null || key.expiresAt > at))
}

/** The text with its signature. Signing takes most of a millisecond, on another thread than the one that decides. */
export async function signRs256(key: TenantSigningKey, signed: string): Promise<string> {
  return `${signed}.${(await signAsync('sha256', Buffer.from(signed), key.privateKey())).toString('base64url')}`
}

/** Whether the key has signed the text. */
export function isSignedBy(key: TenantSigningKey, signed: string, signature: Buffer): boolean {
  const publicKey = publicKeys.get(key) ?? importPublicKey(key.publicKey)
  publicKeys.set(key, publicKey)
  return verify('sha256', Buffer.from(signed), publicKey, signature)
}

/** TK-08, asked of the store: another process may have ended the key a moment ago. */
export async function isSigningKeyInForce(db: Db, tenantId: string, keyId: string, at: number): Promise<boolean> {
  const { rows } = await selectKeyEnd(db, tenantId, keyId)
  return rows.some(({ expires_at }) => expires_at === null || expires_at > at)
}

const selectKeyEnd = prepareQuery((db, tenantId: string, keyId: string) =>
  db.selectFrom('signing_keys').select('expires_at').where('tenant_id', '=', tenantId).where('key_id', '=', keyId),
)
