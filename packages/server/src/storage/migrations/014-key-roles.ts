import type { Migration } from './migration.ts'

/** What the holder of a management key may do. A key of an earlier release may do everything, and so may one that such a release still adds. */
export const keyRoles: Migration = {
  number: 14,
  name: 'key-roles',
  portable: ["ALTER TABLE api_keys ADD COLUMN role TEXT NOT NULL DEFAULT 'owner'"],
  sqlite: [],
  postgres: [],
}
