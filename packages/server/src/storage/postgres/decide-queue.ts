import { performance } from 'node:perf_hooks'
import type { Decided, EntityRef, Snapshot } from '@sallyport/engine'
import type { DecideRequest, DecideResult } from '../deciding-store.ts'
import { StoreUnavailableError } from '../store-errors.ts'
import { type DecideBatchDeps, type DecideJob, type NamedEntity, runDecideBatch } from './decide-batch.ts'

/**
 * Decisions in one batch at most. Processor time of a decision, in this process and in PostgreSQL, by the size of the batch: 1 → 520 + 450 µs, 4 → 340 + 350,
 * 16 → 130 + 130, 64 → 83 + 88, 128 → 86 + 83, 256 → 90 + 75. Beyond this one, more costs only those who wait.
 */
const MAX_BATCH = 128
/**
 * Batches under way at once: one is decided here, or on its way, while PostgreSQL works on the other. Four took a tenth more processor time, being half
 * the size; with one, a side waits while the other works.
 */
const MAX_RUNNING = 2
/** Decisions that may wait before new ones are refused with 503: some five seconds' worth, as long as a statement may take. */
const MAX_WAITING = 20_000
/** Waiting decisions that are looked at for one batch: enough for a full one when three of four must wait for a user or an address in use. */
const MAX_LOOKED_AT = 4 * MAX_BATCH

export interface DecideQueue {
  decide(request: DecideRequest, decide: (snapshot: Snapshot) => Decided): Promise<DecideResult>
  /** Milliseconds until now in which all batches were under way and a decision waited for one. It only grows. */
  waitedMs(): number
}

interface Waiting extends DecideJob {
  tenantId: string
  resolve: (result: DecideResult) => void
  reject: (reason: unknown) => void
}

/**
 * Decides for many at once: what waits when a connection is free goes together, so that the way to the database and the flush of its log are shared,
 * and a single decision waits for nothing.
 *
 * Batches of this process never share an entity, and a user is in one batch once: only other processes can conflict with one. An address that everybody
 * comes from makes batches larger, not slower.
 */
export function createDecideQueue(deps: DecideBatchDeps): DecideQueue {
  let waiting: Waiting[] = []
  /** Names of the entities that the batches under way read. */
  const busy = new Set<string>()
  let running = 0
  let isScheduled = false
  let waitedMs = 0
  let waitingSince: number | undefined

  /** Takes note of the time in which somebody waited, whenever that begins or ends. */
  function measureWaiting(): void {
    const now = performance.now()
    if (waitingSince !== undefined) waitedMs += now - waitingSince
    waitingSince = running === MAX_RUNNING && waiting.length > 0 ? now : undefined
  }

  function schedule(): void {
    if (isScheduled || running === MAX_RUNNING) return
    isScheduled = true
    // Not at once: what else arrives in this turn of the event loop comes along.
    setImmediate(startBatches)
  }

  function startBatches(): void {
    isScheduled = false
    while (running < MAX_RUNNING && waiting.length > 0) {
      const batch = takeBatch()
      if (batch.length === 0) return
      void runBatch(batch)
    }
    measureWaiting()
  }

  /** Takes the jobs that can go together, in the order of their arrival, and leaves the rest. */
  function takeBatch(): Waiting[] {
    const batch: Waiting[] = []
    const users = new Set<string>()
    let reserved: ReadonlySet<string> | undefined
    const left: Waiting[] = []
    let index = 0
    for (; index < waiting.length && index < MAX_LOOKED_AT && batch.length < MAX_BATCH; index++) {
      const job = waiting[index] as Waiting
      const { user } = job
      const isTaken = ({ name }: NamedEntity) => busy.has(name) || reserved?.has(name) === true
      const isBlocked = isTaken(user) || job.reads.some(isTaken)
      if (isBlocked || users.has(user.name) || (batch[0] !== undefined && batch[0].tenantId !== job.tenantId)) {
        // Nobody overtakes the one who waits longest for something in use, so that one is not kept waiting for ever.
        if (isBlocked) reserved ??= new Set([user.name, ...job.reads.map(({ name }) => name)])
        left.push(job)
      } else {
        batch.push(job)
        users.add(user.name)
      }
    }
    waiting = index === waiting.length ? left : [...left, ...waiting.slice(index)]
    return batch
  }

  async function runBatch(batch: readonly Waiting[]): Promise<void> {
    running += 1
    for (const { user, reads } of batch) for (const { name } of [user, ...reads]) busy.add(name)
    const outcomes = await runDecideBatch(deps, batch[0]?.tenantId ?? '', batch)
    for (const { user, reads } of batch) for (const { name } of [user, ...reads]) busy.delete(name)
    running -= 1
    measureWaiting()
    for (const [index, { resolve, reject }] of batch.entries()) {
      const outcome = outcomes[index]
      if (outcome?.ok) resolve(outcome.result)
      else reject(outcome?.reason)
    }
    if (waiting.length > 0) schedule()
  }

  return {
    decide(request, decide) {
      if (waiting.length >= MAX_WAITING)
        return Promise.reject(new StoreUnavailableError(new Error(`${waiting.length} decisions are waiting`)))
      const { tenantId, userId } = request.key
      const named = (ref: EntityRef): NamedEntity => ({ name: `${tenantId}\n${ref.kind}\n${ref.key}`, ref })
      const user = named({ kind: 'user', key: userId })
      const reads = request.entities.map(named)
      return new Promise((resolve, reject) => {
        waiting.push({ request, decide, user, reads, tenantId, resolve, reject })
        measureWaiting()
        schedule()
      })
    },
    waitedMs() {
      measureWaiting()
      return waitedMs
    },
  }
}
