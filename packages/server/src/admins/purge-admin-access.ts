import { createExpiredPurge, type PurgeDeps, purgeBatchSize } from '../retention/purge-expired.ts'
import type { Store } from '../storage/store.ts'

const keptMs = 60 * 1000

/** Makes a function that erases the sessions and invitations whose time is over. Sessions that ended by idleness go with their last hour. */
export function createAdminAccessPurge(deps: PurgeDeps): () => Promise<void> {
  return createExpiredPurge(deps, keptMs, purgeBatch)
}

async function purgeBatch({ db }: Store, expiredBefore: number): Promise<number> {
  const sessions = await db
    .deleteFrom('admin_sessions')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('admin_sessions.tenant_id', 'admin_sessions.session_id'),
        'in',
        selectFrom('admin_sessions as expired')
          .select(['expired.tenant_id', 'expired.session_id'])
          .where('expired.expires_at', '<', expiredBefore)
          .orderBy('expired.expires_at')
          .limit(purgeBatchSize)
          .$asTuple('tenant_id', 'session_id'),
      ),
    )
    .executeTakeFirst()
  const invitations = await db
    .deleteFrom('admin_invitations')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('admin_invitations.tenant_id', 'admin_invitations.invitation_id'),
        'in',
        selectFrom('admin_invitations as expired')
          .select(['expired.tenant_id', 'expired.invitation_id'])
          .where('expired.expires_at', '<', expiredBefore)
          .orderBy('expired.expires_at')
          .limit(purgeBatchSize)
          .$asTuple('tenant_id', 'invitation_id'),
      ),
    )
    .executeTakeFirst()
  return Math.max(Number(sessions.numDeletedRows), Number(invitations.numDeletedRows))
}
