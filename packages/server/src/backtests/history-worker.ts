import { parentPort, workerData } from 'node:worker_threads'
import { giveWay } from '../give-way.ts'
import type { HistorySource } from '../storage/instance-history.ts'
import { StoreUnavailableError } from '../storage/store-errors.ts'
import type { HistoryJob, HistoryResults, Progress } from './history-job.ts'
import { createPauses } from './leave-room.ts'

// The body of a worker thread: does one job after the other, and reports its progress. `history-workers.ts` starts it, and ends it.

const { source, isUrgent, share } = workerData as { source: HistorySource; isUrgent: boolean; share: Float64Array }

const progressEveryMs = 100

// It takes what live traffic leaves over.
if (!isUrgent) giveWay(15)

// Only now: loading them is work, too.
const { openHistory } = await import('../storage/open-history.ts')
const { runHistoryJob } = await import('./run-history-job.ts')

const pause = createPauses(share)
let lastAt = Number.NEGATIVE_INFINITY
function report(progress: Progress): void {
  if (!isUrgent) pause()
  const now = performance.now()
  // The end is always told: a short job would otherwise stop at its first batch.
  if (now - lastAt < progressEveryMs && progress.done < 1) return
  lastAt = now
  parentPort?.postMessage({ type: 'progress', progress })
}

async function work(job: HistoryJob): Promise<void> {
  const startedAt = performance.now()
  // A job tells its first progress at once, whenever the job before it told its last.
  lastAt = Number.NEGATIVE_INFINITY
  const tookMs = () => performance.now() - startedAt
  try {
    const history = await openHistory(source)
    let result: HistoryResults[HistoryJob['kind']]
    try {
      result = await runHistoryJob(history, job, report)
    } finally {
      await history.close()
    }
    parentPort?.postMessage({ type: 'result', result, tookMs: tookMs() })
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error
    // An error that is thrown here loses its class and its cause on the way.
    const cause = error.cause instanceof Error ? error.cause.message : String(error.cause)
    parentPort?.postMessage({ type: 'unavailable', cause, tookMs: tookMs() })
  }
}

parentPort?.on('message', (job: HistoryJob) => void work(job))
