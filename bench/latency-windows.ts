import { percentile } from './http-load.ts'

/** A request that waited longer has kept somebody waiting. */
const LONG_MS = 250

/** How long the requests that were due in one part of a run have waited, in milliseconds. */
export interface LatencyWindow {
  /** Minutes from the start to its end. */
  minute: number
  p99: number
  max: number
}

export interface Latencies {
  p50: number
  p99: number
  p999: number
  max: number
  /** Requests over 250 ms, for each minute. */
  longPerMinute: number
  windows: LatencyWindow[]
}

/** Collects how long each request has waited. */
export interface LatencyRecorder {
  add(due: number, latency: number): void
  /** Of a run of so many minutes. */
  summary(minutes: number): Latencies
}

export function createLatencyRecorder(windowSeconds: number): LatencyRecorder {
  const windows: number[][] = []
  return {
    add(due, latency) {
      const index = Math.floor(due / 1000 / windowSeconds)
      const window = windows[index] ?? []
      window.push(latency)
      windows[index] = window
    },
    summary(minutes) {
      const all = Float64Array.from(windows.flat()).sort()
      return {
        p50: percentile(all, 0.5),
        p99: percentile(all, 0.99),
        p999: percentile(all, 0.999),
        max: all.at(-1) ?? Number.NaN,
        longPerMinute: all.filter((latency) => latency > LONG_MS).length / minutes,
        windows: windows.map((latencies, index) => {
          const sorted = Float64Array.from(latencies).sort()
          return { minute: ((index + 1) * windowSeconds) / 60, p99: percentile(sorted, 0.99), max: sorted.at(-1) ?? Number.NaN }
        }),
      }
    },
  }
}
