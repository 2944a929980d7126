import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

// The body of a worker thread: copies pages from the write-ahead log into the database whenever it is told to. `checkpoints.ts` starts it.

const { path } = workerData as { path: string }
const database = new DatabaseSync(path, { timeout: 0 })
database.exec('PRAGMA synchronous = FULL')
const copy = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')

parentPort?.on('message', () => {
  try {
    copy.get()
  } catch {
    // The disk is full, or worse: it is tried again after the next commit, which says so to whoever waits for it.
  }
  parentPort?.postMessage('copied')
})
