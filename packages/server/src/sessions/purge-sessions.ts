import { createExpiredPurge, deleteExpired, type PurgeDeps } from '../retention/purge-expired.ts'

/** So that no clock a little behind finds a session good that is forgotten here. */
const keptMs = 60 * 1000

/** Makes a function that forgets sessions which have expired, at most once a minute and a bounded number each time. */
export function createSessionPurge(deps: PurgeDeps): () => Promise<void> {
  return createExpiredPurge(deps, keptMs, ({ db }, expiredBefore) => deleteExpired(db, 'user_sessions', expiredBefore))
}
