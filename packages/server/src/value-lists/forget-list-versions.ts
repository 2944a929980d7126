import type { Store } from '../storage/store.ts'

/** Times before which nothing is kept. `undefined`: everything is kept. */
export interface ForgetListVersions {
  /** Entries that were added to lists or removed from them. They are needed as long as there are decisions from before. */
  entriesBefore: number | undefined
  /** Who changed them, and when. */
  versionsBefore: number | undefined
}

/** Erases the versions of value lists that are no longer kept, of all tenants. The last version of each list stays. */
export async function forgetListVersions({ db }: Pick<Store, 'db'>, { entriesBefore, versionsBefore }: ForgetListVersions): Promise<void> {
  if (entriesBefore !== undefined) {
    await db
      .updateTable('value_list_versions')
      .set({ added: null, removed: null })
      .where('created_at', '<', entriesBefore)
      .where('removed', 'is not', null)
      .execute()
  }
  if (versionsBefore !== undefined) {
    await db
      .deleteFrom('value_list_versions')
      .where('created_at', '<', versionsBefore)
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
}
