import { createClockWatch } from '../retention/watch-clock.ts'
import type { Store } from '../storage/store.ts'

/** Answered challenges are counted for an hour, then nothing needs them any more. */
const keptMs = 60 * 60 * 1000
const intervalMs = 60 * 1000
const batchSize = 500
const halfAnHour = 30 * 60 * 1000
const day = 24 * 60 * 60 * 1000

/**
 * Makes a function that deletes challenges long expired, oldest first, at most once a minute and a bounded number each time. Whoever makes a challenge
 * calls it, so that a server with nothing to do does nothing, and a flood of challenges pays for its own removal.
 */
export function createChallengePurge(deps: { store: Store; clock: () => number; stopwatch?: () => number }): () => Promise<void> {
  const isClockBelieved = createClockWatch({ ...deps, tolerance: halfAnHour, holdFor: day })
  let purgedAt = 0
  return async () => {
    const at = deps.clock()
    if (at - purgedAt < intervalMs || !isClockBelieved()) return
    purgedAt = at
    let deleted = batchSize
    // As many as a busy minute can have left behind; the rest waits for the next minute.
    for (let batch = 0; batch < 40 && deleted === batchSize; batch += 1) deleted = await purgeBatch(deps.store, at - keptMs)
  }
}

async function purgeBatch(store: Store, expiredBefore: number): Promise<number> {
  const result = await store.db
    .deleteFrom('challenges')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('challenges.tenant_id', 'challenges.challenge_id'),
        'in',
        selectFrom('challenges as expired')
          .select(['expired.tenant_id', 'expired.challenge_id'])
          .where('expired.expires_at', '<', expiredBefore)
          .orderBy('expired.expires_at')
          .limit(batchSize)
          .$asTuple('tenant_id', 'challenge_id'),
      ),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
