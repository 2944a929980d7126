import type { SessionFinder, SessionOwner } from '../callers/authenticate.ts'
import { prepareQuery } from '../storage/prepare-query.ts'
import type { Store } from '../storage/store.ts'
import { hashOfSecret } from './secret-text.ts'
import { sessionCookie } from './session-cookie.ts'
import { sessionIdleMs, sessionTouchMs } from './session-lifetime.ts'

export interface SessionFinderDeps {
  store: Pick<Store, 'db'>
  config: { publicUrl: string }
  clock: () => number
}

/**
 * Creates what finds the session of a request. Every request asks the store, so that a session that was ended, an admin who was removed and a role that was
 * changed count at once in every process.
 */
export function createSessionFinder({ store, config, clock }: SessionFinderDeps): SessionFinder {
  const cookie = sessionCookie(config.publicUrl)

  async function load(secret: string, at: number) {
    const [row] = (await selectSession(store.db, hashOfSecret(secret))).rows
    return row === undefined || row.expires_at <= at || row.last_used_at + sessionIdleMs <= at ? undefined : row
  }

  return {
    secretOf: cookie.read,
    async find(secret) {
      const at = clock()
      const row = await load(secret, at)
      if (row !== undefined && at - row.last_used_at >= sessionTouchMs) await noteUse(store.db, row, at)
      return row && toOwner(row)
    },
    async check(secret) {
      const row = await load(secret, clock())
      return row && toOwner(row)
    },
  }
}

type SessionRow = Awaited<ReturnType<typeof selectSession>>['rows'][number]

function toOwner({
  tenant_id: tenantId,
  role,
  session_id: sessionId,
  admin_id: adminId,
  name,
  proven_at: provenAt,
}: SessionRow): SessionOwner {
  return { tenantId, role, session: { sessionId, adminId, name, provenAt } }
}

async function noteUse(db: Store['db'], { tenant_id, session_id, admin_id }: SessionRow, at: number): Promise<void> {
  await db
    .updateTable('admin_sessions')
    .set({ last_used_at: at })
    .where('tenant_id', '=', tenant_id)
    .where('session_id', '=', session_id)
    .where('last_used_at', '<', at)
    .execute()
  await db.updateTable('admins').set({ last_seen_at: at }).where('tenant_id', '=', tenant_id).where('admin_id', '=', admin_id).execute()
}

const selectSession = prepareQuery((db, secret_hash: string) =>
  db
    .selectFrom('admin_sessions')
    .innerJoin('admins', (join) =>
      join.onRef('admins.tenant_id', '=', 'admin_sessions.tenant_id').onRef('admins.admin_id', '=', 'admin_sessions.admin_id'),
    )
    .select([
      'admin_sessions.tenant_id',
      'admin_sessions.session_id',
      'admin_sessions.admin_id',
      'admin_sessions.last_used_at',
      'admin_sessions.proven_at',
      'admin_sessions.expires_at',
      'admins.name',
      'admins.role',
    ])
    .where('admin_sessions.secret_hash', '=', secret_hash),
)
