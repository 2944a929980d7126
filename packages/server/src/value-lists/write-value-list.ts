import type { Actor } from '../audit/actor.ts'
import {
  applyChange,
  asEntries,
  type EntryChange,
  inSlices,
  type ListEntries,
  type ListItem,
  type Pause,
} from '../configuration/list-entries.ts'
import { insertEntries, loadEntries, longFrom } from '../configuration/list-storage.ts'
import { nextConfigVersion } from '../configuration/next-config-version.ts'
import { findValueList, loadValueList } from '../configuration/value-list-row.ts'
import { ApiError } from '../errors/api-error.ts'
import type { ValueListTable, ValueListVersionTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

/** A list this long is a few tens of megabytes in memory; look-ups stay one step. */
export const maxListItems = 1_000_000

export const maxItemLength = 1_024

/** Added and removed entries that are kept of each list at most: the last ones. */
const maxKeptEntries = 10_000_000

export interface NewValueList {
  alias: string
  name: string
  itemType: 'string' | 'number'
  items: readonly ListItem[]
  isActive: boolean
}

/** The member of a body that has all items of a list. */
const itemsField = 'valueListItems'

export interface ValueListChange {
  name?: string | undefined
  isActive?: boolean | undefined
  /** All items of the list. */
  items?: Iterable<ListItem> | undefined
  /** How a refusal names `items`. Absent: `valueListItems`. */
  field?: string | undefined
  /** `items` are those of an earlier version and stay as they were written. */
  areStored?: boolean | undefined
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

/** A list as it is stored, with its entries. */
export interface WrittenValueList {
  row: ValueListTable
  items: ListEntries
  /** Those that were not there before. */
  added: Iterable<ListItem>
  /** Nothing was different. */
  isSame: boolean
}

/** Entries that were checked, and stored if they are many. */
export interface PreparedEntries {
  items: ListEntries
  /** The set that holds them. `null`: they are few. */
  set: string | null
}

/** Stores entries as a set, or says in what way: in slices before a transaction, or within one. */
export type StoreSet = (items: Iterable<ListItem>) => Promise<string>

/** Checks the entries of a new list, and stores them if they are many. `field` is how a refusal names them. */
export async function prepareEntries(
  { items, itemType, field = itemsField }: Pick<NewValueList, 'items' | 'itemType'> & { field?: string },
  storeSet: StoreSet,
  pause?: Pause,
): Promise<PreparedEntries> {
  const entries = await asEntries(await checkedItems(items, itemType, field, { pause }), pause)
  return { items: entries, set: entries.size < longFrom ? null : await storeSet(entries) }
}

/** Creates a list. Its versions continue those of a deleted list of the same alias. Refuses an alias that is taken. Within the transaction of the change. */
export async function createValueList(
  db: Db,
  tenantId: string,
  { items: given, ...list }: NewValueList,
  note: ChangeNote,
  prepared?: PreparedEntries,
): Promise<WrittenValueList> {
  const { alias, name, itemType, isActive } = list
  await refuseTakenAlias(db, tenantId, alias)
  const { items, set } = prepared ?? (await prepareEntries({ items: given, itemType }, (all) => insertEntries(db, tenantId, all, note.at)))
  const row: ValueListTable = {
    tenant_id: tenantId,
    alias,
    name,
    item_type: itemType,
    items: set === null ? JSON.stringify([...items]) : '[]',
    base_set: set,
    base_version: null,
    is_active: isActive ? 1 : 0,
    created_at: note.at,
    updated_at: note.at,
    version: (await lastVersion(db, tenantId, alias)) + 1,
  }
  await db.insertInto('value_lists').values(row).execute()
  await putVersion(db, row, 'created', { count: items.size, added: items.size, removed: [] }, note)
  return { row, items, added: items, isSame: false }
}

export async function refuseTakenAlias(db: Db, tenantId: string, alias: string): Promise<void> {
  if (await findValueList(db, tenantId, alias)) throw new ApiError('already_exists', `there is already a list \`${alias}\``)
}

/** A change of a list that was worked out against one of its versions. */
export interface PlannedChange extends EntryChange {
  /** The version it was worked out against. */
  version: number
  /** The entries after the change. */
  items: ListEntries
  addedSet: string | null
  removedSet: string | null
  /** Where all entries are stored after the change. `kept`: where they were, with this change on top. */
  base: 'kept' | { set: string | null }
}

/** Works out a change: what it adds and removes, and how it is stored. It costs as much as the change has entries, unless it names all entries of the list. */
export async function planChange(
  db: Db,
  row: ValueListTable,
  was: ListEntries,
  change: ValueListChange,
  storeSet: StoreSet,
  pause?: Pause,
): Promise<PlannedChange> {
  const difference = await differenceOf(row, was, change, pause)
  const { added, removed } = difference
  const items = await entriesAfter(was, difference, pause)
  if (items.size > maxListItems) throw new ApiError('invalid_request', `a list has at most ${maxListItems} entries`)
  const setOf = (some: readonly ListItem[]) => (some.length < longFrom ? null : storeSet(some))
  const plan = { version: row.version, added, removed, items, addedSet: await setOf(added), removedSet: await setOf(removed) }
  if (items.size < longFrom) return { ...plan, base: { set: null } }
  // One row that an earlier release wrote with all entries is replaced by slices with the first change.
  const isKept = items === was || (row.base_set !== null && (await isCheapOnTop(db, row, items.size, added.length + removed.length)))
  return { ...plan, base: isKept ? 'kept' : { set: await storeSet(items) } }
}

async function entriesAfter(was: ListEntries, { added, removed, whole }: Difference, pause?: Pause): Promise<ListEntries> {
  if (added.length + removed.length === 0) return was
  // A short list keeps the order in which it was sent.
  if (whole !== undefined && whole.size < longFrom) return asEntries(whole, pause)
  return applyChange(was, { added, removed }, pause)
}

interface Difference extends EntryChange {
  /** All entries, when the change names them. */
  whole?: ReadonlySet<ListItem> | undefined
}

/** Whether the changes since the list was last stored whole are few: each of them is read again when the list is loaded. */
async function isCheapOnTop(db: Db, row: ValueListTable, size: number, entries: number): Promise<boolean> {
  const since = await db
    .selectFrom('value_list_versions')
    .where('tenant_id', '=', row.tenant_id)
    .where('alias', '=', row.alias)
    .where('version', '>', row.base_version ?? row.version)
    .select(({ fn }) => [fn.countAll().as('versions'), fn.sum('added_count').as('added'), fn.sum('removed_count').as('removed')])
    .executeTakeFirst()
  const pending = Number(since?.added ?? 0) + Number(since?.removed ?? 0) + entries
  return Number(since?.versions ?? 0) < maxVersionsOnTop && pending <= Math.max(longFrom, size / 4)
}

const maxVersionsOnTop = 1_000

/** Changes a list. Writes nothing when nothing is different. Within the transaction of the change, which works it out itself without a plan. */
export async function changeValueList(
  db: Db,
  tenantId: string,
  alias: string,
  change: ValueListChange,
  note: ChangeNote,
  planned?: PlannedChange,
): Promise<WrittenValueList> {
  const before = await loadValueList(db, tenantId, alias)
  refuseOtherVersion(before, note)
  if (planned !== undefined && planned.version !== before.version) throw new StalePlanError()
  const plan =
    planned ?? (await planChange(db, before, await loadEntries(db, before), change, (items) => insertEntries(db, tenantId, items, note.at)))
  const { added, removed, items, base, addedSet, removedSet } = plan
  const name = change.name ?? before.name
  const isActive = change.isActive === undefined ? before.is_active : change.isActive ? 1 : 0
  if (added.length + removed.length === 0 && name === before.name && isActive === before.is_active)
    return { row: before, items, added: [], isSame: true }
  const stored =
    base === 'kept'
      ? { base_version: before.base_version ?? before.version }
      : { base_version: null, base_set: base.set, items: base.set === null ? JSON.stringify([...items]) : '[]' }
  const changed = { name, is_active: isActive, updated_at: note.at, version: before.version + 1, ...stored } as const
  await db.updateTable('value_lists').set(changed).where('tenant_id', '=', tenantId).where('alias', '=', alias).execute()
  const row: ValueListTable = { ...before, ...changed }
  await putVersion(db, row, 'updated', { count: items.size, added, removed, addedSet, removedSet }, note)
  return { row, items, added, isSame: false }
}

/** The list has changed since the change of it was worked out: it is worked out again. */
export class StalePlanError extends Error {}

/** Deletes a list. Its entries stay on record with its versions. Within the transaction of the change. `removedSet` holds them where they are many. */
export async function deleteValueList(
  db: Db,
  tenantId: string,
  alias: string,
  note: ChangeNote,
  planned?: Pick<PlannedChange, 'version' | 'items' | 'removedSet'>,
): Promise<void> {
  const before = await loadValueList(db, tenantId, alias)
  refuseOtherVersion(before, note)
  if (planned !== undefined && planned.version !== before.version) throw new StalePlanError()
  const items = planned?.items ?? (await loadEntries(db, before))
  const removedSet = planned?.removedSet ?? null
  await db.deleteFrom('value_lists').where('tenant_id', '=', tenantId).where('alias', '=', alias).execute()
  const row = { ...before, is_active: 0 as const, version: before.version + 1 }
  const removed = removedSet === null ? [...items] : items.size
  await putVersion(db, row, 'deleted', { count: 0, added: [], removed, removedSet }, note)
}

function refuseOtherVersion({ alias, version }: ValueListTable, { expectedVersion }: ChangeNote): void {
  if (expectedVersion !== undefined && expectedVersion !== version) {
    throw new ApiError('version_conflict', `the list \`${alias}\` is already at version ${version}, expected version ${expectedVersion}`)
  }
}

async function differenceOf(
  { item_type: type }: ValueListTable,
  was: ListEntries,
  change: ValueListChange,
  pause?: Pause,
): Promise<Difference> {
  const added = new Set<ListItem>()
  const removed = new Set<ListItem>()
  let whole: ReadonlySet<ListItem> | undefined
  if (change.items !== undefined) {
    const items = await checkedItems(change.items, type, change.field ?? itemsField, { areStored: change.areStored, pause })
    await inSlices(items, (item) => was.has(item) || added.add(item), pause)
    whole = items
    if (items.size - added.size !== was.size) await inSlices(was, (item) => items.has(item) || removed.add(item), pause)
  }
  const remove = (item: ListItem): boolean => added.delete(item) || (was.has(item) && !removed.has(item) && removed.add(item).has(item))
  await inSlices(
    await checkedItems(change.remove ?? [], type, 'remove', { areStored: true, pause }),
    // Entries of earlier releases may have blanks around them.
    (item) => remove(item) || (typeof item === 'string' && remove(item.trim())),
    pause,
  )
  await inSlices(
    await checkedItems(change.add ?? [], type, 'add', { pause }),
    (item) => removed.delete(item) || was.has(item) || added.add(item),
    pause,
  )
  const arrayOf = async (items: Iterable<ListItem>) => {
    const array: ListItem[] = []
    await inSlices(items, (item) => array.push(item), pause)
    return array
  }
  return {
    added: await arrayOf(added),
    removed: await arrayOf(removed),
    whole: change.add === undefined && change.remove === undefined ? whole : undefined,
  }
}

/** Blanks and line ends around a text come from pasting: they are removed, unless the entries are stored ones. */
async function checkedItems(
  values: Iterable<ListItem>,
  type: ValueListTable['item_type'],
  field: string,
  { areStored = false, pause }: { areStored?: boolean | undefined; pause?: Pause | undefined },
): Promise<Set<ListItem>> {
  const items = new Set<ListItem>()
  await inSlices(
    values,
    (value, index) => {
      if (typeof value !== type) throw new ApiError('invalid_request', `\`${field}.${index}\` is not a ${type}`)
      const item = typeof value === 'string' && !areStored ? value.trim() : value
      if (item === '' && !areStored) throw new ApiError('invalid_request', `\`${field}.${index}\` is empty`)
      if (typeof item === 'string' && item.length > maxItemLength)
        throw new ApiError('invalid_request', `\`${field}.${index}\` is longer than ${maxItemLength} characters`)
      items.add(item)
    },
    pause,
  )
  return items
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

interface CountedChange {
  count: number
  /** For a new list only their number: the list itself holds them. */
  added: readonly ListItem[] | number
  /** Only their number where a set holds them. */
  removed: readonly ListItem[] | number
  addedSet?: string | null
  removedSet?: string | null
}

async function putVersion(
  db: Db,
  row: ValueListTable,
  event: ValueListVersionTable['event'],
  { count, added, removed, addedSet = null, removedSet = null }: CountedChange,
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
      removed_count: typeof removed === 'number' ? removed : removed.length,
      added: typeof added === 'number' ? null : addedSet === null ? JSON.stringify(added) : '[]',
      removed: event === 'created' ? null : removedSet === null ? JSON.stringify(removed) : '[]',
      added_set: addedSet,
      removed_set: removedSet,
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
    .set({ added: null, removed: null, added_set: null, removed_set: null })
    .where('tenant_id', '=', tenantId)
    .where('alias', '=', alias)
    .where('version', '<=', last.version)
    .execute()
}
