import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import type { HistorySource } from '../storage/instance-history.ts'
import { StoreUnavailableError } from '../storage/store-errors.ts'
import type { HistoryJob, Progress } from './history-job.ts'

// The body of a worker thread: does one job, reports its progress, and ends. `history-workers.ts` starts it.

const { source, job } = workerData as { source: HistorySource; job: HistoryJob }

const progressEveryMs = 100

// On Linux a thread has a priority of its own: it takes what live traffic leaves over. Elsewhere it would be that of the whole process.
// Somebody waits for the warnings of a save, and counting for them is short.
if (process.platform === 'linux' && job.kind !== 'undetermined') {
  try {
    setPriority(0, 15)
  } catch {
    // A sandbox that forbids it.
  }
}

// Only now: loading them is work, too.
const { openHistory } = await import('../storage/open-history.ts')
const { runHistoryJob } = await import('./run-history-job.ts')

let lastAt = 0
function report(progress: Progress): void {
  const now = performance.now()
  if (now - lastAt < progressEveryMs) return
  lastAt = now
  parentPort?.postMessage({ type: 'progress', progress })
}

try {
  const history = await openHistory(source)
  try {
    parentPort?.postMessage({ type: 'result', result: await runHistoryJob(history, job, report) })
  } finally {
    await history.close()
  }
} catch (error) {
  if (!(error instanceof StoreUnavailableError)) throw error
  // An error that is thrown here loses its class and its cause on the way.
  parentPort?.postMessage({ type: 'unavailable', cause: error.cause instanceof Error ? error.cause.message : String(error.cause) })
}
