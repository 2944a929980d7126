import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { giveWay } from '../../../give-way.ts'
import { isBusy } from '../../../load-gauge.ts'
import type { FoldAnswer, FoldRequest } from './fold-messages.ts'
import { openFolding } from './open-folding.ts'

// The body of a worker thread: folds the log into the read side's file whenever it is told to. `folding-thread.ts` starts it.

const { databasePath, load } = workerData as { databasePath: string; load: Float64Array }

/** Between two beginnings, unless somebody waits: each makes a part of the index that has to be joined with others later. */
const PAUSE = 200
/** While the thread that decides has all it can do, the pause after a batch is so many times as long as the batch, unless somebody waits. It is caught up on later. */
const PAUSE_FACTOR = 12
/** Until what was erased is tried to be removed from the write-ahead log again. */
const PAUSE_WHEN_BUSY = 100
/** Many erasures right before the end are finished after the next start. */
const MOST_AT_THE_END = 3_000
/** A file that is found damaged again so soon would be found so for ever. */
const REMADE_ONCE_IN = 60_000

// It takes what live traffic leaves over. Not the lowest priority: others wait for what was decided.
giveWay(5)

const folding = openFolding(databasePath)
let asked: { id: number; isUrgent: boolean } | undefined
let isRunning = false
let isStopping = false
let isUrgent = false
let wake: AbortController | undefined
let remadeAt = Number.NEGATIVE_INFINITY

tell({ type: 'ready' })

parentPort?.on('message', (request: FoldRequest) => {
  if (request.type === 'stop') isStopping = true
  else if (request.type === 'remake') {
    folding.remake()
    tell({ type: 'remade' })
    asked ??= { id: 0, isUrgent: true }
  } else asked = { id: request.id, isUrgent: request.isUrgent || (asked?.isUrgent ?? false) }
  isUrgent = asked?.isUrgent ?? false
  if (isStopping || isUrgent) wake?.abort()
  if (!isRunning) void run()
})

async function run(): Promise<void> {
  isRunning = true
  while (asked !== undefined && !isStopping) {
    const startedAt = performance.now()
    const { id } = asked
    asked = undefined
    try {
      const reached = await foldAll()
      if (reached !== undefined) tell({ type: 'folded', id, ...reached })
    } catch (error) {
      if (folding.isDamage(error) && performance.now() - remadeAt > REMADE_ONCE_IN) {
        remadeAt = performance.now()
        folding.remake()
        tell({ type: 'remade' })
        asked ??= { id, isUrgent: true }
        continue
      }
      tell({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) })
    }
    if (!isUrgent) await sleep(PAUSE - (performance.now() - startedAt))
    isUrgent = false
  }
  isRunning = false
  if (!isStopping) return
  finishErasing()
  folding.close()
  parentPort?.close()
}

async function foldAll(): Promise<{ seq: number; change: number } | undefined> {
  for (let hasErased = false; !isStopping; ) {
    const startedAt = performance.now()
    const batch = folding.fold()
    hasErased ||= batch.hasErased
    if (batch.isDone) {
      while (hasErased && !isStopping && !folding.emptyWriteAheadLog()) await pause(PAUSE_WHEN_BUSY)
      return { seq: batch.seq, change: batch.change }
    }
    if (!isUrgent && isBusy(load)) await sleep((performance.now() - startedAt) * PAUSE_FACTOR)
    else await nextTurn()
  }
  return undefined
}

/** What was erased does not stay behind in the file while nothing is running. */
function finishErasing(): void {
  const startedAt = performance.now()
  try {
    while (folding.hasChanges() && performance.now() - startedAt < MOST_AT_THE_END) folding.fold()
  } catch {
    // The next start takes it up again.
  }
}

async function sleep(milliseconds: number): Promise<void> {
  wake = new AbortController()
  await pause(Math.max(0, milliseconds), undefined, { signal: wake.signal }).catch(() => undefined)
  wake = undefined
}

function tell(answer: FoldAnswer): void {
  parentPort?.postMessage(answer)
}
