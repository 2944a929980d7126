import { Worker } from 'node:worker_threads'
import { StoreUnavailableError } from '../../store-errors.ts'
import { workerLimits } from '../worker-limits.ts'
import type { FoldingThread } from './folding-thread.ts'
import { isDamageCode } from './is-damage-code.ts'
import type { SearchAnswer, SearchRequest } from './search-messages.ts'

/** Searches that may wait for those before them; each takes a tenth of a second at most. */
const MOST_WAITING = 100

export type Question = SearchRequest extends infer Request ? (Request extends unknown ? Omit<Request, 'id'> : never) : never
export type Answered = Exclude<SearchAnswer, { failure: unknown }>

/** The thread that searches the file of the read side. It starts with the first question. */
export interface SearchingThread {
  ask(question: Question): Promise<Answered>
  stop(): Promise<void>
}

/** `folder` makes the file that is searched, and again when it is found damaged. */
export function createSearchingThread(databasePath: string, folder: Pick<FoldingThread, 'onRemade' | 'remake'>): SearchingThread {
  let worker: Worker | undefined
  let lastId = 0
  let isStopped = false
  const pending = new Map<number, { request: SearchRequest; resolve: (answer: Answered) => void; reject: (reason: unknown) => void }>()

  function start(): Worker {
    if (worker !== undefined) return worker
    const started = new Worker(new URL('./search-worker.ts', import.meta.url), {
      workerData: { databasePath },
      resourceLimits: workerLimits,
    })
    started.unref()
    started.on('message', heard)
    started.on('error', (error) => {
      if (worker !== started) return
      worker = undefined
      rejectAll(error)
    })
    worker = started
    return started
  }

  function heard(answer: SearchAnswer): void {
    const asked = pending.get(answer.id)
    pending.delete(answer.id)
    if (pending.size === 0) worker?.unref()
    if (!('failure' in answer)) asked?.resolve(answer)
    else if (answer.failure.code === undefined) asked?.reject(new Error(answer.failure.message))
    else {
      if (isDamageCode(answer.failure.code)) folder.remake()
      asked?.reject(new StoreUnavailableError(new Error(answer.failure.message)))
    }
  }

  function rejectAll(error: unknown): void {
    for (const { reject } of pending.values()) reject(new StoreUnavailableError(error instanceof Error ? error : new Error(String(error))))
    pending.clear()
  }

  folder.onRemade(() => {
    if (worker === undefined || isStopped) return
    const before = worker
    worker = undefined
    void before.terminate()
    if (pending.size === 0) return
    const fresh = start()
    for (const { request } of pending.values()) fresh.postMessage(request)
  })

  return {
    ask(question) {
      if (isStopped) return Promise.reject(new StoreUnavailableError(new Error('the store is closed')))
      if (pending.size >= MOST_WAITING) return Promise.reject(new StoreUnavailableError(new Error(`${pending.size} searches are waiting`)))
      lastId += 1
      const request = { ...question, id: lastId } as SearchRequest
      return new Promise((resolve, reject) => {
        pending.set(request.id, { request, resolve, reject })
        const started = start()
        started.ref()
        started.postMessage(request)
      })
    },
    async stop() {
      isStopped = true
      const stopped = worker
      worker = undefined
      rejectAll('the store is closed')
      await stopped?.terminate()
    },
  }
}
