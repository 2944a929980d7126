import { availableParallelism } from 'node:os'
import { createLoadGauge } from '../load-gauge.ts'

/** From this share of its time on, the thread that decides is in need of a processor that is free when it wakes up. */
const BUSY = 0.3
/** The longest pause, in times of the work before it. */
const MOST = 10
/** Milliseconds of work between two pauses: each also costs a wait for a processor. */
const PIECE = 2
/** With more processors than this, one is free all the same. */
const FEW_PROCESSORS = 2
const MEASURE_EVERY_MS = 100

/** How busy this thread is, measured between `begin` and `end`. */
export function shareLoad(): { readonly share: Float64Array; begin(): void; end(): void } {
  const { shared, measure } = createLoadGauge()
  let timer: NodeJS.Timeout | undefined
  return {
    share: shared,
    begin() {
      if (timer !== undefined) return
      measure()
      timer = setInterval(measure, MEASURE_EVERY_MS).unref()
    },
    end() {
      clearInterval(timer)
      timer = undefined
    },
  }
}

/**
 * For a thread that nobody waits for: called often, it pauses in proportion to the work done since, while the thread that decides is busy. A low priority is
 * not enough where there are few processors: who wakes up waits until the turn of the other is over, up to some milliseconds (`docs/benchmarks/long-histories.md`).
 */
export function createPauses(share: Float64Array, processors = availableParallelism(), wait = standStill): () => void {
  let last = process.threadCpuUsage()
  return () => {
    const { user, system } = process.threadCpuUsage(last)
    const worked = (user + system) / 1_000
    if (worked < PIECE) return
    const pause = pauseAfter(worked, share[0] ?? 0, processors)
    if (pause > 0) wait(pause)
    last = process.threadCpuUsage()
  }
}

/** Milliseconds to pause after so many of work, while the other thread is busy for this share of its time. */
export function pauseAfter(worked: number, share: number, processors: number): number {
  if (processors > FEW_PROCESSORS || share < BUSY) return 0
  return worked * Math.min(MOST, share / Math.max(1 - share, 0.01))
}

const never = new Int32Array(new SharedArrayBuffer(4))

function standStill(ms: number): void {
  Atomics.wait(never, 0, 0, ms)
}
