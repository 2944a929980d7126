import type { Migration } from './migration.ts'

/** Work that one process does for all. */
export const leases: Migration = {
  number: 4,
  name: 'leases',
  portable: [
    `CREATE TABLE leases (
      name TEXT NOT NULL PRIMARY KEY,
      holder TEXT NOT NULL,
      expires_at BIGINT NOT NULL
    )`,
  ],
  sqlite: [],
  postgres: [],
}
