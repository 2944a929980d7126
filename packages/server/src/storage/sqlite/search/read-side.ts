import { existsSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Instance } from '@sallyport/engine'
import { decodeInstance } from '../../instance-row.ts'
import type { EventPage, SearchingStore } from '../../searching-store.ts'
import { StoreUnavailableError, UnknownPlaceError } from '../../store-errors.ts'
import type { GroupCommit } from '../group-commit.ts'
import type { SqliteState } from '../sqlite-state.ts'
import type { FoldAnswer, FoldRequest } from './fold-messages.ts'
import { createLoadGauge } from './load-gauge.ts'
import type { RowPage } from './search-events.ts'
import { isPlace } from './search-events.ts'
import { searchPathOf } from './search-file.ts'
import type { SearchAnswer, SearchRequest } from './search-messages.ts'

/** The thread that folds starts so long after the store was opened, or after its first commit: one that is open for a moment only never has one. */
const START_AFTER_OPENING = 2_000
const START_AFTER_COMMIT = 400
/** One that failed starts again so long after. */
const RETRY_AFTER = 2_000
/** Folded changes are forgotten so many at once. */
const FORGET_AT_ONCE = 1_024
/** Searches that may wait for those before them; each takes a tenth of a second at most. */
const MOST_WAITING = 100
/** Instances that are decoded before others get their turn. */
const DECODED_PER_TURN = 100

export interface ReadSide extends SearchingStore {
  /** A group is on disk. Never throws. */
  committed(): void
  stop(): Promise<void>
}

type Question = SearchRequest extends infer Request ? (Request extends unknown ? Omit<Request, 'id'> : never) : never
type Answered = Exclude<SearchAnswer, { failure: unknown }>

/**
 * The read side of the embedded store: a file of its own beside the database, which one thread folds the log into, and another one searches. The thread that
 * decides only says that there is something to fold, a few times a second.
 */
export function createReadSide(
  parts: SqliteState,
  commits: GroupCommit,
  databasePath: string,
  startAfterCommit = START_AFTER_COMMIT,
): ReadSide {
  const folder = createFolder(parts, commits, databasePath, startAfterCommit)
  const searcher = createSearcher(databasePath, folder)

  async function ask<Kind extends Answered>(question: Question): Promise<Kind> {
    await folder.ready()
    return (await searcher.ask(question)) as Kind
  }

  return {
    committed: folder.committed,
    async stop() {
      await searcher.stop()
      await folder.stop()
    },
    async searchEvents(tenantId, query) {
      if (query.after !== undefined && !isPlace(query.after)) throw new UnknownPlaceError()
      const { page } = await ask<{ id: number; page: RowPage }>({ kind: 'events', tenantId, query })
      return toEventPage(page, parts)
    },
    async rollUps(tenantId, query) {
      const { counts } = await ask<Extract<Answered, { counts: unknown }>>({ kind: 'rollUps', tenantId, query })
      return counts as never
    },
    async ruleRollUps(tenantId, query) {
      const { counts } = await ask<Extract<Answered, { counts: unknown }>>({ kind: 'ruleRollUps', tenantId, query })
      return counts as never
    },
    foldReadSide: folder.foldAll,
    readSideLagMs: async () => folder.lag(),
  }
}

async function toEventPage({ rows, ...page }: RowPage, { dictionary }: SqliteState): Promise<EventPage> {
  const events: Instance[] = []
  for (const row of rows) {
    events.push(decodeInstance(row, dictionary))
    if (events.length % DECODED_PER_TURN === 0) await nextTurn()
  }
  return { events, ...page }
}

interface Folder {
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

function createFolder({ log, changes }: SqliteState, commits: GroupCommit, databasePath: string, startAfterCommit: number): Folder {
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
  const waiting: { id: number; resolve: () => void; reject: (reason: unknown) => void }[] = []

  function start(): Worker {
    clearTimeout(timer?.timeout)
    timer = undefined
    if (worker !== undefined) return worker
    const started = new Worker(new URL('./fold-worker.ts', import.meta.url), { workerData: { databasePath, load: load.shared } })
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
    const reason = new StoreUnavailableError(toError(error))
    readiness?.reject(reason)
    readiness = undefined
    reject(Number.POSITIVE_INFINITY, reason)
    startLater(RETRY_AFTER)
  }

  startLater(Math.max(startAfterCommit, START_AFTER_OPENING))
  return {
    committed() {
      load.measure()
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

interface Searcher {
  ask(question: Question): Promise<Answered>
  stop(): Promise<void>
}

function createSearcher(databasePath: string, folder: Pick<Folder, 'onRemade' | 'remake'>): Searcher {
  let worker: Worker | undefined
  let lastId = 0
  let isStopped = false
  const pending = new Map<number, { request: SearchRequest; resolve: (answer: Answered) => void; reject: (reason: unknown) => void }>()

  function start(): Worker {
    if (worker !== undefined) return worker
    const started = new Worker(new URL('./search-worker.ts', import.meta.url), { workerData: { databasePath } })
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
      if (damagedCodes.has(answer.failure.code)) folder.remake()
      asked?.reject(new StoreUnavailableError(new Error(answer.failure.message)))
    }
  }

  function rejectAll(error: unknown): void {
    for (const { reject } of pending.values()) reject(new StoreUnavailableError(toError(error)))
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

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

// SQLITE_ERROR of a file that lacks a table; SQLITE_CORRUPT, SQLITE_NOTADB.
const damagedCodes: ReadonlySet<number> = new Set([1, 11, 26])
