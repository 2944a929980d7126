import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { workerLimits } from './worker-limits.ts'

/** Pages of the write-ahead log that are copied back at once: 8 MB, as pages that change again and again are copied once. */
const PAGES = 2_000
/** One in so many of those may be left to be copied between two groups: in a few milliseconds. */
const FEW = 20
/** Pages from which on the log starts from its beginning again: 64 MB. */
const MOST_PAGES = 16_000
/** Pages at which SQLite copies by itself, in a commit: when nobody else does. */
const PAGES_ALONE = 32_000

export interface Checkpoints {
  /** A commit has reached the log. Never throws. */
  committed(): void
  /** Waits until nobody is copying, and stops. */
  stop(): Promise<void>
}

export interface CheckpointOptions {
  pages?: number
  mostPages?: number
}

/**
 * Copies what was committed back from the write-ahead log into the database, in a thread of its own: left to itself, SQLite does it within a commit, and
 * every decision waits for some thirty milliseconds meanwhile, a few times a second under load.
 *
 * While others write, the thread never copies the log to its end, and the log would grow for ever. So when it has become long, the few pages that the
 * thread has left are copied between two groups.
 */
export function createCheckpoints(database: DatabaseSync, path: string, options: CheckpointOptions = {}): Checkpoints {
  const { pages = PAGES, mostPages = MOST_PAGES } = options
  database.exec(`PRAGMA wal_autocheckpoint = ${PAGES_ALONE}`)
  const look = database.prepare('PRAGMA wal_checkpoint(NOOP)')
  const copy = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  let worker: Worker | undefined
  let isUnderWay = false
  let isStopped = false
  let lastLength = 0
  let restartAt = mostPages

  function startCopying(): void {
    isUnderWay = true
    worker ??= startWorker()
    worker.postMessage('copy')
  }

  function startWorker(): Worker {
    const started = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), { workerData: { path }, resourceLimits: workerLimits })
    started.unref()
    started.on('message', () => {
      isUnderWay = false
    })
    // SQLite's own limit stands: without the thread, the commits copy.
    started.on('error', () => {
      isStopped = true
    })
    return started
  }

  function lookAfterLog(): void {
    const { log, checkpointed } = look.get() as { log: number; checkpointed: number }
    if (log < lastLength) restartAt = mostPages
    lastLength = log
    const left = log - checkpointed
    if (left >= pages || (log >= restartAt && left > pages / FEW)) {
      startCopying()
    } else if (log >= restartAt) {
      copy.get()
      // While a backup or a backtest reads old pages, the log cannot start again. It is not tried with every commit.
      restartAt = log + pages
    }
  }

  return {
    committed() {
      if (isUnderWay || isStopped) return
      try {
        lookAfterLog()
      } catch {
        // The commit stands. The next one notices a disk that is full or gone.
      }
    },
    async stop() {
      isStopped = true
      await worker?.terminate()
    },
  }
}
