import type { Policy, PolicyContext, PolicyDefinition } from '@sallyport/engine'
import { hashOfKey, type KeyCipher, type KeyKind } from '../keys/api-keys.ts'
import type { Store } from '../storage/store.ts'
import { findTenantDeletion } from '../storage/tenant-deletions.ts'
import { type KnownLists, type LoadedTenant, loadLists, loadTenant, policyContextOf } from './load-tenant.ts'
import { putActionOnRecord } from './put-action-on-record.ts'
import type { ConfiguredAction, Tenant, TenantDirectory } from './tenant.ts'

export interface TenantDirectoryDeps {
  store: Store
  cipher: KeyCipher
  compilePolicy: (definition: PolicyDefinition, context: PolicyContext) => Policy
  clock: () => number
  /** Hears of tenants that are deleted, here or by another process, and of new ones with the same id. */
  follower?: TenantFollower
}

export interface TenantFollower {
  gone(tenantId: string): void
  back(tenantId: string): void
}

export interface CachedTenantDirectory extends TenantDirectory {
  /** Drops every tenant whose configuration another process has changed, or that it deleted. One small query, whatever the number of tenants. */
  refresh(): Promise<void>
}

/**
 * Keeps tenants in memory: each is loaded once for each version of its configuration, with its policies compiled. The next request sees a change made in
 * this process (`invalidate`); a change made in another process is seen after the next `refresh`.
 */
