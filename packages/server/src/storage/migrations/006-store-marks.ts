import type { Migration } from './migration.ts'

/** Marks of a store about itself, and the progress of a move into it. */
export const storeMarks: Migration = {
  number: 6,
  name: 'store-marks',
  portable: ['CREATE TABLE store_marks (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)'],
  sqlite: [],
  postgres: [
    'CREATE TABLE move_progress (move_id TEXT NOT NULL, step TEXT NOT NULL, place TEXT NOT NULL, copied BIGINT NOT NULL, PRIMARY KEY (move_id, step))',
  ],
}
