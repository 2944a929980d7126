export interface ClockWatchOptions {
  /** Milliseconds UTC, from a clock that can be set. */
  clock: () => number
  /** Milliseconds from a clock that cannot be set. */
  stopwatch?: () => number
  /** Milliseconds of drift from the stopwatch beyond which the clock counts as set. */
  tolerance: number
  /** Milliseconds by the stopwatch for which the clock is not believed after that. */
  holdFor: number
}

/**
 * Creates a function that tells whether the clock can be believed. A clock that was set forward makes everything look old: whatever is erased then, such
 * as the record that a token was used, is missing once the clock is set back.
 */
export function createClockWatch({ clock, stopwatch = () => performance.now(), tolerance, holdFor }: ClockWatchOptions): () => boolean {
  let offset = clock() - stopwatch()
  let heldUntil = Number.NEGATIVE_INFINITY
  return () => {
    const now = stopwatch()
    const newOffset = clock() - now
    if (Math.abs(newOffset - offset) > tolerance) {
      offset = newOffset
      heldUntil = now + holdFor
    }
    return now >= heldUntil
  }
}