export function createTenantDirectory(deps: TenantDirectoryDeps): CachedTenantDirectory {
  const loaded = new Map<string, LoadedTenant>()
  /** The loaded tenant of a key, by the key's hash; and by the secret key itself, which is in memory anyway, to save hashing it. */
  const owners = new Map<string, string>()
  const ownersOfSecrets = new Map<string, string>()
  /** The lists of each tenant as last loaded, because most changes of a configuration concern something else. */
  const lists = new Map<string, KnownLists>()
  /** Every tenant that was loaded, as last seen: requests of it may be under way. */
  const seen = new Map<string, { createdAt: number; configVersion: number }>()
  const gone = new Set<string>()
  const loading = new Map<string, Promise<LoadedTenant | undefined>>()
  const newActions = new WeakSet<ConfiguredAction>()
  const recording = new Map<string, Promise<ConfiguredAction>>()

  function peek(tenantId: string): LoadedTenant | undefined {
    const entry = loaded.get(tenantId)
    if (entry === undefined || deps.clock() < entry.goodUntil) return entry
    invalidate(tenantId)
    return undefined
  }

  function peekByKey(keyHash: string, kind: KeyKind): Tenant | undefined {
    const tenantId = owners.get(keyHash)
    const entry = tenantId === undefined ? undefined : peek(tenantId)
    return entry?.keys.get(keyHash) === kind ? entry.tenant : undefined
  }

  async function findByKey(key: string, kind: KeyKind): Promise<Tenant | undefined> {
    const keyHash = hashOfKey(key)
    const known = peekByKey(keyHash, kind)
    if (known !== undefined) return known
    const row = await deps.store.db.selectFrom('api_keys').where('key_hash', '=', keyHash).select('tenant_id').executeTakeFirst()
    const entry = row === undefined ? undefined : await find(row.tenant_id)
    return entry?.keys.get(keyHash) === kind ? entry.tenant : undefined
  }

  async function find(tenantId: string): Promise<LoadedTenant | undefined> {
    const known = peek(tenantId) ?? loading.get(tenantId)
    if (known !== undefined) return known
    const work = loadTenant({ ...deps, db: deps.store.db }, tenantId, lists.get(tenantId))
    loading.set(tenantId, work)
    try {
      const entry = await work
      // After an invalidation meanwhile, the tenant read here may be old: it serves the callers that asked before and no later ones.
      if (entry !== undefined && loading.get(tenantId) === work) keep(entry)
      return entry
    } finally {
      if (loading.get(tenantId) === work) loading.delete(tenantId)
    }
  }

  function keep(entry: LoadedTenant): void {
    const { tenantId, configVersion } = entry.tenant
    const { createdAt } = entry
    // Another process has deleted the tenant of this id and made a new one.
    if ((seen.get(tenantId)?.createdAt ?? createdAt) !== createdAt) forget(tenantId)
    admit(tenantId)
    invalidate(tenantId)
    loaded.set(tenantId, entry)
    lists.set(tenantId, { createdAt, lists: entry.lists })
    seen.set(tenantId, { createdAt, configVersion })
    for (const keyHash of entry.keys.keys()) owners.set(keyHash, entry.tenant.tenantId)
    for (const { key } of entry.tenant.secretKeys) ownersOfSecrets.set(key, entry.tenant.tenantId)
  }

  function invalidate(tenantId: string): void {
    loading.delete(tenantId)
    const entry = loaded.get(tenantId)
    for (const keyHash of entry?.keys.keys() ?? []) owners.delete(keyHash)
    for (const { key } of entry?.tenant.secretKeys ?? []) ownersOfSecrets.delete(key)
    loaded.delete(tenantId)
  }

  function forget(tenantId: string): void {
    invalidate(tenantId)
    lists.delete(tenantId)
    seen.delete(tenantId)
    gone.add(tenantId)
    deps.follower?.gone(tenantId)
  }

  function admit(tenantId: string): void {
    if (gone.delete(tenantId)) deps.follower?.back(tenantId)
  }

  async function recordAction(tenantId: string, actionCode: string): Promise<ConfiguredAction> {
    const { definition, settings, isConfigured, isNew } = await putActionOnRecord(deps.store, tenantId, actionCode, deps.clock())
    const entry = await find(tenantId)
    if (entry === undefined) throw new Error(`tenant ${tenantId} was removed while a request of it was answered`)
    const known = entry.tenant.actions.get(actionCode)
    if (known !== undefined) return isNew ? unclaimed(known) : known
    const policy = deps.compilePolicy(definition, policyContextOf(entry.tenant))
    const action = { actionCode, definition, policy, settings, isConfigured }
    if (loaded.get(tenantId) === entry) {
      loaded.set(tenantId, { ...entry, tenant: { ...entry.tenant, actions: new Map(entry.tenant.actions).set(actionCode, action) } })
    }
    return isNew ? unclaimed(action) : action
  }

  function unclaimed(action: ConfiguredAction): ConfiguredAction {
    newActions.add(action)
    return action
  }

  /** Drops a tenant that another process has changed. */
  async function drop(tenantId: string, createdAt: number, configVersion: number): Promise<void> {
    const { db } = deps.store
    if ((await findTenantDeletion(db, tenantId)) !== undefined) return forget(tenantId)
    seen.set(tenantId, { createdAt, configVersion })
    if (loaded.get(tenantId)?.tenant.configVersion === configVersion) return
    // Long lists are read before the tenant is dropped, so that nobody has to wait for them.
    if (loaded.has(tenantId)) lists.set(tenantId, { createdAt, lists: await loadLists(db, tenantId, lists.get(tenantId)?.lists) })
    invalidate(tenantId)
  }

  return {
    findBySecretKey: (key) => findByKey(key, 'secret'),
    findByManagementKey: (key) => findByKey(key, 'management'),
    find: async (tenantId) => (await find(tenantId))?.tenant,
    peekBySecretKey(key) {
      const tenantId = ownersOfSecrets.get(key)
      return tenantId === undefined ? undefined : peek(tenantId)?.tenant
    },
    peek: (tenantId) => peek(tenantId)?.tenant,
    async loadAction(tenant, actionCode) {
      const known = tenant.actions.get(actionCode) ?? peek(tenant.tenantId)?.tenant.actions.get(actionCode)
      if (known !== undefined) return known
      const name = `${tenant.tenantId}\n${actionCode}`
      const work = recording.get(name) ?? recordAction(tenant.tenantId, actionCode).finally(() => recording.delete(name))
      recording.set(name, work)
      return work
    },
    claimFirstUse: (action) => newActions.delete(action),
    invalidate,
    forget,
    admit,
    knownList: (tenantId, alias) => lists.get(tenantId)?.lists.get(alias),
    keepList(tenantId, alias, list) {
      const known = lists.get(tenantId)
      if (known !== undefined) lists.set(tenantId, { ...known, lists: new Map(known.lists).set(alias, list) })
    },
    async refresh() {
      const rows = await deps.store.db.selectFrom('tenants').select(['tenant_id', 'config_version', 'created_at']).execute()
      const present = new Map(rows.map((row) => [row.tenant_id, row]))
      for (const [tenantId, { createdAt, configVersion }] of [...seen]) {
        const now = present.get(tenantId)
        if (now?.created_at !== createdAt) forget(tenantId)
        else if (now.config_version !== configVersion) await drop(tenantId, createdAt, now.config_version)
      }
    },
  }
}
