import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

// The body of a worker thread: copies pages from the write-ahead log into the database whenever it is told to. `checkpoints.ts` starts it.

const { path } = workerData as { path: string }
const database = new DatabaseSync(path, { timeout: 0 })
database.exec('PRAGMA synchronous = FULL')
const copy = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')

/** A pass during which others wrote is not flushed to the disk by SQLite. The next one is shorter: soon there is one that nobody writes during. */
const MOST_PASSES = 10

parentPort?.on('message', () => {
  try {
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      const { log, checkpointed } = copy.get() as { log: number; checkpointed: number }
      if (checkpointed === log) break
    }
  } catch {
    // The disk is full, or worse: it is tried again after the next commit, which says so to whoever waits for it.
  }
  parentPort?.postMessage('copied')
})
