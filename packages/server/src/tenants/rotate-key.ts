import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { bumpConfigVersion } from '../configuration/bump-config-version.ts'
import { createApiKey, hashOfKey, type KeyKind, keyIdOf } from '../keys/api-keys.ts'
import { insertApiKey } from '../keys/insert-api-key.ts'
import type { CreateTenantDeps } from './create-tenant.ts'

export interface RotateKeyInput {
  tenantId: string
  kind: KeyKind
  /** The name of the key to replace. Absent: the key that the tenant was created with. */
  name?: string | undefined
  /** How long the old key still works beside the new one. 0 ends it at once, as after a leak. */
  overlapMs: number
}

/**
 * Creates a new key and ends the others of its kind and name after the overlap; at most two of them are in force at any time. Tokens signed with the old key are
 * accepted for as long as the key is. The new key has the role of the newest one that it replaces, and the end and the admin that this one was created with and by. `undefined`: no such tenant; `no_such_key`: no key has the name. The new key is shown only here.
 */
export async function rotateKey(
  deps: CreateTenantDeps,
  { tenantId, kind, name, overlapMs }: RotateKeyInput,
  actor: Actor,
): Promise<string | 'no_such_key' | undefined> {
  const at = deps.clock()
  const key = createApiKey(kind)
  return deps.store.transaction({ tenantId }, async ({ db }) => {
    const tenant = await db.selectFrom('tenants').where('tenant_id', '=', tenantId).select('tenant_id').executeTakeFirst()
    if (tenant === undefined) return undefined
    const inForce = await db
      .selectFrom('api_keys')
      .where('tenant_id', '=', tenantId)
      .where('kind', '=', kind)
      .where('name', name === undefined ? 'is' : '=', name ?? null)
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', at)]))
      .orderBy('created_at', 'desc')
      .orderBy('expires_at')
      .select(['key_hash', 'expires_at', 'role', 'lifetime_end', 'created_by'])
      .execute()
    if (name !== undefined && inForce.length === 0) return 'no_such_key' as const
    const newest = inForce.find(({ expires_at, lifetime_end }) => expires_at === lifetime_end) ?? inForce[0]
    for (const { key_hash, expires_at } of inForce) {
      const end = key_hash === newest?.key_hash ? Math.min(at + overlapMs, expires_at ?? Number.POSITIVE_INFINITY) : at
      await db.updateTable('api_keys').set({ expires_at: end, lifetime_end: null }).where('key_hash', '=', key_hash).execute()
    }
    // The first keys of a tenant, which have no name, are an owner's.
    const role = newest?.role ?? 'owner'
    const lifetimeEnd = newest?.lifetime_end ?? null
    const createdBy = newest?.created_by ?? null
    await insertApiKey(db, deps.cipher, { tenantId, kind, key, at, name: name ?? null, role, lifetimeEnd, createdBy })
    await bumpConfigVersion(db, tenantId)
    const before = { keyIds: inForce.map(({ key_hash }) => keyIdOf(key_hash)) }
    const about = { kind, ...(name !== undefined && { name }), ...(kind === 'management' && { role }) }
    const details = { ...about, overlapMs, before, after: { keyId: keyIdOf(hashOfKey(key)) } }
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'api_key.rotated', details })
    return key
  })
}
