/** This thread is busy when it works for a larger part of the time. */
const WORKING = 0.7
/** The database is busy when a decision waits for it for a larger part of the time. */
const WAITING = 0.3

/** What grows with time: milliseconds since some moment. */
export interface Spent {
  nowMs: number
  /** In which this thread worked. */
  workedMs: number
  /** In which all batches of decisions were under way and another decision waited. */
  waitedMs: number
}

/**
 * Tells whether decisions needed this thread, or the database, for most of the time since the last call. A thread can be idle for half of the time while
 * the database has all it can do.
 */
export function createBusyGauge(measure: () => Spent): () => boolean {
  let last = measure()
  return () => {
    const [before, now] = [last, measure()]
    last = now
    const ms = now.nowMs - before.nowMs
    return now.workedMs - before.workedMs > WORKING * ms || now.waitedMs - before.waitedMs > WAITING * ms
  }
}
