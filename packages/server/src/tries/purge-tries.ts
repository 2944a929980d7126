import { createExpiredPurge, deleteExpired, type PurgeDeps } from '../retention/purge-expired.ts'

/** Makes a function that deletes windows that have ended, and messages of more than 30 days ago. Wrong answers in a row stay until a right one. */
export function createTriesPurge(deps: PurgeDeps): () => Promise<void> {
  const purges = (['tries', 'sends'] as const).map((table) =>
    createExpiredPurge(deps, 0, ({ db }, expiredBefore) => deleteExpired(db, table, expiredBefore)),
  )
  return async () => {
    for (const purge of purges) await purge()
  }
}
