import { randomUUID } from 'node:crypto'
import type { ValueListEntriesTable, ValueListTable, ValueListVersionTable } from '../storage/schema.ts'
import type { Db, Store } from '../storage/store.ts'
import {
  applyChange,
  asEntries,
  collectEntries,
  type EntryChange,
  type ListEntries,
  type ListItem,
  nextTurn,
  type Pause,
  sliceSize,
} from './list-entries.ts'

/** The version of a list that a change made. */
type ChangePlace = Pick<ValueListVersionTable, 'tenant_id' | 'alias' | 'version'>

/** A list with fewer entries is stored in one row, and its changes with it. */
export const longFrom = 5_000

/** Stores entries as a set of their own, within a transaction, and returns its id. */
export async function insertEntries(db: Db, tenantId: string, items: Iterable<ListItem>, at: number): Promise<string> {
  return storeSlices(items, (setId, seq, slice) =>
    insertSlice(db, { tenant_id: tenantId, set_id: setId, seq, items: slice, created_at: at }),
  )
}

async function insertSlice(db: Db, row: ValueListEntriesTable): Promise<void> {
  await db.insertInto('value_list_entries').values(row).execute()
}

async function storeSlices(
  items: Iterable<ListItem>,
  store: (setId: string, seq: number, items: string) => Promise<void>,
): Promise<string> {
  const setId = randomUUID()
  let slice: ListItem[] = []
  let seq = 0
  for (const item of items) {
    slice.push(item)
    if (slice.length < sliceSize) continue
    await store(setId, seq, JSON.stringify(slice))
    slice = []
    seq += 1
  }
  if (slice.length > 0) await store(setId, seq, JSON.stringify(slice))
  return setId
}

/**
 * Stores entries as a set of their own, a slice in each transaction, and returns its id. Nothing refers to it until a later transaction does; a set that
 * never gets that far is erased by `eraseUnusedEntries`.
 */
export function stageEntries(
  { store, clock }: { store: Pick<Store, 'transaction'>; clock: () => number },
  tenantId: string,
  items: Iterable<ListItem>,
): Promise<string> {
  return storeSlices(items, async (setId, seq, slice) => {
    const row = { tenant_id: tenantId, set_id: setId, seq, items: slice, created_at: clock() }
    await store.transaction({ tenantId }, ({ db }) => insertSlice(db, row))
    await nextTurn()
  })
}

/** The entries of a set, in order, a slice at a time. */
async function* readSet(db: Db, tenantId: string, setId: string): AsyncIterable<ListItem[]> {
  for (let seq = 0; ; seq += 1) {
    const row = await db
      .selectFrom('value_list_entries')
      .where('tenant_id', '=', tenantId)
      .where('set_id', '=', setId)
      .where('seq', '=', seq)
      .select('items')
      .executeTakeFirst()
    if (row === undefined) return
    yield JSON.parse(row.items) as ListItem[]
  }
}

/** What a change added and removed. `undefined`: no longer stored. One change is read at a time: all changes of a list together may be millions of entries. */
export async function readChange(db: Db, { tenant_id, alias, version }: ChangePlace, pause?: Pause): Promise<EntryChange | undefined> {
  const change = await db
    .selectFrom('value_list_versions')
    .where('tenant_id', '=', tenant_id)
    .where('alias', '=', alias)
    .where('version', '=', version)
    .select(['added', 'removed', 'added_set', 'removed_set'])
    .executeTakeFirst()
  if (change === undefined || change.removed === null) return undefined
  const added = await readPart(db, tenant_id, change.added_set, change.added, pause)
  return { added, removed: await readPart(db, tenant_id, change.removed_set, change.removed, pause) }
}

async function readPart(db: Db, tenantId: string, setId: string | null, json: string | null, pause?: Pause): Promise<ListItem[]> {
  if (setId === null) return JSON.parse(json ?? '[]') as ListItem[]
  const all: ListItem[] = []
  for await (const slice of readSet(db, tenantId, setId)) {
    for (const item of slice) all.push(item)
    await pause?.()
  }
  return all
}

