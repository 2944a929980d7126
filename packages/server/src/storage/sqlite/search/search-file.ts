import { closeSync, openSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BUSY_TIMEOUT } from '../connection.ts'

/** Another number for every change of the tables or of what is in them: a file with another one is made again. */
const LAYOUT = '1'

/** The read side's file, beside the database that it is made from. */
export function searchPathOf(databasePath: string): string {
  return join(dirname(databasePath), 'search.db')
}

const schema = `
  -- Terms of each entry (\`search-terms.ts\`), under its id. Only what is erased is written twice: \`secure-delete\` takes it out of the file at once.
  CREATE VIRTUAL TABLE terms USING fts5(body, content = '', columnsize = 0, detail = none, tokenize = "ascii tokenchars '_.:-'");
  -- What an entry is counted as, and what its terms are made from.
  CREATE TABLE entries (
    tenant_no INTEGER NOT NULL,
    id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    action_no INTEGER NOT NULL,
    state INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    label INTEGER NOT NULL,
    is_disputed INTEGER NOT NULL,
    address TEXT,
    country TEXT,
    user_hash INTEGER NOT NULL,
    device_hash INTEGER,
    rules TEXT,
    PRIMARY KEY (tenant_no, id)
  ) WITHOUT ROWID;
  CREATE TABLE words (id INTEGER PRIMARY KEY, words TEXT NOT NULL);
  -- Entries that stand at another id than their time and place give (\`entry-ids.ts\`).
  CREATE TABLE displaced (seq INTEGER PRIMARY KEY, id INTEGER NOT NULL);
  -- How many entries there are, by hour.
  CREATE TABLE hours (tenant_no INTEGER NOT NULL, at INTEGER NOT NULL, events INTEGER NOT NULL, PRIMARY KEY (tenant_no, at)) WITHOUT ROWID;
  CREATE TABLE roll_ups (
    bucket TEXT NOT NULL,
    tenant_no INTEGER NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    state TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    country TEXT NOT NULL,
    label TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (bucket, tenant_no, at, action, outcome, state, rule_id, country, label)
  ) WITHOUT ROWID;
  CREATE TABLE rule_roll_ups (
    bucket TEXT NOT NULL,
    tenant_no INTEGER NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    rule_id TEXT NOT NULL,
    part TEXT NOT NULL,
    state TEXT NOT NULL,
    label TEXT NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (bucket, tenant_no, at, action, rule_id, part, state, label)
  ) WITHOUT ROWID;
  CREATE TABLE file_state (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`

/** Opens the file for writing. Makes it when it is not there, or has another layout. Throws when it is damaged. */
export function openSearchFile(path: string): DatabaseSync {
  const database = open(path)
  try {
    if (layoutOf(database) === LAYOUT) return database
  } catch (error) {
    database.close()
    throw error
  }
  database.close()
  removeSearchFile(path)
  const fresh = open(path)
  fresh.exec('BEGIN IMMEDIATE')
  fresh.exec(schema)
  fresh.prepare('INSERT INTO file_state (name, value) VALUES (?, ?)').run('layout', LAYOUT)
  fresh.exec('COMMIT')
  return fresh
}

function open(path: string): DatabaseSync {
  closeSync(openSync(path, 'a', 0o600))
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT })
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA secure_delete = ON')
  // What a crash takes is folded again.
  database.exec('PRAGMA synchronous = NORMAL')
  database.exec('PRAGMA cache_size = -16000')
  database.exec('PRAGMA temp_store = MEMORY')
  return database
}

function layoutOf(database: DatabaseSync): string | undefined {
  const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'file_state'").get()
  if (table === undefined) return undefined
  const row = database.prepare("SELECT value FROM file_state WHERE name = 'layout'").get()
  return row === undefined ? undefined : String(row.value)
}

/** While nobody writes to it. */
export function removeSearchFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
}
