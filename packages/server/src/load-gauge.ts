import { performance } from 'node:perf_hooks'

/** The share of time that the event loop has something to do from which on there is no time left for others. */
const BUSY = 0.85
/** Milliseconds for which a measurement counts. */
const FRESH = 1_000

export interface LoadGauge {
  /** Given to the other thread: the share, and when it was measured. */
  readonly shared: Float64Array
  /** The share since the last measurement. */
  measure(): void
}

/** Lets another thread know how busy this one is. */
export function createLoadGauge(): LoadGauge {
  const shared = new Float64Array(new SharedArrayBuffer(16))
  let last = performance.eventLoopUtilization()
  return {
    shared,
    measure() {
      const now = performance.eventLoopUtilization()
      shared[0] = performance.eventLoopUtilization(now, last).utilization
      shared[1] = Date.now()
      last = now
    },
  }
}

export function isBusy(shared: Float64Array): boolean {
  const [share = 0, at = 0] = shared
  return share > BUSY && Date.now() - at < FRESH
}
