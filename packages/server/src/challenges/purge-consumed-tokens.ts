import { createClockWatch } from '../retention/watch-clock.ts'
import type { Store } from '../storage/store.ts'

const intervalMs = 60 * 1000
const batchSize = 500
const halfAnHour = 30 * 60 * 1000
const day = 24 * 60 * 60 * 1000

/**
 * Makes a function that forgets the use of tokens that have expired since, at most once a minute and a bounded number each time. Whoever uses up a
 * token calls it. An expired token is refused as such, so nothing is approved again for it.
 */
export function createConsumedTokenPurge(deps: { store: Store; clock: () => number; stopwatch?: () => number }): () => Promise<void> {
  const isClockBelieved = createClockWatch({ ...deps, tolerance: halfAnHour, holdFor: day })
  let purgedAt = 0
  return async () => {
    const at = deps.clock()
    if (at - purgedAt < intervalMs || !isClockBelieved()) return
    purgedAt = at
    let deleted = batchSize
    for (let batch = 0; batch < 40 && deleted === batchSize; batch += 1) deleted = await purgeBatch(deps.store, at - intervalMs)
  }
}

async function purgeBatch(store: Store, expiredBefore: number): Promise<number> {
  const result = await store.db
    .deleteFrom('consumed_tokens')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('consumed_tokens.tenant_id', 'consumed_tokens.jti'),
        'in',
        selectFrom('consumed_tokens as expired')
          .select(['expired.tenant_id', 'expired.jti'])
          .where('expired.expires_at', '<', expiredBefore)
          .orderBy('expired.expires_at')
          .limit(batchSize)
          .$asTuple('tenant_id', 'jti'),
      ),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
