import type { Migration } from './migration.ts'

/** When a key was last used, the end that it was created with, and the admin behind it. None of it is known of a key of an earlier release. */
export const keyLives: Migration = {
  number: 23,
  name: 'key-lives',
  portable: [
    'ALTER TABLE api_keys ADD COLUMN last_used_at BIGINT',
    'ALTER TABLE api_keys ADD COLUMN lifetime_end BIGINT',
    'ALTER TABLE api_keys ADD COLUMN created_by TEXT',
  ],
  sqlite: [],
  postgres: [],
}
