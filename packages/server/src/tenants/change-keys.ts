import type { Selectable } from 'kysely'
import type { Actor } from '../audit/actor.ts'
import { changedMembers } from '../audit/changed-members.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { KeyUses } from '../callers/key-uses.ts'
import { mayGrant, type Role } from '../callers/role.ts'
import { bumpConfigVersion } from '../configuration/bump-config-version.ts'
import { toIso } from '../http/iso-time.ts'
import { createApiKey, hashOfKey, type KeyKind, keyIdOf } from '../keys/api-keys.ts'
import { findManagementKey } from '../keys/find-management-key.ts'
import { insertApiKey } from '../keys/insert-api-key.ts'
import { hasTenant } from '../storage/has-tenant.ts'
import type { ApiKeyTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import type { CreateTenantDeps } from './create-tenant.ts'

/** What may be said of a key without its text. */
export interface ListedKey {
  keyId: string
  kind: KeyKind
  /** `null`: the key that the tenant was created with, or its successor. */
  name: string | null
  /** What its holder may do. `null`: a secret key, which opens the whole server API. */
  role: Role | null
  createdAt: number
  /** `null`: no end is set. */
  expiresAt: number | null
  /** It has ended by itself. */
  isExpired: boolean
  /** Of a management key, to the minute. `null`: no use was noted. */
  lastUsedAt: number | null
  /** The admin who created it, also by way of other keys. `null`: the operator of the server, or nobody knows. */
  createdBy: string | null
}

/** How long a key that has ended by itself is still listed. */
const expiredListedMs = 90 * 86_400_000

export interface ListKeysDeps extends Pick<CreateTenantDeps, 'store' | 'clock'> {
  /** Absent outside a running server. */
  keyUses?: Pick<KeyUses, 'unsaved'>
}

/**
 * The keys of a tenant that are in force, and those that have ended by themselves in the last ninety days, oldest first. `undefined`: there is no such tenant.
 */
export async function listKeys({ store, clock, keyUses }: ListKeysDeps, tenantId: string): Promise<ListedKey[] | undefined> {
  if (!(await hasTenant(store.db, tenantId))) return undefined
  const now = clock()
  const rows = await store.db
    .selectFrom('api_keys')
    .where('tenant_id', '=', tenantId)
    .where((where) =>
      where.or([where('expires_at', 'is', null), where('expires_at', '>', now), where('lifetime_end', '>', now - expiredListedMs)]),
    )
    .orderBy('created_at')
    .orderBy('kind')
    .orderBy('key_hash')
    .selectAll()
    .execute()
  return rows.map((row) => {
    const isExpired = row.expires_at !== null && row.expires_at <= now
    return { ...toListed(row), isExpired, lastUsedAt: keyUses?.unsaved(row.key_hash) ?? row.last_used_at }
  })
}

export interface CreateKeyInput {
  tenantId: string
  kind: KeyKind
  name: string
  /** Of a management key. */
  role?: Role | undefined
  /** When it ends by itself, milliseconds UTC. Not for a secret key, which signs tokens. */
  expiresAt?: number | undefined
}

/** Creates one more key beside the others. The key is shown only here. A key that ends by itself creates none that outlives it. */
export function createKey(
  deps: CreateTenantDeps,
  { tenantId, kind, name, role = 'owner', expiresAt }: CreateKeyInput,
  actor: Actor,
): Promise<(ListedKey & { key: string }) | 'no_such_tenant' | 'name_taken' | 'past_end' | 'outlives_creator'> {
  const at = deps.clock()
  const key = createApiKey(kind)
  const lifetimeEnd = expiresAt ?? null
  if (lifetimeEnd !== null && lifetimeEnd <= at) return Promise.resolve('past_end')
  return deps.store.transaction({ tenantId }, async ({ db }) => {
    if (!(await hasTenant(db, tenantId))) return 'no_such_tenant' as const
    await lockKeys(db, tenantId)
    const taken = await keysInForce(db, tenantId, at).where('kind', '=', kind).where('name', '=', name).executeTakeFirst()
    if (taken !== undefined) return 'name_taken' as const
    const creator = actor.keyId === undefined ? undefined : await findManagementKey(db, tenantId, actor.keyId)
    const mostEnd = creator?.lifetime_end ?? null
    if (mostEnd !== null && (lifetimeEnd === null || lifetimeEnd > mostEnd)) return 'outlives_creator' as const
    const createdBy = actor.kind === 'admin' ? (actor.id ?? null) : (creator?.created_by ?? null)
    await insertApiKey(db, deps.cipher, { tenantId, kind, key, at, name, role, lifetimeEnd, createdBy })
    const keyId = keyIdOf(hashOfKey(key))
    await bumpConfigVersion(db, tenantId)
    await insertAuditEntry(db, deps.newId(), {
      tenantId,
      at,
      actor,
      event: 'api_key.created',
      details: { ...describe({ kind, name, role }), ...(lifetimeEnd !== null && { expiresAt: toIso(lifetimeEnd) }), createdKeyId: keyId },
    })
    const listed = { keyId, kind, name, role: kind === 'secret' ? null : role, createdAt: at, expiresAt: lifetimeEnd }
    return { ...listed, isExpired: false, lastUsedAt: null, createdBy, key }
  })
}

export interface UpdateKeyInput {
  tenantId: string
  keyId: string
  name?: string | undefined
  role?: Role | undefined
}

/**
 * Gives a key another name or role. The key that it replaced, if that one is still in force, changes along: it is the same key to whoever reads its name. Refuses
 * a key or a role that the role of the caller (`own`) may not give, and a change that leaves the tenant without an owner's key.
 */
export function updateKey(
  deps: Pick<CreateTenantDeps, 'store' | 'clock' | 'newId'>,
  { tenantId, keyId, name, role }: UpdateKeyInput,
  actor: Actor,
  own: Role,
): Promise<ListedKey | 'no_such_key' | 'name_taken' | 'no_role' | 'more_rights' | 'last_owner'> {
  const at = deps.clock()
  return deps.store.transaction({ tenantId }, async ({ db }) => {
    const { rows, row } = await lockKey(db, tenantId, keyId, at)
    if (row === undefined) return 'no_such_key'
    if (row.kind === 'secret' && role !== undefined) return 'no_role'
    const after = { name: name ?? row.name, role: role ?? row.role }
    const changing = rows.filter((other) => other.kind === row.kind && other.name === row.name)
    if (row.kind === 'management' && ![after, ...changing].every((one) => mayGrant(own, one.role))) return 'more_rights'
    const others = rows.filter((other) => !changing.includes(other))
    if (others.some((other) => other.kind === row.kind && other.name === after.name)) return 'name_taken'
    if (changing.some(isOwner) && after.role !== 'owner' && !others.some(isOwner)) return 'last_owner'
    for (const { key_hash } of changing) await db.updateTable('api_keys').set(after).where('key_hash', '=', key_hash).execute()
    const { before, after: changed } = changedMembers(describe(row), describe({ ...row, ...after }))
    await bumpConfigVersion(db, tenantId)
    await insertAuditEntry(db, deps.newId(), {
      tenantId,
      at,
      actor,
      event: 'api_key.updated',
      details: { kind: row.kind, updatedKeyIds: changing.map(({ key_hash }) => keyIdOf(key_hash)), before, after: changed },
    })
    return toListed({ ...row, ...after })
  })
}

/**
 * Ends a key at once, with every token that was signed with it. Refuses the last secret key of a tenant, without which it could not sign tokens; `key rotate`
 * replaces that one. A caller with a role (`own`) cannot end a key with a role that they may not give, nor the last key of an owner; the operator of the server
 * can.
 */
export function revokeKey(
  deps: Pick<CreateTenantDeps, 'store' | 'clock' | 'newId'>,
  { tenantId, keyId }: { tenantId: string; keyId: string },
  actor: Actor,
  own?: Role,
): Promise<'revoked' | 'no_such_key' | 'last_secret_key' | 'more_rights' | 'last_owner'> {
  const at = deps.clock()
  return deps.store.transaction({ tenantId }, async ({ db }) => {
    const { rows, row } = await lockKey(db, tenantId, keyId, at)
    if (row === undefined) return 'no_such_key'
    if (row.kind === 'secret' && rows.filter(({ kind }) => kind === 'secret').length === 1) return 'last_secret_key'
    if (own !== undefined && row.kind === 'management') {
      if (!mayGrant(own, row.role)) return 'more_rights'
      if (isOwner(row) && !rows.some((other) => other !== row && isOwner(other))) return 'last_owner'
    }
    await db.updateTable('api_keys').set({ expires_at: at, lifetime_end: null }).where('key_hash', '=', row.key_hash).execute()
    const details = { ...describe(row), revokedKeyId: keyId }
    await bumpConfigVersion(db, tenantId)
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'api_key.revoked', details })
    return 'revoked'
  })
}

