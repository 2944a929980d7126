import type { Instance, ListValues, PolicyContext } from '@sallyport/engine'
import { LRUCache } from 'lru-cache'
import type { ValueListVersionTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { changesAfter, contentsBefore } from './list-contents.ts'
import { collectEntries, type ListEntries, nextTurn } from './list-entries.ts'
import { loadEntries } from './list-storage.ts'
import type { Tenant } from './tenant.ts'
import { findValueList } from './value-list-row.ts'

/** A list as a decision found it. */
export interface ListAtDecision {
  alias: string
  /** Its version at that time. `null`: the list did not exist, or the version is no longer known. */
  version: number | null
  /** `not_kept`: its items at that time are no longer known. */
  contents: 'unchanged' | 'rebuilt' | 'absent' | 'not_kept'
  /** The time of its last change, if it has changed since. */
  changedAt?: number
}

export interface ListsAtDecision {
  /** The lists as they were; a list whose items are not kept, as it is now. */
  lists: PolicyContext['lists']
  used: ListAtDecision[]
}

/** Rebuilt lists by alias and version, kept for as long as the tenant's configuration stays the same. */
const rebuilt = new WeakMap<Tenant, LRUCache<string, ListValues>>()
const maxRebuiltEntries = 2_000_000

/**
 * Loads lists as they were when an instance was decided. An instance names the version of the tenant's configuration it was decided under, and so does
 * each change of a list; together they identify the version of the list.
 */
export async function loadListsAtDecision(
  db: Db,
  tenant: Tenant,
  decided: Pick<Instance, 'configVersion' | 'createdAt'>,
  aliases: readonly string[],
): Promise<ListsAtDecision> {
  const lists = new Map(tenant.lists)
  const used: ListAtDecision[] = []
  for (const alias of aliases) {
    const { items, ...list } = await loadListAtDecision(db, tenant, decided, alias)
    used.push(list)
    if (list.contents === 'rebuilt' && items !== undefined) lists.set(alias, items)
    else if (list.contents === 'absent' || list.contents === 'rebuilt') lists.delete(alias)
  }
  return { lists, used }
}

/** Every alias that a list of the tenant has ever had. */
export async function listKnownAliases(db: Db, tenantId: string): Promise<string[]> {
  const rows = await db.selectFrom('value_list_versions').where('tenant_id', '=', tenantId).select('alias').distinct().execute()
  return rows.map(({ alias }) => alias).sort()
}

async function loadListAtDecision(
  db: Db,
  tenant: Tenant,
  { configVersion, createdAt }: Pick<Instance, 'configVersion' | 'createdAt'>,
  alias: string,
): Promise<ListAtDecision & { items?: ListValues | undefined }> {
  const { tenantId } = tenant
  const last = await findVersion(db, tenantId, alias, 'desc', tenant.configVersion)
  if (last === undefined) return { alias, version: null, contents: 'absent' }
  const changedAt = last.created_at
  const then = await findVersion(db, tenantId, alias, 'desc', configVersion)
  if (then === undefined) return beforeTheFirst()
  if (then.version === last.version) return { alias, version: then.version, contents: then.event === 'deleted' ? 'absent' : 'unchanged' }
  if (then.event === 'deleted') return { alias, version: null, contents: 'absent', changedAt }
  // A list that was switched off did not exist for rules.
  if (then.is_active === 0) return { alias, version: then.version, contents: 'rebuilt', changedAt }
  const items = await rebuild(db, tenant, alias, then.version)
  if (items === undefined) return { alias, version: then.version, contents: 'not_kept', changedAt }
  return { alias, version: then.version, contents: 'rebuilt', changedAt, items }

  /** No version from that time: they were not kept yet, or are no longer kept. */
  async function beforeTheFirst(): Promise<ListAtDecision & { items?: ListValues | undefined }> {
    const first = await findVersion(db, tenantId, alias, 'asc', tenant.configVersion)
    if (first?.event === 'created') return { alias, version: null, contents: 'absent', changedAt }
    if (first?.event !== 'recorded' || first.created_at > createdAt) return { alias, version: null, contents: 'not_kept', changedAt }
    return loadListAtDecision(db, tenant, { configVersion: first.config_version, createdAt }, alias)
  }
}

/** The first or last version of a list up to a version of the tenant's configuration. */
function findVersion(db: Db, tenantId: string, alias: string, order: 'asc' | 'desc', configVersion: number) {
  return db
    .selectFrom('value_list_versions')
    .where('tenant_id', '=', tenantId)
    .where('alias', '=', alias)
    .where('config_version', '<=', configVersion)
    .orderBy('version', order)
    .select(['version', 'config_version', 'created_at', 'event', 'is_active'] satisfies (keyof ValueListVersionTable)[])
    .limit(1)
    .executeTakeFirst()
}

async function rebuild(db: Db, tenant: Tenant, alias: string, version: number): Promise<ListValues | undefined> {
  const known = rebuilt.get(tenant) ?? new LRUCache({ maxSize: maxRebuiltEntries, sizeCalculation: (items) => items.size + 1 })
  rebuilt.set(tenant, known)
  const name = `${version} ${alias}`
  const found = known.get(name)
  if (found !== undefined) return found
  const items = await contentsAt(db, tenant, alias, version)
  if (items !== undefined) known.set(name, items)
  return items
}

async function contentsAt(db: Db, tenant: Tenant, alias: string, version: number): Promise<ListValues | undefined> {
  const { tenantId, configVersion } = tenant
  const loaded = tenant.lists.get(alias)
  if (loaded !== undefined) {
    const changes = await changesAfter(db, { tenantId, alias, version, configVersion })
    return kept(await contentsBefore(db, await asLayered(loaded), changes, nextTurn))
  }
  // Off, or deleted: not in memory.
  const row = await findValueList(db, tenantId, alias)
  const changes = await changesAfter(db, { tenantId, alias, version })
  const undone = row === undefined ? changes : changes.filter((change) => change.version <= row.version)
  return kept(await contentsBefore(db, row && (await loadEntries(db, row, { pause: nextTurn })), undone, nextTurn))
}

function kept(items: ListEntries | undefined | 'not_kept'): ListValues | undefined {
  return items === 'not_kept' ? undefined : items
}

/** Lists of a loaded tenant are layered already; those of a draft may be plain sets. */
function asLayered(list: ListValues): Promise<ListEntries> | ListEntries {
  return 'changed' in list ? (list as ListEntries) : collectEntries(list, nextTurn)
}
