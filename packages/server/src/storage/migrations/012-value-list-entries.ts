import type { Migration } from './migration.ts'

/**
 * Long lists in slices, so that no single row holds a million entries. A list is what `base_set` (or `items`) held at `base_version`, with the changes since;
 * `NULL`: at its present version. A change with many entries keeps them in sets too.
 */
export const valueListEntries: Migration = {
  number: 12,
  name: 'value-list-entries',
  portable: [
    `CREATE TABLE value_list_entries (
      tenant_id TEXT NOT NULL,
      set_id TEXT NOT NULL,
      seq INTEGER NOT NULL,
      items TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, set_id, seq)
    )`,
    'ALTER TABLE value_lists ADD COLUMN base_set TEXT',
    'ALTER TABLE value_lists ADD COLUMN base_version INTEGER',
    'ALTER TABLE value_list_versions ADD COLUMN added_set TEXT',
    'ALTER TABLE value_list_versions ADD COLUMN removed_set TEXT',
  ],
  sqlite: [],
  postgres: [],
}