type KeyRow = Pick<
  Selectable<ApiKeyTable>,
  'key_hash' | 'kind' | 'name' | 'role' | 'created_at' | 'expires_at' | 'last_used_at' | 'created_by'
>

/** Whether a key opens everything, and goes on doing so. */
function isOwner({ kind, role, expires_at }: Pick<KeyRow, 'kind' | 'role' | 'expires_at'>): boolean {
  return kind === 'management' && role === 'owner' && expires_at === null
}

/** A key in force. */
function toListed({ key_hash, kind, name, role, created_at, expires_at, last_used_at, created_by }: KeyRow): ListedKey {
  return {
    keyId: keyIdOf(key_hash),
    kind,
    name,
    role: kind === 'secret' ? null : role,
    createdAt: created_at,
    expiresAt: expires_at,
    isExpired: false,
    lastUsedAt: last_used_at,
    createdBy: created_by,
  }
}

/** What the audit log says of a key. */
function describe({ kind, name, role }: Pick<KeyRow, 'kind' | 'name' | 'role'>) {
  return { kind, name, ...(kind === 'management' && { role }) }
}

/** Whoever changes the keys of a tenant waits for the one before, so that two who each leave the last owner in force do not end both. */
async function lockKeys(db: Db, tenantId: string): Promise<void> {
  await db
    .updateTable('tenants')
    .set((tenant) => ({ config_version: tenant.ref('config_version') }))
    .where('tenant_id', '=', tenantId)
    .execute()
}

/** A key that is to be changed, among all that are in force. */
async function lockKey(db: Db, tenantId: string, keyId: string, at: number) {
  await lockKeys(db, tenantId)
  const rows = await keysInForce(db, tenantId, at).execute()
  return { rows, row: rows.find(({ key_hash }) => keyIdOf(key_hash) === keyId) }
}

function keysInForce(db: Db, tenantId: string, now: number) {
  return db
    .selectFrom('api_keys')
    .where('tenant_id', '=', tenantId)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .selectAll()
}
