import type { DatabaseSync } from 'node:sqlite'
import { BUSY_TIMEOUT } from './connection.ts'
import type { GroupCommit } from './group-commit.ts'

/** Empties the write-ahead log soon: erased rows are still in it. */
export interface LogEmptying {
  emptySoon(): void
  stop(): void
}

/**
 * Makes the function that empties the write-ahead log `delayMs` after the first request, once for all requests until then. The log cannot be emptied while
 * a backup or a backtest reads from it; then it is tried again.
 */
export function createLogEmptying(database: DatabaseSync, commits: GroupCommit, delayMs: number): LogEmptying {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  function emptySoon(): void {
    if (timer !== undefined || isStopped) return
    timer = setTimeout(() => {
      timer = undefined
      // A closing store empties the log itself, and a store that fails to read has other troubles.
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
