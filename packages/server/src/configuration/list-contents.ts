import type { ValueListVersionTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import type { ListItem } from './value-list-row.ts'

type Undone = Pick<ValueListVersionTable, 'version' | 'event' | 'added' | 'removed'>

/**
 * Undoes changes of a list, newest first, starting from its items now (`undefined`: the list does not exist), and returns the items before them.
 * `not_kept`: the entries of one of the changes are no longer on record.
 */
export function contentsBefore(now: ReadonlySet<ListItem> | undefined, changes: readonly Undone[]): Set<ListItem> | undefined | 'not_kept' {
  let items = now && new Set(now)
  for (const { event, added, removed } of changes) {
    if (event === 'recorded') return 'not_kept'
    if (event === 'created') {
      items = undefined
      continue
    }
    if (removed === null) return 'not_kept'
    items ??= new Set()
    for (const item of JSON.parse(added ?? '[]') as ListItem[]) items.delete(item)
    for (const item of JSON.parse(removed) as ListItem[]) items.add(item)
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
  return query.select(['version', 'event', 'added', 'removed']).orderBy('version', 'desc').execute()
}
