import { createExpiredPurge, deleteExpired, type PurgeDeps } from '../retention/purge-expired.ts'

const keptMs = 60 * 1000

/** Makes a function that erases the sessions and invitations whose time is over. Sessions that ended by idleness go with their last hour. */
export function createAdminAccessPurge(deps: PurgeDeps): () => Promise<void> {
  return createExpiredPurge(deps, keptMs, async ({ db }, expiredBefore) => {
    const sessions = await deleteExpired(db, 'admin_sessions', expiredBefore)
    const invitations = await deleteExpired(db, 'admin_invitations', expiredBefore)
    return Math.max(sessions, invitations)
  })
}
