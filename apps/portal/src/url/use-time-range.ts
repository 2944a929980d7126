import { useMemo, useSyncExternalStore } from 'react'
import type { Codec } from './codec.ts'
import { describeTimeRange, endsOf, parseTimeRange, type TimeRange, writeTimeRange } from './time-range.ts'
import { useParam } from './use-param.ts'

export const usualRange: TimeRange = { kind: 'last', text: '-7d', ms: 7 * 86_400_000 }
const codec: Codec<TimeRange> = { usual: usualRange, read: parseTimeRange, write: writeTimeRange }

/** The end of relative ranges. It stands still, so that a page and its links speak of the same time, until somebody reloads, chooses, or goes to another page. */
let now = Date.now()
const listeners = new Set<() => void>()

let pageOf = globalThis.location?.pathname
// The events by which wouter learns of a new address.
for (const event of ['pushState', 'replaceState', 'popstate']) {
  globalThis.addEventListener?.(event, () => {
    if (location.pathname !== pageOf) moveToNow()
    pageOf = location.pathname
  })
}

/** Lets relative ranges end at this moment. */
export function moveToNow(): void {
  now = Date.now()
  for (const listener of listeners) listener()
}

/** The time range of the page, which the top bar shows where a page asks for it (`usesTime` in pages.ts). */
export function useTimeRange() {
  const [range, set] = useParam('time', codec)
  const end = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => now,
  )
  return useMemo(() => {
    const setRange = (next: TimeRange) => {
      moveToNow()
      set(next, { push: true })
    }
    return { range, ...endsOf(range, end), words: describeTimeRange(range), setRange }
  }, [range, end, set])
}
