import type { Migration } from './migration.ts'

/** What the read side of the embedded store learns later changes of instances from (`sqlite/instance-changes.ts`). */
export const instanceChanges: Migration = {
  number: 15,
  name: 'instance-changes',
  portable: [],
  sqlite: [
    `CREATE TABLE instance_changes (
      no INTEGER PRIMARY KEY AUTOINCREMENT,
      seq INTEGER NOT NULL,
      tenant_no INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    )`,
  ],
  postgres: [],
}
