import type { ValueListVersionTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { applyChange, collectEntries, type ListEntries, type Pause } from './list-entries.ts'
import { readChange } from './list-storage.ts'

type Undone = Pick<ValueListVersionTable, 'tenant_id' | 'alias' | 'version' | 'event'>

/**
 * Undoes changes of a list, newest first, starting from its items now (`undefined`: the list does not exist), and returns the items before them.
 * `not_kept`: the entries of one of the changes are no longer on record.
 */
export async function contentsBefore(
  db: Db,
  now: ListEntries | undefined,
  changes: readonly Undone[],
  pause?: Pause,
): Promise<ListEntries | undefined | 'not_kept'> {
  let items = now
  for (const change of changes) {
    const { event } = change
    if (event === 'recorded') return 'not_kept'
    if (event === 'created') {
      items = undefined
      continue
    }
    const entries = await readChange(db, change, pause)
    if (entries === undefined) return 'not_kept'
    items = await applyChange(items ?? (await collectEntries([])), { added: entries.removed, removed: entries.added }, pause)
    await pause?.()
  }
  return items
}

/** The changes of a list after a version, up to one version of the tenant's configuration, newest first, for `contentsBefore`. */
export function changesAfter(
  db: Db,
  { tenantId, alias, version, configVersion }: { tenantId: string; alias: string; version: number; configVersion?: number },
): Promise<Undone[]> {
  let query = db
    .selectFrom('value_list_versions')
    .where('tenant_id', '=', tenantId)
    .where('alias', '=', alias)
    .where('version', '>', version)
  if (configVersion !== undefined) query = query.where('config_version', '<=', configVersion)
  return query.select(['tenant_id', 'alias', 'version', 'event']).orderBy('version', 'desc').execute()
}