/** A list that is loaded, at one of its versions. */
export interface LoadedList {
  version: number
  items: ListEntries
}

/**
 * The entries of a list at its present version. From the entries at an earlier version only the changes since are read; otherwise its base and the changes
 * since that.
 */
export async function loadEntries(db: Db, row: ValueListTable, { known, pause }: { known?: LoadedList | undefined; pause?: Pause } = {}) {
  if (known?.version === row.version) return known.items
  if (known !== undefined && known.version < row.version) {
    const items = await withChangesSince(db, row, known, pause)
    if (items !== undefined) return items
  }
  const base = await loadBase(db, row, pause)
  if (row.base_version === null || row.base_version === row.version) return base
  const items = await withChangesSince(db, row, { version: row.base_version, items: base }, pause)
  if (items === undefined) throw new Error(`the changes of the list ${row.alias} since version ${row.base_version} are not stored`)
  return items
}

async function withChangesSince(db: Db, row: ValueListTable, from: LoadedList, pause?: Pause): Promise<ListEntries | undefined> {
  const changes = await db
    .selectFrom('value_list_versions')
    .where('tenant_id', '=', row.tenant_id)
    .where('alias', '=', row.alias)
    .where('version', '>', from.version)
    .where('version', '<=', row.version)
    .orderBy('version')
    .select(['tenant_id', 'alias', 'version', 'event'])
    .execute()
  if (changes.length !== row.version - from.version || changes.some(({ event }) => event !== 'updated')) return undefined
  let { items } = from
  for (const change of changes) {
    const entries = await readChange(db, change, pause)
    if (entries === undefined) return undefined
    items = await applyChange(items, entries, pause)
    await pause?.()
  }
  return items
}

async function loadBase(db: Db, { tenant_id, base_set, items }: ValueListTable, pause?: Pause): Promise<ListEntries> {
  if (base_set === null) return collectEntries(JSON.parse(items) as ListItem[], pause)
  const base = new Set<ListItem>()
  for await (const slice of readSet(db, tenant_id, base_set)) {
    for (const item of slice) base.add(item)
    await pause?.()
  }
  return asEntries(base, pause)
}

/** Sets that no list or version refers to: of a change that was never finished, or a base that was replaced. Erases them in small steps. */
export async function eraseUnusedEntries({ store, clock }: { store: Pick<Store, 'db'>; clock: () => number }): Promise<void> {
  const { db } = store
  const unused = await db
    .selectFrom('value_list_entries as e')
    .where('seq', '=', 0)
    .where('created_at', '<', clock() - stagedAtMostMs)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('value_lists as l')
            .select('l.alias')
            .whereRef('l.tenant_id', '=', 'e.tenant_id')
            .whereRef('l.base_set', '=', 'e.set_id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('value_list_versions as v')
            .select('v.version')
            .whereRef('v.tenant_id', '=', 'e.tenant_id')
            .where(({ or, eb }) => or([eb('v.added_set', '=', eb.ref('e.set_id')), eb('v.removed_set', '=', eb.ref('e.set_id'))])),
        ),
      ),
    )
    .select(['tenant_id', 'set_id'])
    .execute()
  for (const { tenant_id, set_id } of unused) {
    const slices = () => db.selectFrom('value_list_entries').where('tenant_id', '=', tenant_id).where('set_id', '=', set_id)
    // The first slice goes last: it is what names the set as unused.
    const last = await slices()
      .select((select) => select.fn.max('seq').as('seq'))
      .executeTakeFirst()
    for (let seq = last?.seq ?? 0; seq >= 0; seq -= 1) {
      await db
        .deleteFrom('value_list_entries')
        .where('tenant_id', '=', tenant_id)
        .where('set_id', '=', set_id)
        .where('seq', '=', seq)
        .execute()
      await nextTurn()
    }
  }
}

/** A change is stored within this time, or never. */
const stagedAtMostMs = 60 * 60_000
