import type { DatabaseSync } from 'node:sqlite'
import { toIndexEntry } from '../../search/index-entry.ts'
import { createEntryIds } from './entry-ids.ts'
import { createFileState } from './file-state.ts'
import { createFoldCounts } from './fold-counts.ts'
import type { ChangedPlace, LogReader, LogRow } from './log-reader.ts'
import { isPersonal, termsOf } from './search-terms.ts'
import { createEntryRows, type StoredEntry, toStoredEntry } from './stored-entry.ts'

/** Rows of one batch: some thirty milliseconds, after which the thread can be stopped. */
const ROWS_PER_BATCH = 500
/** Changes of one batch. To take an erased entry's terms out of the file takes about a millisecond. */
const CHANGES_PER_BATCH = 50

export interface FoldedBatch {
  /** Nothing is left to fold. */
  isDone: boolean
  /** Something was taken out of the file for good: its write-ahead log still has it. */
  hasErased: boolean
  /** Up to here the log and its changes are in the file. */
  seq: number
  change: number
}

interface Work {
  before: StoredEntry | undefined
  after: StoredEntry | undefined
}

/**
 * Brings the file up to the log, a batch with each call. Entries, counts and how far it came are one transaction: what was folded once is not folded
 * again. What an entry was counted as is in the file, so that a change or an erasure takes exactly that back.
 */
export function createFold(database: DatabaseSync, log: LogReader): () => FoldedBatch {
  const state = createFileState(database)
  const rows = createEntryRows(database)
  const ids = createEntryIds(database)
  const counts = createFoldCounts(database, log)
  const insertTerms = database.prepare('INSERT INTO terms (rowid, body) VALUES (?, ?)')
  const removeTerms = database.prepare("INSERT INTO terms (terms, rowid, body) VALUES ('delete', ?, ?)")
  const configure = database.prepare("INSERT INTO terms (terms, rank) VALUES ('secure-delete', CAST(? AS INTEGER))")
  let isSecure: boolean | undefined

  return () => {
    const { seq, change } = state.read()
    const { added, changed, lastSeq, lastChange } = log.atOnce(() => {
      const added = log.rowsAfter(seq, ROWS_PER_BATCH).map(readRow)
      const through = added.at(-1)?.row.seq ?? seq
      return { added, ...readChanges(change, through), lastSeq: added.length < ROWS_PER_BATCH ? through : Number.POSITIVE_INFINITY }
    })
    const reached = { seq: added.at(-1)?.row.seq ?? seq, change: changed.at(-1)?.place.no ?? change }
    const isDone = reached.seq >= lastSeq && reached.change >= lastChange
    if (added.length === 0 && changed.length === 0) return { isDone, hasErased: false, ...reached }
    database.exec('BEGIN IMMEDIATE')
    try {
      const hasErased = write([...prepareAdded(added), ...prepareChanged(changed, reached.seq)])
      const last = added.at(-1)?.row
      state.write({ ...reached, ...(last && { createdAt: last.created_at }) })
      database.exec('COMMIT')
      return { isDone, hasErased, ...reached }
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      isSecure = undefined
      throw error
    }
  }

  function readRow(row: LogRow) {
    const instance = log.decode(row)
    return { row, entry: toIndexEntry(instance, log.findUser(instance.tenantId, instance.userId)) }
  }

  function readChanges(change: number, through: number) {
    const changed = log.changesAfter(change, CHANGES_PER_BATCH).map((place) => {
      const row = place.seq > through ? undefined : log.rowAt(place.seq)
      return { place, now: row && readRow(row) }
    })
    return { changed, lastChange: log.lastChange() }
  }

  function prepareAdded(added: readonly ReturnType<typeof readRow>[]): Work[] {
    const taken = new Set<number>()
    return added.map(({ row, entry }) => {
      const id = ids.choose(row.seq, row.created_at, (candidate) => taken.has(candidate))
      taken.add(id)
      return { before: undefined, after: toStoredEntry(entry, id, row.seq, log) }
    })
  }

  /** What lies behind the batch is not in the file yet: it will be read as it is then. */
  function prepareChanged(
    changed: readonly { place: ChangedPlace; now: ReturnType<typeof readRow> | undefined }[],
    through: number,
  ): Work[] {
    const latest = new Map<number, (typeof changed)[number]>()
    for (const each of changed) if (each.place.seq <= through) latest.set(each.place.seq, each)
    return [...latest.values()].flatMap(({ place: { seq, tenant_no, created_at }, now }) => {
      const id = ids.idOf(seq, created_at)
      const found = rows.find(tenant_no, id)
      // One that was appended in this batch is as it is now.
      if (found === undefined || found.seq !== seq) return []
      return [{ before: found, after: now && toStoredEntry(now.entry, id, seq, log) }]
    })
  }

  /** Returns whether something personal was taken out. */
  function write(work: Work[]): boolean {
    // The index of terms takes ids in ascending order; any other order makes it write again and again.
    work.sort((a, b) => idOf(a) - idOf(b))
    const terms = work.map(({ before, after }) => difference(before && termsOf(before), after && termsOf(after)))
    const hasErased = terms.some(({ removed }) => removed.some(isPersonal))
    if (isSecure !== hasErased) configure.run(hasErased ? 1 : 0)
    isSecure = hasErased
    for (const [index, each] of work.entries()) {
      const { removed = [], added = [] } = terms[index] ?? {}
      if (removed.length > 0) removeTerms.run(idOf(each), removed.join(' '))
      if (added.length > 0) insertTerms.run(idOf(each), added.join(' '))
      writeRow(each)
      counts.change(each.before, each.after)
    }
    counts.write()
    return hasErased
  }

  function writeRow({ before, after }: Work): void {
    if (after === undefined) {
      if (before === undefined) return
      rows.remove(before)
      ids.forget(before.seq)
    } else if (before === undefined) rows.insert(after)
    else rows.replace(before, after)
  }
}

function idOf({ before, after }: Work): number {
  return (before ?? after)?.id ?? 0
}

function difference(before: ReadonlySet<string> = new Set(), after: ReadonlySet<string> = new Set()) {
  return {
    removed: [...before].filter((term) => !after.has(term)),
    added: [...after].filter((term) => !before.has(term)),
  }
}
