import { createExpiredPurge, deleteExpired, type PurgeDeps } from '../retention/purge-expired.ts'

/** So that no clock a little behind finds a token good whose use is forgotten. */
const keptMs = 60 * 1000

/**
 * Makes a function that forgets the use of tokens that have expired since, at most once a minute and a bounded number each time. Whoever uses up a
 * token calls it. An expired token is refused as such, so nothing is approved again for it.
 */
export function createConsumedTokenPurge(deps: PurgeDeps): () => Promise<void> {
  return createExpiredPurge(deps, keptMs, ({ db }, expiredBefore) => deleteExpired(db, 'consumed_tokens', expiredBefore))
}
