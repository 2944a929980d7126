import { createExpiredPurge, deleteExpired, type PurgeDeps } from '../retention/purge-expired.ts'
import { createTriesPurge } from '../tries/purge-tries.ts'

/** Answered challenges count for an hour. After that nothing reads them. */
const keptMs = 60 * 60 * 1000

/**
 * Makes a function that deletes challenges long expired and counts of tries that no longer count, oldest first, at most once a minute and a bounded number each time. Code that makes a challenge
 * calls it, so that a server with nothing to do does nothing, and a flood of challenges pays for its own removal.
 */
export function createChallengePurge(deps: PurgeDeps): () => Promise<void> {
  const purgeTries = createTriesPurge(deps)
  const purge = createExpiredPurge(deps, keptMs, ({ db }, expiredBefore) => deleteExpired(db, 'challenges', expiredBefore))
  return async () => {
    await purge()
    await purgeTries()
  }
}
