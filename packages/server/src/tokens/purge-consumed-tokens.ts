import { createExpiredPurge, type PurgeDeps, purgeBatchSize } from '../retention/purge-expired.ts'
import type { Store } from '../storage/store.ts'

/** So that no clock a little behind finds a token good whose use is forgotten. */
const keptMs = 60 * 1000

/**
 * Makes a function that forgets the use of tokens that have expired since, at most once a minute and a bounded number each time. Whoever uses up a
 * token calls it. An expired token is refused as such, so nothing is approved again for it.
 */
export function createConsumedTokenPurge(deps: PurgeDeps): () => Promise<void> {
  return createExpiredPurge(deps, keptMs, purgeBatch)
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
          .limit(purgeBatchSize)
          .$asTuple('tenant_id', 'jti'),
      ),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
