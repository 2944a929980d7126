import { eraseUnusedEntries } from '../configuration/list-storage.ts'
import type { Db, Store } from '../storage/store.ts'

/** Times before which nothing is kept. `undefined`: everything is kept. */
export interface ForgetListVersions {
  /** Entries that were added to lists or removed from them. They are needed as long as there are decisions from before. */
  entriesBefore: number | undefined
  /** Who changed them, and when. */
  versionsBefore: number | undefined
}

/** Erases the versions of value lists that are no longer kept, of all tenants. The last version of each list stays. */
export async function forgetListVersions(
  { store, clock }: { store: Pick<Store, 'db'>; clock: () => number },
  { entriesBefore, versionsBefore }: ForgetListVersions,
): Promise<void> {
  const { db } = store
  if (entriesBefore !== undefined) {
    await db
      .updateTable('value_list_versions')
      .set({ added: null, removed: null, added_set: null, removed_set: null })
      .where('created_at', '<', entriesBefore)
      .where(({ not, exists }) => not(exists(listsOnTopOf(db))))
      .where('removed', 'is not', null)
      .execute()
  }
  if (versionsBefore !== undefined) {
    await db
      .deleteFrom('value_list_versions')
      .where('created_at', '<', versionsBefore)
      .where(({ not, exists }) => not(exists(listsOnTopOf(db))))
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('value_list_versions as next')
            .select('next.version')
            .whereRef('next.tenant_id', '=', 'value_list_versions.tenant_id')
            .whereRef('next.alias', '=', 'value_list_versions.alias')
            .whereRef('next.version', '>', 'value_list_versions.version')
            .where('next.created_at', '<', versionsBefore),
        ),
      )
      .execute()
  }
  await eraseUnusedEntries({ store, clock })
}

/** The list whose present entries rest on the version: it was stored whole before that. */
function listsOnTopOf(db: Db) {
  return db
    .selectFrom('value_lists as on_top')
    .select('on_top.alias')
    .whereRef('on_top.tenant_id', '=', 'value_list_versions.tenant_id' as never)
    .whereRef('on_top.alias', '=', 'value_list_versions.alias' as never)
    .whereRef('on_top.base_version', '<', 'value_list_versions.version' as never)
}
