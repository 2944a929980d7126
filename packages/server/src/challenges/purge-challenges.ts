import { createExpiredPurge, type PurgeDeps, purgeBatchSize } from '../retention/purge-expired.ts'
import type { Store } from '../storage/store.ts'

/** Answered challenges count for an hour. After that nothing reads them. */
const keptMs = 60 * 60 * 1000

/**
 * Makes a function that deletes challenges long expired, oldest first, at most once a minute and a bounded number each time. Code that makes a challenge
 * calls it, so that a server with nothing to do does nothing, and a flood of challenges pays for its own removal.
 */
export function createChallengePurge(deps: PurgeDeps): () => Promise<void> {
  return createExpiredPurge(deps, keptMs, purgeBatch)
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
          .limit(purgeBatchSize)
          .$asTuple('tenant_id', 'challenge_id'),
      ),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
