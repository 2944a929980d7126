import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { bumpConfigVersion } from '../configuration/bump-config-version.ts'
import { createApiKey, hashOfKey, type KeyKind, keyIdOf } from '../keys/api-keys.ts'
import { insertApiKey } from '../keys/insert-api-key.ts'
import { hasTenant } from '../storage/has-tenant.ts'
import type { Db } from '../storage/store.ts'
import type { CreateTenantDeps } from './create-tenant.ts'

/** What may be said of a key without its text. */
export interface ListedKey {
  keyId: string
  kind: KeyKind
  /** `null`: the key that the tenant was created with, or its successor. */
  name: string | null
  createdAt: number
  /** `null`: no end is set. */
  expiresAt: number | null
}

/** The keys of a tenant that are in force, oldest first. `undefined`: there is no such tenant. */
export async function listKeys(
  { store, clock }: Pick<CreateTenantDeps, 'store' | 'clock'>,
  tenantId: string,
): Promise<ListedKey[] | undefined> {
  if (!(await hasTenant(store.db, tenantId))) return undefined
  const rows = await keysInForce(store.db, tenantId, clock()).orderBy('created_at').execute()
  return rows.map((row) => ({
    keyId: keyIdOf(row.key_hash),
    kind: row.kind,
    name: row.name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }))
}

export interface CreateKeyInput {
  tenantId: string
  kind: KeyKind
  name: string
}

/** Creates one more key beside the others. The key is shown only here. */
export function createKey(
  deps: CreateTenantDeps,
  { tenantId, kind, name }: CreateKeyInput,
  actor: Actor,
): Promise<{ key: string; keyId: string } | 'no_such_tenant' | 'name_taken'> {
  const at = deps.clock()
  const key = createApiKey(kind)
  return deps.store.transaction({ tenantId }, async ({ db }) => {
    if (!(await hasTenant(db, tenantId))) return 'no_such_tenant' as const
    const taken = await keysInForce(db, tenantId, at).where('kind', '=', kind).where('name', '=', name).executeTakeFirst()
    if (taken !== undefined) return 'name_taken' as const
    await insertApiKey(db, deps.cipher, { tenantId, kind, key, at, name })
    const keyId = keyIdOf(hashOfKey(key))
    await bumpConfigVersion(db, tenantId)
    await insertAuditEntry(db, deps.newId(), {
      tenantId,
      at,
      actor,
      event: 'api_key.created',
      details: { kind, name, createdKeyId: keyId },
    })
    return { key, keyId }
  })
}

/**
 * Ends a key at once, with every token that was signed with it. Refuses the last secret key of a tenant, without which it could not sign tokens; `key rotate`
 * replaces that one.
 */
export function revokeKey(
  deps: CreateTenantDeps,
  { tenantId, keyId }: { tenantId: string; keyId: string },
  actor: Actor,
): Promise<'revoked' | 'no_such_key' | 'last_secret_key'> {
  const at = deps.clock()
  return deps.store.transaction({ tenantId }, async ({ db }) => {
    const rows = await keysInForce(db, tenantId, at).execute()
    const row = rows.find(({ key_hash }) => keyIdOf(key_hash) === keyId)
    if (row === undefined) return 'no_such_key'
    if (row.kind === 'secret' && rows.filter(({ kind }) => kind === 'secret').length === 1) return 'last_secret_key'
    await db.updateTable('api_keys').set({ expires_at: at }).where('key_hash', '=', row.key_hash).execute()
    const details = { kind: row.kind, name: row.name, revokedKeyId: keyId }
    await bumpConfigVersion(db, tenantId)
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'api_key.revoked', details })
    return 'revoked'
  })
}

function keysInForce(db: Db, tenantId: string, now: number) {
  return db
    .selectFrom('api_keys')
    .where('tenant_id', '=', tenantId)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .selectAll()
}
