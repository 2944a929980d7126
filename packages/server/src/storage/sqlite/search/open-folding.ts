import type { DatabaseSync } from 'node:sqlite'
import { openConnection } from '../connection.ts'
import { isSqliteError } from '../sqlite-errors.ts'
import { createFileState } from './file-state.ts'
import { createFold, type FoldedBatch } from './fold-log.ts'
import { isDamageCode } from './is-damage-code.ts'
import { createLogReader, type LogReader } from './log-reader.ts'
import { openSearchFile, removeSearchFile, searchPathOf } from './search-file.ts'

/** The read side's file, open for folding. */
export interface Folding {
  /** Folds a batch (`createFold`). */
  fold(): FoldedBatch
  /** Something that is in the file was changed or erased since. */
  hasChanges(): boolean
  /** Removes from disk what the write-ahead log of the file still has. `false`: somebody is reading from it. */
  emptyWriteAheadLog(): boolean
  /** Makes the file again, empty. */
  remake(): void
  /** The error says that the file is damaged. */
  isDamage(error: unknown): boolean
  close(): void
}

/** Opens the file that is made from a database, or makes it again: when it is missing, damaged, of another layout, or not of this database as it is. */
export function openFolding(databasePath: string): Folding {
  const path = searchPathOf(databasePath)
  const connection = openConnection(databasePath, { readOnly: true, cacheKib: 4_000 })
  const log = createLogReader(connection.database)
  let file = openOrRemake()
  let fold = createFold(file, log)

  function openOrRemake(): DatabaseSync {
    try {
      const opened = openSearchFile(path)
      if (isOfLog(opened)) return opened
      opened.close()
    } catch (error) {
      if (!isDamage(error)) throw error
    }
    removeSearchFile(path)
    const made = openSearchFile(path)
    begin(made)
    return made
  }

  function isOfLog(opened: DatabaseSync): boolean {
    const state = createFileState(opened)
    const source = state.source()
    if (source === undefined) {
      begin(opened)
      return true
    }
    return source === log.secret() && isBehind(state.read(), log)
  }

  function begin(made: DatabaseSync): void {
    const state = createFileState(made)
    // Changes so far are of rows that will be read as they are.
    state.write({ change: log.lastChange() })
    state.setSource(log.secret())
  }

  return {
    fold: () => fold(),
    hasChanges: () => log.lastChange() > createFileState(file).read().change,
    emptyWriteAheadLog: () => file.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0,
    remake() {
      file.close()
      removeSearchFile(path)
      file = openOrRemake()
      fold = createFold(file, log)
    },
    isDamage,
    close() {
      file.close()
      connection.close()
    },
  }
}

/** The log has everything that the file has, and every change since. Not so after an older backup was restored. */
function isBehind({ seq, createdAt, change }: ReturnType<ReturnType<typeof createFileState>['read']>, log: LogReader): boolean {
  if (seq > log.lastSeq() || change > log.lastChange() || change + 1 < log.firstChange()) return false
  const row = log.rowAt(seq)
  return row === undefined || row.created_at === createdAt
}

function isDamage(error: unknown): boolean {
  return isSqliteError(error) && isDamageCode(Number((error as { errcode?: number }).errcode))
}
