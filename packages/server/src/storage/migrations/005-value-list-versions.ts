import type { Migration } from './migration.ts'

/** The changes of value lists, so that the items of an earlier time can be found. A list that exists already begins with a version that holds only its time. */
export const valueListVersions: Migration = {
  number: 5,
  name: 'value-list-versions',
  portable: [
    'ALTER TABLE value_lists ADD COLUMN version INTEGER NOT NULL DEFAULT 1',
    `CREATE TABLE value_list_versions (
      tenant_id TEXT NOT NULL,
      alias TEXT NOT NULL,
      version INTEGER NOT NULL,
      config_version INTEGER NOT NULL,
      created_at BIGINT NOT NULL,
      author TEXT NOT NULL,
      event TEXT NOT NULL,
      message TEXT,
      name TEXT NOT NULL,
      is_active SMALLINT NOT NULL,
      item_count INTEGER,
      added_count INTEGER NOT NULL,
      removed_count INTEGER NOT NULL,
      added TEXT,
      removed TEXT,
      PRIMARY KEY (tenant_id, alias, version)
    )`,
    `INSERT INTO value_list_versions
      (tenant_id, alias, version, config_version, created_at, author, event, message, name, is_active, item_count, added_count, removed_count, added, removed)
      SELECT l.tenant_id, l.alias, 1, t.config_version, l.updated_at, 'system', 'recorded', NULL, l.name, l.is_active, NULL, 0, 0, NULL, NULL
      FROM value_lists l JOIN tenants t ON t.tenant_id = l.tenant_id`,
  ],
  sqlite: [],
  postgres: [],
}
