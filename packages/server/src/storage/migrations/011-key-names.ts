import type { Migration } from './migration.ts'

/** The name that tells API keys of one kind apart. The keys a tenant was created with have none. */
export const keyNames: Migration = {
  number: 11,
  name: 'key-names',
  portable: ['ALTER TABLE api_keys ADD COLUMN name TEXT'],
  sqlite: [],
  postgres: [],
}
