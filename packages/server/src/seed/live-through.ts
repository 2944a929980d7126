/** Something that happens to one user at a time. Milliseconds UTC. */
export interface Timed {
  at: number
  userId: string
}

/** Steps under way at most: as many as the embedded store commits together. */
const mostUnderWay = 256
/** How far apart the times of two steps under way are at most: stores take clocks that were set back by less than a day. */
const mostApartMs = 20 * 3_600_000

/**
 * Does steps in order of time, as many at once as a store can commit together; those of one user one after the other. Each step is answered with what it
 * leads to later, which joins the queue. Stops at the first step that fails, after those under way.
 */
export async function liveThrough<Step extends Timed>(
  steps: readonly Step[],
  live: (step: Step) => Promise<void>,
  onDone: (done: number) => void,
): Promise<void> {
  const underWay = new Map<Step, Promise<void>>()
  const lastOfUser = new Map<string, Promise<void>>()
  let done = 0
  let failure: { error: unknown } | undefined
  let wake = () => {}
  for (const step of steps) {
    // Not a race of all that is under way: each race leaves something behind in every one of them.
    while (isFull(step)) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    if (failure !== undefined) break
    const before = lastOfUser.get(step.userId)
    const run = (before === undefined ? live(step) : before.then(() => live(step)))
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .then(() => {
        underWay.delete(step)
        if (lastOfUser.get(step.userId) === run) lastOfUser.delete(step.userId)
        done += 1
        onDone(done)
        wake()
      })
    underWay.set(step, run)
    lastOfUser.set(step.userId, run)
  }
  await Promise.all(underWay.values())
  if (failure !== undefined) throw failure.error

  function isFull({ at }: Step): boolean {
    const [oldest] = underWay.keys()
    return underWay.size >= mostUnderWay || (oldest !== undefined && at - oldest.at > mostApartMs)
  }
}
