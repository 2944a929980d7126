import type { Actor } from '../audit/actor.ts'
import { nextConfigVersion } from '../configuration/next-config-version.ts'
import { findValueList, itemsOf, type ListItem, loadValueList } from '../configuration/value-list-row.ts'
import { ApiError } from '../errors/api-error.ts'
import type { ValueListTable, ValueListVersionTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

/** A list this long is a few tens of megabytes in memory; look-ups stay one step. */
export const maxListItems = 1_000_000

/** Added and removed entries that are kept of each list at most: the last ones. */
const maxKeptEntries = 10_000_000

export interface NewValueList {
  alias: string
  name: string
  itemType: 'string' | 'number'
  items: readonly ListItem[]
  isActive: boolean
}

export interface ValueListChange {
  name?: string | undefined
  isActive?: boolean | undefined
  /** All items of the list. */
  items?: readonly ListItem[] | undefined
  /** Items to add. */
  add?: readonly ListItem[] | undefined
  /** Items to remove. */
  remove?: readonly ListItem[] | undefined
}

export interface ChangeNote {
  at: number
  actor: Actor
  /** The editor's own words. */
  message?: string | undefined
  /** The version the editor saw. If the list has another one, the change is a conflict, and nothing is overwritten. */
  expectedVersion?: number | undefined
}

/** A list as it is stored, with its items. */
export interface WrittenValueList {
  row: ValueListTable
  items: ReadonlySet<ListItem>
  /** Those that were not there before. */
  added: readonly ListItem[]
  /** Nothing was different. */
  isSame: boolean
}

/** Creates a list. Its versions continue those of a deleted list of the same alias. Refuses an alias that is taken. Within the transaction of the change. */
export async function createValueList(
  db: Db,
  tenantId: string,
  { alias, name, itemType, items: given, isActive }: NewValueList,
  note: ChangeNote,
): Promise<WrittenValueList> {
  if (await findValueList(db, tenantId, alias)) throw new ApiError('already_exists', `there is already a list \`${alias}\``)
  const items = checkedItems(given, itemType, 'valueListItems')
  const row: ValueListTable = {
    tenant_id: tenantId,
    alias,
    name,
    item_type: itemType,
    items: JSON.stringify([...items]),
    is_active: isActive ? 1 : 0,
    created_at: note.at,
    updated_at: note.at,
    version: (await lastVersion(db, tenantId, alias)) + 1,
  }
  await db.insertInto('value_lists').values(row).execute()
  await putVersion(db, row, 'created', { count: items.size, added: items.size, removed: [] }, note)
  return { row, items, added: [...items], isSame: false }
}

/** Changes a list. Writes nothing when nothing is different. Within the transaction of the change. */
export async function changeValueList(
  db: Db,
  tenantId: string,
  alias: string,
  change: ValueListChange,
  note: ChangeNote,
): Promise<WrittenValueList> {
  const before = await loadValueList(db, tenantId, alias)
  refuseOtherVersion(before, note)
  const was = new Set(itemsOf(before))
  const items = changedItems(before, was, change)
  const added = [...items].filter((item) => !was.has(item))
  const removed = items.size - added.length === was.size ? [] : [...was].filter((item) => !items.has(item))
  const name = change.name ?? before.name
  const isActive = change.isActive === undefined ? before.is_active : change.isActive ? 1 : 0
  if (added.length + removed.length === 0 && name === before.name && isActive === before.is_active) {
    return { row: before, items: was, added: [], isSame: true }
  }
  const row: ValueListTable = {
    ...before,
    name,
    items: added.length + removed.length === 0 ? before.items : JSON.stringify([...items]),
    is_active: isActive,
    updated_at: note.at,
    version: before.version + 1,
  }
  await db.updateTable('value_lists').set(row).where('tenant_id', '=', tenantId).where('alias', '=', alias).execute()
  await putVersion(db, row, 'updated', { count: items.size, added, removed }, note)
  return { row, items, added, isSame: false }
}

/** Deletes a list. Its items stay on record with its versions. Within the transaction of the change. */
export async function deleteValueList(db: Db, tenantId: string, alias: string, note: ChangeNote): Promise<void> {
  const before = await loadValueList(db, tenantId, alias)
  refuseOtherVersion(before, note)
  await db.deleteFrom('value_lists').where('tenant_id', '=', tenantId).where('alias', '=', alias).execute()
  const row = { ...before, is_active: 0 as const, version: before.version + 1 }
  await putVersion(db, row, 'deleted', { count: 0, added: [], removed: itemsOf(before) }, note)
}

function refuseOtherVersion({ alias, version }: ValueListTable, { expectedVersion }: ChangeNote): void {
  if (expectedVersion !== undefined && expectedVersion !== version) {
    throw new ApiError('version_conflict', `the list \`${alias}\` is already at version ${version}, expected version ${expectedVersion}`)
  }
}

function changedItems({ item_type: type }: ValueListTable, was: ReadonlySet<ListItem>, change: ValueListChange): Set<ListItem> {
  const items = change.items === undefined ? new Set(was) : checkedItems(change.items, type, 'valueListItems')
  for (const item of checkedItems(change.remove ?? [], type, 'remove')) {
    // Entries of earlier releases may have blanks around them.
    if (!items.delete(item) && typeof item === 'string') items.delete(item.trim())
  }
  for (const item of checkedItems(change.add ?? [], type, 'add')) items.add(item)
  if (items.size > maxListItems) throw new ApiError('invalid_request', `a list has at most ${maxListItems} entries`)
  return items
}

function checkedItems(values: readonly ListItem[], type: ValueListTable['item_type'], field: string): Set<ListItem> {
  const wrong = values.findIndex((value) => typeof value !== type)
  if (wrong !== -1) throw new ApiError('invalid_request', `\`${field}.${wrong}\` is not a ${type}`)
  return new Set(values)
}

async function lastVersion(db: Db, tenantId: string, alias: string): Promise<number> {
  const row = await db
    .selectFrom('value_list_versions')
    .where('tenant_id', '=', tenantId)
    .where('alias', '=', alias)
    .select((select) => select.fn.max('version').as('version'))
    .executeTakeFirst()
  return row?.version ?? 0
}

interface Difference {
  count: number
  /** For a new list only their number: the list itself holds them. */
  added: readonly ListItem[] | number
  removed: readonly ListItem[]
}

async function putVersion(
  db: Db,
  row: ValueListTable,
  event: ValueListVersionTable['event'],
  { count, added, removed }: Difference,
  { at, actor, message }: ChangeNote,
): Promise<void> {
  const { tenant_id, alias, version, name, is_active } = row
  await db
    .insertInto('value_list_versions')
    .values({
      tenant_id,
      alias,
      version,
      config_version: await nextConfigVersion(db, tenant_id),
      created_at: at,
      author: actor.kind,
      actor: JSON.stringify(actor),
      event,
      message: message ?? null,
      name,
      is_active,
      item_count: count,
      added_count: typeof added === 'number' ? added : added.length,
      removed_count: removed.length,
      added: typeof added === 'number' ? null : JSON.stringify(added),
      removed: event === 'created' ? null : JSON.stringify(removed),
    })
    .execute()
  await dropOldEntries(db, tenant_id, alias)
}

/** Drops the entries of the oldest changes beyond `maxKeptEntries`. Who changed the list, and when, stays. */
async function dropOldEntries(db: Db, tenantId: string, alias: string): Promise<void> {
  const kept = await db
    .selectFrom('value_list_versions')
    .where('tenant_id', '=', tenantId)
    .where('alias', '=', alias)
    .where('removed', 'is not', null)
    .select(['version', 'added_count', 'removed_count'])
    .orderBy('version', 'desc')
    .execute()
  let entries = 0
  const last = kept.find(({ added_count, removed_count }) => {
    entries += added_count + removed_count
    return entries > maxKeptEntries
  })
  if (last === undefined) return
  await db
    .updateTable('value_list_versions')
    .set({ added: null, removed: null })
    .where('tenant_id', '=', tenantId)
    .where('alias', '=', alias)
    .where('version', '<=', last.version)
    .execute()
}
