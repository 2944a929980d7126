import type { Migration } from './migration.ts'

/**
 * The index of keys of the embedded store in parts (`sqlite/key-parts.ts`). What a long store has so far becomes the first closed part. After a kill it stays
 * open, because its last entries are not all written: it is closed with them.
 */
export const keyParts: Migration = {
  number: 29,
  name: 'key-parts',
  portable: [],
  sqlite: [
    'CREATE TABLE key_parts (part INTEGER PRIMARY KEY, through INTEGER NOT NULL, filter_blocks INTEGER NOT NULL)',
    // A piece of a filter is longer than rows without a rowid can be.
    `CREATE TABLE key_filters (
      part INTEGER NOT NULL,
      piece INTEGER NOT NULL,
      bits BLOB NOT NULL,
      PRIMARY KEY (part, piece)
    )`,
    // 12 bits a key, in blocks of 512.
    `INSERT INTO key_parts (part, through, filter_blocks)
      SELECT 0, CAST(value AS INTEGER), CAST(value AS INTEGER) * 12 / 512 + 1 FROM store_state
      WHERE name = 'keys_through' AND CAST(value AS INTEGER) >= 524288
        AND CAST(value AS INTEGER) >= (SELECT coalesce(max(seq), 0) FROM instances)`,
  ],
  postgres: [],
}
