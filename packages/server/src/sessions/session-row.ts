import type { Selectable } from 'kysely'
import type { AppClientTable, UserSessionTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

type Client = Pick<Selectable<AppClientTable>, 'access_token_minutes' | 'refresh_token_minutes' | 'session_minutes' | 'custom_claims'>

/** A session with the settings of its client as they are now. */
export type SessionRow = Selectable<UserSessionTable> & Client

const minute = 60_000

/** The session, unless it has ended or its client is gone. Asks the store each time, so that every process knows what another one has ended. */
export function findSession(db: Db, tenantId: string, by: { sessionId: string } | { familyHash: string }): Promise<SessionRow | undefined> {
  return db
    .selectFrom('user_sessions')
    .innerJoin('app_clients', (join) =>
      join.onRef('app_clients.tenant_id', '=', 'user_sessions.tenant_id').onRef('app_clients.client_id', '=', 'user_sessions.client_id'),
    )
    .selectAll('user_sessions')
    .select(['access_token_minutes', 'refresh_token_minutes', 'session_minutes', 'custom_claims'])
    .where('user_sessions.tenant_id', '=', tenantId)
    .where(
      'sessionId' in by ? 'user_sessions.session_id' : 'user_sessions.family_hash',
      '=',
      'sessionId' in by ? by.sessionId : by.familyHash,
    )
    .executeTakeFirst()
}

/** When a session ends by itself. Shorter durations count at once, longer ones from the next refresh. */
export function endOf({
  expires_at,
  created_at,
  refreshed_at,
  refresh_token_minutes,
  session_minutes,
}: Pick<SessionRow, 'expires_at' | 'created_at' | 'refreshed_at' | 'refresh_token_minutes' | 'session_minutes'>): number {
  return Math.min(expires_at, nextEnd({ created_at, refresh_token_minutes, session_minutes }, refreshed_at))
}

/** The end of a session that is opened or refreshed at a time. */
export function nextEnd(
  { created_at, refresh_token_minutes, session_minutes }: Pick<SessionRow, 'created_at' | 'refresh_token_minutes' | 'session_minutes'>,
  at: number,
): number {
  return Math.min(at + refresh_token_minutes * minute, created_at + session_minutes * minute)
}

/** An access token never outlives its session. */
export function accessEnd({ access_token_minutes }: Pick<SessionRow, 'access_token_minutes'>, at: number, sessionEnd: number): number {
  return Math.min(at + access_token_minutes * minute, sessionEnd)
}

export async function deleteSession(db: Db, { tenant_id, session_id }: Pick<SessionRow, 'tenant_id' | 'session_id'>): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('user_sessions')
    .where('tenant_id', '=', tenant_id)
    .where('session_id', '=', session_id)
    .executeTakeFirst()
  return numDeletedRows === 1n
}
