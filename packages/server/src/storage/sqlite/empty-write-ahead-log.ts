import type { DatabaseSync } from 'node:sqlite'
import { BUSY_TIMEOUT } from './connection.ts'
import type { GroupCommit } from './group-commit.ts'

/** Empties the write-ahead log soon: what was erased from the database is still in it. */
export interface LogEmptying {
  emptySoon(): void
  stop(): void
}

/**
 * Makes the function that empties the write-ahead log `delayMs` after it was asked to, once for all who ask until then. While somebody reads from it, for a
 * backup or a backtest, it can not be emptied, and is tried again.
 */
export function createLogEmptying(database: DatabaseSync, commits: GroupCommit, delayMs: number): LogEmptying {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  function emptySoon(): void {
    if (timer !== undefined || isStopped) return
    timer = setTimeout(() => {
      timer = undefined
      // A store that is closing empties it as well; one that fails to read has other troubles.
      commits.read(empty).then(
        (isEmpty) => isEmpty || emptySoon(),
        () => undefined,
      )
    }, delayMs).unref()
  }

  function empty(): boolean {
    // Nobody is waited for: everything stands still meanwhile.
    database.exec('PRAGMA busy_timeout = 0')
    try {
      return database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0
    } finally {
      database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`)
    }
  }

  return {
    emptySoon,
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
