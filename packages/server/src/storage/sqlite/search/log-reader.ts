import type { DatabaseSync } from 'node:sqlite'
import type { Instance } from '@sallyport/engine'
import { decodeInstance, type InstanceRow, type TextNumbers } from '../../instance-row.ts'
import type { EntryUser } from '../../search/index-entry.ts'

/** A row of the log at its place. */
export interface LogRow extends InstanceRow {
  seq: number
}

/** A place whose row was changed or erased (`instance-changes.ts`). */
export interface ChangedPlace {
  no: number
  seq: number
  tenant_no: number
  created_at: number
}

/** Reads the log for the read side, on a connection of its own. */
export interface LogReader {
  /** Runs `work` on one state of the log. Short: it keeps the write-ahead log from starting again. */
  atOnce<T>(work: () => T): T
  /** Rows behind a place, in order. */
  rowsAfter(seq: number, count: number): LogRow[]
  rowAt(seq: number): LogRow | undefined
  /** The last place that was given out. */
  lastSeq(): number
  changesAfter(no: number, count: number): ChangedPlace[]
  lastChange(): number
  /** The first change that is still known; behind the last one when none is. */
  firstChange(): number
  decode(row: LogRow): Instance
  findUser(tenantId: string, userId: string): EntryUser | undefined
  /** Which database it is. */
  secret(): string
  findNumber(text: string): number | undefined
  toText(number: number): string
  toNumber(text: string): number
}

export function createLogReader(database: DatabaseSync): LogReader {
  const columns = 'seq, tenant_no, user_id, action_no, idempotency_key, created_at, body'
  const selectAfter = database.prepare(`SELECT ${columns} FROM instances WHERE seq > ? ORDER BY seq LIMIT ?`)
  const selectAt = database.prepare(`SELECT ${columns} FROM instances WHERE seq = ?`)
  const selectLast = database.prepare(
    "SELECT max(ifnull((SELECT max(seq) FROM instances), 0), ifnull((SELECT CAST(value AS INTEGER) FROM store_state WHERE name = 'last_seq'), 0)) AS seq",
  )
  const selectChanges = database.prepare('SELECT no, seq, tenant_no, created_at FROM instance_changes WHERE no > ? ORDER BY no LIMIT ?')
  const selectLastChange = database.prepare("SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'instance_changes'), 0) AS no")
  const selectFirstChange = database.prepare('SELECT min(no) AS no FROM instance_changes')
  const selectUser = database.prepare('SELECT email, username, display_name AS displayName FROM users WHERE tenant_id = ? AND user_id = ?')
  const selectSecret = database.prepare("SELECT value FROM store_state WHERE name = 'hash_secret'")
  const dictionary = createNumbers(database)

  const lastChange = () => Number(selectLastChange.get()?.no)
  return {
    atOnce(work) {
      database.exec('BEGIN')
      try {
        return work()
      } finally {
        database.exec('COMMIT')
      }
    },
    rowsAfter: (seq, count) => selectAfter.all(seq, count) as unknown as LogRow[],
    rowAt: (seq) => selectAt.get(seq) as LogRow | undefined,
    lastSeq: () => Number(selectLast.get()?.seq),
    changesAfter: (no, count) => selectChanges.all(no, count) as unknown as ChangedPlace[],
    lastChange,
    firstChange() {
      const first = selectFirstChange.get()?.no
      return typeof first === 'number' ? first : lastChange() + 1
    },
    decode: (row) => decodeInstance(row, dictionary),
    findUser: (tenantId, userId) => selectUser.get(tenantId, userId) as unknown as EntryUser | undefined,
    secret: () => String(selectSecret.get()?.value),
    ...dictionary,
  }
}

/** The dictionary as far as it is asked for: its numbers never change. */
function createNumbers(database: DatabaseSync): TextNumbers & { findNumber(text: string): number | undefined } {
  const selectText = database.prepare('SELECT text FROM dictionary WHERE number = ?')
  const selectNumber = database.prepare('SELECT number FROM dictionary WHERE text = ?')
  const texts = new Map<number, string>()
  const numbers = new Map<string, number>()

  function findNumber(text: string): number | undefined {
    const known = numbers.get(text)
    if (known !== undefined) return known
    const row = selectNumber.get(text)
    if (row === undefined) return undefined
    numbers.set(text, Number(row.number))
    return Number(row.number)
  }

  return {
    findNumber,
    toNumber(text) {
      const number = findNumber(text)
      if (number === undefined) throw new Error('the log lacks a number of a text in it: the database is damaged')
      return number
    },
    toText(number) {
      const known = texts.get(number)
      if (known !== undefined) return known
      const row = selectText.get(number)
      if (row === undefined) throw new Error(`the store's dictionary lacks number ${number}: the database is damaged`)
      texts.set(number, String(row.text))
      return String(row.text)
    },
  }
}
