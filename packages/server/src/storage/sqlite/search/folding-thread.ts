import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { createLoadGauge } from '../../../load-gauge.ts'
import { StoreUnavailableError } from '../../store-errors.ts'
import type { GroupCommit } from '../group-commit.ts'
import type { SqliteState } from '../sqlite-state.ts'
import { workerLimits } from '../worker-limits.ts'
import type { FoldAnswer, FoldRequest } from './fold-messages.ts'
import { searchPathOf } from './search-file.ts'

/** The thread that folds starts so long after the store was opened, or after its first commit: one that is open for a moment only never has one. */
const START_AFTER_OPENING = 2_000
const START_AFTER_COMMIT = 400
/** One that failed starts again so long after. */
const RETRY_AFTER = 2_000
/** Commits between two looks at how busy this thread is. */
const COMMITS_PER_LOOK = 32
/** Folded changes are forgotten so many at once. */
const FORGET_AT_ONCE = 1_024

/** The thread that folds the log into the file of the read side. It starts when there is something to fold, and again when it failed. */
export interface FoldingThread {
  committed(): void
  /** The file can be read. Starts the thread. */
  ready(): Promise<void>
  foldAll(): Promise<void>
  lag(): number
  /** Somebody found the file damaged. */
  remake(): void
  onRemade(listener: () => void): void
  stop(): Promise<void>
}

/** Nothing is started yet when it returns. */
export function createFoldingThread(
  { log, changes }: SqliteState,
  commits: GroupCommit,
  databasePath: string,
  startAfterCommit = START_AFTER_COMMIT,
): FoldingThread {
  let worker: Worker | undefined
  let readiness: PromiseWithResolvers<void> | undefined
  let timer: { at: number; timeout: NodeJS.Timeout } | undefined
  let isStopped = false
  let whenRemade: () => void = () => undefined
  /** What the last commit has left, and the request that was sent last. */
  let [seenSeq, seenChange] = [log.lastSeq, changes.last]
  const firstChange = changes.last
  let lastId = 0
  let isUnderWay = false
  let forgotten = 0
  /** Since when something is not in the file that the request under way covers, or none. Of an earlier process: since this one began. */
  let behindSince: number | undefined = Date.now()
  let furtherSince: number | undefined
  const load = createLoadGauge()
  let commitCount = 0
  const waiting: { id: number; resolve: () => void; reject: (reason: unknown) => void }[] = []

  function start(): Worker {
    clearTimeout(timer?.timeout)
    timer = undefined
    if (worker !== undefined) return worker
    const started = new Worker(new URL('./fold-worker.ts', import.meta.url), {
      workerData: { databasePath, load: load.shared },
      resourceLimits: workerLimits,
    })
    started.unref()
    started.on('message', heard)
    started.on('error', failed)
    started.on('exit', () => failed('the thread that folds the read side has ended'))
    readiness ??= Promise.withResolvers()
    readiness.promise.catch(() => undefined)
    worker = started
    send(false)
    return started
  }

  function startLater(after: number): void {
    const at = performance.now() + after
    if (isStopped || (timer !== undefined && timer.at <= at)) return
    clearTimeout(timer?.timeout)
    timer = { at, timeout: setTimeout(start, after).unref() }
  }

  function send(isUrgent: boolean): number {
    lastId += 1
    isUnderWay = true
    tell({ type: 'fold', id: lastId, isUrgent })
    return lastId
  }

  function tell(request: FoldRequest): void {
    worker?.postMessage(request)
  }

  function heard(answer: FoldAnswer): void {
    if (answer.type === 'ready') readiness?.resolve()
    else if (answer.type === 'remade') whenRemade()
    else if (answer.type === 'folded') folded(answer)
    else {
      reject(answer.id, new StoreUnavailableError(new Error(answer.message)))
      isUnderWay = false
      setTimeout(() => worker && !isUnderWay && send(false), RETRY_AFTER).unref()
    }
  }

  function folded({ id, change }: { id: number; change: number }): void {
    while (waiting[0] !== undefined && waiting[0].id <= id) waiting.shift()?.resolve()
    if (change - forgotten >= FORGET_AT_ONCE) {
      forgotten = change
      // They do no harm when they stay.
      commits.run(() => changes.forgetBefore(change)).catch(() => undefined)
    }
    if (id < lastId) return
    isUnderWay = false
    behindSince = furtherSince
    furtherSince = undefined
    if (behindSince !== undefined) send(false)
  }

  function reject(through: number, reason: unknown): void {
    while (waiting[0] !== undefined && waiting[0].id <= through) waiting.shift()?.reject(reason)
  }

  function failed(error: unknown): void {
    if (isStopped || worker === undefined) return
    worker = undefined
    isUnderWay = false
    const reason = new StoreUnavailableError(error instanceof Error ? error : new Error(String(error)))
    readiness?.reject(reason)
    readiness = undefined
    reject(Number.POSITIVE_INFINITY, reason)
    startLater(RETRY_AFTER)
  }

  startLater(Math.max(startAfterCommit, START_AFTER_OPENING))
  return {
    committed() {
      commitCount += 1
      if (commitCount % COMMITS_PER_LOOK === 0) load.measure()
      if (log.lastSeq === seenSeq && changes.last === seenChange) return
      seenSeq = log.lastSeq
      seenChange = changes.last
      if (isUnderWay) {
        furtherSince ??= Date.now()
        return
      }
      behindSince ??= Date.now()
      if (worker === undefined) startLater(startAfterCommit)
      else send(false)
    },
    ready() {
      if (isStopped) return Promise.reject(new StoreUnavailableError(new Error('the store is closed')))
      start()
      return (readiness as PromiseWithResolvers<void>).promise
    },
    foldAll() {
      if (isStopped) return Promise.reject(new StoreUnavailableError(new Error('the store is closed')))
      if (behindSince === undefined) return Promise.resolve()
      start()
      return new Promise((resolve, reject) => {
        furtherSince = undefined
        waiting.push({ id: send(true), resolve, reject })
      })
    },
    lag: () => (behindSince === undefined ? 0 : Date.now() - behindSince),
    remake: () => tell({ type: 'remake' }),
    onRemade(listener) {
      whenRemade = listener
    },
    async stop() {
      isStopped = true
      clearTimeout(timer?.timeout)
      const reason = new StoreUnavailableError(new Error('the store is closed'))
      readiness?.reject(reason)
      reject(Number.POSITIVE_INFINITY, reason)
      // What was erased goes from the file, too, though the thread did not start yet.
      if (changes.last !== firstChange && existsSync(searchPathOf(databasePath))) start()
      if (worker === undefined) return
      const ended = new Promise<void>((resolve) => worker?.once('exit', () => resolve()))
      worker.ref()
      tell({ type: 'stop' })
      await ended
    },
  }
}
