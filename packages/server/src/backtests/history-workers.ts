import { Worker } from 'node:worker_threads'
import { ApiError } from '../errors/api-error.ts'
import type { HistorySource } from '../storage/instance-history.ts'
import { StoreUnavailableError } from '../storage/store-errors.ts'
import type { HistoryJob, HistoryResults, Progress } from './history-job.ts'
import { shareLoad } from './leave-room.ts'

export interface HistoryWorkers {
  /**
   * Does a job in another thread, which never holds live traffic up. Refuses with `too_many_requests` while the tenant has one of its kind under
   * way, or the process as many as it has threads for. Aborting `signal`
   * ends the thread at once.
   */
  run<Kind extends HistoryJob['kind']>(
    job: Extract<HistoryJob, { kind: Kind }>,
    options?: { signal?: AbortSignal; onProgress?: (progress: Progress) => void },
  ): Promise<HistoryResults[Kind]>
  /** Ends whatever is under way. */
  close(): Promise<void>
}

const mostAtOnce = 2
const mostMegabytes = 1024

type Message =
  | { type: 'progress'; progress: Progress }
  | { type: 'result'; result: HistoryResults[HistoryJob['kind']]; tookMs: number }
  | { type: 'unavailable'; cause: string; tookMs: number }

/** A thread is kept for the next job, as starting one takes longer than a short job does. One whose job took longer has filled its memory. */
const usual = { shortMs: 1_000, keptMs: 10_000 }

interface Thread {
  worker: Worker
  isUrgent: boolean
}

/** `shortMs`: a thread whose job took longer is not kept. `keptMs`: for how long one is kept. */
export function createHistoryWorkers(source: HistorySource, options: Partial<typeof usual> = {}): HistoryWorkers {
  const { shortMs, keptMs } = { ...usual, ...options }
  const running = new Map<string, Thread>()
  /** By whether somebody waits for their jobs: a thread cannot take back a priority that it gave up. */
  const spare = new Map<boolean, { thread: Thread; timer: NodeJS.Timeout }>()
  const load = shareLoad()
  let isClosed = false

  function start(isUrgent: boolean): Thread {
    const worker = new Worker(new URL('./history-worker.ts', import.meta.url), {
      workerData: { source, isUrgent, share: load.share },
      resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
    })
    return { worker, isUrgent }
  }

  function take(isUrgent: boolean): Thread {
    const kept = spare.get(isUrgent)
    if (kept === undefined) return start(isUrgent)
    spare.delete(isUrgent)
    clearTimeout(kept.timer)
    stopListening(kept.thread)
    kept.thread.worker.ref()
    return kept.thread
  }

  function keep(thread: Thread): void {
    const { worker, isUrgent } = thread
    const drop = () => {
      if (spare.get(isUrgent)?.thread === thread) spare.delete(isUrgent)
    }
    const timer = setTimeout(() => {
      drop()
      void worker.terminate()
    }, keptMs).unref()
    worker.on('error', drop)
    worker.on('exit', drop)
    worker.unref()
    spare.set(isUrgent, { thread, timer })
  }

  return {
    run(job, { signal, onProgress } = {}) {
      const slot = `${job.kind} ${job.tenantId}`
      if (isClosed) throw new ApiError('unavailable', 'the server is stopping')
      if (running.has(slot)) throw tooMany(`a ${names[job.kind]} of this tenant is already running`)
      if (running.size >= mostAtOnce) throw tooMany('the server is looking through history for others')
      // Somebody waits for the warnings of a save, and counting for them is short.
      const thread = take(job.kind === 'undetermined')
      const { worker } = thread
      running.set(slot, thread)
      load.begin()
      const finished = Promise.withResolvers<HistoryResults[typeof job.kind]>()
      let result: HistoryResults[typeof job.kind] | undefined
      let failure: unknown
      const stop = () => void worker.terminate()

      function finish(): void {
        running.delete(slot)
        if (running.size === 0) load.end()
        signal?.removeEventListener('abort', stop)
        if (result !== undefined) finished.resolve(result)
        else if (failure !== undefined) finished.reject(failure)
        else if (isClosed) finished.reject(new ApiError('unavailable', 'the server is stopping'))
        else finished.reject(new ApiError('request_timeout', 'the client disconnected before the answer was ready'))
      }

      function answered(tookMs: number): void {
        if (isClosed || spare.has(thread.isUrgent) || tookMs > shortMs) {
          stop()
          return
        }
        stopListening(thread)
        keep(thread)
        finish()
      }

      worker.on('message', (message: Message) => {
        if (message.type === 'progress') {
          onProgress?.(message.progress)
          return
        }
        if (message.type === 'unavailable') failure = new StoreUnavailableError(new Error(message.cause))
        else result = message.result as HistoryResults[typeof job.kind]
        answered(message.tookMs)
      })
      worker.on('error', (error) => {
        failure = toRefusal(error)
      })
      // Not before: until then the thread takes its share of memory, and the tenant's place.
      worker.on('exit', finish)
      if (signal?.aborted) stop()
      else {
        signal?.addEventListener('abort', stop)
        worker.postMessage(job)
      }
      return finished.promise
    },
    async close() {
      isClosed = true
      const kept = [...spare.values()].map(({ thread, timer }) => {
        clearTimeout(timer)
        return thread
      })
      await Promise.all([...running.values(), ...kept].map(({ worker }) => worker.terminate()))
    },
  }
}

/** One by one: the worker has listeners of its own, without which it hears of no message any longer. */
function stopListening({ worker }: Thread): void {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event)
}

const names = {
  backtest: 'backtest',
  shadow: 'count of shadow rules',
  friction: 'friction curve',
  undetermined: 'count of undetermined rules',
} as const

function tooMany(description: string): ApiError {
  return new ApiError('too_many_requests', `${description}; try again when it has finished`, { retryAfterSeconds: 5 })
}

function toRefusal(error: unknown): unknown {
  const isOutOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  return isOutOfMemory
    ? new ApiError('unavailable', 'the request needs more memory than is allowed; choose a shorter window', { cause: error })
    : error
}
