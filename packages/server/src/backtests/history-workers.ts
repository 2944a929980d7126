import { Worker } from 'node:worker_threads'
import { ApiError } from '../errors/api-error.ts'
import type { HistorySource } from '../storage/instance-history.ts'
import { StoreUnavailableError } from '../storage/store-errors.ts'
import type { HistoryJob, HistoryResults, Progress } from './history-job.ts'

export interface HistoryWorkers {
  /**
   * Does a job in a thread of its own, which never holds live traffic up. Refuses with `too_many_requests` while the tenant has one of its kind under
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
  | { type: 'result'; result: HistoryResults[HistoryJob['kind']] }
  | { type: 'unavailable'; cause: string }

export function createHistoryWorkers(source: HistorySource): HistoryWorkers {
  const running = new Map<string, Worker>()
  let isClosed = false

  return {
    run(job, { signal, onProgress } = {}) {
      const slot = `${job.kind} ${job.tenantId}`
      if (isClosed) throw new ApiError('unavailable', 'the server is stopping')
      if (running.has(slot)) throw tooMany(`a ${names[job.kind]} of this tenant is already running`)
      if (running.size >= mostAtOnce) throw tooMany('the server is looking through history for others')
      const worker = new Worker(new URL('./history-worker.ts', import.meta.url), {
        workerData: { source, job },
        resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
      })
      running.set(slot, worker)
      const finished = Promise.withResolvers<HistoryResults[typeof job.kind]>()
      let result: HistoryResults[typeof job.kind] | undefined
      let failure: unknown
      const stop = () => void worker.terminate()
      worker.on('message', (message: Message) => {
        if (message.type === 'progress') onProgress?.(message.progress)
        else if (message.type === 'unavailable') failure = new StoreUnavailableError(new Error(message.cause))
        else result = message.result as HistoryResults[typeof job.kind]
      })
      worker.on('error', (error) => {
        failure = toRefusal(error)
      })
      worker.on('exit', () => {
        running.delete(slot)
        signal?.removeEventListener('abort', stop)
        // Not before: until then the thread takes its share of memory, and the tenant's place.
        if (result !== undefined) finished.resolve(result)
        else if (failure !== undefined) finished.reject(failure)
        else if (isClosed) finished.reject(new ApiError('unavailable', 'the server is stopping'))
        else finished.reject(new ApiError('request_timeout', 'the client disconnected before the answer was ready'))
      })
      if (signal?.aborted) stop()
      else signal?.addEventListener('abort', stop)
      return finished.promise
    },
    async close() {
      isClosed = true
      await Promise.all([...running.values()].map((worker) => worker.terminate()))
    },
  }
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
