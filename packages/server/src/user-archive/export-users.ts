import type { AuthenticatorRow } from '../authenticators/authenticator-row.ts'
import type { Db } from '../storage/store.ts'
import { findUser } from '../user-record/user-row.ts'
import { type ArchivedUserLine, toArchive } from './user-archive.ts'

export interface UserPage {
  users: ArchivedUserLine[]
  /** Where the next page begins; absent on the last one. */
  after?: string
}

/** Users of a tenant by id, with every authenticator they ever bound, a page at a time. */
export async function exportUsers(db: Db, tenantId: string, after: string | undefined, limit: number): Promise<UserPage> {
  const users = await db
    .selectFrom('users')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .$if(after !== undefined, (query) => query.where('user_id', '>', after ?? ''))
    .orderBy('user_id')
    .limit(limit)
    .execute()
  const last = users.at(-1)
  if (last === undefined) return { users: [] }
  const rows = await db
    .selectFrom('authenticators')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where(
      'user_id',
      'in',
      users.map(({ user_id }) => user_id),
    )
    .orderBy('created_at')
    .execute()
  const byUser = Map.groupBy<string, AuthenticatorRow>(rows, ({ user_id }) => user_id)
  return {
    users: users.map((user) => toArchive(user, byUser.get(user.user_id) ?? [])),
    ...(users.length === limit && { after: last.user_id }),
  }
}

/** One user, as `exportUsers` has them. */
export async function exportUserRow(db: Db, tenantId: string, userId: string): Promise<ArchivedUserLine | undefined> {
  const user = await findUser(db, tenantId, userId)
  if (user === undefined) return undefined
  const rows = await db
    .selectFrom('authenticators')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .execute()
  return toArchive(user, rows)
}
