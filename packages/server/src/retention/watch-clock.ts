export interface ClockWatchOptions {
  /** Milliseconds UTC: what somebody may set. */
  clock: () => number
  /** Milliseconds that nobody can set. */
  stopwatch?: () => number
  /** A clock that went further than this from the stopwatch was set. */
  tolerance: number
  /** How long it is not believed after that, by the stopwatch. */
  holdFor: number
}

/**
 * Makes a function that says whether the clock may be believed. One that was set forward makes everything look old: what is erased then, such as the use of
 * a token, is missed when it is set back.
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
