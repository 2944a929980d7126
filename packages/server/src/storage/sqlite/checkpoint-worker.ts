import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

// The body of a worker thread: copies pages from the write-ahead log into the database whenever it is told to. `checkpoints.ts` starts it.

const { path } = workerData as { path: string }
const database = new DatabaseSync(path, { timeout: 0 })
database.exec('PRAGMA synchronous = FULL')
const copy = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')

/** SQLite does not flush a pass to the disk during which others wrote. Each pass is shorter than the one before, so soon nobody writes during one. */
const MOST_PASSES = 10

parentPort?.on('message', () => {
  try {
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      const { log, checkpointed } = copy.get() as { log: number; checkpointed: number }
      if (checkpointed === log) break
    }
  } catch {
    // The disk is full, or worse. It is tried again after the next commit, which reports the failure.
  }
  parentPort?.postMessage('copied')
})
